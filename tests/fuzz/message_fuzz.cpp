// The loads of all commands: any map is a message or an error that says why; a message encodes to what it was read from.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "common/data/msgpack.h"
#include "common/wire/messages/enrolment.h"
#include "common/wire/messages/event.h"
#include "common/wire/messages/file.h"
#include "common/wire/messages/job.h"
#include "common/wire/messages/key.h"
#include "common/wire/messages/mine.h"
#include "common/wire/messages/pillar.h"
#include "common/wire/messages/result.h"
#include "common/wire/messages/runner.h"

namespace {

using namespace halite;

template <class Message>
void read(const Map& load) {
  const Map once = wire::encode_message(wire::decode_message<Message>(load, "a load"));
  if (to_msgpack(wire::encode_message(wire::decode_message<Message>(once, "a load"))) != to_msgpack(once)) std::abort();
}

constexpr std::array<void (*)(const Map&), 28> readers{
    read<wire::ListFiles>,    read<wire::FindFile>,       read<wire::ServeFile>,      read<wire::PushedPart>,  read<wire::UpdateMine>,
    read<wire::GetMine>,      read<wire::DeleteMine>,     read<wire::ReturnLoad>,     read<wire::MinionEvents>, read<wire::PillarRequest>,
    read<wire::MasterOptsRequest>, read<wire::NoArguments>, read<wire::EventFilter>,  read<wire::Event>,       read<wire::KeySelection>,
    read<wire::KeyInfo>,      read<wire::KeyList>,        read<wire::KeyOffer>,       read<wire::KeyImport>,   read<wire::MakeToken>,
    read<wire::TokenName>,    read<wire::TokenInfo>,      read<wire::PublishJob>,     read<wire::JobReturn>,   read<wire::JobEvent>,
    read<wire::JobSummary>,   read<wire::TargetQuery>,    read<wire::RunFunction>};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try {
    const Value value = from_msgpack({reinterpret_cast<const char*>(data) + 1, size - 1}, {.depth = 32, .items = 1000});
    readers[data[0] % readers.size()](value.as_map("a load"));
  } catch (const Error&) {
  }
  return 0;
}
