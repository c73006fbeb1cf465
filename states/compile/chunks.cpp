// High data to low chunks in the order in which they run.
#include <algorithm>
#include <cmath>

#include "states/compile/compile.h"
#include "states/compile/words.h"

namespace halite::states {
namespace {

// What one state declaration says, before names multiply it.
struct Declaration {
  Map chunk;
  std::vector<std::string> functions;
  List names;
};

void read_argument(Declaration& declaration, const Value& id, const Map::Entry& argument) {
  const auto key = text_of(argument.key);
  if (key == "names") {
    for (const auto& name : argument.value.is_list() ? *argument.value.if_list() : List{})
      if (std::find(declaration.names.begin(), declaration.names.end(), name) == declaration.names.end())
        declaration.names.push_back(name);
  } else if (key == "name" && !argument.value.is_string()) {
    declaration.chunk.set("name", id);  // no name; the id counts
  } else if (key != "state") {          // the state can't be changed by an argument
    declaration.chunk.set(argument.key, argument.value);
  }
}

Declaration read(const Value& id, const Value& state, const Map& body, const List& arguments) {
  Declaration declaration;
  auto& chunk = declaration.chunk;
  chunk.set("state", state);
  chunk.set("name", id);
  for (const auto* key : {"__sls__", "__env__"})
    if (const auto* value = body.find(key)) chunk.set(key, *value);
  chunk.set("__id__", id);
  for (const auto& argument : arguments) {
    if (const auto* function = argument.if_string()) {
      auto& functions = declaration.functions;
      if (std::find(functions.begin(), functions.end(), *function) == functions.end()) functions.push_back(*function);
    } else if (const auto* map = argument.if_map()) {
      for (const auto& entry : *map) read_argument(declaration, id, entry);
    }
  }
  return declaration;
}

// A name may be a map with arguments of its own: {NAME: [{key: value}, ...]}.
Map named(Map chunk, const Value& name, int number) {
  if (const auto* own = first_entry(name)) {
    chunk.set("name", own->key);
    for (const auto& argument : own->value.is_list() ? *own->value.if_list() : List{})
      for (const auto& [key, value] : argument.is_map() ? *argument.if_map() : Map{}) chunk.set(key, value);
  } else {
    chunk.set("name", name);
  }
  chunk.set("name_order", number);
  return chunk;
}

void add_chunks(List& low, const Declaration& declaration) {
  const auto add = [&](Map chunk) {
    for (const auto& function : declaration.functions) {
      chunk.set("fun", function);
      low.push_back(chunk);
    }
  };
  int number = 0;
  for (const auto& name : declaration.names) add(named(declaration.chunk, name, ++number));
  if (declaration.names.empty()) add(declaration.chunk);
}

bool is_number(const Value& value) {
  return value.is_int() || value.is_real();
}

Value plus(const Value& order, double more) {
  return order.as_real() + more;
}

// The first number behind all explicit ones.
std::int64_t order_cap(const List& low) {
  std::int64_t cap = 1;
  for (const auto& chunk : low)
    if (const auto* order = chunk.find("order"); order && order->is_int())
      if (const auto number = *order->if_int(); number > cap - 1 && number > 0) cap = number + 100;
  return cap;
}

void set_order(Map& chunk, std::int64_t cap) {
  auto* order = chunk.edit("order");
  if (!order) {
    chunk.set("order", cap);
    return;
  }
  if (!is_number(*order))
    *order = *order == Value("last") ? Value(cap + 1'000'000) : *order == Value("first") ? Value(0) : Value(cap);
  if (const auto number = chunk.erase(Value("name_order")))
    chunk.set("order", plus(*chunk.find("order"), number->as_real() / 10000.0));
  order = chunk.edit("order");
  if (order->as_real() < 0)  // counted from the end
    *order = order->is_int() ? Value(cap + 1'000'000 + *order->if_int())
                             : Value(static_cast<double>(cap) + 1'000'000.0 + *order->if_real());
}

struct SortKey {
  double order = 0;
  std::string name;
  std::size_t at = 0;

  auto tie() const { return std::tie(order, name, at); }
};

// By order, then by state, name and function; what is equal even there stays as it was.
List sorted(List low) {
  std::vector<SortKey> keys;
  keys.reserve(low.size());
  for (const auto& chunk : low) {
    const auto& map = *chunk.if_map();
    keys.push_back({map.find("order")->as_real(), text_at(map, "state") + text_at(map, "name") + text_at(map, "fun"),
                    keys.size()});
  }
  std::sort(keys.begin(), keys.end(), [](const SortKey& a, const SortKey& b) { return a.tie() < b.tie(); });
  List ordered;
  ordered.reserve(low.size());
  for (const auto& key : keys) ordered.push_back(std::move(low[key.at]));
  return ordered;
}

}  // namespace

List low_chunks(const Map& high) {
  List low;
  for (const auto& [id, body] : high) {
    const auto* states = body.if_map();
    if (is_internal(id) || !states) continue;
    for (const auto& [state, arguments] : *states)
      if (!is_internal(state) && arguments.is_list()) add_chunks(low, read(id, state, *states, *arguments.if_list()));
  }
  const auto cap = order_cap(low);
  for (auto& chunk : low) set_order(chunk.edit_map(), cap);
  return sorted(std::move(low));
}

std::vector<std::string> states_of(const List& low) {
  std::vector<std::string> names;
  for (const auto& chunk : low) {
    auto name = text_at(chunk.as_map("a low chunk"), "__sls__");
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace halite::states
