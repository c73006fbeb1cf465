#include "states/providers/sources.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"

namespace halite::states {
namespace {

constexpr std::string_view salt_scheme = "salt://";
constexpr std::string_view file_scheme = "file://";

struct SaltPath {
  std::string path;
  std::string environment;
};

// "salt://a/b?saltenv=dev"
SaltPath parse_salt_path(const std::string& source, const World& world) {
  std::string path = source.substr(salt_scheme.size());
  std::string environment = world.environment;
  if (const std::size_t mark = path.find("?saltenv="); mark != std::string::npos) {
    environment = path.substr(mark + 9);
    path.resize(mark);
  }
  return {path, environment};
}

std::optional<Source> try_source(const std::string& name, World& world) {
  if (name.starts_with(salt_scheme)) {
    const SaltPath at = parse_salt_path(name, world);
    auto content = world.files.read(at.environment, at.path);
    if (!content) return std::nullopt;
    const auto entry = world.files.find(at.environment, at.path);
    return Source{name, std::move(*content), entry ? std::optional(entry->mode) : std::nullopt};
  }
  const std::string path = name.starts_with(file_scheme) ? name.substr(file_scheme.size()) : name;
  if (!path.starts_with('/'))
    throw Error(ErrorKind::invalid, "Source '{}' must be a salt:// or file:// address or a full path", name);
  const auto status = world.host.status_of_target(path);
  if (!status || status->type != FileType::regular) return std::nullopt;
  return Source{name, world.host.read_file(path), status->mode};
}

crypto::HashType type_by_length(const std::string& hex) {
  switch (hex.size()) {
    case 32: return crypto::HashType::md5;
    case 40: return crypto::HashType::sha1;
    case 56: return crypto::HashType::sha224;
    case 64: return crypto::HashType::sha256;
    case 96: return crypto::HashType::sha384;
    case 128: return crypto::HashType::sha512;
    default: throw Error(ErrorKind::invalid, "Source hash '{}' is no checksum of a known length", hex);
  }
}

// In a file of hashes: the hash beside the name that is looked for, else the only one there is.
std::string find_hash(const std::string& text, const std::string& name) {
  std::vector<std::string> all;
  for (const auto& line : split_lines(text)) {
    std::string hash;
    bool is_named = false;
    for (const auto& word : split_words(line)) {
      if (word.size() >= 32 && from_hex(word)) hash = to_lower(word);
      is_named = is_named || word == name || word == "*" + name || word.ends_with("/" + name);
    }
    if (hash.empty()) continue;
    if (is_named) return hash;
    all.push_back(hash);
  }
  if (all.size() == 1) return all[0];
  throw Error(ErrorKind::not_found, "No checksum of '{}' is in the file that source_hash names", name);
}

void check_hash(const Source& source, const SourceRequest& request, World& world) {
  std::string wanted = request.hash;
  if (wanted.starts_with('/') || wanted.find("://") != std::string::npos) {
    const auto hashes = try_source(wanted, world);
    if (!hashes) throw Error(ErrorKind::not_found, "Source hash file {} not found", wanted);
    const std::string base = source.name.substr(source.name.rfind('/') + 1);
    wanted = find_hash(hashes->content, request.hash_name.empty() ? base : request.hash_name);
  }
  crypto::HashType type;
  if (const std::size_t equals = wanted.find_first_of("=:"); equals != std::string::npos) {
    type = crypto::hash_type_from(wanted.substr(0, equals));
    wanted = wanted.substr(equals + 1);
  } else {
    type = type_by_length(wanted);
  }
  const std::string found = crypto::hash_hex(type, source.content);
  if (found != to_lower(wanted))
    throw Error(ErrorKind::invalid, "Specified {} checksum for {} ({}) does not match actual checksum ({})",
                to_string(type), source.name, to_lower(wanted), found);
}

}  // namespace

Source read_source(const SourceRequest& request, World& world) {
  for (const auto& name : request.sources) {
    auto source = try_source(name, world);
    if (!source) continue;
    if (!request.hash.empty()) check_hash(*source, request, world);
    return std::move(*source);
  }
  if (request.sources.size() != 1)
    throw Error(ErrorKind::not_found, "Unable to manage file: none of the specified sources were found");
  const std::string& name = request.sources[0];
  if (!name.starts_with(salt_scheme)) throw Error(ErrorKind::not_found, "Source file {} not found", name);
  throw Error(ErrorKind::not_found, "Source file {} not found in saltenv '{}'", name,
              parse_salt_path(name, world).environment);
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
