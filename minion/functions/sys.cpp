// sys.*: what this minion can do, from the same descriptions that decode the arguments.
#include <algorithm>

#include "common/base/strings.h"
#include "minion/functions/function_list.h"
#include "minion/functions/groups.h"
#include "minion/functions/salt_arguments.h"
#include "states/registry.h"

namespace halite::minion {
namespace {

// A name, a module's name, or a glob; no pattern means all.
bool is_meant(const std::string& name, const List& patterns) {
  if (patterns.empty()) return true;
  return std::any_of(patterns.begin(), patterns.end(), [&](const Value& item) {
    const std::string& pattern = item.as_string("a function's name");
    return name == pattern || name.rfind(pattern + ".", 0) == 0 || glob_match(pattern, name);
  });
}

Value doc(const Arguments& arguments, Call& call) {
  Map docs;
  for (const auto& name : call.tools.functions.names())
    if (is_meant(name, arguments.positional)) docs.set(name, FunctionList::doc(*call.tools.functions.find(name)));
  return docs;
}

Value list_functions(const Arguments& arguments, Call& call) {
  List names;
  for (const auto& name : call.tools.functions.names())
    if (is_meant(name, arguments.positional)) names.push_back(name);
  return names;
}

Value list_modules(const Arguments& arguments, Call& call) {
  List names;
  for (const auto& name : call.tools.functions.modules())
    if (is_meant(name, arguments.positional)) names.push_back(name);
  return names;
}

// A field's default, as the value that it is.
Value default_of(const Field& field) {
  const std::string& text = field.default_text;
  if (text.empty()) return Value();
  if (field.type == "boolean") return text == "true";
  if (field.type == "integer")
    if (const auto number = parse_int(text)) return *number;
  return text;
}

// Salt's shape: names, defaults of the last ones, whether more are taken.
Value spec_of(const std::vector<Field>& fields, bool takes_any) {
  List names, defaults;
  for (const auto& field : fields) {
    names.push_back(field.name);
    if (field.role == Role::required || field.role == Role::key) continue;
    defaults.push_back(default_of(field));
  }
  return Map{{"args", names},
             {"defaults", defaults.empty() ? Value() : Value(defaults)},
             {"varargs", takes_any ? Value(true) : Value()},
             {"kwargs", takes_any ? Value(true) : Value()}};
}

// As they are taken by position.
std::vector<Field> in_order(const Function& function) {
  const auto names = positional_names(function.name, function.fields);
  const auto place = [&](const Field& field) { return std::find(names.begin(), names.end(), field.name); };
  std::vector<Field> fields = function.fields;
  std::stable_sort(fields.begin(), fields.end(), [&](const Field& a, const Field& b) { return place(a) < place(b); });
  return fields;
}

Value argspec(const Arguments& arguments, Call& call) {
  Map specs;
  for (const auto& name : call.tools.functions.names()) {
    const Function& function = *call.tools.functions.find(name);
    if (is_meant(name, arguments.positional)) specs.set(name, spec_of(in_order(function), function.takes_any));
  }
  return specs;
}

Value state_doc(const Arguments& arguments, Call&) {
  Map docs;
  if (arguments.positional.empty()) return states::registry().docs();
  for (const auto& pattern : arguments.positional)
    for (const auto& [name, text] : states::registry().docs(pattern.as_string("a state function's name"))) docs.set(name, text);
  return docs;
}

Value list_state_functions(const Arguments& arguments, Call&) {
  List names;
  for (const auto& name : states::registry().names())
    if (is_meant(name, arguments.positional)) names.push_back(name);
  return names;
}

Value list_state_modules(const Arguments& arguments, Call&) {
  List names;
  for (const auto& module : states::registry().modules())
    if (is_meant(module.name, arguments.positional)) names.push_back(module.name);
  return names;
}

Value state_argspec(const Arguments& arguments, Call&) {
  Map specs;
  for (const auto& module : states::registry().modules())
    for (const auto& function : module.functions) {
      const std::string name = module.name + "." + function.name;
      if (is_meant(name, arguments.positional)) specs.set(name, spec_of(function.arguments, false));
    }
  return specs;
}

// What a value of a field may be in JSON. Text and numbers are often taken for each other, so only what is sure is said.
Map json_property(const Field& field) {
  Map property{{"title", field.name}, {"description", field.doc}};
  if (field.type == "boolean") property.set("type", "boolean");
  if (field.type.starts_with("map")) property.set("type", "object");
  if (!field.one_of.empty()) property.set("enum", field.one_of);
  if (const Value value = default_of(field); !value.is_null()) property.set("default", value);
  return property;
}

// JSON schemas for editors, from the same description that decodes the arguments.
Value state_schema(const Arguments& arguments, Call&) {
  List schemas;
  for (const auto& module : states::registry().modules())
    for (const auto& function : module.functions) {
      const std::string name = module.name + "." + function.name;
      if (!is_meant(name, arguments.positional)) continue;
      Map properties;
      List required;
      for (const auto& field : function.arguments) {
        properties.set(field.name, json_property(field));
        if (field.role == Role::key || field.role == Role::required) required.push_back(field.name);
      }
      schemas.push_back(Map{{"$schema", "http://json-schema.org/draft-04/schema#"},
                            {"title", name},
                            {"description", function.doc},
                            {"type", "object"},
                            {"properties", properties},
                            {"required", required},
                            {"additionalProperties", true}});  // requisites and the like
    }
  return schemas;
}

Value reload_modules(const None&, Call&) { return true; }

}  // namespace

std::vector<Function> sys_functions() {
  return {
      free_function("sys.doc", "Documentation of the named functions or modules; of all when none is named.", doc).light(),
      free_function("sys.list_functions", "Names of the functions, by module or glob.", list_functions).light(),
      free_function("sys.list_modules", "Names of the modules of functions.", list_modules).light(),
      free_function("sys.argspec", "The arguments of functions.", argspec).light(),
      free_function("sys.state_doc", "Documentation of state functions.", state_doc).light(),
      free_function("sys.list_state_functions", "Names of the state functions.", list_state_functions).light(),
      free_function("sys.list_state_modules", "Names of the modules of state functions.", list_state_modules).light(),
      free_function("sys.state_argspec", "The arguments of state functions.", state_argspec).light(),
      free_function("sys.state_schema", "JSON schemas of state functions, for editors.", state_schema).light(),
      function("sys.reload_modules", "Nothing to reload: every function is part of the program. Gives true.", reload_modules).light(),
  };
}

}  // namespace halite::minion
