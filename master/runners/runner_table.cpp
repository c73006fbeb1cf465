#include "master/runners/runner_table.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::master {
namespace {

Map by_name(const wire::RunFunction& call, const std::vector<Field>& fields) {
  Map arguments;
  List positional = call.arg;
  // As publications have it, keyword arguments may come as a marked last map.
  if (!positional.empty() && positional.back().find("__kwarg__")) {
    for (const auto& [name, value] : positional.back().as_map())
      if (!(name == Value("__kwarg__"))) arguments.set(name, value);
    positional.pop_back();
  }
  if (positional.size() > fields.size())
    throw Error(ErrorKind::invalid, "{} takes {} arguments, not {}", call.fun, fields.size(), positional.size());
  for (std::size_t i = 0; i < positional.size(); ++i) arguments.set(fields[i].name, positional[i]);
  for (const auto& [name, value] : call.kwarg) {
    if (arguments.find(name)) throw Error(ErrorKind::invalid, "{}: '{}' is given twice", call.fun, short_text(name));
    arguments.set(name, value);
  }
  return arguments;
}

std::string usage(const std::vector<Field>& fields) {
  std::string text;
  for (const auto& field : fields) text += fmt::format("\n    {}: {}", field.name, field.doc);
  return text;
}

}  // namespace

const RunnerTable::Entry& RunnerTable::entry(const std::string& fun) const {
  const auto found = entries_.find(fun);
  if (found != entries_.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, known] : entries_) {
    if (name.starts_with(fun + "."))
      throw Error(ErrorKind::not_found, "'{0}' is a module, not a function; 'halite-run -d {0}.' lists what is in it", escape_control(fun));
    names.push_back(name);
  }
  throw Error(ErrorKind::not_found, "there is no function '{}' on the master{}", escape_control(fun), did_you_mean(fun, names));
}

Task<wire::RunnerResult> RunnerTable::run(wire::RunFunction call, RunnerCaller caller) const {
  const Entry& found = entry(call.fun);
  return found.run(by_name(call, found.fields), std::move(caller));
}

bool RunnerTable::is_recorded(const std::string& fun) const { return entry(fun).is_recorded; }

wire::RunnerList RunnerTable::list() const {
  wire::RunnerList list;
  for (const auto& [name, entry] : entries_) list.functions.push_back({name, entry.doc + usage(entry.fields)});
  return list;
}

}  // namespace halite::master
