// What pillar templates may call.
#include "pillar/functions.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/data/path.h"

namespace halite::pillar {
namespace {

using Positional = std::vector<Value>;

// An argument by place or by name.
const Value* argument(const Positional& positional, const Map& named, std::size_t at, std::string_view name) {
  if (at < positional.size()) return &positional[at];
  return named.find(name);
}

const Value& required(const Positional& positional, const Map& named, std::size_t at, std::string_view name) {
  const auto* value = argument(positional, named, at, name);
  if (!value) throw Error(ErrorKind::invalid, "the argument '{}' is missing", name);
  return *value;
}

std::string text_or(const Value* value, std::string_view otherwise) {
  return value && value->is_string() ? value->as_string() : std::string(otherwise);
}

}  // namespace

PillarFunctions::PillarFunctions(const std::string& minion_id, Value grains, Value pillar,
                                 const target::Nodegroups& nodegroups, const render::FunctionTable* more)
    : minion_id_(minion_id),
      grains_(std::move(grains)),
      pillar_(std::move(pillar)),
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
}

const render::Function* PillarFunctions::find(std::string_view name) const {
  const auto known = functions_.find(name);
  if (known != functions_.end()) return &known->second;
  return more_ ? more_->find(name) : nullptr;
}

std::vector<std::string> PillarFunctions::names() const {
  auto names = more_ ? more_->names() : std::vector<std::string>{};
  for (const auto& [name, function] : functions_) names.push_back(name);
  return names;
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
