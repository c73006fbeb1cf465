#include "common/render/scrub.h"

#include <unordered_set>

#include "common/render/big_integer.h"
#include "common/render/objects.h"

namespace halite::render {
namespace {

// Containers one after the other, each once: no recursion, so depth and rings do no harm.
class Scrubber {
 public:
  void add(const Value& value) {
    const void* identity = value.is_list() ? static_cast<const void*>(value.if_list()) : if_dict(value);
    if (identity && seen_.insert(identity).second) containers_.push_back(value);
  }

  void run() {
    for (std::size_t i = 0; i < containers_.size(); ++i) {
      const Value container = containers_[i];
      if (container.is_list()) {
        for (Value& item : *container.shared_list()) visit(item);
        continue;
      }
      const std::shared_ptr<Map> map = shared_dict(container);
      List keys;
      for (const auto& [key, value] : *map) keys.push_back(key);
      for (const Value& key : keys) visit(*map->edit(key));
    }
  }

 private:
  void visit(Value& value) {
    value = kept(value);
    add(value);
  }

  Value kept(const Value& value) {
    if (!value.is_object() || is_big(value) || if_object<Markup>(value) || if_object<Range>(value) || if_dict(value)) return value;
    if (const auto* tuple = if_object<Tuple>(value)) {
      List items = tuple->items();
      for (Value& item : items) visit(item);
      return make_tuple(std::move(items));
    }
    if (const auto* group = if_object<Group>(value)) return kept(make_tuple(group->items()));
    if (if_object<Set>(value)) return value.if_object()->plain();
    return nullptr;
  }

  std::vector<Value> containers_;  // held, so that no address is used twice
  std::unordered_set<const void*> seen_;
};

}  // namespace

void remove_render_objects(const Map& variables) {
  Scrubber scrubber;
  for (const auto& [name, value] : variables) scrubber.add(value);
  scrubber.run();
}

}  // namespace halite::render
