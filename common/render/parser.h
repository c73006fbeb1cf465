// Tokens to a template, with Jinja2's grammar, Salt's extra tags, and its wording of what is wrong.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/render/nodes.h"
#include "common/render/options.h"

namespace halite::render {

// Throws Failure(syntax) with its line.
std::shared_ptr<const Template> parse_template(std::string_view source, std::string name, const Options& options,
                                               std::size_t depth_limit = Limits().expression_depth);

}  // namespace halite::render
