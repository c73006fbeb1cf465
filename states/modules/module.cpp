// module.run and module.wait: remote functions called as states, in both of Salt's notations.
//
//   module.run: [{name: service.restart}, {m_name: nginx}]         one function; its arguments beside it
//   module.run: [{service.restart: [{name: nginx}]}, ...]          any number of functions
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/python_text.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/functions.h"

namespace halite::states {
namespace {

// Arguments of functions whose names mean something to the state itself.
constexpr std::array prefixed{"name", "fun", "names", "state", "saltenv"};

// The arguments of a function, or nothing when there is no such function.
std::optional<Map> specification(const std::string& function, World& world) {
  const Value specs = call_function(world, "sys.argspec", {function});
  const Value* found = specs.find(function);
  return found && found->is_map() ? std::optional(found->as_map()) : std::nullopt;
}

std::string argument_for(const std::string& name) {
  const bool is_prefixed = std::find(prefixed.begin(), prefixed.end(), name) != prefixed.end();
  return is_prefixed ? "m_" + name : name;
}

bool result_in(const Map& node) {
  for (const auto& [key, value] : node) {
    if (key == Value("result") && value == Value(false)) return false;
    if (value.is_map() && !result_in(value.as_map())) return false;
  }
  return true;
}

// Whether what a function gave back means that it succeeded.
bool succeeded(const Value& given) {
  if (const bool* held = given.if_bool()) return *held;
  const Map* map = given.if_map();
  if (!map) return true;
  if (const Value* code = map->find("retcode"); code && code->is_int() && *code != Value(0)) return false;
  if (const Value* result = map->find("result"); result && result->is_bool()) return *result->if_bool();
  return result_in(*map);
}

struct Arguments {
  List positional;
  Map named;
};

// {m_name: x, force: true} for a function that takes `name` and `force`. Throws Error(invalid) for what is missing.
Arguments arguments_beside(const Map& spec, const Map& given) {
  Arguments arguments;
  const List& names = spec.at("args").as_list();
  const std::size_t optional = spec.at("defaults").is_list() ? spec.at("defaults").as_list().size() : 0;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i].as_string();
    const Value* value = given.find(argument_for(name));
    if (!value && name != "name") value = given.find(name);
    if (value) arguments.named.set(name, *value);
    else if (i + optional < names.size()) missing.push_back(argument_for(name));
  }
  if (!missing.empty())
    throw Error(ErrorKind::invalid, "The following arguments are missing: {}", join(missing, " "));
  if (const Value* more = given.find("args")) {
    if (!more->is_list()) throw Error(ErrorKind::invalid, "'args' must be a list.");
    arguments.positional = more->as_list();
  }
  if (const Value* more = given.find("kwargs")) {
    if (!more->is_map()) throw Error(ErrorKind::invalid, "'kwargs' must be a dict.");
    for (const auto& [key, value] : more->as_map()) arguments.named.set(key, value);
  }
  return arguments;
}

// [x, {name: y}]: plain items in order, maps by name.
Arguments arguments_of(const Value& given) {
  Arguments arguments;
  if (given.is_null()) return arguments;
  if (const Map* map = given.if_map()) {
    arguments.named = *map;
    return arguments;
  }
  if (!given.is_list()) {
    arguments.positional.push_back(given);
    return arguments;
  }
  for (const Value& item : given.as_list()) {
    const Map* map = item.if_map();
    if (!map) arguments.positional.push_back(item);
    else
      for (const auto& [key, value] : *map) arguments.named.set(key, value);
  }
  return arguments;
}

Outcome run_one(const std::string& name, const Map& args, World& world) {
  const auto spec = specification(name, world);
  if (!spec) return failed(fmt::format("Module function {} is not available", name));
  if (world.dry_run)
    return {.result = Result::would_change, .comment = fmt::format("Module function {} is set to execute", name)};
  Arguments arguments;
  try {
    arguments = arguments_beside(*spec, args);
  } catch (const Error& error) {
    return failed(error.message());
  }
  try {
    const Value given = call_function(world, name, arguments.positional, arguments.named);
    return {.result = succeeded(given) ? Result::changed : Result::failed,
            .comment = fmt::format("Module function {} executed", name),
            .changes = {{"ret", given}}};
  } catch (const Error& error) {
    return failed(fmt::format("Module function {} threw an exception. Exception: {}", name, error.what()));
  }
}

std::string plural(const std::vector<std::string>& names, const char* word, const char* rest) {
  if (names.empty()) return "";
  return fmt::format("{}{}{}", word, names.size() > 1 ? "s" : "", fmt::format(fmt::runtime(rest), join(names, ", ")));
}

Outcome run_several(const Map& args, World& world) {
  // "test.ping:2" is another call of the same function.
  const auto function_of = [](const std::string& key) { return key.substr(0, key.find(':')); };
  std::vector<std::string> keys, missing;
  for (const auto& key : args.keys())
    if (key.find('.') != std::string::npos) {
      keys.push_back(key);
      if (!specification(function_of(key), world)) missing.push_back(function_of(key));
    }
  if (keys.empty()) return failed("No function provided.");
  if (!missing.empty()) return failed(plural(missing, "Unavailable function", ": {}."));
  if (world.dry_run) return {.result = Result::would_change, .comment = plural(keys, "Function", " {} to be executed.")};
  std::vector<std::string> failures, successes;
  Map changes;
  for (const auto& key : keys) {
    try {
      const Arguments arguments = arguments_of(args.at(key));
      const Value given = call_function(world, function_of(key), arguments.positional, arguments.named);
      const Value* comment = given.find("comment");
      if (!succeeded(given)) {
        failures.push_back(given.is_map() ? fmt::format("'{}' failed: {}", key, comment ? python_str(*comment) : "(error message N/A)")
                                          : fmt::format("'{}': {}", key, python_str(given)));
        continue;
      }
      successes.push_back(key + ": " + (given.is_map() ? comment ? python_str(*comment) : "Success" : python_str(given)));
      changes.set(key, given);
    } catch (const Error& error) {
      failures.push_back(fmt::format("'{}' failed: {}", key, error.what()));
    }
  }
  const bool is_fine = failures.empty();
  failures.insert(failures.end(), successes.begin(), successes.end());
  return {.result = is_fine ? Result::changed : Result::failed, .comment = join(failures, ", "), .changes = std::move(changes)};
}

// A key with a dot is a function, and then every one is; `name` alone, or arguments without dots, mean the older notation.
bool is_older_notation(const Map& args) {
  bool is_only_name = true, has_plain = false;
  for (const auto& key : args.keys()) {
    if (key == "name") continue;
    is_only_name = false;
    has_plain = has_plain || key.find('.') == std::string::npos;
  }
  return is_only_name || has_plain;
}

Outcome run(const Map& args, World& world) {
  if (is_older_notation(args)) return run_one(python_text(args.at("name")), args, world);
  return run_several(args, world);
}

const std::vector<Field>& fields() {
  struct Named {
    std::string name;
  };
  static const std::vector<Field> fields =
      Schema<Named>()
          .key(&Named::name, "name", "The function, in the older notation; its own argument `name` is then m_name.")
          .fields();
  return fields;
}

Function function(const char* name, const char* doc, bool runs) {
  return {.name = name,
          .doc = doc,
          .example = {{"name", "service.restart"}, {"m_name", "nginx"}},
          .arguments = fields(),
          .ignored = {{"returner", "what a function gives goes to the master"}},
          .is_action = true,
          .takes_anything = true,
          .check = [name](const Map& args) {
            if (!args.contains("name"))
              throw Error(ErrorKind::invalid, "module.{}: 'name' is missing: {}", name, fields()[0].doc);
          },
          .run = [runs](const Map& args, World& world) { return runs ? run(args, world) : unchanged(""); },
          .on_refresh = run};
}

}  // namespace

Module module() {
  return {"module",
          "Remote functions of the minion.",
          {function("run", "Calls a function, or several, each time; every call is a change.", true),
           function("wait", "Calls a function only when something it watches changed.", false),
           function("watch", "Another name of module.wait.", false)}};
}

}  // namespace halite::states
