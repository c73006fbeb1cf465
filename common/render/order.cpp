#include "common/render/order.h"

#include <algorithm>

#include "common/render/python.h"

namespace halite::render {

List sorted(List items, bool reversed, const std::function<Value(const Value&)>& key) {
  struct Keyed {
    Value key;
    std::size_t at;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) keyed.push_back({key(items[i]), i});
  // As in Python: of two neighbours the later is asked whether it is the lesser, which shows in errors.
  for (std::size_t i = 1; i < keyed.size(); ++i) less(keyed[i].key, keyed[i - 1].key);
  std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed& a, const Keyed& b) {
    return reversed ? less(b.key, a.key) : less(a.key, b.key);
  });
  List out;
  out.reserve(items.size());
  for (const Keyed& each : keyed) out.push_back(std::move(items[each.at]));
  return out;
}

}  // namespace halite::render
