// "2/3 answered, waiting for web3" on a terminal while minions answer, and below it how far they are:
// "  web3  117/204 pkg.installed nginx". Nothing where there is no terminal.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "master/cli/screen.h"

namespace halite::cli {

class Spinner {
 public:
  explicit Spinner(const Screen& screen);
  ~Spinner() { hide(); }
  Spinner(const Spinner&) = delete;

  // Draws; for the first moments nothing, so that quick answers do not flicker.
  void show(std::size_t answered, const std::set<std::string>& waiting_for, const std::map<std::string, std::string>& progress = {});
  // Clears the lines; call before anything else is printed.
  void hide();

 private:
  const Screen& screen_;
  std::chrono::steady_clock::time_point started_;
  std::size_t lines_ = 0;  // on the screen now
  std::size_t frame_ = 0;
};

// A line for each minion of `progress`, cut to `width`; behind the first few "  and N more".
std::vector<std::string> progress_lines(const std::map<std::string, std::string>& progress, std::size_t width);
// The words without the moving sign: names as far as they fit into `width`.
std::string waiting_text(std::size_t answered, const std::set<std::string>& waiting_for, std::size_t width);

}  // namespace halite::cli
