#include "states/providers/packages.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr const char* status_path = "/var/lib/dpkg/status";

// The value of "Name: value", or nothing when the line is another field's.
std::string_view field(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return {};
  return trim(line.substr(name.size()));
}

struct Entry {
  std::string name, architecture;
  Package package;
};

void add(Entry& entry, PackageMap& packages) {
  if (!entry.name.empty()) {
    if (!entry.architecture.empty()) packages[entry.name + ":" + entry.architecture] = entry.package;
    Package& plain = packages[entry.name];
    if (plain.version.empty()) plain = entry.package;
  }
  entry = Entry();
}

// "install ok installed": what is wanted, whether it is sound, what it is.
void read_state(std::string_view text, Package& package, bool& is_installed) {
  const auto words = split_words(text);
  if (words.size() != 3) return;
  package.is_held = words[0] == "hold";
  package.has_config = words[2] == "config-files";
  is_installed = words[2] == "installed" || words[2].starts_with("trigger");
}

std::shared_ptr<const PackageMap> parse_status(const std::string& text) {
  auto packages = std::make_shared<PackageMap>();
  Entry entry;
  bool is_installed = false;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line(text.data() + start, end - start);
    start = end + 1;
    if (line.empty()) {
      add(entry, *packages);
      is_installed = false;
    } else if (line[0] == 'P') {
      if (const auto name = field(line, "Package:"); !name.empty()) entry.name = name;
    } else if (line[0] == 'S') {
      if (const auto state = field(line, "Status:"); !state.empty()) read_state(state, entry.package, is_installed);
    } else if (line[0] == 'A') {
      if (const auto name = field(line, "Architecture:"); !name.empty()) entry.architecture = name;
    } else if (line[0] == 'V' && is_installed) {
      if (const auto version = field(line, "Version:"); !version.empty()) entry.package.version = version;
    }
  }
  add(entry, *packages);
  return packages;
}

}  // namespace

std::shared_ptr<const PackageMap> Packages::all() {
  const auto status = host_->status(status_path);
  if (!status)
    throw Error(ErrorKind::unavailable, "there is no {}: packages are managed on Debian and its kind", status_path);
  const std::string stamp = fmt::format("{} {} {}", status->inode, status->mtime_s, status->size_bytes);
  if (!known_ || stamp != stamp_) known_ = parse_status(host_->read_file(status_path));
  stamp_ = stamp;
  return known_;
}

std::map<std::string, std::string> Packages::candidates(const std::vector<std::string>& names) {
  Argv argv{"apt-cache", "policy", "--"};
  argv.insert(argv.end(), names.begin(), names.end());
  std::map<std::string, std::string> result;
  std::string name;
  for (const auto& line : split_lines(host_->run(argv))) {
    if (!line.empty() && line[0] != ' ' && line.ends_with(':')) name = line.substr(0, line.size() - 1);
    const std::string_view text = trim(line);
    constexpr std::string_view word = "Candidate: ";
    if (text.starts_with(word) && text.substr(word.size()) != "(none)") result[name] = text.substr(word.size());
  }
  return result;
}

void Packages::refresh(bool again) {
  if (is_refreshed_ && !again) return;
  apt_get({"update"});
  is_refreshed_ = true;
}

void Packages::apt_get(const Argv& words) {
  Command command;
  command.argv = {
      "apt-get", "-q", "-y", "-o", "DPkg::Options::=--force-confold", "-o", "DPkg::Options::=--force-confdef"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.environment = {{"DEBIAN_FRONTEND", "noninteractive"},
                         {"APT_LISTCHANGES_FRONTEND", "none"},
                         {"APT_LISTBUGS_FRONTEND", "none"},
                         {"UCF_FORCE_CONFFOLD", "1"}};
  const CommandResult result = host_->execute(command);
  known_ = nullptr;
  if (result.exit_code == 0) return;
  throw Error(ErrorKind::unavailable, "apt-get {} ended with code {}: {}", words.at(0), result.exit_code,
              trim(result.error));
}

void Packages::hold(const std::string& name, bool held) {
  host_->run({"apt-mark", held ? "hold" : "unhold", name});
  known_ = nullptr;
}

}  // namespace halite::states
