#include "common/render/check.h"

#include <algorithm>
#include <optional>
#include <set>

#include "common/base/strings.h"
#include "common/render/failure.h"
#include "common/render/filters.h"
#include "common/render/fold.h"
#include "common/render/python.h"
#include "common/render/tests.h"

namespace halite::render {
namespace {

template <class Part>
void each_part(const Expression& node, const Part& part) {
  for (const auto& child : node.children) part(child);
  for (const auto& value : node.arguments.positional) part(value);
  for (const auto& [name, value] : node.arguments.named) part(value);
  part(node.arguments.star);
  part(node.arguments.double_star);
}

void check_names(const Expression& node, bool soft) {
  if (node.kind == ExpressionKind::conditional) soft = true;
  if (node.kind == ExpressionKind::filter && !node.filter && !soft)
    fail_syntax(node.line, "No filter named '{}'.{}", node.text, did_you_mean(node.text, filter_names()));
  if (node.kind == ExpressionKind::test && !node.test && !soft)
    fail_syntax(node.line, "No test named '{}'.{}", node.text, did_you_mean(node.text, test_names()));
  each_part(node, [&](const ExpressionPtr& part) {
    if (part) check_names(*part, soft);
  });
}

// Goes through a template in the order in which Jinja writes Python for it, so that of several errors the same is first.
class Checker {
 public:
  Checker(Template& source, const Options& options) : source_(source), folder_(options), escapes_(options.autoescape) {}
  void run();

 private:
  // What is known of the place of a statement.
  struct Frame {
    bool soft = false;  // inside `if`
    bool is_root = false;
    bool drops_output = false;  // behind an {% extends %} that is surely reached, nothing here is looked at
    std::optional<bool> autoescape;  // nothing: only known when it runs, and then expressions are not folded
  };

  void check(const ExpressionPtr& node, Frame frame);
  void check(const Body& body, Frame frame);
  void check(Statement& node, Frame frame);
  void check_loop(Statement& node, Frame frame);
  void check_macro(const Statement& node, Frame frame);
  void mark(int line) { line_ = line; }

  Template& source_;
  Folder folder_;
  bool escapes_;
  int line_ = 1;  // that of the last statement Jinja noted: where Salt finds an error of what has no line
  bool extends_ = false;
};

void Checker::check(const ExpressionPtr& node, Frame frame) {
  if (!node) return;
  switch (node->kind) {
    case ExpressionKind::constant:
    case ExpressionKind::name: return;
    case ExpressionKind::list:  // Jinja looks at the parts of these alone
    case ExpressionKind::tuple:
    case ExpressionKind::dict: return each_part(*node, [&](const ExpressionPtr& part) { check(part, frame); });
    default: break;
  }
  folder_.escapes(frame.autoescape);
  if (frame.autoescape) folder_.fold(*node);
  check_names(*node, frame.soft);
}

void Checker::check(const Body& body, Frame frame) {
  for (const auto& node : body) check(*node, frame);
}

void Checker::check_loop(Statement& node, Frame frame) {
  Frame inner = frame;
  inner.soft = inner.is_root = false;
  if (node.condition) {
    mark(node.condition->line);
    check(node.condition, inner);
  }
  mark(node.line);
  if (!node.recursive) check(node.value, frame);
  check(node.body, inner);
  check(node.otherwise, inner);
  if (!node.recursive) return;
  mark(node.line);
  check(node.value, frame);
}

void Checker::check_macro(const Statement& node, Frame frame) {
  Frame inner;
  inner.autoescape = frame.autoescape;
  mark(node.line);
  for (const auto& parameter : node.signature.parameters) check(parameter.fallback, inner);
  check(node.body, inner);
}

void Checker::check(Statement& node, Frame frame) {
  Frame inner = frame;
  inner.soft = inner.is_root = false;
  switch (node.kind) {
    case StatementKind::text: return;
    case StatementKind::print:
      if (frame.drops_output && extends_) return;
      folder_.escapes(frame.autoescape);
      if (folder_.fold_output(*node.value)) return;
      mark(node.value->line);
      return check(node.value, frame);
    case StatementKind::conditional:
      mark(node.line);
      frame.soft = true;
      frame.is_root = false;
      check(node.value, frame);
      check(node.body, frame);
      return check(node.otherwise, frame);
    case StatementKind::loop: return check_loop(node, frame);
    case StatementKind::assign_block:
      inner.drops_output = false;
      check(node.body, inner);
      mark(node.line);
      return check(node.value, inner);
    case StatementKind::macro: return check_macro(node, frame);
    case StatementKind::call_block:
      check_macro(node, frame);
      mark(node.line);
      return check(node.value, frame);
    case StatementKind::filter_block:
      check(node.body, inner);
      mark(node.line);
      return check(node.value, inner);
    case StatementKind::with:
      node.salt_line = line_;
      for (const auto& [target, value] : node.pairs) check(value, frame);
      return check(node.body, inner);
    case StatementKind::block:  // its body comes after all else
      if (!(frame.is_root && extends_)) mark(node.line);
      return;
    case StatementKind::extends:
      mark(node.line);
      check(node.value, frame);
      extends_ = extends_ || frame.is_root;
      return;
    case StatementKind::group: return check(node.body, frame);
    case StatementKind::autoescape:
      node.salt_line = line_;
      check(node.value, inner);
      inner.autoescape = node.value->kind == ExpressionKind::constant ? std::optional(truth(node.value->constant)) : std::nullopt;
      return check(node.body, inner);
    case StatementKind::import_data:
      mark(node.line);
      check(node.value, frame);
      return check(node.body, inner);
    case StatementKind::assign:
    case StatementKind::evaluate:
    case StatementKind::include:
    case StatementKind::import_as:
    case StatementKind::import_names:
    case StatementKind::stop_loop:
    case StatementKind::next_loop: mark(node.line); return check(node.value, frame);
  }
}

bool has_extends(const Body& body) {
  return std::any_of(body.begin(), body.end(), [](const auto& node) {
    return node->kind == StatementKind::extends || has_extends(node->body) || has_extends(node->otherwise);
  });
}

// Python finds these when it compiles what Jinja wrote.
void check_loop_controls(const Body& body, bool in_loop) {
  for (const auto& node : body) {
    if ((node->kind == StatementKind::stop_loop || node->kind == StatementKind::next_loop) && !in_loop)
      fail_syntax(node->line, "'{}' outside loop", node->kind == StatementKind::stop_loop ? "break" : "continue");
    const bool is_function = node->kind == StatementKind::macro || node->kind == StatementKind::call_block ||
                             node->kind == StatementKind::block;
    check_loop_controls(node->body, node->kind == StatementKind::loop || (in_loop && !is_function));
    check_loop_controls(node->otherwise, in_loop);
  }
}

void Checker::run() {
  std::set<std::string_view> names;
  for (const auto& [name, block] : source_.blocks)
    if (!names.insert(name).second) fail_syntax(block->line, "block '{}' defined twice", name);
  Frame root;
  root.is_root = true;
  root.autoescape = escapes_;
  root.drops_output = has_extends(source_.body);
  check(source_.body, root);
  for (const auto& [name, block] : source_.blocks) {
    Frame own;
    own.autoescape = escapes_;
    mark(block->line);
    check(block->body, own);
  }
  check_loop_controls(source_.body, false);
}

}  // namespace

void check_template(Template& source, const Options& options) { Checker(source, options).run(); }

}  // namespace halite::render
