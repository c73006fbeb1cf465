// Steps in which minions ask and tell of themselves: pillars, files, events, mines.
#include "bench/swarm/steps.h"
#include "common/base/error.h"
#include "common/config/program.h"
#include "common/crypto/hash.h"
#include "common/wire/fields.h"

namespace halite::swarm {
namespace {

constexpr std::int64_t rounds_max = 1'000'000;
constexpr std::uint64_t file_size_max_bytes = std::uint64_t{4} << 30;
constexpr std::size_t hashed_files = 16;  // of a step; a sealed part is genuine anyhow, and hashing takes the generator's time

Task<void> repeat(Fleet& fleet, std::int64_t rounds, Task<void> (*action)(Minion&, std::int64_t)) {
  const std::function<Task<void>(Minion&)> several = [rounds, action](Minion& minion) -> Task<void> {
    for (std::int64_t i = 0; i < rounds; ++i) co_await action(minion, i);
  };
  co_await fleet.each(several);
}

Task<void> ask_pillar(Minion& minion, std::int64_t) { co_await fetch_pillar(minion); }

}  // namespace

Task<void> send_event(Minion& minion, std::int64_t number) {
  Map load{{"cmd", "_minion_event"}, {"id", minion.id()}, {"tag", fmt::format("swarm/{}", minion.id())}};
  Map data{{"number", number}, {"text", "something happened"}};
  load.set("data", std::move(data));
  load.set("pretag", nullptr);
  co_await minion.request(std::move(load));
}

Task<void> update_mine(Minion& minion, std::int64_t number) {
  Map data{{"swarm.number", number}, {"network.ip_addrs", List{"10.0.0.1", "10.0.0.2"}}};
  Map load{{"cmd", "_mine"}, {"id", minion.id()}, {"clear", false}};
  load.set("data", std::move(data));
  co_await minion.request(std::move(load));
}

Task<void> fetch_pillar(Minion& minion) {
  Map load{{"cmd", "_pillar"}, {"id", minion.id()}, {"saltenv", "base"}, {"pillarenv", nullptr}, {"ver", "2"}};
  load.set("grains", minion.grains());
  load.set("pillar_override", Map{});
  load.set("extra_minion_data", Map{});
  co_await minion.request_pillar(std::move(load));
}

Task<std::optional<std::uint64_t>> fetch_file(Fleet& fleet, Minion& minion, std::string path) {
  const auto start = Clock::now();
  Map question{{"cmd", "_file_hash"}, {"path", path}, {"saltenv", "base"}};
  const auto hash = co_await minion.request(std::move(question));
  if (!hash || !hash->is_map() || hash->as_map().empty()) {
    if (hash) ++fleet.series("file").errors["there is no such file"];
    co_return std::nullopt;
  }
  std::optional<crypto::Hasher> hasher;
  if (fleet.series("file").latencies.count() < hashed_files)
    hasher.emplace(crypto::hash_type_from(wire::need_text(hash->as_map(), "hash_type")));
  std::uint64_t size = 0;
  while (size < file_size_max_bytes) {
    Map part_question{{"cmd", "_serve_file"}, {"path", path}, {"saltenv", "base"}, {"loc", size}};
    const auto part = co_await minion.request(std::move(part_question));
    const std::string* data = part && part->is_map() ? wire::raw_field(part->as_map(), "data") : nullptr;
    if (!data) {
      if (part) ++fleet.series("file").errors["a part is missing"];
      co_return std::nullopt;
    }
    if (data->empty()) break;
    if (hasher) hasher->update(*data);
    size += data->size();
  }
  if (hasher && hasher->finish_hex() != wire::need_text(hash->as_map(), "hsum")) {
    ++fleet.series("file").errors["the content is not what its hash says"];
    co_return std::nullopt;
  }
  Series& series = fleet.series("file");
  series.latencies.add(milliseconds_since(start));
  series.bytes += size;
  co_return size;
}

Task<void> fetch_pillars(Fleet& fleet, StepText step, StepReport&) { co_await repeat(fleet, step.number(0, 1, 1, rounds_max), ask_pillar); }

Task<void> send_events(Fleet& fleet, StepText step, StepReport&) { co_await repeat(fleet, step.number(0, 1, 1, rounds_max), send_event); }

Task<void> update_mines(Fleet& fleet, StepText step, StepReport&) { co_await repeat(fleet, step.number(0, 1, 1, rounds_max), update_mine); }

Task<void> fetch_files(Fleet& fleet, StepText step, StepReport& report) {
  const std::string path = step.text(0, "");
  const std::int64_t rounds = step.number(1, 1, 1, rounds_max);
  if (path.empty()) throw UsageError("step 'file': name a path of the file server");
  const std::function<Task<void>(Minion&)> fetch = [&fleet, path, rounds](Minion& minion) -> Task<void> {
    for (std::int64_t i = 0; i < rounds; ++i) co_await fetch_file(fleet, minion, path);
  };
  const auto start = Clock::now();
  co_await fleet.each(fetch);
  report.seconds = milliseconds_since(start) / 1000;
  const double megabytes = static_cast<double>(fleet.series("file").bytes) / 1e6;
  report.figures.emplace_back("MB/s", static_cast<std::int64_t>(megabytes / report.seconds + 0.5));
}

}  // namespace halite::swarm
