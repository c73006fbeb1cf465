#include "minion/functions/function.h"

#include <algorithm>

#include "minion/functions/salt_arguments.h"

namespace halite::minion {
namespace {

bool is_callers_own(const std::string& name) { return name.rfind("__", 0) == 0; }

bool has_field(const std::vector<Field>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    return field.name == name || std::find(field.aliases.begin(), field.aliases.end(), name) != field.aliases.end();
  });
}

bool says_nothing(const Value& value) {
  const List* list = value.if_list();
  const Map* map = value.if_map();
  return value.is_null() || value == Value(false) || value == Value("") || (list && list->empty()) || (map && map->empty());
}

// Does the function take it? An argument that is left out on purpose is dropped, or refused with the reason.
bool is_taken(const std::string& name, const Value& value, const std::vector<Field>& fields, const std::string& function) {
  const LeftOut* row = has_field(fields, name) ? nullptr : left_out(function, name);
  if (row && !row->is_harmless && !says_nothing(value))
    throw Error(ErrorKind::invalid, "Passed invalid arguments to {}: '{}' is not supported: {}", function, name, row->why);
  return !row;
}

}  // namespace

Map bind_arguments(const Arguments& arguments, const std::vector<Field>& fields, const std::string& function) {
  const auto names = arguments.positional.empty() ? std::vector<std::string>() : positional_names(function, fields);
  if (arguments.positional.size() > names.size())
    throw Error(ErrorKind::invalid, "Passed invalid arguments to {}: it takes {} positional argument{} but {} {} given",
                function, names.size(), names.size() == 1 ? "" : "s", arguments.positional.size(),
                arguments.positional.size() == 1 ? "was" : "were");
  Map named;
  for (std::size_t i = 0; i < arguments.positional.size(); ++i)
    if (is_taken(names[i], arguments.positional[i], fields, function)) named.set(names[i], arguments.positional[i]);
  for (const auto& [key, value] : arguments.named) {
    const std::string& name = key.as_string("the name of an argument");
    if (is_callers_own(name) || !is_taken(name, value, fields, function)) continue;
    if (named.contains(name))
      throw Error(ErrorKind::invalid, "Passed invalid arguments to {}: got multiple values for argument '{}'", function, name);
    named.set(name, value);
  }
  return named;
}

Function free_function(std::string name, std::string doc, Value (*run)(const Arguments&, Call&)) {
  Function result;
  result.name = std::move(name);
  result.doc = std::move(doc);
  result.takes_any = true;
  result.run = [run](const Arguments& arguments, Call& call) {
    Arguments own = arguments;
    for (const auto& key : arguments.named.keys())
      if (is_callers_own(key)) own.named.erase(key);
    return run(own, call);
  };
  return result;
}

}  // namespace halite::minion
