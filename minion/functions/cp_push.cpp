// cp.push, cp.push_dir: files of this machine to the master, where its option file_recv is on.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/providers/paths.h"

namespace halite::minion {
namespace {

using states::World;

constexpr std::size_t part_bytes = 256 << 10;
constexpr std::int64_t size_limit_bytes = std::int64_t{1} << 30;  // the file is held in memory
constexpr int link_limit = 40;

struct Push {
  std::string path, upload_path, glob;
  bool keep_symlinks = false, remove_source = false;
};

bool may_be_pushed(const std::string& path) {
  return path.starts_with('/') && path.find("../") == std::string::npos && !path.ends_with("/..");
}

// The same file without a symlink on the way.
std::string real_path(const std::string& path, Host& host) {
  std::string done;
  std::vector<std::string> parts = split(path, '/');
  std::reverse(parts.begin(), parts.end());
  for (int links = 0; !parts.empty();) {
    const std::string part = parts.back();
    parts.pop_back();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      done.erase(std::min(done.rfind('/'), done.size()));
      continue;
    }
    const auto status = host.status(done + "/" + part);
    if (!status || status->type != FileType::symlink) {
      done += "/" + part;
      continue;
    }
    if (++links > link_limit) throw Error(ErrorKind::invalid, "{} leads through more than {} symlinks", path, link_limit);
    const std::string target = host.read_symlink(done + "/" + part);
    if (target.starts_with('/')) done.clear();
    auto more = split(target, '/');
    parts.insert(parts.end(), more.rbegin(), more.rend());
  }
  return done.empty() ? "/" : done;
}

List parts_of(const std::string& path) {
  List parts;
  for (const auto& part : split(states::normal_path("/" + path), '/'))
    if (!part.empty()) parts.push_back(part);
  return parts;
}

// The first part says how large the file is, so that what is too large is refused before the rest is sent.
void send(const std::string& content, const List& place, MasterLink& master) {
  const std::string hash = crypto::hash_hex(crypto::HashType::sha256, content);
  std::size_t at = 0;
  do {
    const std::string_view part = std::string_view(content).substr(at, part_bytes);
    const Value reply = master.request("_file_recv", {{"path", place},
                                                      {"loc", static_cast<std::int64_t>(at)},
                                                      {"size", static_cast<std::int64_t>(content.size())},
                                                      {"data", Bytes{std::string(part)}},
                                                      {"sha256", hash}});
    if (reply != Value(true))
      throw Error(ErrorKind::denied, "the master does not take it: its option file_recv is off, the file has more than file_recv_max_size, "
                                     "or this minion pushed more than file_recv_quota; the master's log says which");
    at += part.size();
  } while (at < content.size());
}

void push_file(const std::string& path, const std::string& upload_path, Call& call) {
  World world = make_world(call);
  // A user's link to what is not that user's is not followed.
  const std::string file = states::follow_link(states::full_path(path, world), world);
  const auto status = world.host.status(file);
  if (!status || status->type != FileType::regular) throw Error(ErrorKind::invalid, "{} is no file", path);
  if (status->size_bytes > size_limit_bytes) throw Error(ErrorKind::invalid, "{} has more than {} bytes", path, size_limit_bytes);
  if (!call.tools.master) throw Error(ErrorKind::unavailable, "there is no master to push to: this call is local");
  send(world.host.read_plain_file(file), parts_of(upload_path.empty() ? path : upload_path), *call.tools.master);
}

// Salt's functions give false.
Value said(Call& call, const std::string& path, const std::function<void()>& work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) throw;
    log::error("{}: {}: {}", call.name, path, error.what());
    call.retcode = 1;
    return false;
  }
}

Value push(const Push& args, Call& call) {
  return said(call, args.path, [&] {
    if (!may_be_pushed(args.path)) throw Error(ErrorKind::invalid, "give a full path without '..'");
    if (args.upload_path.find("../") != std::string::npos) throw Error(ErrorKind::invalid, "upload_path has a '..'");
    const std::string path = args.keep_symlinks ? args.path : real_path(args.path, call.tools.host);
    push_file(path, args.upload_path, call);
    if (args.remove_source) call.tools.host.remove_file(path);
  });
}

void files_below(const std::string& directory, const std::string& glob, Host& host, std::vector<std::string>& found) {
  for (const auto& name : host.list_directory(directory)) {
    const std::string path = directory + "/" + name;
    const auto status = host.status(path);
    if (!status) continue;
    if (status->type == FileType::directory) files_below(path, glob, host, found);
    else if (glob.empty() || glob_match(glob, name)) found.push_back(path);
  }
}

Value push_dir(const Push& args, Call& call) {
  return said(call, args.path, [&] {
    if (!may_be_pushed(args.path)) throw Error(ErrorKind::invalid, "give a full path without '..'");
    Host& host = call.tools.host;
    const std::string top = real_path(args.path, host);
    const auto status = host.status(top);
    if (!status) throw Error(ErrorKind::not_found, "there is no {}", args.path);
    if (status->type == FileType::regular) return push_file(top, args.upload_path, call);
    std::vector<std::string> files;
    files_below(top, args.glob, host, files);
    if (files.empty()) throw Error(ErrorKind::not_found, "no file to push");
    for (const auto& file : files) {
      const std::string upload = args.upload_path.empty() ? "" : args.upload_path + "/" + file.substr(top.size());
      push_file(real_path(file, host), upload, call);
    }
  });
}

}  // namespace

std::vector<Function> cp_push_functions() {
  const auto both = Schema<Push>().required(&Push::path, "path", "Full path.");
  return {
      function<Push>("cp.push",
                     "Sends a file to the master, which keeps it below cachedir/minions/ID/files where its option file_recv is on. False when it "
                     "does not; the log says why.",
                     Schema<Push>(both)
                         .optional(&Push::keep_symlinks, "keep_symlinks", "Keep it under this path, not under that which symlinks lead to.")
                         .optional(&Push::upload_path, "upload_path", "Another path for it on the master.")
                         .optional(&Push::remove_source, "remove_source", "Remove the file here once the master has it."),
                     push),
      function<Push>("cp.push_dir", "Sends the files of a directory to the master, as cp.push does.",
                     Schema<Push>(both)
                         .optional(&Push::glob, "glob", "Only files whose name matches.")
                         .optional(&Push::upload_path, "upload_path", "Another path for the directory on the master."),
                     push_dir),
  };
}

}  // namespace halite::minion
