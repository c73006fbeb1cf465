#include "tests/support/fake_host.h"

#include <cerrno>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string below(const std::string& directory) { return directory == "/" ? "/" : directory + "/"; }

[[noreturn]] void absent(std::string_view doing, const std::string& path) {
  throw system_error(ENOENT, fmt::format("{} {}", doing, path));
}

std::optional<Account> parse_account(const std::string& line) {
  const auto column = split(line, ':');
  if (column.size() < 7) return std::nullopt;
  return Account{column[0], static_cast<uid_t>(parse_int(column[2]).value_or(0)),
                 static_cast<gid_t>(parse_int(column[3]).value_or(0)), column[4], column[5], column[6]};
}

std::optional<AccountGroup> parse_group(const std::string& line) {
  const auto column = split(line, ':');
  if (column.size() < 4) return std::nullopt;
  AccountGroup group{column[0], static_cast<gid_t>(parse_int(column[2]).value_or(0)), {}};
  if (!column[3].empty()) group.members = split(column[3], ',');
  return group;
}

template <class Entry, class Parse, class Matches>
std::optional<Entry> look_up(FakeHost& host, const std::string& database, Parse parse, Matches matches) {
  for (const auto& line : split_lines(host.read_file_if_exists(database).value_or("")))
    if (auto entry = parse(line); entry && matches(*entry)) return entry;
  return std::nullopt;
}

}  // namespace

void FakeHost::add_directory(const std::string& path, unsigned mode, uid_t uid, gid_t gid) {
  nodes[path] = Node{FileType::directory, "", mode, uid, gid, 0};
}

CommandResult FakeHost::result(int exit_code, std::string output, std::string error) {
  CommandResult made;
  made.exit_code = exit_code;
  made.output = std::move(output);
  made.error = std::move(error);
  return made;
}

std::optional<FakeHost::Node> FakeHost::node(const std::string& path) const {
  const auto described = nodes.find(path);
  const auto file = files.find(path);
  if (file != files.end()) {
    Node found = described == nodes.end() ? Node{} : described->second;
    found.type = FileType::regular;
    found.content = file->second;
    return found;
  }
  if (described != nodes.end()) return described->second;
  if (is_directory(path)) return Node{FileType::directory, "", 0755, 0, 0, 0};
  return std::nullopt;
}

// A directory exists when it was added or when anything lies below it.
bool FakeHost::is_directory(const std::string& path) const {
  if (path == "/") return true;
  const auto described = nodes.find(path);
  if (described != nodes.end()) return described->second.type == FileType::directory;
  const std::string prefix = below(path);
  const auto file = files.lower_bound(prefix);
  if (file != files.end() && file->first.starts_with(prefix)) return true;
  const auto next = nodes.lower_bound(prefix);
  return next != nodes.end() && next->first.starts_with(prefix);
}

std::string FakeHost::resolve(const std::string& path) const {
  constexpr int link_limit = 8;
  std::string at = path;
  for (int i = 0; i < link_limit; ++i) {
    const auto found = node(at);
    if (!found || found->type != FileType::symlink) return at;
    at = found->content.starts_with('/') ? found->content : below(parent_of(at)) + found->content;
  }
  throw system_error(ELOOP, "following " + path);
}

void FakeHost::require_parent(const std::string& path) const {
  if (!is_directory(resolve(parent_of(path)))) absent("writing", path);
}

void FakeHost::fail_if_told(const std::string& path) const {
  const auto told = write_errors.find(path);
  if (told != write_errors.end()) throw system_error(told->second, "writing " + path);
}

bool FakeHost::lives() {
  if (is_dead_) return false;
  if (dies_before && steps >= *dies_before) {
    is_dead_ = true;
    throw Death{};
  }
  ++steps;
  return true;
}

void FakeHost::revive() {
  is_dead_ = false;
  dies_before.reset();
}

void FakeHost::put(const std::string& path, Node made) {
  ++changes;
  if (made.type == FileType::regular) {
    files[path] = std::move(made.content);
    made.content.clear();
  } else {
    files.erase(path);
  }
  nodes[path] = std::move(made);
}

std::optional<FileStatus> FakeHost::status(const std::string& path) {
  const auto found = node(path);
  if (!found) return std::nullopt;
  FileStatus status;
  status.type = found->type;
  status.mode = found->mode;
  status.uid = found->uid;
  status.gid = found->gid;
  status.size_bytes = static_cast<std::int64_t>(found->content.size());
  status.mtime_s = found->mtime_s;
  status.atime_s = found->atime_s;
  status.inode = found->inode != 0 ? found->inode : std::hash<std::string>()(path);
  if (found->inode != 0) status.links = 2;
  return status;
}

std::optional<FileStatus> FakeHost::status_of_target(const std::string& path) { return status(resolve(path)); }

std::string FakeHost::read_file(const std::string& path) {
  auto content = read_file_if_exists(path);
  if (!content) absent("reading", path);
  return *content;
}

std::optional<std::string> FakeHost::read_file_if_exists(const std::string& path) {
  const auto found = node(resolve(path));
  if (!found) return std::nullopt;
  if (found->type == FileType::directory) throw system_error(EISDIR, "reading " + path);
  return found->content;
}

std::string FakeHost::read_symlink(const std::string& path) {
  const auto found = node(path);
  if (!found) absent("reading the link", path);
  if (found->type != FileType::symlink) throw system_error(EINVAL, "reading the link " + path);
  return found->content;
}

std::vector<std::string> FakeHost::list_directory(const std::string& path) {
  if (!is_directory(path)) absent("listing", path);
  const std::string prefix = below(path);
  std::map<std::string, bool> names;
  const auto collect = [&](const auto& table) {
    for (auto it = table.lower_bound(prefix); it != table.end() && it->first.starts_with(prefix); ++it) {
      const std::string rest = it->first.substr(prefix.size());
      if (!rest.empty()) names[rest.substr(0, rest.find('/'))] = true;
    }
  };
  collect(files);
  collect(nodes);
  std::vector<std::string> sorted;
  for (const auto& [name, _] : names) sorted.push_back(name);
  return sorted;
}

void FakeHost::replace_file(const std::string& path, std::string_view content, const FileAttributes& attributes) {
  if (!lives()) return;
  require_parent(path);
  fail_if_told(path);
  const auto old = node(path);
  Node made = old && old->type == FileType::regular ? *old : Node{};
  made.inode = 0;
  made.content = content;
  made.mode = attributes.mode.value_or(made.mode);
  made.uid = attributes.uid.value_or(made.uid);
  made.gid = attributes.gid.value_or(made.gid);
  put(path, std::move(made));
}

void FakeHost::copy_file(const std::string& from, const std::string& to, const FileAttributes& attributes) {
  const auto source = node(from);
  if (!source) absent("reading", from);
  if (source->type != FileType::regular) throw system_error(EINVAL, "reading " + from);
  replace_file(to, source->content, attributes);
}

void FakeHost::append_file(const std::string& path, std::string_view content) {
  const std::string old = read_file_if_exists(path).value_or("");
  replace_file(path, old + std::string(content), {});
}

void FakeHost::make_directory(const std::string& path, const FileAttributes& attributes) {
  if (!lives()) return;
  require_parent(path);
  fail_if_told(path);
  if (node(path)) throw system_error(EEXIST, "making the directory " + path);
  put(path, Node{FileType::directory, "", attributes.mode.value_or(0755), attributes.uid.value_or(0),
                 attributes.gid.value_or(0), 0});
}

void FakeHost::make_symlink(const std::string& path, const std::string& target) {
  if (!lives()) return;
  require_parent(path);
  fail_if_told(path);
  put(path, Node{FileType::symlink, target, 0777, 0, 0, 0});
}

void FakeHost::make_hardlink(const std::string& path, const std::string& existing) {
  if (!lives()) return;
  require_parent(path);
  auto found = node(existing);
  if (!found) absent("linking", existing);
  if (node(path)) throw system_error(EEXIST, "making the hard link " + path);
  if (found->inode == 0) found->inode = std::hash<std::string>()(existing);
  put(existing, *found);
  put(path, *found);
}

void FakeHost::rename(const std::string& from, const std::string& to) {
  if (!lives()) return;
  require_parent(to);
  fail_if_told(to);
  move(from, to);
}

void FakeHost::move(const std::string& from, const std::string& to) {
  const auto found = node(from);
  if (!found) absent("renaming", from);
  put(to, *found);
  if (found->type == FileType::directory)
    for (const auto& name : list_directory(from)) move(below(from) + name, below(to) + name);
  files.erase(from);
  nodes.erase(from);
}

void FakeHost::remove_file(const std::string& path) {
  if (!lives()) return;
  const auto found = node(path);
  if (!found) absent("removing", path);
  if (found->type == FileType::directory) throw system_error(EISDIR, "removing " + path);
  ++changes;
  files.erase(path);
  nodes.erase(path);
}

void FakeHost::remove_directory(const std::string& path) {
  if (!lives()) return;
  if (!list_directory(path).empty()) throw system_error(ENOTEMPTY, "removing the directory " + path);
  ++changes;
  nodes.erase(path);
}

void FakeHost::remove_tree(const std::string& path) {
  if (!lives()) return;
  if (!node(path)) absent("removing", path);
  ++changes;
  const auto is_inside = [&](const auto& entry) {
    return entry.first == path || entry.first.starts_with(below(path));
  };
  std::erase_if(files, is_inside);
  std::erase_if(nodes, is_inside);
}

void FakeHost::set_attributes(const std::string& path, const FileAttributes& attributes) {
  if (!lives()) return;
  auto found = node(path);
  if (!found) absent("changing", path);
  fail_if_told(path);
  found->mode = attributes.mode.value_or(found->mode);
  found->uid = attributes.uid.value_or(found->uid);
  found->gid = attributes.gid.value_or(found->gid);
  put(path, std::move(*found));
}

void FakeHost::set_times(const std::string& path, std::optional<std::int64_t> atime_s, std::int64_t mtime_s) {
  if (!lives()) return;
  auto found = node(path);
  if (!found) absent("changing", path);
  found->atime_s = atime_s.value_or(found->atime_s);
  found->mtime_s = mtime_s;
  put(path, std::move(*found));
}

std::optional<Account> FakeHost::user(const std::string& name) {
  return look_up<Account>(*this, "/etc/passwd", parse_account, [&](const Account& it) { return it.name == name; });
}

std::optional<Account> FakeHost::user(uid_t uid) {
  return look_up<Account>(*this, "/etc/passwd", parse_account, [&](const Account& it) { return it.uid == uid; });
}

std::optional<AccountGroup> FakeHost::group(const std::string& name) {
  return look_up<AccountGroup>(*this, "/etc/group", parse_group,
                               [&](const AccountGroup& it) { return it.name == name; });
}

std::optional<AccountGroup> FakeHost::group(gid_t gid) {
  return look_up<AccountGroup>(*this, "/etc/group", parse_group, [&](const AccountGroup& it) { return it.gid == gid; });
}

CommandResult FakeHost::execute(const Command& command) {
  if (!lives()) return result(137);
  ran.push_back(command.argv);
  const std::string& name = command.argv.at(0);
  auto program = programs.find(name);
  if (program == programs.end()) program = programs.find(name.substr(name.rfind('/') + 1));
  if (program == programs.end()) throw Error(ErrorKind::not_found, "there is no program '{}' on this host", name);
  return program->second(command);
}

std::optional<std::string> FakeHost::find_program(const std::string& name) {
  if (!programs.contains(name)) return std::nullopt;
  return name.starts_with('/') ? name : "/usr/bin/" + name;
}

std::optional<UnitStatus> FakeHost::unit_status(const std::string& unit) {
  if (!units) return std::nullopt;
  const auto found = units->find(unit);
  return found != units->end() ? found->second : UnitStatus{"not-found", "inactive", "", false};
}

std::chrono::steady_clock::time_point FakeHost::steady_now() {
  return std::chrono::steady_clock::time_point(clock.time_since_epoch());
}

}  // namespace halite
