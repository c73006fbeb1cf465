#include "states/run/step.h"

#include "common/base/error.h"
#include "common/data/convert.h"
#include "states/arguments.h"
#include "states/providers/shell.h"
#include "states/run/guards.h"

namespace halite::states {
namespace {

// `retry: true`, or how often, how long between, and until which result.
struct Retry {
  std::int64_t attempts = 2;
  std::int64_t interval_s = 30;
  std::int64_t splay_s = 0;
  bool until = true;
};

std::optional<Retry> read_retry(const Chunk& chunk) {
  const Value* value = chunk.low.find("retry");
  if (!value || value->is_null() || *value == Value(false)) return std::nullopt;
  Retry retry;
  const auto take = [&](const Map& map) {
    for (const auto& [key, item] : map) {
      if (key == Value("attempts")) retry.attempts = Convert<Number>::decode(item).value;
      if (key == Value("interval")) retry.interval_s = Convert<Number>::decode(item).value;
      if (key == Value("splay")) retry.splay_s = Convert<Number>::decode(item).value;
      if (key == Value("until")) retry.until = item.as_bool("retry: until");
    }
  };
  if (const Map* map = value->if_map()) take(*map);
  if (const List* list = value->if_list())
    for (const Value& item : *list)
      if (const Map* map = item.if_map()) take(*map);
  return retry;
}

void set_scene(const Chunk& chunk, World& world) {
  const Value* environment = chunk.low.find("saltenv");
  if (!environment || environment->is_null()) environment = chunk.low.find("__env__");
  world.environment = environment && environment->is_string() ? *environment->if_string() : "base";
  world.sls = chunk.sls;
  world.id = chunk.id;
  const Value* umask = chunk.low.find("umask");
  world.umask = umask ? parse_umask(*umask) : std::nullopt;
  const Value* require = chunk.low.find("require");
  world.require = require ? *require : Value();
  const Value* require_in = chunk.low.find("require_in");
  const Value* watch_in = chunk.low.find("watch_in");
  world.require_in = require_in ? *require_in : Value();
  world.watch_in = watch_in ? *watch_in : Value();
}

Outcome call_function(const Chunk& chunk, Cause cause, World& world) {
  set_scene(chunk, world);
  const Map args = arguments_of(chunk);
  const Function& function = *chunk.function;
  if (auto settled = check_guards(chunk, world)) return *settled;
  if (cause == Cause::refresh) return function.on_refresh(args, world);
  Outcome outcome = function.run(args, world);
  // One that fails without a change is refreshed too, as in Salt: a service that would not start is restarted.
  const bool acted = !outcome.changes.empty() || outcome.result == Result::would_change;
  if (cause == Cause::watched && function.on_refresh && !acted && !outcome.skip_watch)
    outcome = function.on_refresh(args, world);
  apply_check_command(chunk, world, outcome);
  return outcome;
}

std::string result_word(Result result) {
  if (result == Result::would_change) return "None";
  return result == Result::failed ? "False" : "True";
}

}  // namespace

Outcome call_state(const Chunk& chunk, Cause cause, World& world) {
  try {
    return during([&] { return call_function(chunk, cause, world); }, "applying state {} ({})", chunk.id, chunk.sls);
  } catch (const Error& error) {
    // The reader of the result knows which state it is; the inner frames are news.
    std::string comment = error.message();
    for (std::size_t i = 0; i + 1 < error.frames().size(); ++i) comment += " / while " + error.frames()[i];
    return failed(comment);
  } catch (const std::exception& error) {
    return failed(fmt::format("An exception occurred in this state: {}", error.what()));
  }
}

Outcome call_with_retries(const Chunk& chunk, Cause cause, World& world) {
  Outcome outcome = call_state(chunk, cause, world);
  const auto retry = read_retry(chunk);
  if (!retry) return outcome;
  if (world.dry_run) {
    outcome.comment += fmt::format(
        "  The state would be retried every {} seconds (with a splay of up to {} seconds) a maximum of {} times or "
        "until a "
        "result of {} is returned",
        retry->interval_s, retry->splay_s, retry->attempts, retry->until ? "True" : "False");
    return outcome;
  }
  std::string attempts;
  for (std::int64_t attempt = 1; attempt < retry->attempts && (outcome.result != Result::failed) != retry->until;
       ++attempt) {
    if (world.is_cancelled && world.is_cancelled()) break;
    attempts += fmt::format("Attempt {}: Returned a result of \"{}\", with the following comment: \"{}\"\n", attempt,
                            result_word(outcome.result), outcome.comment);
    world.host.sleep(std::chrono::seconds(retry->interval_s));
    outcome = call_state(chunk, cause, world);
  }
  outcome.comment = attempts + outcome.comment;
  return outcome;
}

}  // namespace halite::states
