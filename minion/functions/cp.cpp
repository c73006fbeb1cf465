// cp.*: files of the state tree, and of web servers, to this machine.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/modules/file/directory.h"
#include "states/providers/download.h"
#include "states/providers/paths.h"
#include "states/providers/sources.h"

namespace halite::minion {
namespace {

using states::World;

struct GetFile {
  std::string path;
  std::string dest;
  std::string saltenv = "base";
  bool makedirs = false, verify_ssl = true, use_etag = false;
  std::string template_engine;
  Value gzip;
  std::string source_hash;
};
struct Place {
  Value path;
  std::string saltenv = "base";
  std::string source_hash;
  bool verify_ssl = true, use_etag = false, octal = true;
};
struct Tree {
  std::string saltenv = "base";
  std::string prefix;
};
struct Directory {
  std::string path, dest, saltenv = "base", template_engine;
  Value gzip;
  bool include_empty = false;
  states::TextList include_pat, exclude_pat;
};

World world_in(const std::string& saltenv, Call& call) {
  World world = make_world(call);
  world.environment = saltenv;
  return world;
}

// The path and environment of a salt:// address.
states::SaltPath need_salt(const std::string& address, World& world) {
  const auto path = states::salt_path(address, world);
  if (!path) throw Error(ErrorKind::invalid, "'{}' does not begin with salt://", address);
  return *path;
}

std::string text_of(const Value& path) {
  return states::python_text(path);
}

// Nothing when there is no such file: Salt's functions give false then.
std::optional<states::Source> find_source(const std::string& address, const std::string& hash, bool verify_ssl,
                                          World& world) {
  try {
    return states::read_source(
        {.sources = {address}, .hash = hash, .skip_verify = hash.empty(), .verify_ssl = verify_ssl}, world);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return std::nullopt;
    throw;
  }
}

std::string rendered(std::string text, const std::string& engine, const std::string& name, World& world) {
  if (engine.empty()) return text;
  return states::render_text({.engine = engine, .text = std::move(text), .source_name = name}, world);
}

std::string name_in(const std::string& address) {
  return states::base_name(address.substr(0, address.find_first_of("?#")));
}

// Into a directory goes a file of the source's name.
std::string put(const std::string& content, const std::string& address, const std::string& asked, bool makedirs,
                World& world) {
  std::string dest = asked;
  const auto status = world.host.status_of_target(states::full_path(dest, world));
  if (dest.ends_with('/') || (status && status->type == FileType::directory))
    dest += (dest.ends_with('/') ? "" : "/") + name_in(address);
  const std::string path = states::follow_link(states::full_path(dest, world), world);
  if (makedirs) states::make_parents(path, {}, world);
  world.host.replace_file(path, content, {});
  return dest;
}

Value get_file(const GetFile& args, Call& call) {
  World world = world_in(args.saltenv, call);
  const std::string address = args.template_engine.empty()
                                  ? args.path
                                  : rendered(args.path, args.template_engine, "the path of cp.get_file", world);
  auto source = find_source(address, "", true, world);
  if (!source) {
    call.retcode = 1;
    return false;
  }
  return put(source->content, address, args.dest, args.makedirs, world);
}

Value get_template(const GetFile& args, Call& call) {
  World world = world_in(args.saltenv, call);
  auto source = find_source(args.path, "", true, world);
  if (!source) {
    call.retcode = 1;
    return false;
  }
  const std::string content = rendered(std::move(source->content), args.template_engine, args.path, world);
  return put(content, args.path, args.dest, args.makedirs, world);
}

Value get_url(const GetFile& args, Call& call) {
  World world = world_in(args.saltenv, call);
  // Salt: with dest=null the content itself is given.
  if (args.dest.empty()) {
    const auto file = states::fetch_source(
        {.sources = {args.path}, .hash = args.source_hash, .skip_verify = args.source_hash.empty()}, world);
    return file.path;
  }
  auto source = find_source(args.path, args.source_hash, args.verify_ssl, world);
  if (!source) {
    call.retcode = 1;
    return false;
  }
  return put(source->content, args.path, args.dest, args.makedirs, world);
}

Value get_dir(const Directory& args, Call& call) {
  World world = world_in(args.saltenv, call);
  const auto [path, environment] = need_salt(args.path, world);
  const std::string prefix = path.empty() || path.ends_with('/') ? path : path + "/";
  // Salt: salt://a/b goes to DEST/b.
  std::string base = states::full_path(args.dest, world);
  if (!args.path.ends_with('/')) base += "/" + states::base_name(path);
  List written;
  for (const auto& entry : call.tools.files.list(environment, prefix)) {
    const auto content = call.tools.files.read(environment, entry.path);
    if (!content) continue;
    const std::string dest = base + "/" + entry.path.substr(prefix.size());
    states::make_parents(dest, {}, world);
    world.host.replace_file(dest, rendered(*content, args.template_engine, entry.path, world), {});
    written.push_back(dest);
  }
  return written;
}

Value get_file_str(const Place& args, Call& call) {
  World world = world_in(args.saltenv, call);
  const auto source = find_source(text_of(args.path), "", true, world);
  return source ? text_or_bytes(source->content) : Value(false);
}

// ---- the cache ----

Value cache_one(const std::string& address, const Place& args, World& world) {
  try {
    return states::fetch_source({.sources = {address},
                                 .hash = args.source_hash,
                                 .skip_verify = args.source_hash.empty() && !args.use_etag,
                                 .verify_ssl = args.verify_ssl,
                                 .use_etag = args.use_etag},
                                world)
        .path;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return false;
    throw;
  }
}

Value cache_file(const Place& args, Call& call) {
  World world = world_in(args.saltenv, call);
  return cache_one(text_of(args.path), args, world);
}

Value cache_files(const Place& args, Call& call) {
  World world = world_in(args.saltenv, call);
  List places;
  if (args.path.is_list())
    for (const Value& path : args.path.as_list()) places.push_back(cache_one(text_of(path), args, world));
  else
    for (const auto& path : split(text_of(args.path), ',')) places.push_back(cache_one(path, args, world));
  return places;
}

Value cache_dir(const Directory& args, Call& call) {
  World world = world_in(args.saltenv, call);
  const auto [path, environment] = need_salt(args.path, world);
  const std::string prefix = path.empty() || path.ends_with('/') ? path : path + "/";
  List places;
  for (const auto& entry : call.tools.files.list(environment, prefix)) {
    const std::string relative = entry.path.substr(prefix.size());
    if (!args.include_pat.items.empty() && !states::matches_any(relative, args.include_pat.items)) continue;
    if (states::matches_any(relative, args.exclude_pat.items)) continue;
    places.push_back(cache_one("salt://" + entry.path + "?saltenv=" + environment, {}, world));
  }
  return places;
}

Value cache_master(const Tree& args, Call& call) {
  Directory all;
  all.path = "salt://";
  all.saltenv = args.saltenv;
  return cache_dir(all, call);
}

Value cache_local_file(const Place& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(text_of(args.path), world);
  const auto status = world.host.status_of_target(path);
  if (!status || status->type != FileType::regular) return "";
  const std::string place = world.cache_directory + "/localfiles" + states::normal_path(path);
  states::make_private_parents(place, world.host);
  world.host.copy_file(states::follow_link(path, world), place, {.mode = 0600, .uid = {}, .gid = {}});
  return place;
}

// Where the cache keeps an address, whether or not it is there.
std::string cache_place(const std::string& address, World& world) {
  if (states::is_download(address)) return states::download_place(address, world);
  const auto [path, environment] = need_salt(address, world);
  return states::normal_path(world.cache_directory + "/files/" + environment + "/" + states::normal_path("/" + path));
}

Value cache_dest(const Place& args, Call& call) {
  World world = world_in(args.saltenv, call);
  return cache_place(text_of(args.path), world);
}

Value is_cached(const Place& args, Call& call) {
  World world = world_in(args.saltenv, call);
  const std::string address = text_of(args.path);
  const std::string place = address.starts_with('/')
                                ? world.cache_directory + "/localfiles" + states::normal_path(address)
                                : cache_place(address, world);
  const auto status = world.host.status(place);
  return status && status->type == FileType::regular ? place : "";
}

void list_below(const std::string& path, const std::string& root, World& world, List& found) {
  const auto status = world.host.status(path);
  if (!status) return;
  if (status->type != FileType::directory) {
    found.push_back(path.substr(root.size() + 1));
    return;
  }
  for (const auto& name : world.host.list_directory(path)) list_below(path + "/" + name, root, world, found);
}

Value list_minion(const Tree& args, Call& call) {
  World world = world_in(args.saltenv, call);
  List found;
  for (const char* part : {"/files/", "/extrn_files/"}) {
    const std::string root =
        states::normal_path(world.cache_directory + part + states::normal_path("/" + args.saltenv));
    list_below(root, root, world, found);
  }
  return found;
}

// ---- the tree ----

Value hash_file(const Place& args, Call& call) {
  World world = world_in(args.saltenv, call);
  const std::string address = text_of(args.path);
  if (address.starts_with('/')) {
    const auto content = world.host.read_file_if_exists(states::full_path(address, world));
    if (!content) return Map{};
    return Map{{"hsum", states::hash_of(crypto::HashType::sha256, *content).hex}, {"hash_type", "sha256"}};
  }
  const auto [path, environment] = need_salt(address, world);
  const auto hash = call.tools.files.sha256(environment, path);
  if (!hash) return Map{};
  return Map{{"hash_type", "sha256"}, {"hsum", *hash}};
}

Value stat_file(const Place& args, Call& call) {
  World world = world_in(args.saltenv, call);
  const std::string address = text_of(args.path);
  std::optional<unsigned> mode;
  if (address.starts_with('/')) {
    if (const auto status = world.host.status_of_target(states::full_path(address, world))) mode = status->mode;
  } else {
    const auto [path, environment] = need_salt(address, world);
    if (const auto entry = call.tools.files.find(environment, path)) mode = entry->mode;
  }
  if (!mode) return Value();
  return args.octal ? Value(states::mode_text(*mode)) : Value(static_cast<std::int64_t>(*mode));
}

Value list_master(const Tree& args, Call& call) {
  List paths;
  for (const auto& entry : call.tools.files.list(args.saltenv, args.prefix)) paths.push_back(entry.path);
  return paths;
}

Value list_master_dirs(const Tree& args, Call& call) {
  return call.tools.files.folders(args.saltenv, args.prefix);
}

Value list_master_symlinks(const Tree& args, Call& call) {
  Map links;
  for (const auto& [path, target] : call.tools.files.symlinks(args.saltenv, args.prefix)) links.set(path, target);
  return links;
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

Value environments(const None&, Call& call) {
  return call.tools.files.environments();
}

Schema<GetFile> get_schema(const char* engine_doc) {
  return Schema<GetFile>()
      .required(&GetFile::path, "path", "salt://, http(s)://, ftp://, file:// or a full path.")
      .required(&GetFile::dest, "dest", "Where to put it: a file, or a directory.")
      .optional(&GetFile::saltenv, "saltenv", "Environment.")
      .optional(&GetFile::makedirs, "makedirs", "Make missing directories.")
      .optional(&GetFile::template_engine, "template", engine_doc)
      .optional(&GetFile::gzip, "gzip", "Kept for Salt's callers.");
}

std::vector<Function> getting_functions() {
  const auto template_schema = Schema<GetFile>()
                                   .required(&GetFile::path, "path", "salt://, http(s)://, file:// or a full path.")
                                   .required(&GetFile::dest, "dest", "Where to put it: a file, or a directory.")
                                   .optional(&GetFile::template_engine, "template", "Engine: jinja.")
                                   .optional(&GetFile::saltenv, "saltenv", "Environment.")
                                   .optional(&GetFile::makedirs, "makedirs", "Make missing directories.");
  return {
      function<GetFile>("cp.get_file", "Fetches a file; gives where it went, or false.",
                        get_schema("Render the path, not the content, with this engine: jinja."), get_file),
      function<GetFile>("cp.get_template", "Fetches a file and renders it; gives where it went, or false.",
                        template_schema,
                        [](const GetFile& args, Call& call) -> Value {
                          GetFile asked = args;
                          if (asked.template_engine.empty()) asked.template_engine = "jinja";
                          return get_template(asked, call);
                        }),
      function<GetFile>("cp.get_url",
                        "Fetches a file; gives where it went, or false. Without dest it goes to the cache.",
                        Schema<GetFile>()
                            .required(&GetFile::path, "path", "salt://, http(s)://, ftp://, file:// or a full path.")
                            .optional(&GetFile::dest, "dest", "Where to put it: a file, or a directory.")
                            .optional(&GetFile::saltenv, "saltenv", "Environment.")
                            .optional(&GetFile::makedirs, "makedirs", "Make missing directories.")
                            .optional(&GetFile::source_hash, "source_hash", "Checksum it must have.")
                            .optional(&GetFile::verify_ssl, "verify_ssl", "Check the certificate of an https server."),
                        get_url),
      function<Directory>(
          "cp.get_dir", "Fetches a directory of the state tree; gives the paths.",
          Schema<Directory>()
              .required(&Directory::path, "path", "salt://...; what is behind a closing slash goes to dest itself.")
              .required(&Directory::dest, "dest", "Directory to put it into.")
              .optional(&Directory::saltenv, "saltenv", "Environment.")
              .optional(&Directory::template_engine, "template", "Render the files with this engine: jinja.")
              .optional(&Directory::gzip, "gzip", "Kept for Salt's callers."),
          get_dir),
  };
}

}  // namespace

std::vector<Function> cp_functions() {
  const auto place = Schema<Place>()
                         .required(&Place::path, "path", "salt://... or a full path.")
                         .optional(&Place::saltenv, "saltenv", "Environment.");
  const auto fetched = [](Schema<Place> schema) {
    return schema.optional(&Place::saltenv, "saltenv", "Environment.")
        .optional(&Place::source_hash, "source_hash", "Checksum it must have.")
        .optional(&Place::verify_ssl, "verify_ssl", "Check the certificate of an https server.")
        .optional(&Place::use_etag, "use_etag", "Ask the server whether it changed.");
  };
  const auto cached = fetched(Schema<Place>().required(&Place::path, "path", "salt://, http(s):// or ftp://."));
  const auto cached_files = fetched(Schema<Place>().required(&Place::path, "paths", "salt://, http(s):// or ftp://: a list."));
  const auto tree = Schema<Tree>()
                        .optional(&Tree::saltenv, "saltenv", "Environment.")
                        .optional(&Tree::prefix, "prefix", "Only paths that begin with it.");
  const auto environment = Schema<Tree>().optional(&Tree::saltenv, "saltenv", "Environment.");
  auto all = getting_functions();
  for (auto& one : std::vector<Function>{
           function<Place>("cp.get_file_str", "The content of a file, or false.", place, get_file_str),
           function<Place>("cp.cache_file", "Fetches a file into the cache; gives where it is, or false.", cached,
                           cache_file),
           function<Place>("cp.cache_files", "Fetches several files into the cache; gives where they are.", cached_files,
                           cache_files),
           function<Directory>(
               "cp.cache_dir", "Fetches a directory of the state tree into the cache; gives the paths.",
               Schema<Directory>()
                   .required(&Directory::path, "path", "salt://...")
                   .optional(&Directory::saltenv, "saltenv", "Environment.")
                   .optional(&Directory::include_empty, "include_empty", "Kept for Salt's callers.")
                   .optional(&Directory::include_pat, "include_pat", "Only paths that this glob matches.")
                   .optional(&Directory::exclude_pat, "exclude_pat", "No path that this glob matches."),
               cache_dir),
           function<Tree>("cp.cache_master", "Fetches the state tree into the cache; gives the paths.", environment,
                          cache_master),
           function<Place>("cp.cache_local_file", "Copies a file of this machine into the cache; gives where it is.",
                           Schema<Place>().required(&Place::path, "path", "Full path."), cache_local_file),
           function<Place>("cp.cache_dest", "Where the cache keeps a file, or would.",
                           Schema<Place>()
                               .required(&Place::path, "url", "salt://... or a full path.")
                               .optional(&Place::saltenv, "saltenv", "Environment."),
                           cache_dest),
           function<Place>("cp.is_cached", "Where the cache has a file; empty when it has not.", place, is_cached),
           function<Place>("cp.hash_file", "The SHA-256 hash of a file.", place, hash_file),
           function<Place>("cp.stat_file", "The mode of a file.",
                           Schema<Place>(place).optional(&Place::octal, "octal", "As 0644; false: as a number."),
                           stat_file),
           function<Tree>("cp.list_master", "Paths of the state tree.", tree, list_master),
           function<Tree>("cp.list_master_dirs", "Folders of the state tree.", tree, list_master_dirs),
           function<Tree>("cp.list_master_symlinks", "Symlinks of the state tree and what they hold.", tree,
                          list_master_symlinks),
           function<Tree>("cp.list_minion", "Paths in the cache.", environment, list_minion),
           function<Tree>("cp.list_states", "Names of the SLS files of the state tree.", tree, list_states),
           function("cp.envs", "Environments of the state tree.", environments),
       })
    all.push_back(std::move(one));
  return all;
}

}  // namespace halite::minion
