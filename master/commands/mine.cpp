// Commands of the mine: values that minions share. Names of minions and functions are keys in the store, nothing else.
#include "common/wire/messages/mine.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/target/target.h"
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"
#include "master/commands/minion_target.h"

namespace halite::master {
namespace {

constexpr std::size_t size_limit_bytes = 8 << 20;

Task<Value> update(Store& store, wire::Principal who, wire::UpdateMine request) {
  co_await store.put_mine(who.id, std::move(request.data), request.clear);
  co_return Value(true);
}

Task<Value> remove(Store& store, std::string id, std::optional<std::string> fun) {
  co_await store.remove_mine(std::move(id), std::move(fun));
  co_return Value(true);
}

std::vector<std::string> function_names(const Value& fun) {
  std::vector<std::string> names;
  if (const auto* text = fun.if_string()) {
    for (const auto& name : split(*text, ',')) names.emplace_back(trim(name));
    return names;
  }
  for (const auto& name : fun.as_list("fun")) names.push_back(name.as_string("a function's name"));
  return names;
}

// An entry may name who may read it. Only a target of ids can be judged without asking the reader's facts.
bool may_read(const Map& entry, const std::string& reader) {
  const Value* target = entry.find("allow_tgt");
  if (!target || target->is_null() || *target == Value("")) return true;
  const Value* type = entry.find("allow_tgt_type");
  const auto kind = target::kind_from(type && type->is_string() ? *type->if_string() : "glob");
  return target::Matcher::compile(kind, *target).matches({.id = reader});
}

Map readable(const Map& stored, const std::string& reader) {
  Map values;
  for (const auto& [id, value] : stored) {
    const Map* entry = value.if_map();
    const bool has_rule = entry && entry->contains("__saltmine_acl__");
    if (!has_rule) values.set(id, value);
    else if (may_read(*entry, reader)) values.set(id, entry->contains("__data__") ? entry->at("__data__") : Value());
  }
  return values;
}

Task<Value> get(Store& store, Targets& targets, wire::Principal who, wire::GetMine request) {
  const wire::TargetQuery query = query_of_minion(request.tgt, request.tgt_type);
  const Resolved resolved = co_await targets.resolve(query);
  const auto names = function_names(request.fun);
  Map by_function;
  for (const auto& name : names) {
    const Map stored = co_await store.mine(name, resolved.who.minions);
    by_function.set(name, readable(stored, who.id));
  }
  if (names.size() == 1) co_return by_function.at(names.front());
  co_return Value(by_function);
}

}  // namespace

void add_mine_commands(MinionCommands& commands, Store& store, Targets& targets) {
  commands.add(MinionCommand<wire::UpdateMine, Value>{
      .name = "_mine",
      .doc = "Share values with other minions.",
      .access = Access::proven,
      .size_limit_bytes = size_limit_bytes,
      .handle = [&store](wire::Principal who, wire::UpdateMine request) { return update(store, std::move(who), std::move(request)); },
  });
  commands.add(MinionCommand<wire::GetMine, Value>{
      .name = "_mine_get",
      .doc = "Values that other minions share with this one.",
      .access = Access::proven,
      .handle = [&store, &targets](wire::Principal who, wire::GetMine request) {
        return get(store, targets, std::move(who), std::move(request));
      },
  });
  commands.add(MinionCommand<wire::DeleteMine, Value>{
      .name = "_mine_delete",
      .doc = "Share one value no longer.",
      .access = Access::proven,
      .handle = [&store](wire::Principal who, wire::DeleteMine request) { return remove(store, who.id, request.fun); },
  });
  commands.add(MinionCommand<wire::NoArguments, Value>{
      .name = "_mine_flush",
      .doc = "Share nothing any longer.",
      .access = Access::proven,
      .handle = [&store](wire::Principal who, wire::NoArguments) { return remove(store, who.id, std::nullopt); },
  });
}

}  // namespace halite::master
