// Is high data well formed?
#include "states/compile/verify.h"

#include <map>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "common/render/python.h"
#include "states/compile/words.h"

namespace halite::states {
namespace {

class Verifier {
 public:
  explicit Verifier(std::vector<std::string>& errors) : errors_(errors) {}

  void id(const Value& name, const Value& body) {
    id_ = text_of(name);
    const auto* states = body.if_map();
    sls_ = states ? text_at(*states, "__sls__") : "";
    if (!name.is_string())
      add("ID '{}' in SLS '{}' is not formed as a string, but is a {}. It may need to be quoted.", id_, sls_,
          render::python_type(name));
    if (!states) return add("The type {} in {} is not formatted as a dictionary", id_, text_of(body));
    for (const auto& [state, arguments] : *states)
      if (!is_internal(state)) this->state(text_of(state), arguments);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    errors_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void state(const std::string& state, const Value& arguments) {
    if (arguments.is_null())
      return add(
          "ID '{}' in SLS '{}' contains a short declaration ({}) with a trailing colon. When not passing any "
          "arguments to a state, the colon must be omitted.",
          id_, sls_, state);
    if (!arguments.is_list()) return add("State '{}' in SLS '{}' is not formed as a list", id_, sls_);
    int functions = state.find('.') == std::string::npos ? 0 : 1;
    for (const auto& argument : *arguments.if_list()) {
      if (const auto* text = argument.if_string()) {
        ++functions;
        function(*text);
      } else if (const auto* first = first_entry(argument)) {
        this->argument(state, *first, argument.if_map()->size());
      }
    }
    if (functions == 0 && state != "require" && state != "watch")
      add("No function declared in state '{}' in SLS '{}'", state, sls_);
    if (functions > 1) add("Too many functions declared in state '{}' in SLS '{}'", state, sls_);
  }

  void function(const std::string& name) {
    if (trim(name).find(' ') != std::string_view::npos)
      add("The function \"{}\" in state \"{}\" in SLS \"{}\" has whitespace, a function with whitespace is not "
          "supported, perhaps this is an argument that is missing a \":\"",
          name, id_, sls_);
  }

  void argument(const std::string& state, const Map::Entry& first, std::size_t size) {
    const auto key = text_of(first.key);
    if (key == "names" && !first.value.is_list())
      add("The 'names' argument in state '{}' in SLS '{}' needs to be formed as a list", id_, sls_);
    if (key != "require" && key != "watch" && key != "prereq" && key != "onchanges") return;
    if (!first.value.is_list()) {
      add("The {} statement in state '{}' in SLS '{}' needs to be formed as a list", key, id_, sls_);
    } else {
      auto& own = requisites_[id_] = {state, {}};
      for (const auto& item : *first.value.if_list()) requisite(state, item, own);
    }
    if (size != 1) add("Multiple dictionaries defined in argument of state '{}' in SLS '{}'", id_, sls_);
  }

  struct Requisites {
    std::string state;
    std::map<std::string, std::string> of;  // name -> module
  };

  void requisite(const std::string& state, const Value& item, Requisites& own) {
    const auto* first = first_entry(item);
    if (!first && !item.is_string())
      return add("Requisite declaration {} in SLS {} is not formed as a single key dictionary", text_of(item), sls_);
    const auto module = first ? text_of(first->key) : "id";
    const auto& named = first ? first->value : item;
    if (const auto dot = module.find('.'); dot != std::string::npos)
      add("Invalid requisite type '{}' in state '{}', in SLS '{}'. Requisite types must not contain dots, did you mean "
          "'{}'?",
          module, id_, sls_, module.substr(0, dot));
    if (named.is_list() || named.is_map())
      return add("Illegal requisite \"{}\", please check your syntax.\n", text_of(named));
    const auto name = text_of(named);
    own.of[name] = module;
    const auto other = requisites_.find(name);
    if (other == requisites_.end()) return;
    const auto back = other->second.of.find(id_);
    if (back != other->second.of.end() && back->second == state && other->second.state == module)
      add("A recursive requisite was found, SLS \"{}\" ID \"{}\" ID \"{}\"", sls_, id_, name);
  }

  std::vector<std::string>& errors_;
  std::string id_, sls_;
  std::map<std::string, Requisites> requisites_;  // by id, of its last requisite
};

}  // namespace

void verify_high(const Map& high, std::vector<std::string>& errors) {
  Verifier verifier(errors);
  for (const auto& [name, body] : high)
    if (!is_internal(name)) verifier.id(name, body);
}

}  // namespace halite::states
