#include "master/cli/screen.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <iterator>

namespace halite::cli {

Screen real_screen() {
  Screen screen;
  screen.out = [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  };
  screen.err = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
  screen.ask = [out = screen.out](std::string_view question) -> std::optional<std::string> {
    out(question);
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  };
  screen.read_all = [] { return std::string(std::istreambuf_iterator<char>(std::cin), {}); };
  screen.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  screen.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  return screen;
}

}  // namespace halite::cli
