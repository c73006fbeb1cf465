// Why a master does not answer, for the message a person reads. Blocking; for a worker.
#pragma once

#include <string>

namespace halite::wire {

// "the name 'salt' does not resolve (...)", "connection refused", "port 4506 is open, but there is no answer".
std::string why_no_answer(const std::string& host, int port);

}  // namespace halite::wire
