// data.*: a small store of values that this minion keeps across jobs, for states and jobs that hand something on.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "minion/functions/groups.h"
#include "minion/state_run/state_lock.h"

namespace halite::minion {
namespace {

struct Pair {
  Value key, value;
};
struct Exchange {
  Value key, value, old_value;
};
struct Wanted {
  Value key, fallback;
};
struct Content {
  Value new_data;
};

// Where Salt keeps it, in Salt's form, so that what was kept before a move to Halite is still there.
std::string place(const Call& call) { return call.tools.config.settings.cachedir + "/datastore"; }

Map read_store(Call& call) {
  const auto content = call.tools.host.read_file_if_exists(place(call));
  if (!content || content->empty()) return {};
  return during([&] { return from_msgpack(*content).as_map("the data store"); }, "reading {}", place(call));
}

void write_store(Call& call, const Map& store) {
  const std::string& directory = call.tools.config.settings.cachedir;
  if (!call.tools.host.status_of_target(directory)) call.tools.host.make_directory(directory, {.mode = 0700, .uid = {}, .gid = {}});
  call.tools.host.replace_file(place(call), to_msgpack(store, MsgpackText::modern), {.mode = 0600, .uid = {}, .gid = {}});
}

// Two jobs that change the store come one after the other; `cas` is good for nothing else.
class Turn {
 public:
  explicit Turn(Call& call)
      : lock_(call.tools.config.settings.cachedir + "/datastore.lock", {{"fun", call.name}, {"jid", call.jid}}) {
    if (!lock_.take(call.tools.host, call.is_cancelled))
      throw Error(ErrorKind::unavailable, "the job was ended while it waited for the data store");
  }

 private:
  StateLock lock_;
};

Value clear(const None&, Call& call) {
  const Turn turn(call);
  if (call.tools.host.status(place(call))) call.tools.host.remove_file(place(call));
  return true;
}

Value load(const None&, Call& call) { return read_store(call); }

Value dump(const Content& args, Call& call) {
  const Map* data = args.new_data.if_map();
  if (!data) return false;
  const Turn turn(call);
  write_store(call, *data);
  return true;
}

Value update(const Pair& args, Call& call) {
  const Turn turn(call);
  Map store = read_store(call);
  store.set(args.key, args.value);
  write_store(call, store);
  return true;
}

Value compare_and_set(const Exchange& args, Call& call) {
  const Turn turn(call);
  Map store = read_store(call);
  const Value* now = store.find(args.key);
  if (!now || *now != args.old_value) return false;
  store.set(args.key, args.value);
  write_store(call, store);
  return true;
}

Value pop(const Wanted& args, Call& call) {
  const Turn turn(call);
  Map store = read_store(call);
  const Value* found = store.find(args.key);
  if (!found) return args.fallback;
  const Value value = *found;
  store.erase(args.key);
  write_store(call, store);
  return value;
}

// Of a list of keys: the values of those that are there, or with a default one for each.
Value get(const Wanted& args, Call& call) {
  const Map store = read_store(call);
  const List* keys = args.key.if_list();
  if (!keys) {
    const Value* found = store.find(args.key);
    return found ? *found : args.fallback;
  }
  List values;
  for (const auto& key : *keys) {
    const Value* found = store.find(key);
    if (found) values.push_back(*found);
    else if (!args.fallback.is_null()) values.push_back(args.fallback);
  }
  return values;
}

Value keys(const None&, Call& call) {
  List all;
  for (const auto& [key, value] : read_store(call)) all.push_back(key);
  return all;
}

Value values(const None&, Call& call) {
  List all;
  for (const auto& [key, value] : read_store(call)) all.push_back(value);
  return all;
}

Value has_key(const Wanted& args, Call& call) { return read_store(call).find(args.key) != nullptr; }

}  // namespace

std::vector<Function> data_functions() {
  const auto key = Schema<Wanted>().required(&Wanted::key, "key", "The name of the value.");
  return {
      function("data.clear", "Forgets every value of the store.", clear),
      function("data.load", "Every value of the store by its key.", load),
      function("data.items", "Every value of the store by its key.", load),
      function("data.keys", "The keys of the store.", keys),
      function("data.values", "The values of the store.", values),
      function<Content>("data.dump", "Replaces the whole store: data.dump '{eggs: spam}'. False for what is no map.",
                        Schema<Content>().required(&Content::new_data, "new_data", "A map."), dump),
      function<Pair>("data.update", "Sets a value: data.update release 12.",
                     Schema<Pair>().required(&Pair::key, "key", "Its name.").required(&Pair::value, "value", "The value."),
                     update),
      function<Exchange>("data.cas", "Sets a value that is there if it is what the caller thinks; says whether it was.",
                         Schema<Exchange>()
                             .required(&Exchange::key, "key", "Its name.")
                             .required(&Exchange::value, "value", "The new value.")
                             .required(&Exchange::old_value, "old_value", "What it must be now."),
                         compare_and_set),
      function<Wanted>("data.pop", "Gives a value and forgets it.",
                       Schema<Wanted>(key).optional(&Wanted::fallback, "default", "Given where there is none."), pop),
      function<Wanted>("data.get", "A value, or those of several: data.get '[first, second]'.",
                       Schema<Wanted>()
                           .required(&Wanted::key, "key", "Its name, or a list of names.")
                           .optional(&Wanted::fallback, "default", "Given where there is none."),
                       get),
      function<Wanted>("data.has_key", "Is there such a value?", key, has_key),
  };
}

}  // namespace halite::minion
