// Lines that a regular expression finds, commented out or in again, as Salt's file.comment and file.uncomment do it.
#pragma once

#include <string>

namespace halite::states {

enum class CommentStanding { active, commented, none };

// How the lines that `regex` finds stand: some not commented out, all of them, or there is none.
CommentStanding comment_standing(const std::string& text, const std::string& regex, const std::string& mark);
// Is there a line that is commented out?
bool has_commented(const std::string& text, const std::string& regex, const std::string& mark);
// The same as file.uncomment judges it: `commented` when some are.
CommentStanding uncomment_standing(const std::string& text, const std::string& regex, const std::string& mark);

std::string comment_lines(const std::string& text, const std::string& regex, const std::string& mark);
std::string uncomment_lines(const std::string& text, const std::string& regex, const std::string& mark);

// The expression without inline flags, ^ and $, as messages name it.
std::string without_anchors(const std::string& regex);

}  // namespace halite::states
