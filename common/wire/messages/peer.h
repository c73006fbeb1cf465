// What a minion may ask the master to do for it, where the master's options peer and peer_run say so.
#pragma once

#include <chrono>
#include <string>

#include "common/wire/messages/message.h"

namespace halite::wire {

// minion_pub. The reply is {jid, minions}.
struct PeerJob {
  std::string fun;
  Value arg;
  Value tgt;
  std::string tgt_type = "glob";
  std::string ret;

  static const Schema<PeerJob>& schema() {
    static const auto schema = Schema<PeerJob>()
                                   .required(&PeerJob::fun, "fun", "Function.")
                                   .required(&PeerJob::tgt, "tgt", "Whom it is for.")
                                   .optional(&PeerJob::arg, "arg", "List of its arguments.")
                                   .optional(&PeerJob::tgt_type, "tgt_type", "How tgt is meant.")
                                   .alias("expr_form")
                                   .optional(&PeerJob::ret, "ret", "Returners.");
    return schema;
  }
};

// pub_ret. The reply is minion -> {ret: value}, for a job of the minion that asks.
struct PeerReturns {
  std::string jid;

  static const Schema<PeerReturns>& schema() {
    static const auto schema = Schema<PeerReturns>().required(&PeerReturns::jid, "jid", "Job id.");
    return schema;
  }
};

// minion_runner. The reply is what the function gives.
struct PeerRunner {
  std::string fun;
  Value arg;

  static const Schema<PeerRunner>& schema() {
    static const auto schema = Schema<PeerRunner>()
                                   .required(&PeerRunner::fun, "fun", "Function of the master.")
                                   .optional(&PeerRunner::arg, "arg", "List of its arguments.");
    return schema;
  }
};

}  // namespace halite::wire
