// cp.*: files of the state tree.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct GetFile {
  std::string path;
  std::string dest;
  std::string saltenv = "base";
  bool makedirs = false;
  Value template_engine, gzip;
};
struct Place {
  std::string path;
  std::string saltenv = "base";
};
struct Tree {
  std::string saltenv = "base";
  std::string prefix;
};

// "salt://a/b?saltenv=dev": the path and the environment it names.
Place place_of(const std::string& path, const std::string& saltenv) {
  Place place{path, saltenv};
  if (place.path.rfind("salt://", 0) != 0) throw Error(ErrorKind::invalid, "'{}' does not begin with salt://", path);
  place.path.erase(0, 7);
  const auto mark = place.path.find("?saltenv=");
  if (mark == std::string::npos) return place;
  place.saltenv = place.path.substr(mark + 9);
  place.path.erase(mark);
  return place;
}

void make_parents(Host& host, const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == 0 || slash == std::string::npos) return;
  const std::string parent = path.substr(0, slash);
  if (host.status_of_target(parent)) return;
  make_parents(host, parent);
  host.make_directory(parent, {.mode = 0755, .uid = {}, .gid = {}});
}

// Salt's answers: the destination, or false when there is no such file.
Value get_file(const GetFile& args, Call& call) {
  const Place place = place_of(args.path, args.saltenv);
  const auto content = call.tools.files.read(place.saltenv, place.path);
  if (!content) {
    call.retcode = 1;
    return false;
  }
  std::string dest = args.dest;
  const auto status = call.tools.host.status_of_target(dest);
  if (dest.ends_with('/') || (status && status->type == FileType::directory)) {
    if (!dest.ends_with('/')) dest += '/';
    dest += place.path.substr(place.path.rfind('/') + 1);
  }
  if (args.makedirs) make_parents(call.tools.host, dest);
  call.tools.host.replace_file(dest, *content, {});
  return dest;
}

Value get_file_str(const Place& args, Call& call) {
  const Place place = place_of(args.path, args.saltenv);
  const auto content = call.tools.files.read(place.saltenv, place.path);
  return content ? Value(*content) : Value(false);
}

Value hash_file(const Place& args, Call& call) {
  const Place place = place_of(args.path, args.saltenv);
  const auto hash = call.tools.files.sha256(place.saltenv, place.path);
  if (!hash) return Map{};
  return Map{{"hash_type", "sha256"}, {"hsum", *hash}};
}

Value list_master(const Tree& args, Call& call) {
  List paths;
  for (const auto& entry : call.tools.files.list(args.saltenv, args.prefix)) paths.push_back(entry.path);
  return paths;
}

Value list_states(const Tree& args, Call& call) {
  List names;
  for (const auto& entry : call.tools.files.list(args.saltenv, "")) {
    if (!entry.path.ends_with(".sls")) continue;
    std::string name = replace_all(entry.path.substr(0, entry.path.size() - 4), "/", ".");
    if (name.ends_with(".init")) name.erase(name.size() - 5);
    names.push_back(name);
  }
  return names;
}

Value environments(const None&, Call& call) { return call.tools.files.environments(); }

}  // namespace

std::vector<Function> cp_functions() {
  const auto place = Schema<Place>()
                         .required(&Place::path, "path", "salt://...")
                         .optional(&Place::saltenv, "saltenv", "Environment.");
  const auto tree = Schema<Tree>()
                        .optional(&Tree::saltenv, "saltenv", "Environment.")
                        .optional(&Tree::prefix, "prefix", "Only paths that begin with it.");
  return {
      function<GetFile>("cp.get_file", "Fetches a file of the state tree; gives where it went, or false.",
                        Schema<GetFile>()
                            .required(&GetFile::path, "path", "salt://...")
                            .required(&GetFile::dest, "dest", "Where to put it.")
                            .optional(&GetFile::saltenv, "saltenv", "Environment.")
                            .optional(&GetFile::makedirs, "makedirs", "Make missing directories.")
                            .optional(&GetFile::template_engine, "template", "Kept for Salt's callers.")
                            .optional(&GetFile::gzip, "gzip", "Kept for Salt's callers."),
                        get_file),
      function<Place>("cp.get_file_str", "The content of a file of the state tree, or false.", place, get_file_str),
      function<Place>("cp.hash_file", "The SHA-256 hash of a file of the state tree.", place, hash_file),
      function<Tree>("cp.list_master", "Paths of the state tree.", tree, list_master),
      function<Tree>("cp.list_states", "Names of the SLS files of the state tree.", tree, list_states),
      function("cp.envs", "Environments of the state tree.", environments),
  };
}

}  // namespace halite::minion
