#include "states/providers/sources.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/host/directory_tree.h"
#include "states/arguments.h"
#include "states/providers/download.h"
#include "states/providers/paths.h"
#include "states/providers/secrets.h"

namespace halite::states {
namespace {

constexpr std::string_view salt_scheme = "salt://";
constexpr std::string_view file_scheme = "file://";

// Where a local source is; nothing for any other.
std::optional<std::string> local_path(const std::string& name) {
  if (name.starts_with('/')) return name;
  if (name.starts_with(file_scheme)) return name.substr(file_scheme.size());
  return std::nullopt;
}

void check_protocol(const std::string& name) {
  if (name.starts_with(salt_scheme) || is_download(name)) return;
  const auto path = local_path(name);
  if (!path)
    throw Error(ErrorKind::invalid,
                "Source '{}' must be an address of salt://, http://, https://, ftp:// or file://, or a full path",
                without_password(name));
  if (!path->starts_with('/')) throw Error(ErrorKind::invalid, "Source '{}' names no full path", name);
}

// The text of a file of checksums.
std::string hash_file(const std::string& address, const SourceRequest& request, World& world) {
  if (is_download(address))
    return world.own_files.read_file(download({.url = address, .verify_ssl = request.verify_ssl}, world));
  const auto salt = salt_path(address, world);
  const auto path = local_path(address);
  std::optional<std::string> text;
  if (salt) text = world.files.read(salt->environment, salt->path);
  if (path) text = world.host.read_file_if_exists(*path);
  if (!text) throw Error(ErrorKind::not_found, "Source hash file {} not found", address);
  return *text;
}

std::optional<SourceHash> hash_wanted(const SourceName& source, const SourceRequest& request, World& world) {
  const std::string& asked = source.hash.empty() ? request.hash : source.hash;
  if (asked.empty()) return std::nullopt;
  if (!is_hash_file(asked)) return parse_source_hash(asked);
  const std::string address = source.name.substr(0, source.name.find_first_of("?#"));
  std::vector<std::string> names;
  for (const auto& name : {request.hash_name, base_name(request.destination), base_name(address)})
    if (!name.empty()) names.push_back(name);
  return find_source_hash(hash_file(asked, request, world), names);
}

std::string subject(const SourceName& source, const SourceRequest& request) {
  return request.destination.empty() ? source.name : request.destination;
}

bool has_hash(Host& host, const std::string& path, const std::optional<SourceHash>& wanted) {
  const auto status = host.status_of_target(path);
  return wanted && status && status->type == FileType::regular &&
         hash_of(wanted->type, host.read_file(path)) == *wanted;
}

// Where the cache has a source from elsewhere, fetched when it has to be.
std::string cached_download(const SourceName& source, const SourceRequest& request,
                            const std::optional<SourceHash>& wanted, World& world) {
  if (!wanted && !request.skip_verify && !request.use_etag)
    throw Error(ErrorKind::invalid,
                "Unable to verify upstream hash of source file {}, please set source_hash or set skip_verify to True",
                without_password(source.name));
  const std::string place = download_place(source.name, world);
  const bool is_there = world.own_files.status(place).has_value();
  if (is_there && !request.use_etag && (wanted ? has_hash(world.own_files, place, wanted) : request.skip_verify))
    return place;
  return download({.url = source.name,
                   .verify_ssl = request.verify_ssl,
                   .hash = wanted,
                   .hash_subject = subject(source, request),
                   .use_etag = request.use_etag},
                  world);
}

void drop_cached(const std::string& place, const SourceRequest& request, World& world) {
  if (request.keep_source) return;
  for (const char* end : {"", ".etag"})
    if (world.own_files.status(place + end)) world.own_files.remove_file(place + end);
}

// Nothing when there is no such file.
std::optional<Source> try_source(const SourceName& source, const SourceRequest& request, World& world) {
  check_protocol(source.name);
  const auto wanted = request.skip_verify ? std::nullopt : hash_wanted(source, request, world);
  Source taken{source.name, {}, std::nullopt};
  if (is_download(source.name)) {
    if (request.may_take_destination && has_hash(world.host, request.destination, wanted)) {
      taken.content = world.host.read_file(request.destination);
      return taken;
    }
    const std::string place = cached_download(source, request, wanted, world);
    taken.content = world.own_files.read_file(place);
    drop_cached(place, request, world);
    return taken;
  }
  if (const auto salt = salt_path(source.name, world)) {
    auto content = world.files.read(salt->environment, salt->path);
    if (!content) return std::nullopt;
    taken.content = std::move(*content);
    if (const auto entry = world.files.find(salt->environment, salt->path)) taken.mode = entry->mode;
  } else {
    const std::string path = *local_path(source.name);
    const auto status = world.host.status_of_target(path);
    if (!status || status->type != FileType::regular) return std::nullopt;
    taken.content = world.host.read_file(path);
    taken.mode = status->mode;
  }
  if (wanted) check_hash(taken.content, *wanted, subject(source, request));
  return taken;
}

[[noreturn]] void throw_not_found(const SourceRequest& request, World& world) {
  if (request.sources.size() != 1)
    throw Error(ErrorKind::not_found, "Unable to manage file: none of the specified sources were found");
  const std::string& name = request.sources[0].name;
  if (const auto salt = salt_path(name, world))
    throw Error(ErrorKind::not_found, "Source file {} not found in saltenv '{}'", name, salt->environment);
  throw Error(ErrorKind::not_found, "Local file source {} does not exist", local_path(name).value_or(name));
}

}  // namespace

std::optional<SaltPath> salt_path(const std::string& address, const World& world) {
  if (!address.starts_with(salt_scheme)) return std::nullopt;
  std::string path = address.substr(salt_scheme.size());
  std::string environment = world.environment;
  if (const std::size_t mark = path.find("?saltenv="); mark != std::string::npos) {
    environment = path.substr(mark + 9);
    path.resize(mark);
  }
  while (path.starts_with('/')) path.erase(0, 1);
  return SaltPath{path, environment};
}

std::vector<SourceName> source_names(const Value& value) {
  std::vector<SourceName> names;
  for (const Value& item : value.is_list() ? value.as_list() : List{value}) {
    const Map* map = item.if_map();
    if (!map) {
      names.emplace_back(python_text(item));
      continue;
    }
    if (map->size() != 1)
      throw Error(ErrorKind::invalid, "a source with its own checksum must be a map of one entry, not of {}",
                  map->size());
    const Value& hash = map->begin()->value;
    names.emplace_back(python_text(map->begin()->key), hash.is_null() ? "" : python_text(hash));
  }
  return names;
}

Source read_source(const SourceRequest& request, World& world) {
  const bool is_list = request.sources.size() > 1;
  for (const auto& name : request.sources) {
    try {
      if (auto source = try_source(name, request, world)) return std::move(*source);
    } catch (const Error& error) {
      // In a list, one that can't be had gives way to the next; a wrong checksum does not.
      if (!is_list || error.kind() != ErrorKind::unavailable) throw;
    }
  }
  throw_not_found(request, world);
}

SourceFile fetch_source(const SourceRequest& request, World& world) {
  if (request.sources.size() == 1) {
    const SourceName& source = request.sources[0];
    check_protocol(source.name);
    const auto wanted = request.skip_verify ? std::nullopt : hash_wanted(source, request, world);
    if (is_download(source.name)) return {source.name, cached_download(source, request, wanted, world), true};
    if (const auto path = local_path(source.name); path && !wanted && world.own_files.status_of_target(*path))
      return {source.name, *path, false};
  }
  const Source source = read_source(request, world);
  if (is_download(source.name)) return {source.name, download_place(source.name, world), true};
  if (const auto path = local_path(source.name)) return {source.name, *path, false};
  const auto salt = salt_path(source.name, world);
  if (!is_tree_path(salt->path)) throw Error(ErrorKind::invalid, "'{}' is no path of a tree", source.name);
  const std::string place = world.cache_directory + "/files/" + salt->environment + "/" + salt->path;
  if (world.own_files.read_file_if_exists(place) != source.content) {
    make_private_parents(place, world.own_files);
    world.own_files.replace_file(place, source.content, {.mode = 0600, .uid = {}, .gid = {}});
  }
  return {source.name, place, true};
}

Map template_names(const Value& value, const char* what) {
  if (value.is_null()) return {};
  if (!value.is_map()) throw Error(ErrorKind::invalid, "{} must be formed as a dict", what);
  return value.as_map();
}

std::string render_text(const RenderRequest& request, World& world) {
  if (!world.render) throw Error(ErrorKind::unavailable, "no template can be rendered here ({})", request.source_name);
  Map context = request.extra;
  for (const Map* names : {&request.defaults, &request.context})
    for (const auto& [key, value] : *names) context.set(key, value);
  return world.render({.engine = request.engine,
                       .text = request.text,
                       .source_name = request.source_name,
                       .context = std::move(context),
                       .environment = world.environment,
                       .sls = world.sls});
}

}  // namespace halite::states
