#include "common/render/check.h"

#include <set>

#include "common/base/strings.h"
#include "common/render/failure.h"
#include "common/render/filters.h"
#include "common/render/python.h"
#include "common/render/tests.h"

namespace halite::render {
namespace {

struct Place {
  bool soft = false;     // inside `if`
  bool in_loop = false;
};

void check(const Expression* node, bool soft);

void check(const CallArguments& arguments, bool soft) {
  for (const auto& value : arguments.positional) check(value.get(), soft);
  for (const auto& [name, value] : arguments.named) check(value.get(), soft);
  check(arguments.star.get(), soft);
  check(arguments.double_star.get(), soft);
}

// The truth of a constant, which Jinja knows before the template runs.
std::optional<bool> known_truth(const Expression& node) {
  if (node.kind == ExpressionKind::constant) return truth(node.constant);
  if (node.kind != ExpressionKind::negation) return std::nullopt;
  const auto inner = known_truth(*node.children[0]);
  return inner ? std::optional(!*inner) : std::nullopt;
}

void check(const Expression* node, bool soft) {
  if (!node) return;
  // What a constant decides is never looked at.
  if (node->kind == ExpressionKind::either || node->kind == ExpressionKind::both)
    if (const auto left = known_truth(*node->children[0]); left && *left == (node->kind == ExpressionKind::either))
      return check(node->children[0].get(), soft);
  if (node->kind == ExpressionKind::conditional) soft = true;
  if (node->kind == ExpressionKind::filter && !node->filter && !soft)
    fail_syntax(node->line, "No filter named '{}'.{}", node->text, did_you_mean(node->text, filter_names()));
  if (node->kind == ExpressionKind::test && !node->test && !soft)
    fail_syntax(node->line, "No test named '{}'.{}", node->text, did_you_mean(node->text, test_names()));
  for (const auto& child : node->children) check(child.get(), soft);
  check(node->arguments, soft);
}

void check(const Body& body, Place place);

// Jinja's `if` keeps its frame; loops, macros and the rest begin a new one, where unknown filters are errors again.
void check(const Statement& node, Place place) {
  if ((node.kind == StatementKind::stop_loop || node.kind == StatementKind::next_loop) && !place.in_loop)
    fail_syntax(node.line, "'{}' outside loop", node.kind == StatementKind::stop_loop ? "break" : "continue");
  const bool is_if = node.kind == StatementKind::conditional;
  const bool same_frame = is_if || node.kind == StatementKind::group;
  check(node.value.get(), place.soft || is_if);
  check(node.condition.get(), place.soft);
  for (const auto& parameter : node.signature.parameters) check(parameter.fallback.get(), false);
  for (const auto& [target, value] : node.pairs) check(value.get(), place.soft);
  Place inner{same_frame && (place.soft || is_if), place.in_loop};
  if (node.kind == StatementKind::loop) inner.in_loop = true;
  const bool is_function = node.kind == StatementKind::macro || node.kind == StatementKind::call_block ||
                           node.kind == StatementKind::block;
  if (is_function) inner.in_loop = false;
  check(node.body, inner);
  if (node.kind == StatementKind::loop) inner.in_loop = place.in_loop;
  check(node.otherwise, inner);
}

void check(const Body& body, Place place) {
  for (const auto& node : body) check(*node, place);
}

}  // namespace

void check_template(const Template& source) {
  std::set<std::string_view> names;
  for (const auto& [name, block] : source.blocks)
    if (!names.insert(name).second) fail_syntax(block->line, "block '{}' defined twice", name);
  check(source.body, {});
}

}  // namespace halite::render
