// Parsed templates by their content: one text is parsed once, by whichever thread comes first.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/render/nodes.h"
#include "common/render/options.h"

namespace halite::render {

// Throws Failure(syntax) with its line.
std::shared_ptr<const Template> parsed_template(std::string_view text, const std::string& name, const Options& options,
                                                std::size_t depth_limit);

}  // namespace halite::render
