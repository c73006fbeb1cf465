// grains: the grains that people set, in the minion's grains file.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/python_text.h"
#include "states/modules.h"
#include "states/providers/functions.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Grain {
  std::string name;
  Value value;
  std::string delimiter = ":";
  bool force = false, destructive = false, convert = false;

  std::optional<List> held;  // what is compared: a list with the grain's value alone, or a part of a grain that is a list
};

// No grain holds this: it stands for a grain that is not there.
constexpr const char* no_such_grain = "halite: there is no such grain";

std::optional<Value> look(const Grain& asked, World& world) {
  Value value = call_function(world, "grains.get", {asked.name}, {{"default", no_such_grain}});
  return value == Value(no_such_grain) ? std::nullopt : std::optional(std::move(value));
}

void unify(Grain& asked) {
  if (asked.delimiter.empty()) throw Error(ErrorKind::invalid, "the delimiter of a grain's name must not be empty");
  asked.name = replace_all(asked.name, asked.delimiter, ":");
}

// A refusal of the function is the failure of the state.
void require_done(const Value& given) {
  const Value* result = given.find("result");
  if (result && *result == Value(false)) throw Error(ErrorKind::invalid, "{}", given.as_map().at("comment").as_string());
  if (const auto* text = given.if_string()) throw Error(ErrorKind::invalid, "{}", *text);
}

std::optional<Grain> read(const Grain& asked, World& world) {
  const auto value = look(asked, world);
  if (!value) return std::nullopt;
  Grain found = asked;
  found.held = List{*value};
  return found;
}

Schema<Grain> named(const char* doc) {
  return Schema<Grain>()
      .key(&Grain::name, "name", doc)
      .parameter(&Grain::delimiter, "delimiter", "What stands between the levels of the name.");
}

Schema<Grain> with_value(const char* doc) {
  return named("The grain; with ':' between the levels of a nested one.").key(&Grain::value, "value", doc);
}

Resource<Grain> resource(Schema<Grain> schema, std::function<void(const std::optional<Grain>&, const std::optional<Grain>&, World&)> apply) {
  Resource<Grain> grain{.name = "grains", .schema = std::move(schema), .read = read, .apply = std::move(apply)};
  grain.derived = Schema<Grain>().property(&Grain::held, "value", "What the grain holds.");
  grain.prepare = [](Grain& asked, World&) -> std::optional<Outcome> {
    unify(asked);
    return std::nullopt;
  };
  return grain;
}

std::optional<Grain> wants_value(const Grain& asked) {
  Grain want = asked;
  want.held = List{asked.value};
  return want;
}

// "a:b" and a value as {a: {b: value}}.
Map nested(const std::string& path, const Value& value) {
  const std::size_t end = path.find(':');
  if (end == std::string::npos) return {{path, value}};
  return {{path.substr(0, end), nested(path.substr(end + 1), value)}};
}

void set(const std::optional<Grain>&, const std::optional<Grain>& want, World& world) {
  require_done(call_function(world, "grains.set", {want->name, want->value}, {{"force", want->force}}));
}

Function present() {
  Resource<Grain> grain = resource(
      with_value("What it holds.").parameter(&Grain::force, "force", "Replace a list or a map by a plain value, or the reverse."), set);
  Wording<Grain> words;
  words.correct = [](const Grain&) -> std::string { return "Grain is already set"; };
  words.planned = [](const Change<Grain>& change) {
    return fmt::format("Grain {} is set to be {}", change.asked.name, change.creates() ? "added" : "changed");
  };
  words.done = [](const Change<Grain>& change) {
    return fmt::format("Set grain {} to {}", change.asked.name, python_str(change.asked.value));
  };
  words.changes = [](const Change<Grain>& change) { return nested(change.asked.name, change.asked.value); };
  return grain.ensure("present", "The grain holds this value.", {{"name", "role"}, {"value", "web"}}, wants_value, words);
}

// Without `destructive` a grain stays, and holds nothing.
Function absent() {
  Resource<Grain> grain = resource(
      named("The grain; with ':' between the levels of a nested one.")
          .parameter(&Grain::destructive, "destructive", "The grain itself goes too, and not its value alone.")
          .parameter(&Grain::force, "force", "Remove a list or a map as well."),
      [](const std::optional<Grain>& now, const std::optional<Grain>&, World& world) {
        require_done(call_function(world, "grains.set", {now->name, Value()}, {{"destructive", now->destructive}, {"force", now->force}}));
      });
  grain.prepare = [](Grain& asked, World& world) -> std::optional<Outcome> {
    unify(asked);
    const auto held = look(asked, world);
    if (!held) return unchanged(fmt::format("Grain {} does not exist", asked.name));
    if (held->is_null() && !asked.destructive) return unchanged(fmt::format("Grain {} has no value", asked.name));
    return std::nullopt;
  };
  const auto target = [](const Grain& asked) -> std::optional<Grain> {
    if (asked.destructive) return std::nullopt;
    Grain want = asked;
    want.held = List{Value()};
    return want;
  };
  Wording<Grain> words;
  words.planned = [](const Change<Grain>& change) {
    if (change.asked.destructive) return fmt::format("Grain {} is set to be deleted", change.asked.name);
    return fmt::format("Value for grain {} is set to be deleted (None)", change.asked.name);
  };
  words.done = [](const Change<Grain>& change) {
    if (change.asked.destructive) return fmt::format("Grain {} was deleted", change.asked.name);
    return fmt::format("Value for grain {} was set to None", change.asked.name);
  };
  words.changes = [](const Change<Grain>& change) -> Map {
    if (change.asked.destructive) return {{"deleted", change.asked.name}};
    return {{"grain", change.asked.name}, {"value", Value()}};
  };
  return grain.ensure("absent", "The grain holds no value, or does not exist.", {{"name", "role"}, {"destructive", true}}, target, words);
}

bool contains(const List& list, const Value& value) { return std::find(list.begin(), list.end(), value) != list.end(); }

List items_of(const Value& value) { return value.is_list() ? value.as_list() : List{value}; }

// The values that are asked about, as far as the list has them.
List shared(const Value& list, const Value& asked) {
  List result;
  if (list.is_list())
    for (const Value& item : items_of(asked))
      if (contains(list.as_list(), item)) result.push_back(item);
  return result;
}

List lacking(const Value& list, const Value& asked) {
  List result;
  for (const Value& item : items_of(asked))
    if (!list.is_list() || !contains(list.as_list(), item)) result.push_back(item);
  return result;
}

std::optional<Outcome> require_list(Grain& asked, World& world) {
  unify(asked);
  const auto held = look(asked, world);
  if (held && is_true(*held) && !held->is_list()) return failed(fmt::format("Grain {} is not a valid list", asked.name));
  return std::nullopt;
}

// The part of the list that is asked about is compared: the whole of it is wanted, or nothing.
std::optional<Grain> read_part(const Grain& asked, World& world) {
  Grain found = asked;
  found.held = shared(look(asked, world).value_or(List{}), asked.value);
  return found;
}

Function list_present() {
  Resource<Grain> grain = resource(with_value("A value, or a list of values."), [](const std::optional<Grain>&, const std::optional<Grain>& want, World& world) {
    const Value now = look(*want, world).value_or(List{});
    for (const Value& item : lacking(now, want->value)) require_done(call_function(world, "grains.append", {want->name, item}));
  });
  grain.read = read_part;
  grain.prepare = require_list;
  const auto target = [](const Grain& asked) {
    Grain want = asked;
    want.held = items_of(asked.value);
    return std::optional(want);
  };
  Wording<Grain> words;
  words.correct = [](const Grain& asked) {
    return fmt::format("Value {} is already in grain {}", python_str(asked.value), asked.name);
  };
  words.planned = [](const Change<Grain>& change) {
    return fmt::format("Value {} is set to be appended to grain {}", python_str(change.asked.value), change.asked.name);
  };
  words.done = [](const Change<Grain>& change) {
    return fmt::format("Append value {} to grain {}", python_str(change.asked.value), change.asked.name);
  };
  words.changes = [](const Change<Grain>& change) {
    return Map{{"new", Map{{change.asked.name, lacking(*change.before->held, change.asked.value)}}}};
  };
  return grain.ensure("list_present", "The grain is a list with these values among others.", {{"name", "roles"}, {"value", List{"web", "db"}}},
                      target, words);
}

Function list_absent() {
  Resource<Grain> grain = resource(with_value("A value, or a list of values."), [](const std::optional<Grain>& now, const std::optional<Grain>& want, World& world) {
    for (const Value& item : *now->held) require_done(call_function(world, "grains.remove", {want->name, item}));
  });
  grain.read = read_part;
  grain.prepare = [](Grain& asked, World& world) -> std::optional<Outcome> {
    if (auto settled = require_list(asked, world)) return settled;
    const auto held = look(asked, world);
    if (!held || !is_true(*held)) return unchanged(fmt::format("Grain {} does not exist", asked.name));
    return std::nullopt;
  };
  const auto target = [](const Grain& asked) {
    Grain want = asked;
    want.held = List{};
    return std::optional(want);
  };
  const auto each = [](const Grain& asked, const List& gone, const char* text) {
    std::vector<std::string> lines;
    for (const Value& item : items_of(asked.value))
      lines.push_back(fmt::format(fmt::runtime(contains(gone, item) ? text : "Value {} is absent from grain {}"), python_str(item), asked.name));
    return join(lines, "\n");
  };
  Wording<Grain> words;
  words.correct = [each](const Grain& asked) { return each(asked, {}, ""); };
  words.planned = [each](const Change<Grain>& change) {
    return each(change.asked, *change.before->held, "Value {} in grain {} is set to be deleted");
  };
  words.done = [each](const Change<Grain>& change) {
    return each(change.asked, *change.before->held, "Value {} was deleted from grain {}");
  };
  words.changes = [](const Change<Grain>& change) { return Map{{"deleted", *change.before->held}}; };
  return grain.ensure("list_absent", "The grain is a list without these values.", {{"name", "roles"}, {"value", "db"}}, target, words);
}

Function append() {
  Resource<Grain> grain = resource(
      with_value("The value to add.").parameter(&Grain::convert, "convert", "Make a list of a grain that is none."),
      [](const std::optional<Grain>&, const std::optional<Grain>& want, World& world) {
        require_done(call_function(world, "grains.append", {want->name, want->value}, {{"convert", want->convert}}));
      });
  grain.read = [](const Grain& asked, World& world) {
    Grain found = asked;
    const Value now = look(asked, world).value_or(List{});
    const bool has = now.is_list() && contains(now.as_list(), asked.value);
    found.held = has ? List{asked.value} : List{};
    return std::optional(found);
  };
  grain.prepare = [](Grain& asked, World& world) -> std::optional<Outcome> {
    unify(asked);
    const auto held = look(asked, world);
    if (!held) return failed(fmt::format("Grain {} does not exist", asked.name));
    if (!held->is_list() && !asked.convert) return failed(fmt::format("Grain {} is not a valid list", asked.name));
    return std::nullopt;
  };
  Wording<Grain> words;
  words.correct = [](const Grain& asked) {
    return fmt::format("Value {} is already in the list for grain {}", python_str(asked.value), asked.name);
  };
  words.planned = [](const Change<Grain>& change) {
    return fmt::format("Value {} in grain {} is set to be added", python_str(change.asked.value), change.asked.name);
  };
  words.done = [](const Change<Grain>& change) {
    return fmt::format("Value {} was added to grain {}", python_str(change.asked.value), change.asked.name);
  };
  words.changes = [](const Change<Grain>& change) { return Map{{"added", change.asked.value}}; };
  return grain.ensure("append", "A grain that is a list has this value too.", {{"name", "roles"}, {"value", "db"}}, wants_value, words);
}

Function exists() {
  Action<Grain> action{.name = "grains", .schema = named("The grain; with ':' between the levels of a nested one."), .plan = {}, .run = {}};
  action.run = [](const Grain& args, World& world) {
    Grain asked = args;
    unify(asked);
    return look(asked, world) ? unchanged("Grain exists") : failed("Grain does not exist");
  };
  action.plan = action.run;
  return action.function("exists", "Fails when there is no such grain.", {{"name", "roles"}});
}

}  // namespace

Module grains() {
  return {"grains",
          "Grains that people set, in the minion's grains file.",
          {present(), absent(), append(), list_present(), list_absent(), exists()}};
}

}  // namespace halite::states
