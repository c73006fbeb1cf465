// grains.*: what the minion knows about its machine, and the grains people set.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/path.h"
#include "common/output/python_text.h"
#include "minion/functions/filter_by.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Get {
  std::string key;
  Value standard = "";
  std::string delimiter = ":";
  bool ordered = true;
};
struct Sanitize {
  bool sanitize = false;
};
struct Key {
  std::string key;
};
struct Equals {
  std::string key;
  Value value;
};
Value get(const Get& args, Call& call) {
  return call.tools.grains.get_path(args.key, args.delimiter).value_or(args.standard);
}

Value items(const Sanitize& args, Call& call) {
  Map all = call.tools.grains.all();
  if (args.sanitize)
    for (const char* secret : {"serialnumber", "uuid", "machine_id", "hwaddr_interfaces"})
      if (Value* value = all.edit(secret)) *value = std::string("XXXX");
  return all;
}

// A grain that is not there is given as the default, an empty text.
Value item(const Arguments& arguments, Call& call) {
  Map found;
  const Value* standard = arguments.named.find("default");
  for (const auto& name : arguments.positional) {
    const std::string& key = name.as_string("a grain's name");
    found.set(key, call.tools.grains.get_path(key).value_or(standard ? *standard : Value("")));
  }
  return found;
}

Value list_names(const None&, Call& call) { return call.tools.grains.all().keys(); }

Value has_value(const Key& args, Call& call) {
  const auto value = call.tools.grains.get_path(args.key);
  if (!value || value->is_null() || *value == Value(false) || *value == Value("")) return false;
  if (value->if_list()) return !value->if_list()->empty();
  if (value->if_map()) return !value->if_map()->empty();
  return true;
}

Value equals(const Equals& args, Call& call) {
  return python_str(call.tools.grains.get_path(args.key).value_or("")) == python_str(args.value);
}

struct Filter : FilterBy {
  std::string grain = "os_family";
};

Value filter_by(const Filter& args, Call& call) { return chosen(args, call.tools.grains.get_path(args.grain).value_or(Value()), "grains.filter_by"); }

std::vector<Function> readers() {
  const auto key = Schema<Key>().required(&Key::key, "key", "Name of the grain.");
  return {
      function<Get>("grains.get", "One grain; with ':' between the levels of a nested one.",
                    Schema<Get>()
                        .required(&Get::key, "key", "Name of the grain.")
                        .optional(&Get::standard, "default", "What to give when there is no such grain.")
                        .optional(&Get::delimiter, "delimiter", "Between the levels of the name.")
                        .optional(&Get::ordered, "ordered", "Kept for Salt's callers; order is always kept."),
                    get).light(),
      function<Get>("grains.fetch", "Another name of grains.get.",
                    Schema<Get>()
                        .required(&Get::key, "key", "Name of the grain.")
                        .optional(&Get::standard, "default", "What to give when there is no such grain.")
                        .optional(&Get::delimiter, "delimiter", "Between the levels of the name.")
                        .optional(&Get::ordered, "ordered", "Kept for Salt's callers; order is always kept."),
                    get).light(),
      function<Sanitize>("grains.items", "Every grain.",
                         Schema<Sanitize>().optional(&Sanitize::sanitize, "sanitize", "Hide serial numbers and the like."),
                         items).light(),
      free_function("grains.item", "The named grains.", item).light(),
      function("grains.ls", "The names of all grains.", list_names).light(),
      function<Key>("grains.has_value", "Has this grain a value that is not empty?", key, has_value).light(),
      function<Equals>("grains.equals", "Is the grain, as text, this value?",
                       Schema<Equals>()
                           .required(&Equals::key, "key", "Name of the grain.")
                           .required(&Equals::value, "value", "The value."),
                       equals).light(),
      function<Filter>("grains.filter_by", "The entry of a map that fits a grain.",
                       filter_by_schema<Filter>(&Filter::grain, "grain", "Name of the grain.", false), filter_by).light(),
  };
}

}  // namespace

std::vector<Function> grains_functions() {
  auto all = readers();
  for (auto& function : grains_write_functions()) all.push_back(std::move(function));
  return all;
}

}  // namespace halite::minion
