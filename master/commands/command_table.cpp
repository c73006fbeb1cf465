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

std::size_t approximate_size(const Value& value) {
  if (const auto* text = value.if_string()) return text->size() + 5;
  if (const auto* bytes = value.if_bytes()) return bytes->data.size() + 5;
  std::size_t size = 9;
  if (const auto* list = value.if_list())
    for (const auto& item : *list) size += approximate_size(item);
  if (const auto* map = value.if_map())
    for (const auto& [key, item] : *map) size += approximate_size(key) + approximate_size(item);
  return size;
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
