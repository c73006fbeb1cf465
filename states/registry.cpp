#include "states/registry.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/data/json.h"
#include "states/modules.h"

namespace halite::states {
namespace {

std::string argument_text(const Field& field) {
  std::string text = fmt::format("    {} ({})", field.name, field.type);
  if (field.role == Role::key || field.role == Role::required) text += ", required";
  if (!field.default_text.empty()) text += ", default " + field.default_text;
  if (!field.one_of.empty()) text += ", one of " + join(field.one_of, ", ");
  text += "\n        " + field.doc;
  if (!field.deprecated.empty()) text += " Deprecated: " + field.deprecated;
  return text;
}

std::string example_text(const std::string& name, const Map& example) {
  const Value* id = example.find("name");
  std::string text = fmt::format("    {}:\n      {}:", id && id->is_string() ? *id->if_string() : "ID", name);
  for (const auto& [key, value] : example)
    if (key.as_string() != "name") text += fmt::format("\n        - {}: {}", key.as_string(), to_json(value));
  return text;
}

std::string doc_text(const Module& module, const Function& function) {
  const std::string name = module.name + "." + function.name;
  std::string text = function.doc + "\n\nArguments:";
  for (const Field& field : function.arguments) text += "\n" + argument_text(field);
  return text + "\n\nExample:\n\n" + example_text(name, function.example) + "\n";
}

}  // namespace

bool Function::takes(const std::string& argument) const {
  return std::any_of(arguments.begin(), arguments.end(), [&](const Field& field) {
    return field.name == argument ||
           std::find(field.aliases.begin(), field.aliases.end(), argument) != field.aliases.end();
  });
}

Registry::Registry(std::vector<Module> modules) : modules_(std::move(modules)) {}

const Function* Registry::find(const std::string& module, const std::string& function) const {
  for (const Module& candidate : modules_) {
    if (candidate.name != module) continue;
    for (const Function& found : candidate.functions)
      if (found.name == function) return &found;
  }
  return nullptr;
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const Module& module : modules_)
    for (const Function& function : module.functions) names.push_back(module.name + "." + function.name);
  std::sort(names.begin(), names.end());
  return names;
}

Map Registry::docs(const std::string& pattern) const {
  Map docs;
  for (const Module& module : modules_) {
    const bool whole = pattern.empty() || pattern == module.name;
    if (whole) docs.set(module.name, module.doc);
    for (const Function& function : module.functions) {
      const std::string name = module.name + "." + function.name;
      if (whole || glob_match(pattern, name)) docs.set(name, doc_text(module, function));
    }
  }
  return docs;
}

const Registry& registry() {
  static const Registry all(all_modules());
  return all;
}

}  // namespace halite::states
