// test.*, event.send, config.get, doc.*, saltutil.sync_*, error.error: small functions of the master.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/path.h"
#include "master/runners/runners.h"
#include "pillar/settings.h"

namespace halite::master {
namespace {

// By position and by name, as they come.
struct Anything {
  Value a, b, c, d, e;
  Map named;

  static const Schema<Anything>& schema() {
    using A = Anything;
    static const auto schema = Schema<A>()
                                   .optional(&A::a, "1", "Anything.")
                                   .optional(&A::b, "2", "Anything.")
                                   .optional(&A::c, "3", "Anything.")
                                   .optional(&A::d, "4", "Anything.")
                                   .optional(&A::e, "5", "Anything; arguments by name are taken too.");
    return schema;
  }
};

struct Sleep {
  std::chrono::milliseconds time{10'000};

  static const Schema<Sleep>& schema() {
    static const auto schema = Schema<Sleep>().optional(&Sleep::time, "s_time", "Seconds.");
    return schema;
  }
};

struct Send {
  std::string tag;
  Map data;

  static const Schema<Send>& schema() {
    static const auto schema = Schema<Send>()
                                   .required(&Send::tag, "tag", "Tag of the event.")
                                   .optional(&Send::data, "data", "What it says.");
    return schema;
  }
};

struct Get {
  std::string key;
  Value standard = "";
  std::string delimiter = ":";

  static const Schema<Get>& schema() {
    static const auto schema = Schema<Get>()
                                   .required(&Get::key, "key", "Name of a setting; a colon goes into a map.")
                                   .optional(&Get::standard, "default", "Given when there is none.")
                                   .optional(&Get::delimiter, "delimiter", "Instead of the colon.");
    return schema;
  }
};

struct SyncOptions {
  std::string saltenv = "base";
  Value whitelist, blacklist;

  static const Schema<SyncOptions>& schema() {
    static const auto schema = Schema<SyncOptions>()
                                   .optional(&SyncOptions::saltenv, "saltenv", "Environment of the modules.")
                                   .optional(&SyncOptions::whitelist, "extmod_whitelist", "Without effect.")
                                   .optional(&SyncOptions::blacklist, "extmod_blacklist", "Without effect.");
    return schema;
  }
};

struct Raise {
  std::string name;
  std::string message;

  static const Schema<Raise>& schema() {
    static const auto schema = Schema<Raise>()
                                   .optional(&Raise::name, "name", "Kind of the error; none: no error.")
                                   .optional(&Raise::message, "message", "Its message.");
    return schema;
  }
};

// The folders from which Salt's master would load Python code. This one has no use for any.
constexpr const char* synced[] = {"cache",        "clouds",       "engines",   "executors", "fileserver", "grains",  "modules", "output",
                                  "pillar",       "proxymodules", "queues",    "renderers", "returners",  "roster",  "runners", "sdb",
                                  "serializers",  "states",       "thorium",   "eauth_tokens", "tops",    "utils",   "wheel"};

Task<wire::RunnerResult> now(Value value) { co_return plain_result(std::move(value)); }

Value arguments_given(const Anything& given) {
  List list;
  for (const Value* argument : {&given.a, &given.b, &given.c, &given.d, &given.e})
    if (!argument->is_null()) list.push_back(*argument);
  return Map{{"args", list}, {"kwargs", given.named}};
}

Task<wire::RunnerResult> sleep_a_while(Sleep wanted) {
  co_await wire::sleep_for(wanted.time);
  co_return plain_result(true);
}

// Says something ten times a second for ten seconds.
Task<wire::RunnerResult> stream(RunnerCaller caller) {
  for (int i = 1; i < 100; ++i) {
    co_await caller.say(fmt::format("Runner is {}% done", i));
    co_await wire::sleep_for(std::chrono::milliseconds(100));
  }
  co_return plain_result(true);
}

Task<wire::RunnerResult> send(EventBus& events, Send wanted) {
  if (wanted.tag.empty()) throw Error(ErrorKind::invalid, "an event needs a tag");
  events.publish(std::move(wanted.tag), std::move(wanted.data));
  co_return plain_result(true);
}

Value documentation(const RunnerTable& table) {
  Map docs;
  for (const auto& function : table.list().functions) docs.set(function.name, function.doc);
  return docs;
}

Task<wire::RunnerResult> raise(Raise wanted) {
  if (wanted.name.empty()) co_return plain_result(Map{});
  throw Error(ErrorKind::invalid, "{}: {}", escape_control(wanted.name), escape_control(wanted.message));
}

}  // namespace

void add_plain_runners(RunnerTable& runners, const RunnerTable& wheels, EventBus& events, const MasterSettings& settings) {
  for (const char* name : {"test.arg", "test.raw_arg"}) {
    Runner<Anything> echo{name, "Gives back the arguments.", [](Anything given, RunnerCaller) { return now(arguments_given(given)); }};
    echo.take_rest = [](Anything& given, Map rest) { given.named = std::move(rest); };
    runners.add(std::move(echo));
  }
  runners.add(Runner<Sleep>{"test.sleep", "Waits, and then says True.", [](Sleep wanted, RunnerCaller) { return sleep_a_while(wanted); }});
  runners.add(Runner<NoRunnerArguments>{"test.stream", "Tells its progress for ten seconds.",
                                        [](NoRunnerArguments, RunnerCaller caller) { return stream(std::move(caller)); }});
  Runner<Send> event{"event.send", "Puts an event on the bus.", [&events](Send wanted, RunnerCaller) { return send(events, std::move(wanted)); }};
  event.is_recorded = true;
  runners.add(std::move(event));
  runners.add(Runner<Get>{"config.get", "A setting of the master; secrets are not among them.",
                          [shown = Value(pillar::shown_options(master_settings_schema(), settings))](Get wanted, RunnerCaller) {
                            return now(find_path(shown, wanted.key, wanted.delimiter).value_or(wanted.standard));
                          }});
  runners.add(Runner<NoRunnerArguments>{"doc.runner", "What the master's functions do.",
                                        [&runners](NoRunnerArguments, RunnerCaller) { return now(documentation(runners)); }});
  runners.add(Runner<NoRunnerArguments>{"doc.wheel", "What the wheel functions do.",
                                        [&wheels](NoRunnerArguments, RunnerCaller) { return now(documentation(wheels)); }});
  for (const char* kind : synced)
    runners.add(Runner<SyncOptions>{std::string("saltutil.sync_") + kind, "Kept for Salt's callers: all functions are part of the program, nothing is synchronised.",
                                    [](SyncOptions, RunnerCaller) { return now(List{}); }});
  runners.add(Runner<SyncOptions>{"saltutil.sync_all", "The same for every kind.", [](SyncOptions, RunnerCaller) {
                                    Map all;
                                    for (const char* kind : synced) all.set(std::string_view(kind) == "eauth_tokens" ? "tokens" : kind, List{});
                                    return now(all);
                                  }});
  runners.add(Runner<Raise>{"error.error", "Fails, to try how failures are handled.", [](Raise wanted, RunnerCaller) { return raise(std::move(wanted)); }});
}

}  // namespace halite::master
