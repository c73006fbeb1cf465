// file.serialize: a file that holds data as YAML, JSON or the like.
#include "states/text/serialize.h"
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/lookup.h"
#include "states/modules/file/common.h"
#include "states/providers/secrets.h"
#include "states/text/encode.h"

namespace halite::states {
namespace {

struct Serialize {
  std::string name;
  Value dataset, show_changes, mode;
  std::optional<std::string> dataset_pillar, serializer, formatter;
  std::optional<Text> user, group;
  std::string backup, encoding, encoding_errors = "strict";
  bool makedirs = false, create = true, merge_if_exists = false;
  Value serializer_opts, deserializer_opts;
};

Schema<Serialize> schema() {
  return Schema<Serialize>()
      .key(&Serialize::name, "name", "Full path of the file.")
      .parameter(&Serialize::dataset, "dataset", "The data that the file is to hold.")
      .parameter(&Serialize::dataset_pillar, "dataset_pillar", "Pillar key that holds the data.")
      .parameter(&Serialize::serializer, "serializer", "yaml, json, python, configparser or msgpack. Unset: yaml.")
      .parameter(&Serialize::formatter, "formatter", "Another name of serializer.")
      .parameter(&Serialize::serializer_opts, "serializer_opts",
                 "Options of the serializer, such as indent, as a list of maps.")
      .parameter(&Serialize::deserializer_opts, "deserializer_opts",
                 "Options for reading the old file; there are none.")
      .parameter(&Serialize::merge_if_exists, "merge_if_exists",
                 "What the file holds already stays, where the data has no other value.")
      .parameter(&Serialize::user, "user", "Owner, by name or number. Unset: keep it; a new file is root's.")
      .alias("owner")
      .parameter(&Serialize::group, "group", "Group, by name or number. Unset: keep it; a new file is root's.")
      .parameter(&Serialize::mode, "mode", "Mode such as '0644'. Unset: keep it.")
      .parameter(&Serialize::backup, "backup", "minion: keep the old content below the cache directory.")
      .one_of({"", "minion", "master", "both"})
      .parameter(&Serialize::makedirs, "makedirs", "Make missing parent directories.")
      .parameter(&Serialize::show_changes, "show_changes",
                 "Show the difference of the content. Unset: unless others may not read the file.")
      .parameter(&Serialize::create, "create", "Make the file when it is not there.")
      .parameter(&Serialize::encoding, "encoding", "Encoding of the file, such as latin-1. Unset: UTF-8.")
      .parameter(&Serialize::encoding_errors, "encoding_errors", "What to do with text that the encoding lacks.")
      .one_of({"strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace"});
}

Map options_of(const Value& given) {
  Map options;
  const auto add = [&](const Value& value) {
    for (const auto& [key, item] : value.as_map("serializer_opts")) options.set(key, item);
  };
  if (given.is_list())
    for (const Value& item : given.as_list()) add(item);
  else if (!given.is_null())
    add(given);
  return options;
}

Value merged(const Value& old, const Value& over) {
  if (!old.is_map() || !over.is_map()) return over;
  Map result = old.as_map();
  for (const auto& [key, value] : over.as_map()) {
    const Value* known = result.find(key);
    result.set(key, known ? merged(*known, value) : value);
  }
  return result;
}

Value data_of(const Serialize& asked, World& world) {
  if (!asked.dataset.is_null() && asked.dataset_pillar)
    throw Error(ErrorKind::invalid, "Only one of 'dataset' and 'dataset_pillar' is permitted");
  Value data = asked.dataset;
  if (asked.dataset_pillar) {
    const auto found = look_up(world.pillar, *asked.dataset_pillar);
    if (!found) throw Error(ErrorKind::not_found, "Pillar {} does not exist", *asked.dataset_pillar);
    data = *found;
  }
  if (data.is_null()) throw Error(ErrorKind::invalid, "Neither 'dataset' nor 'dataset_pillar' was defined");
  return data;
}

Outcome run(const Serialize& asked, World& world) {
  static const Function managed = file_managed();
  if (asked.serializer && asked.formatter)
    throw Error(ErrorKind::invalid, "Only one of serializer and formatter are allowed");
  const std::string serializer = to_lower(asked.serializer.value_or(asked.formatter.value_or("yaml")));
  Value data = data_of(asked, world);
  const std::string path = full_path(asked.name, world);
  if (asked.merge_if_exists) {
    const std::string file = follow_link(path, world);
    if (world.host.status(file)) {
      const std::string old = world.host.read_plain_file(file);
      const auto held = during([&] { return deserialize(old, serializer, path); }, "reading the old {}", path);
      if (!held) throw Error(ErrorKind::invalid, "merge_if_exists is not supported for the {} serializer", serializer);
      if (!held->is_null()) data = merged(*held, data);
      if (data == *held) return unchanged(fmt::format("The file {} is in the correct state", path));
    }
  }
  std::string content = serialize(data, serializer, options_of(asked.serializer_opts));
  if (serializer != "msgpack") content += "\n";
  if (!asked.encoding.empty()) content = encode(content, asked.encoding, asked.encoding_errors);
  const auto text = [](const std::optional<Text>& held) { return held ? Value(held->text) : Value(); };
  Value show = asked.show_changes;
  if (show.is_null() && asked.dataset_pillar && names_a_secret(*asked.dataset_pillar)) show = false;
  Outcome outcome = managed.run({{"name", path},
                                 {"contents", Bytes{content}},
                                 {"user", text(asked.user)},
                                 {"group", text(asked.group)},
                                 {"mode", asked.mode},
                                 {"backup", asked.backup},
                                 {"makedirs", asked.makedirs},
                                 {"show_changes", show},
                                 {"create", asked.create}},
                                world);
  if (outcome.result == Result::would_change)
    outcome.comment = fmt::format("Dataset will be serialized and stored into {}", path);
  return outcome;
}

}  // namespace

Function file_serialize() {
  Action<Serialize> serialize{.name = "file", .schema = schema(), .plan = run, .run = run};
  serialize.ignored = ignored_on_linux();
  serialize.ignored.emplace_back("env", "use 'saltenv'");
  Function function = serialize.function(
      "serialize", "The file holds this data as YAML, JSON or the like.",
      {{"name", "/etc/app.json"}, {"serializer", "json"}, {"dataset", Map{{"port", 80}, {"hosts", List{"a", "b"}}}}});
  function.is_action = false;
  return function;
}

}  // namespace halite::states
