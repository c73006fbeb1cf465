#include "common/data/line_matcher.h"

#include <algorithm>
#include <utility>

namespace halite {
namespace {

struct Range {
  std::size_t from_begin, from_end, to_begin, to_end;
};

class Matcher {
 public:
  Matcher(const std::vector<std::size_t>& from, const std::vector<std::size_t>& to, std::size_t work_limit)
      : from_(from), to_(to), work_limit_(work_limit), length_(to.size() + 1), next_length_(to.size() + 1) {
    std::size_t count = 0;
    for (const auto* lines : {&from, &to})
      for (const std::size_t line : *lines) count = std::max(count, line + 1);
    places_.resize(count);
    for (std::size_t j = 0; j < to.size(); ++j) places_[to[j]].push_back(j);
    forget_popular();
  }

  bool is_exhausted() const { return work_ > work_limit_; }

  // The longest run both ranges share; of equal ones the earliest in `from`, then in `to`.
  MatchingBlock longest(const Range& range) {
    MatchingBlock best{range.from_begin, range.to_begin, 0};
    for (std::size_t i = range.from_begin; i < range.from_end && !is_exhausted(); ++i) extend_row(i, range, best);
    clear(length_, touched_);
    return widen(best, range);
  }

 private:
  // difflib's "autojunk": in a text of 200 lines or more, a line in over 1% of places starts no run.
  void forget_popular() {
    if (to_.size() < 200) return;
    for (auto& places : places_)
      if (places.size() > to_.size() / 100 + 1) places.clear();
  }

  // length_[j + 1] is the length of the run that ends at line i - 1 and j.
  void extend_row(std::size_t i, const Range& range, MatchingBlock& best) {
    next_touched_.clear();
    const auto& places = places_[from_[i]];
    for (auto place = std::ranges::lower_bound(places, range.to_begin); place != places.end(); ++place) {
      const std::size_t j = *place;
      if (j >= range.to_end) break;
      const std::size_t size = next_length_[j + 1] = length_[j] + 1;
      next_touched_.push_back(j + 1);
      if (size > best.size) best = {i + 1 - size, j + 1 - size, size};
    }
    work_ += next_touched_.size() + 1;
    clear(length_, touched_);
    std::swap(length_, next_length_);
    std::swap(touched_, next_touched_);
  }

  static void clear(std::vector<std::size_t>& lengths, std::vector<std::size_t>& touched) {
    for (const std::size_t place : touched) lengths[place] = 0;
    touched.clear();
  }

  // Popular lines may continue a run.
  MatchingBlock widen(MatchingBlock best, const Range& range) const {
    while (best.from > range.from_begin && best.to > range.to_begin && from_[best.from - 1] == to_[best.to - 1])
      --best.from, --best.to, ++best.size;
    while (best.from + best.size < range.from_end && best.to + best.size < range.to_end &&
           from_[best.from + best.size] == to_[best.to + best.size])
      ++best.size;
    return best;
  }

  const std::vector<std::size_t>& from_;
  const std::vector<std::size_t>& to_;
  std::size_t work_limit_;
  std::vector<std::vector<std::size_t>> places_;  // of each line in `to`
  std::vector<std::size_t> length_, next_length_;
  std::vector<std::size_t> touched_, next_touched_;  // what is not 0 in them
  std::size_t work_ = 0;
};

std::vector<MatchingBlock> joined(const std::vector<MatchingBlock>& blocks) {
  std::vector<MatchingBlock> out;
  for (const MatchingBlock& block : blocks) {
    if (!out.empty() && out.back().from + out.back().size == block.from && out.back().to + out.back().size == block.to)
      out.back().size += block.size;
    else
      out.push_back(block);
  }
  return out;
}

}  // namespace

std::optional<std::vector<MatchingBlock>> matching_blocks(const std::vector<std::size_t>& from,
                                                          const std::vector<std::size_t>& to,
                                                          std::size_t work_limit) {
  Matcher matcher(from, to, work_limit);
  std::vector<MatchingBlock> blocks;
  std::vector<Range> open{{0, from.size(), 0, to.size()}};
  while (!open.empty()) {
    const Range range = open.back();
    open.pop_back();
    const MatchingBlock block = matcher.longest(range);
    if (matcher.is_exhausted()) return std::nullopt;
    if (block.size == 0) continue;
    blocks.push_back(block);
    if (range.from_begin < block.from && range.to_begin < block.to)
      open.push_back({range.from_begin, block.from, range.to_begin, block.to});
    const Range after{block.from + block.size, range.from_end, block.to + block.size, range.to_end};
    if (after.from_begin < after.from_end && after.to_begin < after.to_end) open.push_back(after);
  }
  std::ranges::sort(blocks, [](const auto& a, const auto& b) {
    return std::pair(a.from, a.to) < std::pair(b.from, b.to);
  });
  std::vector<MatchingBlock> out = joined(blocks);
  out.push_back({from.size(), to.size(), 0});
  return out;
}

}  // namespace halite
