// Commands of the mine: values that minions share. Names of minions and functions are keys in the store, nothing else.
#include "common/wire/messages/mine.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/target/target.h"
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"

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

// A minion may not look for values of another one's pillar by trial: no patterns there.
std::string exact_kind(const std::string& kind) {
  return kind == "pillar" || kind == "pillar_pcre" ? "pillar_exact" : kind;
}

// Whether a compound target, as text or words, has a word like "I@..." or "I;@...".
bool has_word_of(const Value& target, std::string_view letters) {
  std::vector<std::string> words;
  if (const auto* text = target.if_string()) words = split_words(*text);
  else if (const auto* list = target.if_list())
    for (const auto& word : *list)
      if (word.is_string()) words.push_back(word.as_string());
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return !word.empty() && letters.find(word[0]) != std::string_view::npos && word.find('@') != std::string::npos;
  });
}

// What a minion may not make the master do.
void check_target(const wire::GetMine& request) {
  const bool is_compound = request.tgt_type == "compound";
  if (is_compound && has_word_of(request.tgt, "IJ")) throw Error(ErrorKind::denied, "a mine target may not search in pillars");
  if (request.tgt_type == "range" || (is_compound && has_word_of(request.tgt, "R")))
    throw Error(ErrorKind::denied, "a mine target may not make the master ask its range server");
}

Task<Value> get(Store& store, Targets& targets, wire::Principal who, wire::GetMine request) {
  check_target(request);
  const wire::TargetQuery query{request.tgt, exact_kind(request.tgt_type), ":"};
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
