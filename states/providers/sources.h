// Where the content of a managed file comes from: salt://, file:// and local paths, lists of them, hashes, templates.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "states/world.h"

namespace halite::states {

struct SourceRequest {
  std::vector<std::string> sources;  // the first that exists is taken
  std::string hash = {};             // "sha256=HEX", "HEX", or where a file with hashes is; empty: not checked
  std::string hash_name = {};        // the name to look for in a file of hashes; empty: the source's
};

struct Source {
  std::string name;  // the one that was taken
  std::string content;
  std::optional<unsigned> mode;  // of the source, for `mode: keep`
};

// Throws Error(not_found) in Salt's words when none exists, Error(invalid) when the hash differs.
Source read_source(const SourceRequest& request, World& world);

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

}  // namespace halite::states
