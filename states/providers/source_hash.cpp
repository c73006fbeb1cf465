#include "states/providers/source_hash.h"

#include <algorithm>
#include <optional>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

std::optional<crypto::HashType> type_of_length(std::size_t length) {
  switch (length) {
    case 32: return crypto::HashType::md5;
    case 40: return crypto::HashType::sha1;
    case 56: return crypto::HashType::sha224;
    case 64: return crypto::HashType::sha256;
    case 96: return crypto::HashType::sha384;
    case 128: return crypto::HashType::sha512;
    default: return std::nullopt;
  }
}

[[noreturn]] void refuse_format(const std::string& asked) {
  throw Error(ErrorKind::invalid,
              "Source hash {} format is invalid. The supported formats are: 1) a hash, 2) an expression in the format "
              "<hash_type>=<hash>, or 3) either a path to a local file containing hashes, or a URI of a remote hash "
              "file. Supported protocols for remote hash files are: salt, file, http, https, ftp. The hash may also "
              "not be of a valid length, the following are supported hash types and lengths: md5 (32), sha1 (40), "
              "sha224 (56), sha256 (64), sha384 (96), sha512 (128).",
              asked);
}

std::optional<SourceHash> as_hash(std::string_view word) {
  const auto type = type_of_length(word.size());
  if (!type || !from_hex(word)) return std::nullopt;
  return SourceHash{*type, to_lower(word)};
}

// The first word of a line that is a checksum, without the signs around it ("md5=...", "hash:").
std::optional<SourceHash> hash_in(const std::string& line) {
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  for (std::size_t start = 0; start < line.size();) {
    std::size_t end = start;
    while (end < line.size() && is_part(line[end])) ++end;
    if (auto hash = as_hash(std::string_view(line).substr(start, end - start))) return hash;
    start = end + 1;
  }
  return std::nullopt;
}

// The name stands at the end of the line behind white space, '/' or '*', at its beginning, or in parentheses.
bool names(const std::string& line, const std::string& name) {
  if (name.empty()) return false;
  if (line.size() > name.size() && line.ends_with(name) &&
      std::string_view(" \t/*\\").find(line[line.size() - name.size() - 1]) != std::string_view::npos)
    return true;
  if (line.find("(" + name + ")") != std::string::npos) return true;
  return line.starts_with(name) && line.size() > name.size() &&
         std::string_view(" \t:").find(line[name.size()]) != std::string_view::npos;
}

}  // namespace

bool is_hash_file(const std::string& asked) {
  return asked.starts_with('/') || asked.find("://") != std::string::npos;
}

SourceHash parse_source_hash(const std::string& asked) {
  const std::size_t sign = asked.find_first_of("=:");
  if (sign == std::string::npos) {
    if (const auto hash = as_hash(strip(asked))) return *hash;
    refuse_format(asked);
  }
  const std::string name(strip(asked.substr(0, sign)));
  const std::string hex(strip(asked.substr(sign + 1)));
  const auto hash = as_hash(hex);
  crypto::HashType type;
  try {
    type = crypto::hash_type_from(name);
  } catch (const Error&) {
    throw Error(ErrorKind::invalid,
                "Invalid hash type '{}'. Supported hash types are: md5, sha1, sha224, sha256, sha384, sha512. Either "
                "remove the hash type and simply use '{}' as the source_hash, or change the hash type to a supported "
                "type.",
                name, hex);
  }
  if (!hash) refuse_format(asked);
  if (hash->type != type)
    throw Error(ErrorKind::invalid,
                "Invalid length ({}) for hash type '{}'. Either remove the hash type and simply use '{}' as the "
                "source_hash, or change the hash type to '{}'",
                hex.size(), name, hex, crypto::to_string(hash->type));
  return *hash;
}

SourceHash find_source_hash(const std::string& text, const std::vector<std::string>& wanted) {
  std::vector<std::pair<std::string, SourceHash>> known;
  for (const auto& raw : split_lines(text)) {
    const std::string line(strip(raw));
    if (const auto hash = hash_in(line)) known.emplace_back(line, *hash);
  }
  for (const auto& name : wanted)
    for (const auto& [line, hash] : known)
      if (names(line, name)) return hash;
  if (known.size() == 1) return known.front().second;
  throw Error(ErrorKind::not_found,
              "The file that source_hash names has {} and none beside '{}'; source_hash_name can name the line",
              known.empty() ? "no checksum" : fmt::format("{} checksums", known.size()), join(wanted, "' or '"));
}

SourceHash hash_of(crypto::HashType type, const std::string& content) {
  return {type, crypto::hash_hex(type, content)};
}

}  // namespace halite::states
