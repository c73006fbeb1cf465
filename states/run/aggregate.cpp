#include "states/run/aggregate.h"

#include <algorithm>
#include <array>

namespace halite::states {
namespace {

constexpr std::array<std::string_view, 4> conditions{"unless", "onlyif", "creates", "onchanges"};

bool has_conditions(const Chunk& chunk) {
  const auto is_condition = [&](std::string_view word) { return chunk.low.contains(word); };
  const auto is_plain = [](const Requisite& requisite) { return requisite.kind.starts_with("require") || requisite.kind.starts_with("watch"); };
  return !chunk.prereq_of.empty() || std::any_of(conditions.begin(), conditions.end(), is_condition) ||
         !std::all_of(chunk.requisites.begin(), chunk.requisites.end(), is_plain);
}

}  // namespace

bool does_aggregate(const Chunk& chunk, const std::vector<std::string>& modules) {
  if (!chunk.function || !chunk.function->absorb || chunk.joined) return false;
  if (const Value* own = chunk.low.find("aggregate")) {
    const auto* names = own->if_list();
    return names ? std::find(names->begin(), names->end(), Value(chunk.state)) != names->end() : *own == Value(true);
  }
  return std::any_of(modules.begin(), modules.end(), [&](const std::string& name) { return name == "*" || name == chunk.state; });
}

std::vector<std::size_t> join_chunks(std::vector<Chunk>& chunks, std::size_t i, const std::function<bool(std::size_t)>& is_met,
                                     const std::function<bool(std::size_t)>& has_begun) {
  Chunk& first = chunks[i];
  Map args = arguments_of(first);
  std::vector<std::size_t> joined;
  const auto may_be_done = [&](const Chunk& chunk) {
    const auto is_ready = [&](std::size_t k) { return k == i || is_met(k) || std::find(joined.begin(), joined.end(), k) != joined.end(); };
    return std::all_of(chunk.requisites.begin(), chunk.requisites.end(), [&](const Requisite& requisite) {
      return !requisite.chunks.empty() && std::all_of(requisite.chunks.begin(), requisite.chunks.end(), is_ready);
    });
  };
  for (std::size_t k = 0; k < chunks.size(); ++k) {
    const Chunk& other = chunks[k];
    const Value* own = other.low.find("aggregate");
    const bool refuses = own && *own == Value(false);
    if (k == i || other.function != first.function || other.joined || refuses || has_begun(k) || has_conditions(other) || !may_be_done(other)) continue;
    if (first.function->absorb(args, arguments_of(other))) joined.push_back(k);
  }
  if (!joined.empty()) first.joined = std::move(args);
  return joined;
}

}  // namespace halite::states
