#include "tests/golden/render_functions.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::golden {
namespace {

// "a:b:0" through maps and lists; null where the path ends early.
const Value* walk(const Value& root, const std::string& path, char delimiter) {
  const Value* at = &root;
  for (const std::string& part : split(path, delimiter)) {
    if (const Map* map = at->if_map()) {
      at = map->find(part);
    } else if (const List* list = at->if_list()) {
      const auto index = parse_int(part);
      at = index && *index >= 0 && *index < static_cast<std::int64_t>(list->size()) ? &(*list)[static_cast<std::size_t>(*index)] : nullptr;
    } else {
      return nullptr;
    }
    if (!at) return nullptr;
  }
  return at;
}

// Maps together, the second winning; lists replaced.
Value merged(const Value& below, const Value& above) {
  if (!below.is_map() || !above.is_map()) return above;
  Map out = below.as_map();
  for (const auto& [key, value] : above.as_map()) {
    const Value* old = out.find(key);
    out.set(key, old ? merged(*old, value) : value);
  }
  return out;
}

using Positional = std::vector<Value>;

render::Function getter(Value data) {
  return [data = std::move(data)](const Positional& given, const Map& named) -> Value {
    const Value* delimiter = named.find("delimiter");
    const Value* found = walk(data, given.at(0).as_string(), delimiter ? delimiter->as_string()[0] : ':');
    const Value fallback = given.size() > 1 ? given[1] : Value("");
    const Value* merge = named.find("merge");
    if (merge && *merge == Value(true) && fallback.is_map()) return found ? merged(fallback, *found) : fallback;
    return found ? *found : fallback;
  };
}

Value filter_by(const Value& grains, const Positional& given, const Map& named) {
  const Map& table = given.at(0).as_map();
  const Value* grain = named.find("grain");
  const Value* wanted = walk(grains, grain ? grain->as_string() : "os_family", ':');
  const Value* found = wanted && wanted->is_string() ? table.find(wanted->as_string()) : nullptr;
  const Value* fallback = named.find("default");
  if (!found) found = table.find(fallback ? fallback->as_string() : "default");
  return found ? *found : Value();
}

bool matches(const Value& grains, const std::string& expression) {
  const Value* id = grains.find("id");
  const std::string name = id ? id->as_string() : "";
  bool result = true;
  bool negate = false;
  for (const std::string& word : split_words(expression)) {
    if (word == "and") continue;
    if (word == "not") {
      negate = true;
      continue;
    }
    bool hit = false;
    if (word.starts_with("G@")) {
      const std::size_t last = word.rfind(':');
      const Value* grain = walk(grains, word.substr(2, last - 2), ':');
      hit = grain && grain->is_string() && glob_match(word.substr(last + 1), grain->as_string());
    } else {
      hit = glob_match(word, name);
    }
    result = result && hit != negate;
    negate = false;
  }
  return result;
}

}  // namespace

CaseFunctions::CaseFunctions(Value pillar, Value grains) {
  functions_["pillar.get"] = getter(pillar);
  functions_["pillar.fetch"] = getter(pillar);
  functions_["grains.get"] = getter(grains);
  functions_["pillar.keys"] = [pillar](const Positional& given, const Map&) -> Value {
    const Value* found = walk(pillar, given.at(0).as_string(), ':');
    return found ? Value(found->as_map().keys()) : Value();
  };
  functions_["grains.filter_by"] = [grains](const Positional& given, const Map& named) { return filter_by(grains, given, named); };
  functions_["match.compound"] = [grains](const Positional& given, const Map&) -> Value {
    return matches(grains, given.at(0).as_string());
  };
  functions_["match.glob"] = functions_["match.compound"];
  functions_["slsutil.merge"] = [](const Positional& given, const Map&) { return merged(given.at(0), given.at(1)); };
  functions_["slsutil.update"] = functions_["slsutil.merge"];
  functions_["defaults.merge"] = functions_["slsutil.merge"];
  functions_["file.basename"] = [](const Positional& given, const Map&) -> Value {
    return given.at(0).as_string().substr(given.at(0).as_string().rfind('/') + 1);
  };
  functions_["file.dirname"] = [](const Positional& given, const Map&) -> Value {
    return given.at(0).as_string().substr(0, given.at(0).as_string().rfind('/'));
  };
  functions_["file.join"] = [](const Positional& given, const Map&) -> Value {
    return given.at(0).as_string() + "/" + given.at(1).as_string();
  };
}

const render::Function* CaseFunctions::find(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

std::vector<std::string> CaseFunctions::names() const {
  std::vector<std::string> names;
  for (const auto& [name, function] : functions_) names.push_back(name);
  return names;
}

}  // namespace halite::golden
