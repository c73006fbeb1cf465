#include "tests/states/fake_functions.h"

#include <algorithm>

#include "common/base/error.h"

namespace halite::states {

FunctionCaller FakeFunctions::caller() {
  return [this](const std::string& name, const List& args, const Map& kwargs) { return call(name, args, kwargs); };
}

// As the real ones: a test changes nothing, and what is so already is no change.
Value FakeFunctions::change_schedule(const std::string& name, const List& args, const Map& kwargs) {
  const std::string job = args.empty() ? kwargs.at("name").as_string() : args[0].as_string();
  Map after = schedule;
  if (name == "schedule.add" || name == "schedule.modify") {
    after.set(job, kwargs);
    after.edit(job)->edit_map().erase("test");
  } else if (name == "schedule.delete") {
    after.erase(job);
  } else {
    after.edit(job)->edit_map().set("enabled", name == "schedule.enable_job");
  }
  const Map made = after == schedule ? Map{} : Map{{job, "changed"}};
  if (!made.empty() && !kwargs.contains("test")) {
    schedule = after;
    ++changes;
  }
  return Map{{"comment", name}, {"result", true}, {"changes", made}};
}

Value FakeFunctions::call(const std::string& name, const List& args, const Map& kwargs) {
  if (name == "config.option") return "";
  if (name == "sys.argspec") {
    const Map known{{"service.restart", Map{{"args", List{"name", "no_block"}}, {"defaults", List{true}}}},
                    {"test.ping", Map{{"args", List{}}, {"defaults", Value()}}}};
    const Value* found = known.find(args.at(0).as_string());
    return found ? Map{{args[0], *found}} : Map{};
  }
  if (name == "grains.get") {
    const Value* held = grains.find(args.at(0));
    return held ? *held : kwargs.at("default");
  }
  if (name == "schedule.list") return schedule;
  if (name.starts_with("schedule.")) return change_schedule(name, args, kwargs);
  ++changes;
  calls.emplace_back(name, kwargs);
  if (name == "grains.set") {
    const Value* held = grains.find(args.at(0));
    const Value* force = kwargs.find("force");
    if (held && (held->is_list() || held->is_map()) && (!force || *force != Value(true)))
      return Map{{"result", false}, {"changes", Map{}}, {"comment", "The key '" + args[0].as_string() + "' exists"}};
    const Value* destructive = kwargs.find("destructive");
    if (destructive && *destructive == Value(true)) grains.erase(args[0]);
    else grains.set(args[0], args.at(1));
    return Map{{"result", true}, {"changes", Map{}}, {"comment", ""}};
  }
  if (name == "grains.append") {
    Value now = grains.find(args.at(0)) ? *grains.find(args[0]) : Value(List{});
    if (!now.is_list()) now = List{now};
    now.edit_list().push_back(args.at(1));
    grains.set(args[0], now);
    return Map{{args[0], now}};
  }
  if (name == "grains.remove") {
    std::erase(grains.edit(args.at(0))->edit_list(), args.at(1));
    return Map{{args[0], *grains.find(args[0])}};
  }
  if (name == "event.send") {
    if (has_master) events.push_back(args.at(0));
    return has_master;
  }
  if (name == "test.ping") return true;
  if (name == "service.restart") return answer;
  throw Error(ErrorKind::not_found, "'{}' is not available.", name);
}

}  // namespace halite::states
