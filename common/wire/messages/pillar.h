// What a minion asks to learn its pillar and the master's options.
#pragma once

#include <optional>
#include <string>

#include "common/wire/messages/message.h"

namespace halite::wire {

// _pillar.
struct PillarRequest {
  Map grains;
  std::optional<std::string> saltenv;
  std::optional<std::string> pillarenv;
  std::optional<Map> pillar_override;

  static const Schema<PillarRequest>& schema() {
    static const auto schema =
        Schema<PillarRequest>()
            .required(&PillarRequest::grains, "grains", "The minion's grains.")
            .optional(&PillarRequest::saltenv, "saltenv", "State environment.")
            .optional(&PillarRequest::pillarenv, "pillarenv", "Pillar environment.")
            .optional(&PillarRequest::pillar_override, "pillar_override", "Merged over the pillar.");
    return schema;
  }
};

// _master_opts.
struct MasterOptsRequest {
  bool env_only = false;

  static const Schema<MasterOptsRequest>& schema() {
    static const auto schema = Schema<MasterOptsRequest>().optional(&MasterOptsRequest::env_only, "env_only",
                                                                    "Only what concerns environments.");
    return schema;
  }
};

// _master_tops and other requests of which nothing is read.
struct NoArguments {
  static const Schema<NoArguments>& schema() {
    static const auto schema = Schema<NoArguments>();
    return schema;
  }
};

}  // namespace halite::wire
