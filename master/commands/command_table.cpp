#include "master/commands/command_table.h"

#include <unistd.h>

namespace halite::master {

std::string_view to_string(Access access) {
  switch (access) {
    case Access::reads_files: return "any accepted minion";
    case Access::minion: return "minions";
    case Access::proven: return "minions that prove their identity";
    case Access::granted: return "users whom publisher_acl or external_auth allow it";
    case Access::operators: return "operators";
  }
  return "nobody";
}

void check_access(Access access, const wire::Principal& who) {
  const bool may = access == Access::reads_files || (access == Access::minion && !who.id.empty()) ||
                   (access == Access::proven && !who.id.empty() && who.is_proven);
  if (!may) throw Error(ErrorKind::denied, "only {} may do that", to_string(access));
}

bool Operator::is_superuser() const { return caller.uid == 0 || caller.uid == ::geteuid(); }

void check_access(Access access, const Operator& who) {
  if (who.is_superuser() || (access == Access::granted && !who.grants.empty())) return;
  if (who.grants.empty()) throw Error(ErrorKind::denied, "'{}' may not give orders to this master; root and its own user may", who.caller.user);
  throw Error(ErrorKind::denied, "'{}' may not do that; only root and the master's own user may", who.caller.user);
}

}  // namespace halite::master
