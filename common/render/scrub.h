// What a template leaves behind in the data it was given, and what would hold itself for ever.
#pragma once

#include <memory>
#include <vector>

#include "common/data/value.h"

namespace halite::render {

// The lists and dicts that a render changed, without keeping them alive.
class ChangedContainers {
 public:
  void add(const Value& container);
  bool empty() const { return lists_.empty() && maps_.empty(); }
  // Those that are still there.
  List living() const;

 private:
  std::vector<std::weak_ptr<List>> lists_;
  std::vector<std::weak_ptr<Map>> maps_;
};

// Templates may change the caller's lists and maps. What lives only as long as the render (functions, macros,
// generators, undefined names) is replaced by null in them, wherever it was put. So is what holds itself, in the
// variables and in what the template made for itself: nothing else would ever free it.
void remove_render_objects(const Map& variables, const ChangedContainers& changed);

}  // namespace halite::render
