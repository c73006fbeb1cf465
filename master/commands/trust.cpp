// Commands by which a minion changes what the master thinks of it.
#include "common/base/log.h"
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"

namespace halite::master {
namespace {

Task<Value> revoke(Keyring& keyring, bool may_revoke, std::string id) {
  if (!may_revoke) throw Error(ErrorKind::denied, "minions may not revoke their keys here (allow_minion_key_revoke)");
  for (const auto& key : keyring.find({}, {KeyState::accepted}))
    if (key.id == id) {
      Actor self{"minion " + id, -1};
      co_await keyring.remove(key, std::move(self));
      log::info("'{}' has revoked its own key", id);
      co_return Value(true);
    }
  co_return Value(false);
}

}  // namespace

void add_trust_commands(MinionCommands& commands, Keyring& keyring, bool may_revoke) {
  commands.add(MinionCommand<wire::NoArguments, Value>{
      .name = "revoke_auth",
      .doc = "Forget the key of the minion that asks.",
      .access = Access::proven,
      .handle = [&keyring, may_revoke](wire::Principal who, wire::NoArguments) { return revoke(keyring, may_revoke, who.id); },
  });
}

}  // namespace halite::master
