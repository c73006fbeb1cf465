// Requisites that a state puts on others. They become extensions of the states they name.
#include "states/compile/requisite_in.h"

#include <algorithm>

#include <fmt/format.h>

#include "states/compile/extend.h"
#include "states/compile/words.h"

namespace halite::states {
namespace {

// The state that carries the requisite.
struct Origin {
  Value id;
  std::string state;
  const Map* body = nullptr;
  std::string key;        // "require_in"
  std::string plain_key;  // "require"
};

class RequisitesIn {
 public:
  RequisitesIn(const Map& high, const std::vector<std::string>& disabled, std::vector<std::string>& errors)
      : high_(high), disabled_(disabled), errors_(errors) {}

  // The extensions, in the order in which their targets were first named.
  List collect() {
    for (const auto& [id, body] : high_)
      if (const auto* states = body.if_map())
        for (const auto& [state, arguments] : *states)
          if (!is_internal(state) && arguments.is_list())
            collect_state(id, text_of(state), *states, *arguments.if_list());
    List list;
    for (const auto& [name, body] : extend_) list.push_back(Map{{name, body}});
    return list;
  }

 private:
  void collect_state(const Value& id, const std::string& state, const Map& body, const List& arguments) {
    for (const auto& argument : arguments) {
      const auto* first = first_entry(argument);
      const auto* key = first ? first->key.if_string() : nullptr;
      if (!key || !is_requisite_in(*key) || std::find(disabled_.begin(), disabled_.end(), *key) != disabled_.end())
        continue;
      const Origin origin{id, state, &body, *key, key->substr(0, key->find('_'))};
      if (const auto* items = first->value.if_map()) {
        for (const auto& [module, name] : *items) put(origin, name, undotted(origin, text_of(module), name));
      } else if (const auto* list = first->value.if_list()) {
        collect_list(origin, *list);
      }
    }
  }

  // Salt works a list's targets off anew for each of its items; what that repeats is kept, as lowstates show it.
  void collect_list(const Origin& origin, const List& items) {
    std::vector<StateName> targets;
    for (const auto& item : items) {
      const auto target = target_of(item);
      if (!target) continue;
      if (target->state == "sls")
        targets = states_of_sls(target->id, high_);
      else
        targets.push_back({target->id, target->state});
      undotted(origin, target->state, target->id);
      for (const auto& one : targets) apply(origin, one);
    }
  }

  // {module: name}; a bare text is an id, or the name of a state.
  std::optional<StateName> target_of(const Value& item) const {
    if (const auto* first = first_entry(item)) {
      if (first->value.is_list() || first->value.is_map()) return std::nullopt;
      return StateName{first->value, text_of(first->key)};
    }
    if (item.is_map() || item.is_list()) return std::nullopt;
    if (const auto* body = high_.find(item)) {
      for (const auto& entry : body->is_map() ? *body->if_map() : Map{})
        if (!is_internal(entry.key)) return StateName{item, text_of(entry.key)};
      return std::nullopt;
    }
    std::optional<StateName> found;
    for (const auto& [id, body] : high_)
      for (const auto& [state, arguments] : body.is_map() ? *body.if_map() : Map{})
        for (const auto& argument : arguments.is_list() ? *arguments.if_list() : List{})
          if (const auto* name = argument.find("name"); name && *name == item) found = StateName{id, text_of(state)};
    return found;
  }

  std::string undotted(const Origin& origin, const std::string& module, const Value& name) {
    const auto dot = module.find('.');
    if (dot == std::string::npos) return module;
    errors_.push_back(
        fmt::format("Invalid requisite in {}: {} for {}, in SLS '{}'. Requisites must not contain dots, "
                    "did you mean '{}'?",
                    origin.plain_key, module, text_of(name), text_at(*origin.body, "__sls__"), module.substr(0, dot)));
    return module.substr(0, dot);
  }

  void apply(const Origin& origin, const StateName& target) {
    if (origin.key == "prereq_in")
      add(origin.id, origin.state, Map{{"prerequired", List{Map{{target.state, target.id}}}}});
    if (origin.key == "prereq") {
      for (const auto& one : find_states(target.id, target.state, high_, true))
        add(one.id, one.state, Map{{"prerequired", List{Map{{origin.state, origin.id}}}}});
    } else if (origin.key == "use_in") {
      for (const auto& one : find_states(target.id, target.state, high_, true))
        use({origin.id, origin.state}, {one.id, one.state}, target.state);
    } else if (origin.key == "use") {
      for (const auto& one : find_states(target.id, target.state, high_, true))
        use(one, {origin.id, origin.state}, origin.state);
    } else {
      put(origin, target.id, target.state);
    }
  }

  List& extension(const Value& id, const std::string& state) {
    auto& body = extend_[id];
    if (!body.is_map()) body = Map{};
    auto& arguments = body.edit_map()[state];
    if (!arguments.is_list()) arguments = List{};
    return arguments.edit_list();
  }

  void add(const Value& id, const std::string& state, Value argument) {
    extension(id, state).push_back(std::move(argument));
  }

  // The plain requisite at the target.
  void put(const Origin& origin, const Value& name, const std::string& state) {
    auto& arguments = extension(name, state);
    auto& body = extend_.edit(name)->edit_map();
    body.set("__env__", text_at(*origin.body, "__env__"));
    body.set("__sls__", text_at(*origin.body, "__sls__"));
    const Value back = Map{{origin.state, origin.id}};
    bool is_done = false;
    for (auto& argument : arguments) {
      if (!first_entry(argument) || !(first_entry(argument)->key == Value(origin.plain_key))) continue;
      argument.edit_map().edit(origin.plain_key)->edit_list().push_back(back);
      is_done = true;
    }
    if (!is_done) arguments.push_back(Map{{origin.plain_key, List{back}}});
  }

  // The arguments of `from` that `to` has not itself.
  void use(const StateName& from, const StateName& to, const std::string& own_state) {
    const auto* source = arguments(from.id, from.state);
    const auto* own = arguments(to.id, own_state);
    if (!source) return;
    for (const auto& argument : *source) {
      const auto* map = argument.if_map();
      if (!map || map->size() != 1) continue;
      const auto& key = map->begin()->key;
      if (is_unused(text_of(key)) || (own && has_argument(*own, key))) continue;
      add(to.id, to.state, argument);
    }
  }

  const List* arguments(const Value& id, const std::string& state) const {
    const auto* body = high_.find(id);
    const auto* found = body ? body->find(state) : nullptr;
    return found ? found->if_list() : nullptr;
  }

  static bool has_argument(const List& arguments, const Value& key) {
    return std::any_of(arguments.begin(), arguments.end(), [&](const Value& argument) {
      return argument.is_map() && argument.if_map()->size() == 1 && argument.if_map()->begin()->key == key;
    });
  }

  const Map& high_;
  const std::vector<std::string>& disabled_;
  std::vector<std::string>& errors_;
  Map extend_;
};

}  // namespace

void apply_requisites_in(Map& high, const std::vector<std::string>& disabled, std::vector<std::string>& errors) {
  auto extends = RequisitesIn(high, disabled, errors).collect();
  high.set("__extend__", std::move(extends));
  apply_extends(high, true, errors);
}

}  // namespace halite::states
