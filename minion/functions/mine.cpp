// mine.*: values that minions leave with the master for others to read.
#include "common/base/error.h"
#include "minion/functions/function_list.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "minion/mine.h"

namespace halite::minion {
namespace {

struct Get {
  Value tgt;
  Value fun;
  std::string tgt_type = "glob";
  Value exclude_minion;
};
struct Update {
  bool clear = false;
  Value mine_functions;
};
struct Key {
  std::string fun;
};

MasterLink& master(Call& call) {
  if (!call.tools.master) throw Error(ErrorKind::unavailable, "the mine is kept by the master, and this is a local call");
  return *call.tools.master;
}

Map own(Call& call) { return {{"id", call.tools.grains.settings().id}}; }

// mine.send name function args...; mine.send function args... names it after the function.
Value send(const Arguments& arguments, Call& call) {
  if (arguments.positional.empty()) throw Error(ErrorKind::invalid, "Passed invalid arguments to mine.send: 'name' is missing");
  const std::string name = arguments.positional[0].as_string("the name");
  std::string function = name;
  Map named = arguments.named;
  if (auto given = named.erase("mine_function")) function = given->as_string("mine_function");
  named.erase("allow_tgt");
  named.erase("allow_tgt_type");
  const List positional(arguments.positional.begin() + 1, arguments.positional.end());
  Map entry{{name, call_function(call, function, positional, named)}};
  if (const Value* allowed = arguments.named.find("allow_tgt")) {
    const Value* kind = arguments.named.find("allow_tgt_type");
    entry.set(name, Map{{"__data__", *entry.find(name)},
                        {"__saltmine_acl__", 1},
                        {"allow_tgt", *allowed},
                        {"allow_tgt_type", kind ? *kind : Value("glob")}});
  }
  Map load = own(call);
  load.set("data", entry);
  load.set("clear", false);
  return master(call).request("_mine", load);
}

Value update(const Update& args, Call& call) {
  const Value wanted = args.mine_functions.is_null() ? mine_functions_of(call) : args.mine_functions;
  if (wanted.is_null()) return {};
  Map load = own(call);
  load.set("data", mine_data(call, wanted));
  load.set("clear", args.clear);
  return master(call).request("_mine", load);
}

Value get(const Get& args, Call& call) {
  Map load = own(call);
  load.set("tgt", args.tgt);
  load.set("fun", args.fun);
  load.set("tgt_type", args.tgt_type);
  Value found = master(call).request("_mine_get", load);
  if (args.exclude_minion == Value(true) && found.is_map()) found.edit_map().erase(call.tools.grains.settings().id);
  return found;
}

Value remove(const Key& args, Call& call) {
  Map load = own(call);
  load.set("fun", args.fun);
  return master(call).request("_mine_delete", load);
}

Value flush(const None&, Call& call) { return master(call).request("_mine_flush", own(call)); }

// As they are written; those of another name with the function's own. What this minion can't or may not run is left out.
Value valid(const None&, Call& call) {
  const Value wanted = mine_functions_of(call);
  if (wanted.is_null()) return {};
  Map names;
  for (const auto& one : mine_calls(wanted)) {
    if (!call.tools.functions.find(one.function)) continue;
    const Value* written = wanted.is_map() ? wanted.find(one.alias) : nullptr;
    if (one.function == one.alias) {
      names.set(one.alias, written ? *written : Value(List{}));
      continue;
    }
    List arguments = one.positional;
    for (const auto& [name, value] : one.named) arguments.emplace_back(Map{{name, value}});
    names.set(one.alias, Map{{one.function, std::move(arguments)}});
  }
  return names;
}

}  // namespace

std::vector<Function> mine_functions() {
  return {
      free_function("mine.send", "Runs a function and leaves its value in the mine: a name, then its arguments; "
                                 "`mine_function` when the name is another.", send),
      function<Update>("mine.update", "Runs the functions of the option and pillar key mine_functions and sends their values.",
                       Schema<Update>()
                           .optional(&Update::clear, "clear", "Forget what was there.")
                           .optional(&Update::mine_functions, "mine_functions", "These functions instead."),
                       update),
      function<Get>("mine.get", "Values from the mine, by minion.",
                    Schema<Get>()
                        .required(&Get::tgt, "tgt", "Which minions.")
                        .required(&Get::fun, "fun", "Name, or a list of names.")
                        .optional(&Get::tgt_type, "tgt_type", "How tgt is meant.")
                        .optional(&Get::exclude_minion, "exclude_minion", "Leave this minion out."),
                    get),
      function<Key>("mine.delete", "Takes one name out of this minion's mine.", Schema<Key>().required(&Key::fun, "fun", "The name."), remove),
      function("mine.flush", "Empties this minion's mine.", flush),
      function("mine.valid", "The functions this minion sends to the mine.", valid),
  };
}

}  // namespace halite::minion
