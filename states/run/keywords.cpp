#include "states/run/keywords.h"

#include <algorithm>
#include <array>

namespace halite::states {
namespace {

constexpr std::array<std::string_view, 10> requisites{"require",   "require_any",  "watch",      "watch_any",
                                                      "prereq",    "onfail",       "onfail_any", "onfail_all",
                                                      "onchanges", "onchanges_any"};

constexpr std::array<std::string_view, 38> engine_words{"state",
                                                        "fun",
                                                        "order",
                                                        "listen",
                                                        "listen_in",
                                                        "require_in",
                                                        "watch_in",
                                                        "onchanges_in",
                                                        "onfail_in",
                                                        "prereq_in",
                                                        "use",
                                                        "use_in",
                                                        "unless",
                                                        "onlyif",
                                                        "creates",
                                                        "check_cmd",
                                                        "cmd_opts_exclude",
                                                        "failhard",
                                                        "retry",
                                                        "parallel",
                                                        "reload_modules",
                                                        "reload_grains",
                                                        "reload_pillar",
                                                        "runas",
                                                        "runas_password",
                                                        "fire_event",
                                                        "saltenv",
                                                        "umask",
                                                        "onfail_stop",
                                                        "prerequired",
                                                        "aggregate",
                                                        "require_any_in",
                                                        "watch_any_in",
                                                        "onfail_any_in",
                                                        "onfail_all_in",
                                                        "onchanges_any_in",
                                                        "names",
                                                        "provider"};

}  // namespace

bool is_requisite_word(std::string_view word) {
  return std::find(requisites.begin(), requisites.end(), word) != requisites.end();
}

std::size_t requisite_rank(std::string_view word) {
  return static_cast<std::size_t>(std::find(requisites.begin(), requisites.end(), word) - requisites.begin());
}

bool is_engine_word(std::string_view word) {
  return word.starts_with("__") || is_requisite_word(word) ||
         std::find(engine_words.begin(), engine_words.end(), word) != engine_words.end();
}

}  // namespace halite::states
