// The page about what templates can say, made from the tables that define it.
#pragma once

#include <string>

namespace halite::render {

// Markdown: every tag, test, filter and global with a sentence and an example. docs/templates.md is this text.
std::string language_page();

}  // namespace halite::render
