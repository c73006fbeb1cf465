// What pillar templates may call.
#include "pillar/functions.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/path.h"
#include "pillar/call_arguments.h"
#include "pillar/plain_functions.h"

namespace halite::pillar {

PillarFunctions::PillarFunctions(const std::string& minion_id, Value grains, Value pillar, Value opts,
                                 const target::Nodegroups& nodegroups, const render::FunctionTable* more)
    : minion_id_(minion_id),
      grains_(std::move(grains)),
      pillar_(std::move(pillar)),
      opts_(std::move(opts)),
      nodegroups_(nodegroups),
      more_(more) {
  add_look_up("pillar", pillar_);
  add_look_up("grains", grains_);
  using target::Kind;
  add_match("match.compound", Kind::compound);
  add_match("match.glob", Kind::glob);
  add_match("match.list", Kind::list);
  add_match("match.pcre", Kind::pcre);
  add_match("match.grain", Kind::grain);
  add_match("match.grain_pcre", Kind::grain_pcre);
  add_match("match.pillar", Kind::pillar);
  add_match("match.pillar_pcre", Kind::pillar_pcre);
  add_match("match.ipcidr", Kind::ipcidr);
  add_match("match.nodegroup", Kind::nodegroup);
  add_filter_by();
  add_config();
}

const render::Function* PillarFunctions::find(std::string_view name) const {
  const auto known = functions_.find(name);
  if (known != functions_.end()) return &known->second;
  const auto plain = plain_functions().find(name);
  if (plain != plain_functions().end()) return &plain->second;
  return more_ ? more_->find(name) : nullptr;
}

std::vector<std::string> PillarFunctions::names() const {
  auto names = more_ ? more_->names() : std::vector<std::string>{};
  for (const auto& [name, function] : functions_) names.push_back(name);
  for (const auto& [name, function] : plain_functions()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::string PillarFunctions::why_missing(std::string_view) const {
  return "; pillar templates run on the master and may call nothing that reads its disk or runs programs. There are " + join(names(), ", ");
}

// pillar.get and grains.get: a missing key is the default, and without one an empty text.
void PillarFunctions::add_look_up(const std::string& module, const Value& data) {
  functions_[module + ".get"] = [&data](const Positional& positional, const Map& named) -> Value {
    const auto& key = required(positional, named, 0, "key").as_string("the key");
    const auto delimiter = text_or(named.find("delimiter"), ":");
    if (auto found = find_path(data, key, delimiter)) return *found;
    const auto* otherwise = argument(positional, named, 1, "default");
    return otherwise ? *otherwise : Value("");
  };
  functions_[module + ".items"] = [&data](const Positional&, const Map&) -> Value { return data; };
  functions_[module + ".ls"] = [&data](const Positional&, const Map&) -> Value { return data.as_map().keys(); };
  // As in Salt: each key asked for; of grains a missing one is empty, of a pillar it has its default.
  const bool is_pillar = module == "pillar";
  functions_[module + ".item"] = [&data, is_pillar](const Positional& positional, const Map& named) -> Value {
    const auto delimiter = text_or(named.find("delimiter"), ":");
    const auto* otherwise = named.find("default");
    Map found;
    for (const auto& key : positional) {
      const auto value = find_path(data, key.as_string("a key"), is_pillar ? delimiter : ":");
      found.set(key, value ? *value : otherwise ? *otherwise : Value(""));
    }
    return found;
  };
}

bool PillarFunctions::matches(target::Kind kind, const Value& expression, const std::string& id,
                              std::string_view delimiter) const {
  try {
    const auto matcher = target::Matcher::compile(kind, expression, delimiter, nodegroups_);
    return matcher.matches({id, grains_.if_map(), pillar_.if_map()});
  } catch (const Error& error) {  // match.* say no to what they don't understand
    log::error("a pillar template's match: {}", error.what());
    return false;
  }
}

void PillarFunctions::add_match(const std::string& name, target::Kind kind) {
  functions_[name] = [this, kind](const Positional& positional, const Map& named) -> Value {
    const auto& expression = required(positional, named, 0, "tgt");
    return matches(kind, expression, text_or(named.find("minion_id"), minion_id_),
                   text_or(named.find("delimiter"), ":"));
  };
}

// Where Salt looks: the master's options, the minion's grains, the pillar so far.
void PillarFunctions::add_config() {
  const auto look_up = [this](const Positional& positional, const Map& named, std::string_view name) -> Value {
    const auto key = text_at(positional, named, 0, name);
    const auto delimiter = text_or(named.find("delimiter"), ":");
    for (const auto& [omit, data] : {std::pair{"omit_opts", &opts_}, {"omit_grains", &grains_}, {"omit_pillar", &pillar_}})
      if (!flag_or(named.find(omit), false))
        if (auto found = find_path(*data, key, delimiter)) return *found;
    const auto* otherwise = argument(positional, named, 1, "default");
    return otherwise && !otherwise->is_null() ? *otherwise : Value("");
  };
  functions_["config.get"] = [look_up](const Positional& positional, const Map& named) { return look_up(positional, named, "key"); };
  functions_["config.option"] = [look_up](const Positional& positional, const Map& named) { return look_up(positional, named, "value"); };
  functions_["grains.has_value"] = [this](const Positional& positional, const Map& named) -> Value {
    const auto found = find_path(grains_, text_at(positional, named, 0, "key"));
    return found && !found->is_null() && *found != Value(false) && *found != Value("") && *found != Value(0) && *found != Value(List{}) && *found != Value(Map{});
  };
  functions_["pillar.keys"] = [this](const Positional& positional, const Map& named) -> Value {
    const auto key = text_at(positional, named, 0, "key");
    const auto found = find_path(pillar_, key, text_or(argument(positional, named, 1, "delimiter"), ":"));
    if (!found) throw Error(ErrorKind::not_found, "Pillar key not found: {}", key);
    return found->as_map("the pillar key '" + key + "'").keys();
  };
  functions_["grains.filter_by"] = [this](const Positional& positional, const Map& named) { return filter_by(grains_, positional, named, "grain", "os_family"); };
  functions_["pillar.filter_by"] = [this](const Positional& positional, const Map& named) { return filter_by(pillar_, positional, named, "pillar", nullptr); };
}

// The value of the first target that matches, else that of "default", else null.
void PillarFunctions::add_filter_by() {
  functions_["match.filter_by"] = [this](const Positional& positional, const Map& named) -> Value {
    const auto& lookup = required(positional, named, 0, "lookup").as_map("the lookup");
    const auto kind = target::kind_from(text_or(argument(positional, named, 1, "tgt_type"), "compound"));
    const auto id = text_or(argument(positional, named, 2, "minion_id"), minion_id_);
    for (const auto& [expression, value] : lookup)
      if (matches(kind, expression, id, ":")) return value;
    const auto* otherwise = lookup.find(text_or(named.find("default"), "default"));
    return otherwise ? *otherwise : Value();
  };
}

}  // namespace halite::pillar
