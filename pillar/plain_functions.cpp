#include "pillar/plain_functions.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "common/crypto/keyed_hash.h"
#include "common/data/json.h"
#include "common/data/traverse.h"
#include "common/data/yaml.h"
#include "common/output/python_text.h"
#include "pillar/call_arguments.h"
#include "pillar/merge.h"

namespace halite::pillar {
namespace {

// In place, as Python's update(): `{% do salt['defaults.merge'](a, b) %}` is written for that. Maps inside are changed in
// place too; a list that is added to is a new one.
void update(const Value& target, const Map& more, bool merge_lists) {
  Map& map = *target.shared_map();
  for (const auto& [key, value] : more) {
    Value* there = map.edit(key);
    if (there && there->is_map() && value.is_map()) {
      update(*there, value.as_map(), merge_lists);
    } else if (merge_lists && there && there->is_list() && value.is_list()) {
      List joined = there->as_list();
      for (const auto& item : value.as_list())
        if (std::find(joined.begin(), joined.end(), item) == joined.end()) joined.push_back(item);
      *there = std::move(joined);
    } else {
      map.set(key, value);
    }
  }
}

Value merged(const Value& base, const Value& over, const std::string& strategy, bool merge_lists) {
  if (strategy == "list") {
    Map result = base.as_map("what to merge into");
    for (const auto& [key, value] : over.as_map("what to merge"))
      if (Value* there = result.edit(key)) *there = List{*there, value};
    return result;
  }
  return merge(base.as_map("what to merge into"), over.as_map("what to merge"), {.strategy = merge_strategy_from(strategy), .merge_lists = merge_lists});
}

// None counts as an empty map unless `convert_none` says no.
Value map_or_empty(const Value& value, const Map& named) {
  return value.is_null() && flag_or(named.find("convert_none"), true) ? Value(Map{}) : value;
}

// Into `dest` itself, or with in_place=False into a copy.
Value merge_defaults(const Positional& positional, const Map& named) {
  const Value& given = required(positional, named, 0, "dest");
  const Value source = map_or_empty(required(positional, named, 1, "src"), named);
  const bool in_place = flag_or(argument(positional, named, 3, "in_place"), true);
  if (in_place && given.is_null()) throw Error(ErrorKind::invalid, "Can't perform in-place merge into NoneType");
  const Value dest = in_place ? given : render::copy_for_render(map_or_empty(given, named));
  dest.as_map("dest");
  update(dest, source.as_map("src"), flag_or(argument(positional, named, 2, "merge_lists"), false));
  return dest;
}

// Each entry of `dest` over the defaults.
Value update_defaults(const Positional& positional, const Map& named) {
  const Value& given = required(positional, named, 0, "dest");
  const Value defaults = map_or_empty(required(positional, named, 1, "defaults"), named);
  const bool in_place = flag_or(argument(positional, named, 3, "in_place"), true);
  if (in_place && given.is_null()) throw Error(ErrorKind::invalid, "Can't perform in-place update into NoneType");
  const Value nodes = in_place ? given : render::copy_for_render(map_or_empty(given, named));
  Map& map = *nodes.shared_map();
  for (const auto& key : nodes.as_map("dest").keys()) {
    Value* node = map.edit(Value(key));
    const Value own = map_or_empty(*node, named);
    const Value full = render::copy_for_render(defaults);
    update(full, own.as_map("an entry of dest"), flag_or(argument(positional, named, 2, "merge_lists"), true));
    *node = full;
  }
  return nodes;
}

void add_merging(Functions& functions) {
  functions["defaults.merge"] = merge_defaults;
  functions["defaults.update"] = update_defaults;
  functions["defaults.deepcopy"] = [](const Positional& positional, const Map& named) -> Value {
    return render::copy_for_render(required(positional, named, 0, "source"));
  };
  functions["slsutil.update"] = [](const Positional& positional, const Map& named) -> Value {
    const Value& dest = required(positional, named, 0, "dest");
    const Map& more = required(positional, named, 1, "upd").as_map("upd");
    dest.as_map("dest");
    if (flag_or(argument(positional, named, 2, "recursive_update"), true)) {
      update(dest, more, flag_or(argument(positional, named, 3, "merge_lists"), false));
    } else {
      for (const auto& [key, value] : more) dest.shared_map()->set(key, value);
    }
    return dest;
  };
  functions["slsutil.merge"] = [](const Positional& positional, const Map& named) -> Value {
    return merged(required(positional, named, 0, "obj_a"), required(positional, named, 1, "obj_b"),
                  text_or(argument(positional, named, 2, "strategy"), "smart"), flag_or(argument(positional, named, 4, "merge_lists"), false));
  };
  functions["slsutil.merge_all"] = [](const Positional& positional, const Map& named) -> Value {
    Value all = Map{};
    for (const auto& item : required(positional, named, 0, "lst").as_list("lst"))
      all = merged(all, item, text_or(argument(positional, named, 1, "strategy"), "smart"), flag_or(argument(positional, named, 3, "merge_lists"), false));
    return all;
  };
}

void add_formats(Functions& functions) {
  const auto format_of = [](const Positional& positional, const Map& named) {
    auto name = text_at(positional, named, 0, "serializer");
    if (name != "json" && name != "yaml") throw Error(ErrorKind::invalid, "there is no serializer '{}' here; there are json and yaml", name);
    return name;
  };
  functions["slsutil.serialize"] = [format_of](const Positional& positional, const Map& named) -> Value {
    const Value& object = required(positional, named, 1, "obj");
    return format_of(positional, named) == "json" ? to_json(object) : to_yaml(object);
  };
  functions["slsutil.deserialize"] = [format_of](const Positional& positional, const Map& named) -> Value {
    const auto text = text_at(positional, named, 1, "stream_or_string");
    return format_of(positional, named) == "json" ? from_json(text, "the text") : from_yaml(text, "the text");
  };
  functions["slsutil.boolstr"] = [](const Positional& positional, const Map& named) -> Value {
    const Value& value = required(positional, named, 0, "value");
    const bool is_false = value.is_null() || value == Value(false) || value == Value(0) || value == Value(0.0) || value == Value("") ||
                          value == Value(List{}) || value == Value(Map{});
    return is_false ? text_or(argument(positional, named, 2, "false"), "false") : text_or(argument(positional, named, 1, "true"), "true");
  };
}

void add_hashes(Functions& functions) {
  const auto digest = [&functions](const std::string& name, crypto::HashType type) {
    functions[name] = [type](const Positional& positional, const Map& named) -> Value {
      return crypto::hash_hex(type, text_at(positional, named, 0, "instr"));
    };
  };
  digest("hashutil.md5_digest", crypto::HashType::md5);
  digest("hashutil.sha256_digest", crypto::HashType::sha256);
  digest("hashutil.sha512_digest", crypto::HashType::sha512);
  functions["hashutil.digest"] = [](const Positional& positional, const Map& named) -> Value {
    return crypto::hash_hex(crypto::hash_type_from(text_or(argument(positional, named, 1, "checksum"), "md5")), text_at(positional, named, 0, "instr"));
  };
  functions["random.hash"] = [](const Positional& positional, const Map& named) -> Value {
    return crypto::hash_hex(crypto::hash_type_from(text_or(argument(positional, named, 1, "algorithm"), "sha512")), text_at(positional, named, 0, "value"));
  };
  functions["hashutil.base64_b64encode"] = [](const Positional& positional, const Map& named) -> Value {
    return to_base64(text_at(positional, named, 0, "instr"));
  };
  functions["hashutil.base64_b64decode"] = [](const Positional& positional, const Map& named) -> Value {
    auto data = from_base64(text_at(positional, named, 0, "instr"));
    if (!data) throw Error(ErrorKind::invalid, "the text is not base64");
    return is_valid_utf8(*data) ? Value(std::move(*data)) : Value(Bytes{std::move(*data)});
  };
  functions["hashutil.hmac_compute"] = [](const Positional& positional, const Map& named) -> Value {
    return to_base64(crypto::hmac_bytes(crypto::HashType::sha256, text_at(positional, named, 1, "shared_secret"), text_at(positional, named, 0, "string")));
  };
}

// The first value that an entry's key, as a glob, fits.
const Value* fitting(const Map& lookup, const Value& value) {
  for (const Value& one : value.is_list() ? value.as_list() : List{value})
    for (const auto& [key, entry] : lookup)
      if (glob_match(python_str(key), python_str(one)) && !entry.is_null()) return &entry;
  return nullptr;
}

}  // namespace

const Functions& plain_functions() {
  static const Functions functions = [] {
    Functions made;
    add_merging(made);
    add_formats(made);
    add_hashes(made);
    return made;
  }();
  return functions;
}

Value filter_by(const Value& data, const Positional& positional, const Map& named, std::string_view path_name, const char* standard_path) {
  const Map& lookup = required(positional, named, 0, "lookup_dict").as_map("lookup_dict");
  const auto* path = argument(positional, named, 1, path_name);
  if (!path && !standard_path) throw Error(ErrorKind::invalid, "the argument '{}' is missing", path_name);
  const Value* found = traverse(data, path ? path->as_string(std::string(path_name)) : standard_path);
  const Value* entry = found ? fitting(lookup, *found) : nullptr;
  const Value* standard = argument(positional, named, 3, "default");
  if (!entry) entry = lookup.find(standard ? *standard : Value("default"));
  Value result = entry ? *entry : Value();
  if (const Value* name = argument(positional, named, 4, "base"); name && !name->is_null())
    if (const Value* base = lookup.find(*name)) {
      if (result.is_null()) result = *base;
      else if (base->is_map()) result = merge(base->as_map(), result.as_map("what filter_by finds beside a base"));
    }
  if (const Value* more = argument(positional, named, 2, "merge"); more && !more->is_null())
    result = result.is_null() ? *more : Value(merge(result.as_map("what filter_by merges into"), more->as_map("merge")));
  return result;
}

}  // namespace halite::pillar
