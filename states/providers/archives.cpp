#include "states/providers/archives.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/bytes.h"
#include "states/providers/paths.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

// Runs bsdtar. A password goes to its standard input, which it reads when it has no terminal: a command line could be
// read by all users.
std::string run_bsdtar(std::vector<std::string> arguments, const ArchiveRequest& request, World& world) {
  Command command{.argv = {"bsdtar"}};
  if (!request.password.empty()) {
    command.argv = {"setsid", "--wait", "bsdtar"};
    command.input = request.password + "\n";
  }
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.environment = {{"LANG", "C.UTF-8"}, {"LC_ALL", "C.UTF-8"}};
  command.is_cancelled = world.is_cancelled;
  const CommandResult result = world.own_files.execute(command);
  if (result.exit_code == 0) return result.output;
  if (result.error.find("assphrase") != std::string::npos)
    throw Error(ErrorKind::invalid, "Archive {} is password-protected, but {}", request.path,
                request.password.empty() ? "no password was specified. Please set the 'password' argument."
                                         : "the password that was specified does not open it.");
  throw Error(ErrorKind::invalid, "Archive {} can't be read: {}", request.path,
              join(split_lines(strip(result.error)), "; "));
}

// "\303\274" is a byte in octal.
std::string without_octal(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool is_octal = word[i] == '\\' && i + 3 < word.size() && word[i + 1] >= '0' && word[i + 1] <= '3';
    if (!is_octal) {
      text += word[i];
      continue;
    }
    text += static_cast<char>((word[i + 1] - '0') * 64 + (word[i + 2] - '0') * 8 + (word[i + 3] - '0'));
    i += 3;
  }
  return text;
}

FileType type_of(const std::string& word) {
  if (word == "dir") return FileType::directory;
  if (word == "link") return FileType::symlink;
  if (word == "fifo") return FileType::fifo;
  if (word == "socket") return FileType::socket;
  if (word == "char") return FileType::character_device;
  return word == "block" ? FileType::block_device : FileType::regular;
}

// The path below the destination; empty for what strip_components takes away.
std::string stripped(const std::string& path, int count) {
  std::vector<std::string> parts;
  for (const auto& part : split(path, '/'))
    if (!part.empty() && part != "." && part != "..") parts.push_back(part);
  if (parts.size() <= static_cast<std::size_t>(count)) return "";
  return join({parts.begin() + count, parts.end()}, "/");
}

// A line of an mtree: "./path mode=644 type=file".
std::optional<ArchiveEntry> parse_line(const std::string& line, int strip_components) {
  const auto words = split_words(line);
  if (words.empty() || words[0].starts_with('#')) return std::nullopt;
  ArchiveEntry entry;
  entry.path = stripped(without_octal(words[0]), strip_components);
  if (entry.path.empty()) return std::nullopt;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].starts_with("type=")) entry.type = type_of(words[i].substr(5));
    if (words[i].starts_with("link=")) entry.target = without_octal(words[i].substr(5));
    if (words[i].starts_with("mode="))
      entry.mode = static_cast<unsigned>(std::strtoul(words[i].c_str() + 5, nullptr, 8)) & 07777;
  }
  return entry;
}

void add_exclusions(std::vector<std::string>& arguments, const ArchiveRequest& request) {
  for (const auto& pattern : request.exclude) arguments.push_back("--exclude=" + pattern);
}

// Moves what is unpacked to its places, directory by directory.
class Placing {
 public:
  Placing(World& world, std::uint64_t staging_device) : world_(world), staging_device_(staging_device) {}

  void place(const std::string& from, const std::string& to, const std::string& relative) {
    for (const auto& name : world_.own_files.list_directory(from)) {
      const std::string path = relative.empty() ? name : relative + "/" + name;
      const auto status = world_.own_files.status(from + "/" + name);
      if (!status) continue;
      placed_.push_back(path);
      if (status->type == FileType::directory)
        directory(from + "/" + name, to + "/" + name, *status, path);
      else
        file(from + "/" + name, to + "/" + name, *status);
    }
  }

  std::vector<std::string> placed() { return std::move(placed_); }

 private:
  void directory(const std::string& from, const std::string& to, const FileStatus& status,
                 const std::string& relative) {
    const FileAttributes attributes{.mode = status.mode, .uid = status.uid, .gid = status.gid};
    const auto there = world_.host.status_of_target(to);
    if (!there)
      world_.host.make_directory(to, attributes);
    else if (world_.host.status(to)->type != FileType::symlink)
      world_.host.set_attributes(to, attributes);
    place(from, to, relative);
  }

  void file(const std::string& from, const std::string& to, const FileStatus& status) {
    const auto there = world_.host.status_of_target(parent_of(to));
    if (there && there->device == staging_device_) return world_.host.rename(from, to);
    copy_path(from, to, world_);
    if (status.type == FileType::regular) world_.host.set_times(to, {}, status.mtime_s);
  }

  World& world_;
  std::uint64_t staging_device_;
  std::vector<std::string> placed_;
};

}  // namespace

std::vector<ArchiveEntry> list_archive(const ArchiveRequest& request, World& world) {
  std::vector<std::string> arguments{"-cf", "-", "--format=mtree", "--options=mtree:!all,type,mode,link"};
  add_exclusions(arguments, request);
  arguments.push_back("@" + request.path);
  std::vector<ArchiveEntry> entries;
  for (const auto& line : split_lines(run_bsdtar(std::move(arguments), request, world)))
    if (auto entry = parse_line(line, request.strip_components)) entries.push_back(std::move(*entry));
  return entries;
}

std::vector<std::string> extract_archive(const ArchiveRequest& request, const std::string& destination, World& world) {
  Host& own = world.own_files;
  const std::string staging = world.cache_directory + "/extract-" + to_hex(crypto::random_bytes(8));
  make_private_parents(staging, own);
  own.make_directory(staging, {.mode = 0700, .uid = {}, .gid = {}});
  const auto clean_up = [&] {
    if (own.status(staging)) own.remove_tree(staging);
  };
  try {
    std::vector<std::string> arguments{"-xf", request.path, "-C", staging};
    arguments.emplace_back(request.keep_owners ? "--same-owner" : "--no-same-owner");
    arguments.emplace_back(request.keep_modes ? "--same-permissions" : "--no-same-permissions");
    if (request.strip_components > 0)
      arguments.push_back("--strip-components=" + std::to_string(request.strip_components));
    add_exclusions(arguments, request);
    run_bsdtar(std::move(arguments), request, world);
    // What is renamed next must be on disk first.
    own.run({"sync", "--file-system", staging});
    Placing placing(world, own.status(staging)->device);
    placing.place(staging, destination == "/" ? "" : destination, "");
    clean_up();
    return placing.placed();
  } catch (...) {
    clean_up();
    throw;
  }
}

std::string archive_format_of(const std::string& name) {
  const std::string lower = to_lower(name);
  for (const char* end :
       {"tar", "tar.gz", "tgz", "tar.bz2", "tbz2", "tbz", "tar.xz", "txz", "tar.lzma", "tlz", "tar.zst", "tzst"})
    if (lower.ends_with(std::string(".") + end)) return "tar";
  for (const char* end : {"zip", "rar"})
    if (lower.ends_with(std::string(".") + end)) return end;
  return "";
}

}  // namespace halite::states
