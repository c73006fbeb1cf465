// What minions send of themselves: results of jobs, and events.
#pragma once

#include <optional>
#include <string>

#include "common/wire/messages/message.h"

namespace halite::wire {

// `_return` (salt-wire-protocol.md, section 7.1). Several functions: fun is the list, and return, retcode and success are maps
// by function.
struct ReturnLoad {
  std::string jid;             // "req": of a call made on the minion, so the master chooses one; "nocache": it keeps nothing of it
  Value fun;
  Value fun_args = List{};
  Value value;
  Value retcode = 0;
  Value success = true;
  std::string out;
  std::string outcome;         // "refused" or "interrupted", when the minion knows; else empty
  Value metadata;
  std::string schedule;        // name of the job in the minion's schedule that this is a run of

  static const Schema<ReturnLoad>& schema() {
    static const auto schema =
        Schema<ReturnLoad>()
            .required(&ReturnLoad::jid, "jid", "Job id, or req.")
            .optional(&ReturnLoad::fun, "fun", "Function, or a list of functions.")
            .optional(&ReturnLoad::fun_args, "fun_args", "Arguments.")
            .required(&ReturnLoad::value, "return", "What the function gave.")
            .optional(&ReturnLoad::retcode, "retcode", "0 for success.")
            .optional(&ReturnLoad::success, "success", "Whether it succeeded.")
            .optional(&ReturnLoad::out, "out", "Outputter that the function asks for.")
            .optional(&ReturnLoad::outcome, "outcome", "Why there is no result.")
            .one_of({"", "refused", "interrupted"})
            .optional(&ReturnLoad::metadata, "metadata", "As published with the job.")
            .optional(&ReturnLoad::schedule, "schedule", "Name in the minion's schedule, of a run that nobody published.");
    return schema;
  }
};

// `_minion_event`: one event by tag and data, or a list of them.
struct MinionEvents {
  std::optional<std::string> tag;
  Value data;
  std::optional<std::vector<Map>> events;  // {tag, data} each
  std::optional<std::string> pretag;

  static const Schema<MinionEvents>& schema() {
    static const auto schema = Schema<MinionEvents>()
                                   .optional(&MinionEvents::tag, "tag", "Tag of one event.")
                                   .optional(&MinionEvents::data, "data", "What it says.")
                                   .optional(&MinionEvents::events, "events", "Several: {tag, data} each.")
                                   .optional(&MinionEvents::pretag, "pretag", "Also put the events under this tag.");
    return schema;
  }
};

}  // namespace halite::wire
