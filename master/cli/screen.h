// The terminal as a parameter, so that tests can see what a person would.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace halite::cli {

struct Screen {
  std::function<void(std::string_view)> out;  // standard output
  std::function<void(std::string_view)> err;  // standard error
  // Prints a question and gives the answer without its newline; nothing at the end of the input.
  std::function<std::optional<std::string>(std::string_view question)> ask;
  // Everything on standard input.
  std::function<std::string()> read_all;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
};

Screen real_screen();

}  // namespace halite::cli
