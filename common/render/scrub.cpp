#include "common/render/scrub.h"

#include <algorithm>
#include <unordered_map>

#include "common/render/big_integer.h"
#include "common/render/objects.h"

namespace halite::render {
namespace {

constexpr int height_limit = 256;  // as deep as files of data may nest

// Goes through containers with a stack of its own, so depth does no harm. What lies deeper than the limit, and what
// holds itself, becomes null: no one who gets the data afterwards has to fear either.
class Scrubber {
 public:
  void run(const Value& root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      Value* item = next_item(frame);
      if (!item) {
        leave();
        continue;
      }
      *item = kept(*item, 0);
      if (!is_container(*item)) continue;
      const auto known = heights_.find(identity(*item));
      if (known == heights_.end())
        enter(*item);
      else if (known->second == on_the_way || known->second >= height_limit)
        *item = nullptr;
      else
        frame.height = std::max(frame.height, known->second + 1);
    }
  }

 private:
  static constexpr int on_the_way = 0;

  struct Frame {
    Value container;  // held, so that no address is used twice
    List keys;        // of a map
    std::size_t next = 0;
    int height = 1;
  };

  static bool is_container(const Value& value) { return value.is_list() || if_dict(value); }
  static const void* identity(const Value& value) {
    return value.is_list() ? static_cast<const void*>(value.if_list()) : if_dict(value);
  }

  void enter(const Value& container) {
    if (!is_container(container) || !heights_.emplace(identity(container), on_the_way).second) return;
    Frame frame{container, {}};
    if (const Map* map = if_dict(container))
      for (const auto& [key, value] : *map) frame.keys.push_back(key);
    frames_.push_back(std::move(frame));
  }

  static Value* next_item(Frame& frame) {
    if (frame.container.is_list()) {
      List& list = *frame.container.shared_list();
      return frame.next < list.size() ? &list[frame.next++] : nullptr;
    }
    return frame.next < frame.keys.size() ? shared_dict(frame.container)->edit(frame.keys[frame.next++]) : nullptr;
  }

  // The container is done: its height is known, and what holds it lets go of it when it is too high.
  void leave() {
    Frame done = std::move(frames_.back());
    frames_.pop_back();
    heights_[identity(done.container)] = done.height;
    held_.push_back(std::move(done.container));
    if (frames_.empty()) return;
    Frame& parent = frames_.back();
    if (done.height < height_limit) {
      parent.height = std::max(parent.height, done.height + 1);
      return;
    }
    if (parent.container.is_list())
      (*parent.container.shared_list())[parent.next - 1] = nullptr;
    else
      *shared_dict(parent.container)->edit(parent.keys[parent.next - 1]) = nullptr;
  }

  // What may stay in the caller's data; anything else of a template is null.
  static Value kept(const Value& value, int depth) {
    if (!value.is_object() || is_big(value) || if_object<Markup>(value) || if_object<Range>(value) || if_dict(value)) return value;
    if (depth >= height_limit) return nullptr;
    if (const List* items = if_sequence(value)) {
      List out;
      for (const Value& item : *items) out.push_back(is_container(item) ? item : kept(item, depth + 1));
      const bool is_flat = std::none_of(out.begin(), out.end(), is_container);
      return is_flat ? make_tuple(std::move(out)) : Value(std::move(out));  // a list is gone through
    }
    if (if_object<Set>(value)) return value.if_object()->plain();
    return nullptr;
  }

  std::vector<Frame> frames_;
  std::unordered_map<const void*, int> heights_;
  std::vector<Value> held_;
};

}  // namespace

void ChangedContainers::add(const Value& container) {
  // A loop changes one container again and again.
  if (container.is_list()) {
    if (lists_.empty() || lists_.back().lock() != container.shared_list()) lists_.push_back(container.shared_list());
  } else if (const auto map = shared_dict(container)) {
    if (maps_.empty() || maps_.back().lock() != map) maps_.push_back(map);
  }
}

List ChangedContainers::living() const {
  List containers;
  for (const auto& list : lists_)
    if (auto held = list.lock()) containers.push_back(Value::share(std::move(held)));
  for (const auto& map : maps_)
    if (auto held = map.lock()) containers.push_back(Value::share(std::move(held)));
  return containers;
}

void remove_render_objects(const Map& variables, const ChangedContainers& changed) {
  Scrubber scrubber;
  for (const auto& [name, value] : variables) scrubber.run(value);
  for (const Value& container : changed.living()) scrubber.run(container);
}

}  // namespace halite::render
