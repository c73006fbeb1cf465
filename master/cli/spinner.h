// "2/3 answered, waiting for web3" on a terminal while minions answer; nothing where there is no terminal.
#pragma once

#include <chrono>
#include <set>
#include <string>

#include "master/cli/screen.h"

namespace halite::cli {

class Spinner {
 public:
  explicit Spinner(const Screen& screen);
  ~Spinner() { hide(); }
  Spinner(const Spinner&) = delete;

  // Draws; for the first moments nothing, so that quick answers do not flicker.
  void show(std::size_t answered, const std::set<std::string>& waiting_for);
  // Clears the line; call before anything else is printed.
  void hide();

 private:
  const Screen& screen_;
  std::chrono::steady_clock::time_point started_;
  bool is_shown_ = false;
  std::size_t frame_ = 0;
};

// The words without the moving sign: names as far as they fit into `width`.
std::string waiting_text(std::size_t answered, const std::set<std::string>& waiting_for, std::size_t width);

}  // namespace halite::cli
