// file.cached and file.not_cached: what this minion's cache has of a source.
#include "common/base/strings.h"
#include "states/modules/file/common.h"
#include "states/providers/download.h"
#include "states/providers/sources.h"

namespace halite::states {
namespace {

struct Cached {
  std::string name, source_hash, source_hash_name;
  bool skip_verify = false, use_etag = false;
  std::optional<std::string> saltenv;
};

bool is_local(const std::string& name) { return name.starts_with('/') || name.starts_with("file://"); }

SourceRequest request_of(const Cached& asked) {
  SourceRequest request;
  request.sources = {asked.name};
  request.hash = asked.source_hash;
  request.hash_name = asked.source_hash_name;
  request.skip_verify = asked.skip_verify || (asked.source_hash.empty() && asked.use_etag);
  request.use_etag = asked.use_etag;
  return request;
}

// Where the cache keeps it, whether or not it does.
std::string place_of(const std::string& name, World& world) {
  if (is_download(name)) return download_place(name, world);
  const auto salt = salt_path(name, world);
  if (!salt) throw Error(ErrorKind::invalid, "Only URLs or local file paths are valid input");
  return normal_path(world.cache_directory + "/files/" + salt->environment + "/" + normal_path("/" + salt->path));
}

std::optional<std::string> hash_of_content(const std::optional<std::string>& content) {
  if (!content) return std::nullopt;
  return hash_of(crypto::HashType::sha256, *content).hex;
}

// What the real run will find: a dry run that left the file there would have it change nothing.
void put_back(const std::optional<std::string>& content, const std::string& place, World& world) {
  if (content) world.own_files.replace_file(place, *content, {});
  else world.own_files.remove_file(place);
}

void choose_environment(const Cached& asked, World& world) {
  if (asked.saltenv) world.environment = *asked.saltenv;
}

// Our own cache is no part of the machine, so a dry run fetches too, and says what it found.
Outcome cache(const Cached& asked, World& world) {
  choose_environment(asked, world);
  if (is_local(asked.name)) {
    const SourceFile file = fetch_source(request_of(asked), world);
    return unchanged(fmt::format("File {} is present on the minion", file.path));
  }
  const auto old = world.own_files.read_file_if_exists(place_of(asked.name, world));
  const SourceFile file = fetch_source(request_of(asked), world);
  const auto before = hash_of_content(old), after = hash_of_content(world.own_files.read_file_if_exists(file.path));
  const std::string with_hash = asked.source_hash.empty() ? "" : " with hash " + after.value_or("");
  if (before == after) return unchanged(fmt::format("File is {}cached to {}{}", asked.source_hash.empty() ? "" : "already ", file.path, with_hash));
  if (world.dry_run) put_back(old, file.path, world);
  return {.result = world.dry_run ? Result::would_change : Result::changed,
          .comment = fmt::format("File is cached to {}{}", file.path, with_hash),
          .changes = {{"hash", Map{{"old", before ? Value(*before) : Value()}, {"new", after ? Value(*after) : Value()}}}}};
}

Outcome drop(const Cached& asked, World& world) {
  choose_environment(asked, world);
  if (is_local(asked.name)) return unchanged(fmt::format("File {} is a local path, no action taken", asked.name));
  const std::string place = place_of(asked.name, world);
  const auto status = world.own_files.status(place);
  if (!status || status->type != FileType::regular) return unchanged(fmt::format("{} is not cached", asked.name));
  if (world.dry_run) return {.result = Result::would_change, .comment = fmt::format("{} is set to be deleted", place), .changes = {{"deleted", true}}};
  world.own_files.remove_file(place);
  return {.result = Result::changed, .comment = fmt::format("{} was deleted", place), .changes = {{"deleted", true}}};
}

}  // namespace

Function file_cached() {
  Action<Cached> cached{
      .name = "file",
      .schema = Schema<Cached>()
                    .key(&Cached::name, "name", "salt://, http(s)://, ftp://, file:// or a full path.")
                    .parameter(&Cached::source_hash, "source_hash", "Checksum it must have, or where a file with checksums is.")
                    .parameter(&Cached::source_hash_name, "source_hash_name", "The name to look for in a file of checksums.")
                    .parameter(&Cached::skip_verify, "skip_verify", "A source from elsewhere needs no checksum.")
                    .parameter(&Cached::saltenv, "saltenv", "Environment. Unset: that of the state.")
                    .parameter(&Cached::use_etag, "use_etag", "Ask the server whether it changed; then no checksum is needed."),
      .plan = cache,
      .run = cache};
  return cached.function("cached", "The cache has this source, for later states.", {{"name", "salt://app.tar.gz"}});
}

Function file_not_cached() {
  Action<Cached> not_cached{.name = "file",
                            .schema = Schema<Cached>()
                                          .key(&Cached::name, "name", "salt://, http(s):// or ftp://.")
                                          .parameter(&Cached::saltenv, "saltenv", "Environment. Unset: that of the state."),
                            .plan = drop,
                            .run = drop};
  return not_cached.function("not_cached", "The cache does not have this source, so that it is fetched anew.", {{"name", "salt://app.tar.gz"}});
}

}  // namespace halite::states
