// Functions that run on the master itself, as a closed table: name, documentation, arguments, handler.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/data/schema.h"
#include "common/wire/messages/runner.h"
#include "common/wire/task.h"
#include "master/store/store.h"

namespace halite::master {

// Who runs a function, and how it speaks to the person who waits.
struct RunnerCaller {
  std::string user;
  std::function<Task<void>(std::string text)> say;
  std::int64_t uid = -1;  // -1: no user of this machine

  Actor actor() const { return {user, uid}; }
};

template <class Arguments>
struct Runner {
  std::string name;
  std::string doc;
  std::function<Task<wire::RunnerResult>(Arguments, RunnerCaller)> handle;
};

class RunnerTable {
 public:
  // Positional arguments fill the schema's fields in their order.
  template <class Arguments>
  void add(Runner<Arguments> runner) {
    Entry entry{runner.doc, Arguments::schema().fields(), {}};
    entry.run = [name = runner.name, handle = std::move(runner.handle)](Map arguments, RunnerCaller caller) {
      return handle(Arguments::schema().decode(arguments, Unknown::refuse, name), std::move(caller));
    };
    entries_[runner.name] = std::move(entry);
  }

  // Throws Error(not_found) with the nearest name, Error(invalid) for wrong arguments.
  Task<wire::RunnerResult> run(wire::RunFunction call, RunnerCaller caller) const;
  wire::RunnerList list() const;

 private:
  struct Entry {
    std::string doc;
    std::vector<Field> fields;
    std::function<Task<wire::RunnerResult>(Map, RunnerCaller)> run;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace halite::master
