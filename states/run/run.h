// Runs ordered low chunks on a machine and gives Salt's results.
//
// A low chunk is Salt's: {state, fun, name, __id__, __sls__, __env__, order, require: [{file: x}], ..., arguments}.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "states/registry.h"
#include "states/world.h"

namespace halite::states {

struct RunOptions {
  bool test = false;      // dry run: say what would change, touch nothing
  bool failhard = false;  // stop at the first failed state
  bool mock = false;      // run no state function: requisites and order alone
  std::vector<std::string> aggregate = {};  // state_aggregate: modules whose states are done together; "*" is every one
};

// How far a run has come.
struct Headway {
  std::string next;        // what runs now: "pkg.installed nginx"
  std::string last_ended;  // what ended last; empty at first
  std::size_t ended = 0;   // how many have ended
  std::size_t total = 0;   // how many there are
};

struct RunContext {
  Host& host;
  FileTree& files;           // salt:// sources
  TemplateRenderer render;   // for template: jinja
  FunctionCaller call = {};  // for module.run and guards that name a function; empty: those fail and say so
  Value pillar;
  Value grains;
  RunOptions options = {};
  std::string cache_directory = "/var/cache/halite/minion";
  // Asked between states and while commands run; true ends the run after killing the running command.
  std::function<bool()> is_cancelled = {};
  // Before each state is called.
  std::function<void(const Headway& headway)> starting = {};
  // fire_event on a state: the event's name and the result.
  std::function<void(const std::string& name, const Map& result)> fire_event = {};
};

struct RunResult {
  // "file_|-ID_|-NAME_|-managed" -> {name, changes, result, comment, __sls__, __run_num__, start_time
  // ("12:00:00.000000", local), duration (milliseconds), __id__}, in the order of running.
  Map states;
  bool cancelled = false;
  // 0: every result is true or null; 2: a state failed or the run was cancelled (Salt's EX_STATE_FAILURE).
  int retcode = 0;
};

// A run that was told to end must not look like one that is done: adds a failed state that says so. `total` is how many
// states there were.
void add_interruption(Map& states, std::size_t total);

RunResult run_low(const List& low, const Registry& registry, const RunContext& context);

// One line a problem: unknown modules, functions and arguments (with the nearest name), wrong types, missing
// arguments. Each names the SLS and the id. Empty: fit to run. Touches nothing.
std::vector<std::string> check_low(const List& low, const Registry& registry);

// "file_|-ID_|-NAME_|-managed"
std::string low_tag(const Map& chunk);

}  // namespace halite::states
