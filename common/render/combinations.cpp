#include "common/render/combinations.h"

#include <algorithm>

#include "common/render/arguments.h"
#include "common/render/evaluator.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

// Tuples of one item from each pool, counted like an odometer; `accepts` leaves some out.
class Odometer final : public Iterator {
 public:
  using Accepts = bool (*)(const std::vector<std::size_t>&);
  Odometer(Evaluator& evaluator, std::vector<List> pools, Accepts accepts)
      : evaluator_(evaluator), pools_(std::move(pools)), accepts_(accepts), indexes_(pools_.size()) {
    done_ = std::any_of(pools_.begin(), pools_.end(), [](const List& pool) { return pool.empty(); });
  }

  bool next(Value& value) override {
    for (; !done_; advance()) {
      evaluator_.step();  // skipped ones cost time too
      if (!accepts_(indexes_)) continue;
      List items;
      for (std::size_t i = 0; i < pools_.size(); ++i) items.push_back(pools_[i][indexes_[i]]);
      value = make_tuple(std::move(items));
      advance();
      return true;
    }
    return false;
  }

 private:
  void advance() {
    for (std::size_t i = pools_.size(); i-- > 0;) {
      if (++indexes_[i] < pools_[i].size()) return;
      indexes_[i] = 0;
    }
    done_ = true;
  }

  Evaluator& evaluator_;
  std::vector<List> pools_;
  Accepts accepts_;
  std::vector<std::size_t> indexes_;
  bool done_ = false;
};

bool all(const std::vector<std::size_t>&) { return true; }
bool rising(const std::vector<std::size_t>& indexes) {
  return std::adjacent_find(indexes.begin(), indexes.end(), [](auto a, auto b) { return a >= b; }) == indexes.end();
}
bool not_falling(const std::vector<std::size_t>& indexes) { return std::is_sorted(indexes.begin(), indexes.end()); }
bool distinct(const std::vector<std::size_t>& indexes) {
  for (std::size_t i = 0; i < indexes.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (indexes[i] == indexes[j]) return false;
  return true;
}

Value odometer(Evaluator& evaluator, std::vector<List> pools, Odometer::Accepts accepts, const char* type) {
  return make_object<Generator>(std::make_unique<Odometer>(evaluator, std::move(pools), accepts), type);
}

// As many pools of the same items as the second argument says, or as there are items.
std::vector<List> same_pools(const Parameters& p) {
  const List items = to_list(p[0]);
  const std::int64_t count = p.has(1) && !p[1].is_null() ? p.integer(1, 0) : static_cast<std::int64_t>(items.size());
  if (count < 0) fail("r must be non-negative");
  if (count > 1000) fail("more than 1000 items at once are too many");
  return std::vector<List>(static_cast<std::size_t>(count), items);
}

Value zipped(const std::vector<Value>& sources, bool longest, const Value& filler) {
  std::vector<List> columns;
  std::size_t rows = longest ? 0 : SIZE_MAX;
  for (const Value& source : sources) {
    columns.push_back(to_list(source));
    rows = longest ? std::max(rows, columns.back().size()) : std::min(rows, columns.back().size());
  }
  List tuples;
  for (std::size_t row = 0; row < rows; ++row) {
    List items;
    for (const List& column : columns) items.push_back(row < column.size() ? column[row] : filler);
    tuples.push_back(make_tuple(std::move(items)));
  }
  return make_object<Generator>(iterate(Value(std::move(tuples))), longest ? "itertools.zip_longest" : "zip");
}

}  // namespace

Value combinations(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "combinations", {"iterable", "r"}, 2);
  return odometer(evaluator, same_pools(p), rising, "itertools.combinations");
}

Value combinations_with_replacement(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "combinations_with_replacement", {"iterable", "r"}, 2);
  return odometer(evaluator, same_pools(p), not_falling, "itertools.combinations_with_replacement");
}

Value permutations(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "permutations", {"iterable", "r"}, 1);
  return odometer(evaluator, same_pools(p), distinct, "itertools.permutations");
}

Value product(Evaluator& evaluator, Arguments& arguments) {
  const auto repeat = arguments.take("repeat");
  std::vector<List> pools;
  const std::int64_t times = repeat && repeat->is_int() ? *repeat->if_int() : 1;
  if (times < 0 || times > 1000) fail("repeat must be from 0 to 1000");
  std::vector<List> once;
  for (const Value& each : arguments.positional) once.push_back(to_list(each));
  for (std::int64_t i = 0; i < times; ++i) pools.insert(pools.end(), once.begin(), once.end());
  return odometer(evaluator, std::move(pools), all, "itertools.product");
}

Value zip(Evaluator&, Arguments& arguments) { return zipped(arguments.positional, false, {}); }

Value zip_longest(Evaluator&, Arguments& arguments) {
  const auto filler = arguments.take("fillvalue");
  return zipped(arguments.positional, true, filler ? *filler : Value());
}

Value compress(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "compress", {"data", "selectors"}, 2);
  const List items = to_list(p[0]), selectors = to_list(p[1]);
  List out;
  for (std::size_t i = 0; i < std::min(items.size(), selectors.size()); ++i)
    if (truth(selectors[i])) out.push_back(items[i]);
  return make_object<Generator>(iterate(Value(std::move(out))), "itertools.compress");
}

}  // namespace halite::render
