// Where the content of a managed file comes from: salt://, http://, https://, ftp://, file:// and local paths, lists of
// them, checksums, templates.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "states/providers/source_hash.h"
#include "states/world.h"

namespace halite::states {

struct SourceName {
  std::string name;
  std::string hash;  // its own; empty: that of the request

  SourceName(std::string source, std::string own_hash = {}) : name(std::move(source)), hash(std::move(own_hash)) {}
};

struct SourceRequest {
  std::vector<SourceName> sources;  // the first that exists is taken
  std::string hash = {};            // "sha256=HEX", "HEX", or where a file with hashes is; empty: not checked
  std::string hash_name = {};       // the name to look for in a file of hashes; empty: the destination's or source's
  bool skip_verify = false;         // a source from elsewhere needs no checksum; what is in the cache will do
  bool verify_ssl = true;
  bool use_etag = false;
  bool keep_source = true;  // false: what was fetched from elsewhere does not stay in the cache
  // The file that the content is for. When it has the checksum already, it is taken instead of fetching the source.
  std::string destination = {};
  bool may_take_destination = false;
};

struct Source {
  std::string name;  // the one that was taken
  std::string content;
  std::optional<unsigned> mode;  // of the source, for `mode: keep`
};

// "salt://a", or a list of such and of maps {salt://a: sha256=HEX}. Throws Error(invalid) for anything else.
std::vector<SourceName> source_names(const Value& value);

// Throws Error(not_found) in Salt's words when none exists, Error(invalid) when the hash differs or is missing.
Source read_source(const SourceRequest& request, World& world);

// The same as a file on this machine: a local source itself, a salt:// one and one from elsewhere in the cache.
struct SourceFile {
  std::string name;
  std::string path;
  bool is_cached = false;  // by us, in the cache
};
SourceFile fetch_source(const SourceRequest& request, World& world);

// A salt:// address: its path and environment ("salt://a/b?saltenv=dev").
struct SaltPath {
  std::string path;
  std::string environment;
};
// Nothing for any other address.
std::optional<SaltPath> salt_path(const std::string& address, const World& world);

struct RenderRequest {
  std::string engine;
  std::string text;
  std::string source_name;
  Map context = {};
  Map defaults = {};
  Map extra = {};  // further names, which `context` may replace: name, user, mode
};
// Throws Error(invalid) when no such engine is there, or as the renderer does.
std::string render_text(const RenderRequest& request, World& world);
// `context` and `defaults` as maps; `what` names them in the error.
Map template_names(const Value& value, const char* what);

}  // namespace halite::states
