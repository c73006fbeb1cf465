// Functions that run on the master itself, as a closed table: name, documentation, arguments, handler.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/data/schema.h"
#include "common/wire/control_server.h"
#include "common/wire/messages/runner.h"
#include "common/wire/task.h"
#include "master/rights/actor.h"

namespace halite::master {

// Who runs a function, and how it speaks to the person who waits.
struct RunnerCaller {
  std::string user;
  wire::Caller origin;  // whose process asked
  std::string jid;      // of the run
  std::function<Task<void>(std::string text)> say;

  Actor actor() const { return actor_of(origin); }
};

template <class Arguments>
struct Runner {
  std::string name;
  std::string doc;
  std::function<Task<wire::RunnerResult>(Arguments, RunnerCaller)> handle;
  // Recorded like a job, so that jobs.lookup_jid knows the result. Those that only look are recorded when nobody waits.
  bool is_recorded = false;
  // Arguments that the schema does not know are handed on: `handle` gets them in the member that `take_rest` fills.
  std::function<void(Arguments&, Map rest)> take_rest = {};
};

class RunnerTable {
 public:
  // Positional arguments fill the schema's fields in their order.
  template <class Arguments>
  void add(Runner<Arguments> runner) {
    Entry entry{runner.doc, Arguments::schema().fields(), runner.is_recorded, {}};
    entry.run = [name = runner.name, handle = std::move(runner.handle), take_rest = std::move(runner.take_rest)](Map arguments,
                                                                                                         RunnerCaller caller) {
      if (!take_rest) return handle(Arguments::schema().decode(arguments, Unknown::refuse, name), std::move(caller));
      auto decoded = Arguments::schema().decode(arguments, Unknown::ignore, name);
      for (const auto& field : Arguments::schema().fields()) arguments.erase(field.name);
      take_rest(decoded, std::move(arguments));
      return handle(std::move(decoded), std::move(caller));
    };
    entries_[runner.name] = std::move(entry);
  }

  // Throws Error(not_found) with the nearest name, Error(invalid) for wrong arguments.
  Task<wire::RunnerResult> run(wire::RunFunction call, RunnerCaller caller) const;
  // Throws Error(not_found) as run does.
  bool is_recorded(const std::string& fun) const;
  bool has(const std::string& fun) const { return entries_.contains(fun); }
  wire::RunnerList list() const;

 private:
  struct Entry {
    std::string doc;
    std::vector<Field> fields;
    bool is_recorded = false;
    std::function<Task<wire::RunnerResult>(Map, RunnerCaller)> run;
  };
  const Entry& entry(const std::string& fun) const;
  std::map<std::string, Entry> entries_;
};

}  // namespace halite::master
