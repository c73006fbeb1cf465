// Constants that Jinja works out before a template runs: {{ 'a' ~ 1 }}, `x if true else y`, 5 > 3 and so on.
#pragma once

#include <memory>
#include <optional>

#include "common/render/evaluator.h"
#include "common/render/nodes.h"
#include "common/render/renderer.h"

namespace halite::render {

// What is known early differs from what would happen later, and templates see it: a branch never taken can be an error, and
// a filter nobody knows none. So this follows Jinja's optimizer step by step.
class Folder {
 public:
  explicit Folder(const Options& options);

  // Puts constants in the place of what makes them, here and in the parts. Throws Failure where Jinja fails to compile:
  // a truth or text of what is undefined, a dict with a list as a key.
  void fold(Expression& node) {
    steps_ = 0;
    fold_parts(node);
  }
  // Whether HTML is escaped here, as far as it is known; nothing: only when it runs.
  void escapes(std::optional<bool> autoescape) { autoescape_ = autoescape; }
  // As an output: the text of a constant. Nothing is thrown, and branches that constants rule out are not looked at.
  bool fold_output(Expression& node);

 private:
  void fold_parts(Expression& node);
  std::optional<Value> constant(const Expression& node);
  std::optional<Value> constant_items(const Expression& node);
  std::optional<Value> constant_dict(const Expression& node);
  std::optional<Value> constant_item(const Expression& node);
  std::optional<Value> constant_compare(const Expression& node);
  std::optional<Value> constant_text(const Expression& node);
  std::optional<Value> constant_call(const Expression& node);
  bool constant_arguments(const CallArguments& given, Arguments& arguments);
  Evaluator& evaluator();

  Context context_;
  std::optional<bool> autoescape_;
  int steps_ = 0;  // of this expression; a long one is left to the render, for what is found out here is found out again and again
  std::unique_ptr<Evaluator> evaluator_;  // made when the first constant needs one
};

}  // namespace halite::render
