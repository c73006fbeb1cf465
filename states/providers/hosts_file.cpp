#include "states/providers/hosts_file.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr const char* path = "/etc/hosts";

}  // namespace

bool is_ip_address(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  const std::string address = text.substr(0, text.find('%'));
  return ::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

HostsFile::HostsFile(Host& host) : host_(host) {
  for (const auto& text : split_lines(host.read_file_if_exists(path).value_or(""))) {
    Line line{text, std::nullopt};
    const std::size_t hash = text.find('#');
    const auto words = split_words(text.substr(0, hash));
    if (!words.empty()) {
      line.entry = Entry{words[0], {words.begin() + 1, words.end()}, ""};
      if (hash != std::string::npos) line.entry->comment = trim(text.substr(hash + 1));
    }
    lines_.push_back(std::move(line));
  }
}

std::vector<HostsFile::Entry> HostsFile::entries() const {
  std::vector<Entry> result;
  for (const Line& line : lines_) {
    if (!line.entry) continue;
    const auto known = std::find_if(result.begin(), result.end(),
                                    [&](const Entry& one) { return one.address == line.entry->address; });
    if (known == result.end()) {
      result.push_back(*line.entry);
      continue;
    }
    known->names.insert(known->names.end(), line.entry->names.begin(), line.entry->names.end());
    if (!line.entry->comment.empty()) known->comment = line.entry->comment;
  }
  return result;
}

std::optional<HostsFile::Entry> HostsFile::find(const std::string& address) const {
  for (auto& entry : entries())
    if (entry.address == address) return entry;
  return std::nullopt;
}

bool HostsFile::has(const std::string& address, const std::string& name) const {
  const auto entry = find(address);
  return entry && std::find(entry->names.begin(), entry->names.end(), name) != entry->names.end();
}

std::vector<std::string> HostsFile::comment_lines() const {
  std::vector<std::string> result;
  for (const Line& line : lines_)
    if (!line.entry && trim(line.text).starts_with('#')) result.push_back(line.text);
  return result;
}

HostsFile::Line HostsFile::line_of(Entry entry) {
  std::string text = entry.address + "\t\t" + join(entry.names, " ");
  if (!entry.comment.empty()) text += "\t\t# " + entry.comment;
  return {std::move(text), std::move(entry)};
}

void HostsFile::add(const std::string& address, const std::string& name) {
  if (has(address, name)) return;
  for (Line& line : lines_)
    if (line.entry && line.entry->address == address) {
      line.entry->names.push_back(name);
      line = line_of(*line.entry);
      return;
    }
  lines_.push_back(line_of({address, {name}, ""}));
}

void HostsFile::remove(const std::string& address, const std::string& name) {
  for (Line& line : lines_)
    if (line.entry && line.entry->address == address && std::erase(line.entry->names, name) > 0)
      line = line_of(*line.entry);
  std::erase_if(lines_, [&](const Line& line) {
    return line.entry && line.entry->address == address && line.entry->names.empty();
  });
}

void HostsFile::set(const std::string& address, const std::vector<std::string>& names, const std::string& comment) {
  bool is_set = names.empty();
  std::erase_if(lines_, [&](Line& line) {
    if (!line.entry || line.entry->address != address) return false;
    if (is_set) return true;
    is_set = true;
    line = line_of({address, names, comment.empty() ? line.entry->comment : comment});
    return false;
  });
  if (!is_set) lines_.push_back(line_of({address, names, comment}));
}

void HostsFile::set_comment(const std::string& address, const std::string& comment) {
  for (Line& line : lines_)
    if (line.entry && line.entry->address == address) {
      line.entry->comment = comment;
      line = line_of(*line.entry);
      return;
    }
}

void HostsFile::save() {
  std::string text;
  for (const Line& line : lines_) text += line.text + "\n";
  host_.replace_file(path, text, {});
}

}  // namespace halite::states
