// What a process that orchestrates is to do; it asks for it with orchestration.take.
#pragma once

#include <optional>
#include <string>

#include "common/wire/messages/message.h"

namespace halite::master {

struct OrchestrationOrder {
  std::string jid;
  std::string kind = "run";  // "run": SLS files; "single": one state; "show": the high data of SLS files
  Value mods;                // names, or a text with commas
  Map single;                // the one state as a low chunk
  bool test = false;
  Value exclude;
  std::string saltenv = "base";
  std::string id;            // of the master as a minion: NAME_master
  Map pillar;
  Map grains;
  Map settings;              // the master's, as its schema writes them

  static const Schema<OrchestrationOrder>& schema() {
    using O = OrchestrationOrder;
    static const auto schema = Schema<O>()
                                   .required(&O::jid, "jid", "Job id of the run.")
                                   .optional(&O::kind, "kind", "What to do.")
                                   .one_of({"run", "single", "show"})
                                   .optional(&O::mods, "mods", "SLS names.")
                                   .optional(&O::single, "single", "The one state.")
                                   .optional(&O::test, "test", "Dry run.")
                                   .optional(&O::exclude, "exclude", "SLS names or ids to leave out.")
                                   .optional(&O::saltenv, "saltenv", "Environment of the states.")
                                   .required(&O::id, "id", "The master's name as a minion.")
                                   .optional(&O::pillar, "pillar", "The master's pillar.")
                                   .optional(&O::grains, "grains", "The master's grains.")
                                   .optional(&O::settings, "settings", "The master's settings.");
    return schema;
  }
};

// The result comes in parts, as a request has a limit: {data: bytes} of the packed RunnerResult, in order, and then none.
constexpr std::size_t result_part_bytes = std::size_t{4} << 20;
constexpr std::size_t result_limit_bytes = std::size_t{1} << 30;

struct OrchestrationPart {
  Value data;

  static const Schema<OrchestrationPart>& schema() {
    static const auto schema = Schema<OrchestrationPart>().optional(&OrchestrationPart::data, "data", "Bytes; unset: that was all.");
    return schema;
  }
};

}  // namespace halite::master
