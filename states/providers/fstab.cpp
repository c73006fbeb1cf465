#include "states/providers/fstab.h"

#include <algorithm>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr std::size_t least_fields = 4, most_fields = 6;

std::optional<FstabEntry> parse(const std::string& line) {
  if (trim(line).starts_with('#')) return std::nullopt;
  const auto words = split_words(line);
  if (words.size() < least_fields || words.size() > most_fields) return std::nullopt;
  FstabEntry entry{words[0], words[1], words[2], words[3]};
  if (words.size() > 4) entry.dump = words[4];
  if (words.size() > 5) entry.pass = words[5];
  return entry;
}

std::string text_of(const FstabEntry& entry) {
  return fmt::format("{}\t\t{}\t{}\t{}\t{} {}", entry.device, entry.place, entry.type, entry.options, entry.dump,
                     entry.pass);
}

std::string in_order(const std::string& options) {
  auto parts = split(options, ',');
  std::sort(parts.begin(), parts.end());
  return join(parts, ",");
}

bool is_equal(const FstabEntry& a, const FstabEntry& b, const std::vector<std::string>& fields) {
  return std::all_of(fields.begin(), fields.end(), [&](const std::string& field) {
    return field == "opts" ? in_order(a.options) == in_order(b.options) : a.field(field) == b.field(field);
  });
}

}  // namespace

std::string fstab_text(const std::string& text) {
  return replace_all(replace_all(text, "\\ ", "\\040"), " ", "\\040");
}

bool FstabEntry::is_same(const FstabEntry& other) const {
  return is_equal(*this, other, {"device", "name", "fstype", "opts", "dump", "pass_num"});
}

std::string FstabEntry::field(const std::string& name) const {
  if (name == "device") return device;
  if (name == "name") return place;
  if (name == "fstype") return type;
  if (name == "opts") return options;
  if (name == "dump") return dump;
  if (name == "pass_num") return pass;
  throw Error(ErrorKind::invalid,
              "Unrecognized keys in match_on: \"{}\"; they are device, name, fstype, opts, dump and pass_num",
              escape_control(name));
}

Fstab::Fstab(const std::string& path, Host& host) : path_(path), host_(host) {
  const auto text = host.read_file_if_exists(path);
  if (!text) throw Error(ErrorKind::not_found, "Bad config file \"{}\": it is not there", path);
  for (const auto& line : split_lines(*text)) lines_.push_back({line, parse(line)});
}

std::vector<FstabEntry> Fstab::entries() const {
  std::vector<FstabEntry> result;
  for (const Line& line : lines_)
    if (line.entry) result.push_back(*line.entry);
  return result;
}

std::vector<FstabEntry> Fstab::find(const FstabEntry& like, const std::vector<std::string>& fields) const {
  auto result = entries();
  std::erase_if(result, [&](const FstabEntry& entry) { return !is_equal(entry, like, fields); });
  return result;
}

void Fstab::set(const FstabEntry& entry, const std::vector<std::string>& fields) {
  bool is_set = false;
  for (Line& line : lines_) {
    if (!line.entry || !is_equal(*line.entry, entry, fields)) continue;
    is_set = true;
    if (!line.entry->is_same(entry)) line = {text_of(entry), entry};
  }
  if (!is_set) lines_.push_back({text_of(entry), entry});
}

void Fstab::remove(const FstabEntry& like, const std::vector<std::string>& fields) {
  std::erase_if(lines_, [&](const Line& line) { return line.entry && is_equal(*line.entry, like, fields); });
}

void Fstab::save() {
  std::string text;
  for (const Line& line : lines_) text += line.text + "\n";
  host_.replace_file(path_, text, {});
}

std::vector<std::string> fstab_fields(const std::vector<std::string>& match_on, const std::string& type) {
  if (match_on != std::vector<std::string>{"auto"}) return match_on;
  static const std::set<std::string> without_device{"none",       "tmpfs",    "sysfs",  "proc", "fusectl",
                                                    "debugfs",    "securityfs", "devtmpfs", "cgroup", "nfs",
                                                    "nfs4",       "glusterfs", "btrfs"};
  return {without_device.count(type) ? "name" : "device"};
}

}  // namespace halite::states
