// environ.*: the environment variables of the minion's own process.
#include <cstdlib>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"

namespace halite::minion {
namespace {

struct Key {
  std::string key;
  Value standard = "";
  std::optional<std::string> value;
};
struct Keys {
  Value keys;
  Value standard = "";
};

Value items(const None&, Call&) { return process_environment(); }

Value get(const Key& args, Call&) {
  const char* value = std::getenv(args.key.c_str());
  return value ? Value(std::string(value)) : args.standard;
}

Value item(const Keys& args, Call&) {
  Map found;
  for (const auto& key : Convert<states::TextList>::decode(args.keys).items) {
    const char* value = std::getenv(key.c_str());
    found.set(key, value ? Value(std::string(value)) : args.standard);
  }
  return found;
}

Value has_value(const Key& args, Call&) {
  const char* value = std::getenv(args.key.c_str());
  return value && *value && (!args.value || *args.value == value);
}

}  // namespace

std::vector<Function> environ_functions() {
  const auto key = Schema<Key>().required(&Key::key, "key", "Name of the variable.");
  return {
      function("environ.items", "Every variable of the minion's process.", items).light(),
      function<Key>("environ.get", "One variable of the minion's process.",
                    Schema<Key>(key).optional(&Key::standard, "default", "What to give when it is not set."), get).light(),
      function<Keys>("environ.item", "The named variables of the minion's process.",
                     Schema<Keys>()
                         .required(&Keys::keys, "keys", "A name, or a list of names.")
                         .optional(&Keys::standard, "default", "What to give for one that is not set."),
                     item).light(),
      function<Key>("environ.has_value", "Is the variable set, and to this value when one is given?",
                    Schema<Key>(key).optional(&Key::value, "value", "The value."), has_value).light(),
  };
}

}  // namespace halite::minion
