#include "states/providers/packages.h"

#include <algorithm>
#include <cctype>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr const char* status_path = "/var/lib/dpkg/status";
constexpr const char* lists_path = "/var/lib/apt/lists";
constexpr int lock_tries = 10;

// The value of "Name: value", or nothing when the line is another field's.
std::string_view field(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return {};
  return trim(line.substr(name.size()));
}

struct Entry {
  std::string name, architecture, version, want, state;
};

Package package_of(const Entry& entry) {
  Package package;
  const bool is_installed = entry.state == "installed" || entry.state.starts_with("trigger");
  if (is_installed) package.version = entry.version;
  if (entry.state == "config-files") package.kept_version = entry.version;
  package.is_held = entry.want == "hold";
  package.is_to_be_purged = is_installed && entry.want == "purge";
  return package;
}

void add(Entry& entry, PackageMap& packages) {
  if (!entry.name.empty()) {
    const Package package = package_of(entry);
    if (!entry.architecture.empty()) packages[entry.name + ":" + entry.architecture] = package;
    Package& plain = packages[entry.name];
    if (plain.version.empty()) plain = package;
  }
  entry = Entry();
}

// "install ok installed": what is wanted, whether it is sound, what it is.
void read_state(std::string_view text, Entry& entry) {
  const auto words = split_words(text);
  if (words.size() != 3) return;
  entry.want = words[0];
  entry.state = words[2];
}

std::shared_ptr<PackageMap> parse_status(const std::string& text) {
  auto packages = std::make_shared<PackageMap>();
  Entry entry;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line(text.data() + start, end - start);
    start = end + 1;
    if (line.empty()) {
      add(entry, *packages);
    } else if (line[0] == 'P') {
      if (const auto name = field(line, "Package:"); !name.empty()) entry.name = name;
    } else if (line[0] == 'S') {
      if (const auto state = field(line, "Status:"); !state.empty()) read_state(state, entry);
    } else if (line[0] == 'A') {
      if (const auto name = field(line, "Architecture:"); !name.empty()) entry.architecture = name;
    } else if (line[0] == 'V') {
      if (const auto version = field(line, "Version:"); !version.empty()) entry.version = version;
    }
  }
  add(entry, *packages);
  return packages;
}

Argv apt_words(const AptOptions& options) {
  Argv words{"apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120"};
  if (options.new_config_files)
    words.insert(words.end(), {"-o", "DPkg::Options::=--force-confnew"});
  else
    words.insert(words.end(), {"-o", "DPkg::Options::=--force-confold", "-o", "DPkg::Options::=--force-confdef"});
  if (options.force_yes)
    words.insert(words.end(), {"--allow-downgrades", "--allow-remove-essential", "--allow-change-held-packages"});
  return words;
}

std::map<std::string, std::string> never_asking() {
  return {{"DEBIAN_FRONTEND", "noninteractive"},
          {"APT_LISTCHANGES_FRONTEND", "none"},
          {"APT_LISTBUGS_FRONTEND", "none"},
          {"UCF_FORCE_CONFFOLD", "1"}};
}

// "Inst nginx [1.0] (1.2 Debian:12 [amd64])" and "Remv nginx [1.0]".
void add_move(const std::string& line, Moves& moves) {
  const auto words = split_words(line);
  if (words.size() < 3 || (words[0] != "Inst" && words[0] != "Remv" && words[0] != "Purg")) return;
  Move move;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i].starts_with('[') && move.old.empty() && move.now.empty()) move.old = trim(words[i].substr(1));
    if (words[i].starts_with('(') && words[0] == "Inst" && move.now.empty()) move.now = words[i].substr(1);
  }
  while (!move.old.empty() && move.old.back() == ']') move.old.pop_back();
  while (!move.now.empty() && move.now.back() == ')') move.now.pop_back();
  moves[words[1]] = move;
}

void make(const Moves& moves, PackageMap& packages) {
  for (const auto& [name, move] : moves) {
    Package& package = packages[name];
    if (move.now.empty()) package.kept_version = package.version;
    package.version = move.now;
  }
}

bool is_version_line(const std::string& line) {
  return (line.starts_with("     ") || line.starts_with(" *** ")) && line.size() > 5 && line[5] != ' ';
}

}  // namespace

std::shared_ptr<const PackageMap> Packages::all() {
  const auto status = host_->status(status_path);
  if (!status)
    throw Error(ErrorKind::unavailable, "there is no {}: packages are managed on Debian and its kind", status_path);
  const std::string stamp = fmt::format("{} {} {}", status->inode, status->mtime_s, status->size_bytes);
  if (!known_ || stamp != stamp_) {
    auto packages = parse_status(host_->read_file(status_path));
    make(rehearsed_, *packages);
    known_ = std::move(packages);
  }
  stamp_ = stamp;
  return known_;
}

std::map<std::string, Available> Packages::available(const std::vector<std::string>& names,
                                                     const std::string& release) {
  std::map<std::string, Available> result;
  if (names.empty()) return result;
  Argv argv{"apt-cache", "policy"};
  if (!release.empty()) argv.insert(argv.end(), {"-o", "APT::Default-Release=" + release});
  argv.push_back("--");
  argv.insert(argv.end(), names.begin(), names.end());
  Available* at = nullptr;
  for (const auto& line : split_lines(host_->run(argv))) {
    if (!line.empty() && line[0] != ' ' && line.ends_with(':')) at = &result[line.substr(0, line.size() - 1)];
    if (!at) continue;
    const std::string_view text = trim(line);
    constexpr std::string_view word = "Candidate: ";
    if (text.starts_with(word) && text.substr(word.size()) != "(none)") at->candidate = text.substr(word.size());
    if (is_version_line(line)) at->versions.push_back(split_words(line.substr(5)).at(0));
  }
  return result;
}

std::map<std::string, std::string> Packages::upgrades(bool may_remove, const std::string& release) {
  Argv argv{"apt-get", "-s", may_remove ? "dist-upgrade" : "upgrade"};
  if (!release.empty()) argv.insert(argv.end(), {"-o", "APT::Default-Release=" + release});
  std::map<std::string, std::string> result;
  for (const auto& line : split_lines(host_->run(argv))) {
    const auto words = split_words(line);
    if (words.size() > 2 && words[0] == "Conf" && words[2].starts_with('(')) result[words[1]] = words[2].substr(1);
  }
  return result;
}

std::string Packages::refresh(bool again, std::chrono::seconds valid_for) {
  if (is_refreshed_ && !again) return "";
  if (valid_for.count() > 0)
    if (const auto lists = host_->status(lists_path)) {
      const auto now = std::chrono::duration_cast<std::chrono::seconds>(host_->now().time_since_epoch()).count();
      if (lists->mtime_s + valid_for.count() > now) return "";
    }
  std::string output = apt_get({"update"});
  is_refreshed_ = true;
  return output;
}

CommandResult Packages::run_apt(const Argv& words, const AptOptions& options) {
  Command command;
  command.argv = apt_words(options);
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.environment = never_asking();
  CommandResult result = host_->execute(command);
  // The lists have a lock of their own, for which apt does not wait.
  for (int i = 1; i <= lock_tries && result.error.find("Could not get lock") != std::string::npos; ++i) {
    host_->sleep(std::chrono::seconds(2 * i));
    result = host_->execute(command);
  }
  known_ = nullptr;
  return result;
}

void Packages::finish_configuration(const AptOptions& options) {
  Command command;
  command.argv = {"dpkg", options.new_config_files ? "--force-confnew" : "--force-confold", "--force-confdef", "--configure", "-a"};
  command.environment = never_asking();
  const CommandResult result = host_->execute(command);
  if (result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "an installation was interrupted, and dpkg --configure -a ended with code {}: {}",
                result.exit_code, trim(result.error));
}

std::string Packages::apt_get(const Argv& words, const AptOptions& options) {
  CommandResult result = run_apt(words, options);
  // A run before was cut off in the middle, by a crash or a kill: what it began is finished first.
  if (result.exit_code != 0 && result.error.find("dpkg was interrupted") != std::string::npos) {
    finish_configuration(options);
    result = run_apt(words, options);
  }
  if (result.exit_code == 0) return std::move(result.output);
  throw Error(ErrorKind::unavailable, "apt-get {} ended with code {}: {}", words.at(0), result.exit_code,
              trim(result.error));
}

std::optional<Moves> Packages::simulate(const Argv& words) {
  Argv simulated{"-s"};
  simulated.insert(simulated.end(), words.begin(), words.end());
  const CommandResult result = run_apt(simulated, {});
  if (result.exit_code != 0) return std::nullopt;
  Moves moves;
  for (const auto& line : split_lines(result.output)) add_move(line, moves);
  // apt knows nothing of what earlier states would have done.
  std::erase_if(moves, [&](const auto& entry) {
    const auto made = rehearsed_.find(entry.first);
    return made != rehearsed_.end() && made->second == entry.second;
  });
  return moves;
}

void Packages::rehearse(const Moves& moves) {
  for (const auto& [name, move] : moves) rehearsed_[name] = move;
  known_ = nullptr;
}

void Packages::hold(const std::vector<std::string>& names, bool held) {
  if (names.empty()) return;
  Argv argv{"apt-mark", held ? "hold" : "unhold"};
  argv.insert(argv.end(), names.begin(), names.end());
  host_->run(argv);
  known_ = nullptr;
}

Moves moves_between(const PackageMap& before, const PackageMap& after) {
  Moves moves;
  const auto version_in = [](const PackageMap& packages, const std::string& name) {
    const auto found = packages.find(name);
    return found == packages.end() ? std::string() : found->second.version;
  };
  for (const auto* packages : {&before, &after})
    for (const auto& [name, package] : *packages) {
      if (name.find(':') != std::string::npos) continue;
      Move move{version_in(before, name), version_in(after, name)};
      if (move.old != move.now) moves[name] = std::move(move);
    }
  return moves;
}

const std::string& checked_package(const std::string& name) {
  const bool is_sound = !name.empty() && std::isalnum(static_cast<unsigned char>(name[0])) &&
                        std::all_of(name.begin(), name.end(), [](char c) {
                          return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '-' || c == '.' ||
                                 c == ':' || c == '_';
                        });
  if (!is_sound) throw Error(ErrorKind::invalid, "'{}' is no name of a package", escape_control(name));
  return name;
}

std::string normal_package(const std::string& name, const std::string& architecture) {
  const std::size_t colon = name.rfind(':');
  if (colon == std::string::npos) return name;
  const std::string own = name.substr(colon + 1);
  return own == architecture || own == "all" || own == "any" ? name.substr(0, colon) : name;
}

}  // namespace halite::states
