// Functions that run on the master itself: what halite-run calls.
#pragma once

#include <string>
#include <vector>

#include "common/wire/messages/message.h"

namespace halite::wire {

// runner.run: RunFunction -> events RunnerProgress, result RunnerResult. Throws Error(not_found) with the nearest name for an
//   unknown function, Error(invalid) for wrong arguments.
// runner.list: {} -> RunnerList.
//
// wheel.run: the same for functions about the master's keys and settings.
//
// The first event of each tells the job id alone. The results have Salt's shapes. A run goes on without its caller.
struct RunFunction {
  std::string fun;
  List arg;
  Map kwarg;
  bool wait = true;  // false: the result tells the job id alone

  static const Schema<RunFunction>& schema() {
    static const auto schema = Schema<RunFunction>()
                                   .required(&RunFunction::fun, "fun", "Name: jobs.list_jobs.")
                                   .optional(&RunFunction::arg, "arg", "Positional arguments.")
                                   .optional(&RunFunction::kwarg, "kwarg", "Keyword arguments.")
                                   .optional(&RunFunction::wait, "wait", "Wait for the result.");
    return schema;
  }
};

struct RunnerProgress {
  std::string text;  // for a person
  std::string jid = {};  // of the run; in the first one, whose text is empty

  static const Schema<RunnerProgress>& schema() {
    static const auto schema = Schema<RunnerProgress>()
                                   .optional(&RunnerProgress::text, "text", "For a person.")
                                   .optional(&RunnerProgress::jid, "jid", "Job id of the run.");
    return schema;
  }
};

struct RunnerResult {
  std::string jid;
  Value value;
  std::string out;           // outputter the function asks for; empty: nested
  std::int64_t retcode = 0;  // the program's exit code

  static const Schema<RunnerResult>& schema() {
    static const auto schema = Schema<RunnerResult>()
                                   .optional(&RunnerResult::jid, "jid", "Job id of the run.")
                                   .optional(&RunnerResult::value, "return", "What the function gave.")
                                   .optional(&RunnerResult::out, "out", "Outputter that the function asks for.")
                                   .optional(&RunnerResult::retcode, "retcode", "0 for success.");
    return schema;
  }
};

struct RunnerFunction {
  std::string name;
  std::string doc;

  static const Schema<RunnerFunction>& schema() {
    static const auto schema = Schema<RunnerFunction>()
                                   .required(&RunnerFunction::name, "name", "Name: jobs.list_jobs.")
                                   .required(&RunnerFunction::doc, "doc", "What it does, and its arguments.");
    return schema;
  }
};

struct RunnerList {
  std::vector<RunnerFunction> functions;

  static const Schema<RunnerList>& schema() {
    static const auto schema =
        Schema<RunnerList>().required(&RunnerList::functions, "functions", "Every function, sorted by name.");
    return schema;
  }
};

}  // namespace halite::wire
