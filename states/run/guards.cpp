#include "states/run/guards.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/data/convert.h"
#include "states/arguments.h"
#include "states/lookup.h"
#include "states/providers/functions.h"
#include "states/providers/shell.h"

namespace halite::states {
namespace {

// Guards run as the state's own command does: same user, directory, environment.
ShellOptions guard_options(const Chunk& chunk, World& world) {
  const auto excluded = [&](const std::string& name) {
    const Value* list = chunk.low.find("cmd_opts_exclude");
    if (!list || !list->is_list()) return false;
    return std::find(list->as_list().begin(), list->as_list().end(), Value(name)) != list->as_list().end();
  };
  const auto text = [&](const char* name) {
    const Value* value = chunk.low.find(name);
    return value && !value->is_null() && !excluded(name) ? python_text(*value) : std::string();
  };
  ShellOptions options;
  options.shell = text("shell");
  options.directory = text("cwd");
  options.run_as = text("runas");
  options.prepend_path = text("prepend_path");
  options.umask = world.umask;
  if (const Value* environment = chunk.low.find("env"); environment && !environment->is_string() && !excluded("env"))
    options.environment = *environment;
  if (const Value* timeout = chunk.low.find("timeout"); timeout && (timeout->is_int() || timeout->is_real()))
    options.timeout = Convert<std::chrono::milliseconds>::decode(*timeout);
  return options;
}

List as_entries(const Value& value) {
  return value.is_list() ? value.as_list() : List{value};
}

bool function_holds(const Map& entry, World& world) {
  const Value* fun = entry.find("fun");
  if (!fun || !fun->is_string()) throw Error(ErrorKind::invalid, "no `fun` argument in a guard: {}", short_text(entry));
  List args;
  Map kwargs;
  std::string get_return;
  for (const auto& [key, value] : entry) {
    if (key == Value("fun")) continue;
    if (key == Value("args"))
      args = as_entries(value);
    else if (key == Value("get_return"))
      get_return = value.as_string("get_return");
    else
      kwargs.set(key, value);
  }
  const Value answer = call_function(world, *fun->if_string(), args, kwargs);
  return is_true(get_return.empty() ? answer : look_up(answer, get_return).value_or(Value()));
}

// Does the command end with 0, or the function answer with something true? A command that can't be started gives
// `if_impossible`.
bool entry_holds(const Value& entry, const ShellOptions& options, World& world, bool if_impossible) {
  if (const Map* map = entry.if_map()) return function_holds(*map, world);
  if (entry.is_bool()) return *entry.if_bool();
  try {
    return world.host.execute(shell_command(python_text(entry), options, world)).exit_code == 0;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found && error.kind() != ErrorKind::denied) throw;
    return if_impossible;
  }
}

// Whether a guard keeps the state from running, and what it says of itself.
struct Said {
  bool settles = false;
  std::string comment;
};

Said check_onlyif(const Value& onlyif, const ShellOptions& options, World& world) {
  for (const Value& entry : as_entries(onlyif))
    if (!entry_holds(entry, options, world, false)) return {true, "onlyif condition is false"};
  return {false, "onlyif condition is true"};
}

Said check_unless(const Value& unless, const ShellOptions& options, World& world) {
  const List entries = as_entries(unless);
  for (const Value& entry : entries)
    if (!entry_holds(entry, options, world, true)) return {false, "unless condition is false"};
  return {!entries.empty(), entries.empty() ? "unless condition is false" : "unless condition is true"};
}

Said check_creates(const Value& creates, World& world) {
  const List paths = as_entries(creates);
  const bool all = !paths.empty() && std::all_of(paths.begin(), paths.end(), [&](const Value& path) {
    return world.host.status_of_target(path.as_string("creates")).has_value();
  });
  if (!all) return {false, "Creates files not found"};
  return {true, creates.is_list() ? "All files in creates exist" : creates.as_string() + " exists"};
}

}  // namespace

// As in Salt each guard is asked, and each says its sentence when one of them settles the matter.
std::optional<Outcome> check_guards(const Chunk& chunk, World& world) {
  const auto is_given = [&](const char* name) { return chunk.low.contains(name); };
  if (!is_given("onlyif") && !is_given("unless") && !is_given("creates")) return std::nullopt;
  const ShellOptions options = guard_options(chunk, world);
  const auto given = [&](const char* name) {
    const Value* value = chunk.low.find(name);
    return value && !value->is_null() ? value : nullptr;
  };
  std::vector<Said> said;
  if (const Value* onlyif = given("onlyif")) said.push_back(check_onlyif(*onlyif, options, world));
  if (const Value* unless = given("unless")) said.push_back(check_unless(*unless, options, world));
  if (const Value* creates = given("creates")) said.push_back(check_creates(*creates, world));
  if (std::none_of(said.begin(), said.end(), [](const Said& one) { return one.settles; })) return std::nullopt;
  std::vector<std::string> comments;
  for (auto& one : said) comments.push_back(std::move(one.comment));
  Outcome outcome = unchanged(join(comments, "\n"));
  outcome.skip_watch = true;
  return outcome;
}

void apply_check_command(const Chunk& chunk, World& world, Outcome& outcome) {
  const Value* check = chunk.low.find("check_cmd");
  if (!check || check->is_null() || (chunk.function && chunk.function->takes("check_cmd")) || world.dry_run) return;
  ShellOptions options;
  options.umask = world.umask;
  for (const Value& entry : as_entries(*check)) {
    if (entry_holds(entry, options, world, false)) continue;
    outcome.result = Result::failed;
    outcome.comment = "check_cmd determined the state failed";
    return;
  }
  outcome.comment = "check_cmd determined the state succeeded";
  if (outcome.result == Result::failed) outcome.result = outcome.changes.empty() ? Result::unchanged : Result::changed;
}

}  // namespace halite::states
