// Functions that run on the master itself, as a closed table: name, documentation, arguments, handler.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/data/schema.h"
#include "common/wire/messages/runner.h"
#include "common/wire/task.h"

namespace halite::master {

// What a running function may say to the person who waits.
using RunnerSay = std::function<Task<void>(std::string text)>;

template <class Arguments>
struct Runner {
  std::string name;
  std::string doc;
  std::function<Task<wire::RunnerResult>(Arguments, RunnerSay)> handle;
};

class RunnerTable {
 public:
  // Positional arguments fill the schema's fields in their order.
  template <class Arguments>
  void add(Runner<Arguments> runner) {
    Entry entry{runner.doc, Arguments::schema().fields(), {}};
    entry.run = [name = runner.name, handle = std::move(runner.handle)](Map arguments, RunnerSay say) {
      return handle(Arguments::schema().decode(arguments, Unknown::refuse, name), std::move(say));
    };
    entries_[runner.name] = std::move(entry);
  }

  // Throws Error(not_found) with the nearest name, Error(invalid) for wrong arguments.
  Task<wire::RunnerResult> run(wire::RunFunction call, RunnerSay say) const;
  wire::RunnerList list() const;

 private:
  struct Entry {
    std::string doc;
    std::vector<Field> fields;
    std::function<Task<wire::RunnerResult>(Map, RunnerSay)> run;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace halite::master
