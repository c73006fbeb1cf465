// One render of one template, with the map from lines of the output to lines of the source.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/render/renderer.h"

namespace halite::render {

struct SourceLine {
  std::string file;
  int line = 0;
};

struct Rendered {
  std::string text;
  // Where each line of the text came from, where it begins: worked out when an error asks for it. It may be called for
  // as long as the context lives.
  std::function<std::vector<SourceLine>(const std::string& text)> lines;
};

// As render_jinja; the lines only when asked for.
Rendered run_jinja(std::string_view text, std::string_view source_name, const Context& context, bool with_lines);

}  // namespace halite::render
