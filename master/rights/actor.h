// Who is behind a call on the control socket.
#pragma once

#include "common/wire/control_server.h"
#include "master/store/store.h"

namespace halite::master {

// As jobs and the audit record name who it is: "sudo_alice" is alice, who became root.
inline Actor actor_of(const wire::Caller& caller) {
  return {caller.behind.empty() ? caller.user : "sudo_" + caller.behind, static_cast<std::int64_t>(caller.uid)};
}

}  // namespace halite::master
