#include "minion/mine.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "minion/functions/world.h"

namespace halite::minion {
namespace {

// The words that steer the mine itself; everything else is an argument.
bool take_own(MineCall& call, const std::string& name, const Value& value) {
  if (name == "mine_function") call.function = value.as_string("mine_function");
  else if (name == "allow_tgt") call.allowed = value;
  else if (name == "allow_tgt_type") call.allowed_kind = value.as_string("allow_tgt_type");
  else return false;
  return true;
}

MineCall read_call(const std::string& alias, const Value& what) {
  MineCall call{.alias = alias, .function = alias, .positional = {}, .named = {}, .allowed = {}};
  if (const Map* map = what.if_map()) {
    for (const auto& [key, value] : *map)
      if (!take_own(call, key.as_string("an argument's name"), value)) call.named.set(key, value);
  } else if (const List* list = what.if_list()) {
    for (const auto& item : *list) {
      const Map* one = item.if_map();
      const bool is_own = one && one->size() == 1 && one->begin()->key.is_string() &&
                          take_own(call, one->begin()->key.as_string(), one->begin()->value);
      if (is_own) continue;
      if (one) {
        for (const auto& [key, value] : *one) call.named.set(key, value);
      } else {
        call.positional.push_back(item);
      }
    }
  } else if (!what.is_null()) {
    throw Error(ErrorKind::invalid, "mine_functions: '{}' must be a list or a map, not {}", alias, what.type_name());
  }
  return call;
}

}  // namespace

std::vector<MineCall> mine_calls(const Value& mine_functions) {
  std::vector<MineCall> calls;
  if (mine_functions.is_null()) return calls;
  if (const List* names = mine_functions.if_list()) {
    for (const auto& name : *names) calls.push_back(read_call(name.as_string("a name of mine_functions"), {}));
    return calls;
  }
  for (const auto& [key, what] : mine_functions.as_map("mine_functions"))
    calls.push_back(read_call(key.as_string("a name of mine_functions"), what));
  return calls;
}

Value mine_functions_of(Call& call) {
  const Value& own = call.tools.config.settings.mine_functions;
  const Map pillar = call.tools.pillar.current();
  const Value* given = pillar.find("mine_functions");
  if (!given || given->is_null()) return own;
  if (own.is_null()) return *given;
  Value merged = *given;
  if (const Map* map = own.if_map(); map && merged.is_map()) {
    for (const auto& [name, what] : *map) merged.edit_map().set(name, what);
    return merged;
  }
  if (const List* list = own.if_list(); list && merged.is_list()) {
    merged.edit_list().insert(merged.edit_list().begin(), list->begin(), list->end());
    return merged;
  }
  return own;  // a map and a list can't be one
}

Map mine_data(Call& call, const Value& mine_functions) {
  Map data;
  for (const auto& one : mine_calls(mine_functions)) {
    try {
      const Value value = call_function(call, one.function, one.positional, one.named);
      data.set(one.alias, one.allowed.is_null() ? value
                                                : Value(Map{{"__data__", value},
                                                            {"__saltmine_acl__", 1},
                                                            {"allow_tgt", one.allowed},
                                                            {"allow_tgt_type", one.allowed_kind}}));
    } catch (const Error& error) {
      log::error("the mine function '{}' failed: {}", one.alias, error.what());
    }
  }
  return data;
}

}  // namespace halite::minion
