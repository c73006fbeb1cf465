// What minions push to the master: cp.push.
#include "common/base/log.h"
#include "master/commands/commands.h"

namespace halite::master {
namespace {

// A part of a file: 16 MiB, the most that file_buffer_size can be, and what is around it.
constexpr std::size_t part_limit_bytes = (16 << 20) + (64 << 10);

// Salt's minions want false, and tell their operator to look here.
bool take(PushedFiles& pushed, const std::string& minion, const wire::PushedPart& part) {
  try {
    pushed.take(minion, part);
    return true;
  } catch (const Error& error) {
    log::warning("refused what {} pushes: {}", minion, error.what());
    return false;
  }
}

}  // namespace

void add_push_commands(MinionCommands& commands, std::shared_ptr<PushedFiles> pushed, wire::Workers& workers) {
  commands.add(MinionCommand<wire::PushedPart, Value>{
      .name = "_file_recv",
      .doc = "Keep a part of a file that the minion pushes.",
      .access = Access::proven,
      .size_limit_bytes = part_limit_bytes,
      .handle = [pushed, &workers](wire::Principal who, wire::PushedPart part) -> Task<Value> {
        return workers.run([pushed, minion = who.id, part = std::move(part)] { return Value(take(*pushed, minion, part)); });
      },
  });
}

}  // namespace halite::master
