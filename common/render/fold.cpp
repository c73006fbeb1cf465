#include "common/render/fold.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "common/render/arithmetic.h"
#include "common/render/big_integer.h"
#include "common/render/filters.h"
#include "common/render/python.h"
#include "common/render/tests.h"

namespace halite::render {
namespace {

// What these give depends on more than what they are given.
bool is_constant_filter(std::string_view name) {
  static const std::set<std::string_view> others{"map",         "select",         "reject",        "selectattr", "rejectattr",
                                                 "random",      "random_hash",    "rand_str",      "random_str", "random_shuffle",
                                                 "random_sample", "gen_mac",      "strftime",      "date_format"};
  return !others.contains(name);
}

// Never changed by a template, so that one value can serve every render.
bool is_unchanging(const Value& value) {
  if (value.is_null() || value.is_bool() || value.is_int() || value.is_real() || value.is_string()) return true;
  if (const auto* tuple = if_object<Tuple>(value))
    return std::all_of(tuple->items().begin(), tuple->items().end(), is_unchanging);
  return if_object<Markup>(value) || if_object<Range>(value) || is_big(value);
}

// What Jinja can write down as a constant; a generator and an undefined value are none.
bool can_be_written(const Value& value) {
  if (is_unchanging(value)) return true;
  if (if_object<Group>(value)) return false;
  if (const List* items = if_sequence(value)) return std::all_of(items->begin(), items->end(), can_be_written);
  if (const auto* set = if_object<Set>(value))
    return std::all_of(set->items().begin(), set->items().end(), [](const auto& item) { return can_be_written(item.key); });
  const Map* map = value.if_map();
  return map && std::all_of(map->begin(), map->end(), [](const auto& entry) { return can_be_written(entry.key) && can_be_written(entry.value); });
}

ExpressionPtr literal(const Value& value, int line);

void become_literal(Expression& node, const Value& value) {
  node.children.clear();
  node.operators.clear();
  node.arguments = {};
  const Map* map = value.if_map();
  if (is_unchanging(value)) {
    node.kind = ExpressionKind::constant;
    node.constant = value;
  } else if (map) {
    node.kind = ExpressionKind::dict;
    for (const auto& [key, item] : *map) {
      node.children.push_back(literal(key, node.line));
      node.children.push_back(literal(item, node.line));
    }
  } else {
    node.kind = value.is_list() ? ExpressionKind::list : ExpressionKind::tuple;
    for (const Value& item : *if_sequence(value)) node.children.push_back(literal(item, node.line));
  }
}

ExpressionPtr literal(const Value& value, int line) {
  auto node = std::make_unique<Expression>();
  node->kind = ExpressionKind::constant;
  node->line = line;
  become_literal(*node, value);
  return node;
}

bool has_set(const Value& value) {
  if (if_object<Set>(value)) return true;
  if (const List* items = if_sequence(value)) return std::any_of(items->begin(), items->end(), has_set);
  const Map* map = value.if_map();
  return map && std::any_of(map->begin(), map->end(), [](const auto& entry) { return has_set(entry.value); });
}

bool is_literal_container(const Expression& node) {
  return node.kind == ExpressionKind::list || node.kind == ExpressionKind::tuple || node.kind == ExpressionKind::dict;
}

bool is_negative_number(const Value& value) {
  if (value.is_real()) return std::signbit(*value.if_real());
  return is_integer(value) && !value.is_bool() && integer_text(value).front() == '-';
}

}  // namespace

// The limits are small, for what goes over them is left to the render, which has its own.
Folder::Folder(const Options& options) {
  context_.options = options;
  autoescape_ = options.autoescape;
  context_.limits.text_bytes = context_.limits.output_bytes = 1 << 16;
  context_.limits.collection_items = context_.limits.range_items = context_.limits.loop_iterations = 4096;
  context_.limits.time = std::chrono::milliseconds(1000);
}

Evaluator& Folder::evaluator() {
  if (!evaluator_) evaluator_ = std::make_unique<Evaluator>(context_);
  return *evaluator_;
}

void Folder::fold_parts(Expression& node) {
  if (node.kind == ExpressionKind::constant || node.kind == ExpressionKind::name) return;
  for (auto& child : node.children)
    if (child) fold_parts(*child);
  for (auto& value : node.arguments.positional) fold_parts(*value);
  for (auto& [name, value] : node.arguments.named) fold_parts(*value);
  if (node.arguments.star) fold_parts(*node.arguments.star);
  if (node.arguments.double_star) fold_parts(*node.arguments.double_star);
  std::optional<Value> value;
  try {
    value = constant(node);
  } catch (const Failure& failure) {
    throw Failure(failure.kind(), failure.message(), node.line);
  }
  if (value && can_be_written(*value)) {
    if (!is_literal_container(node) && !has_set(*value)) become_literal(node, *value);
    return;
  }
  // Jinja writes -7 ** x for a constant -7 and Python reads -(7 ** x).
  if (node.kind == ExpressionKind::arithmetic && node.operators[0] == Operator::power &&
      node.children[0]->kind == ExpressionKind::constant && is_negative_number(node.children[0]->constant)) {
    node.children[0]->constant = negated(node.children[0]->constant);
    auto power = std::make_unique<Expression>();
    std::swap(*power, node);
    node.kind = ExpressionKind::minus;
    node.line = power->line;
    node.children.push_back(std::move(power));
  }
}

bool Folder::fold_output(Expression& node) {
  steps_ = 0;
  try {
    const auto value = constant(node);
    if (!value) return false;
    // Where it is not known whether to escape, Jinja doesn't.
    const bool is_safe = !autoescape_.value_or(false) || if_object<Markup>(*value);
    const std::string text = is_safe ? printed(*value) : escape_html(printed(*value));
    become_literal(node, autoescape_ == false ? Value(text) : make_markup(text));
    return true;
  } catch (const Failure&) {
    return false;  // it fails again when it runs, where the line is known
  } catch (const Error&) {
    return false;
  }
}

// The value of what holds no variable and no call. Nothing: not known before the template runs, also because it fails.
std::optional<Value> Folder::constant(const Expression& node) {
  constexpr int limit = 20'000;
  if (++steps_ > limit) return std::nullopt;
  const auto child = [&](std::size_t i) { return constant(*node.children[i]); };
  switch (node.kind) {
    case ExpressionKind::constant: return node.constant;
    case ExpressionKind::name:
    case ExpressionKind::call:
    case ExpressionKind::slice: return std::nullopt;
    case ExpressionKind::list:
    case ExpressionKind::tuple: return constant_items(node);
    case ExpressionKind::dict: return constant_dict(node);
    case ExpressionKind::compare: return constant_compare(node);
    case ExpressionKind::concatenate: return constant_text(node);
    case ExpressionKind::conditional: {
      const auto test = child(1);
      if (!test) return std::nullopt;
      if (truth(*test)) return child(0);
      return node.children[2] ? child(2) : std::nullopt;
    }
    case ExpressionKind::both:
    case ExpressionKind::either: {
      auto left = child(0);
      if (!left) return std::nullopt;
      return truth(*left) == (node.kind == ExpressionKind::both) ? child(1) : left;
    }
    default: break;
  }
  // Of all else a failure is left to the render.
  try {
    switch (node.kind) {
      case ExpressionKind::attribute:
        if (const auto object = child(0)) return evaluator().attribute(*object, node.text);
        return std::nullopt;
      case ExpressionKind::item: return constant_item(node);
      case ExpressionKind::filter:
      case ExpressionKind::test: return constant_call(node);
      case ExpressionKind::negation:
        if (const auto value = child(0)) return Value(!truth(*value));
        return std::nullopt;
      case ExpressionKind::arithmetic: {
        const auto left = child(0);
        const auto right = left ? child(1) : std::nullopt;
        return right ? std::optional(compute(node.operators[0], *left, *right, context_.limits)) : std::nullopt;
      }
      case ExpressionKind::minus:
      case ExpressionKind::plus: {
        const auto value = child(0);
        if (!value) return std::nullopt;
        return node.kind == ExpressionKind::minus ? negated(*value) : unary_plus(*value);
      }
      default: return std::nullopt;
    }
  } catch (const Failure&) {
    return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // of a library below: it comes again when it runs, where the line is known
  }
}

std::optional<Value> Folder::constant_items(const Expression& node) {
  List items;
  for (const auto& child : node.children) {
    auto value = constant(*child);
    if (!value) return std::nullopt;
    items.push_back(std::move(*value));
  }
  return node.kind == ExpressionKind::list ? Value(std::move(items)) : make_tuple(std::move(items));
}

std::optional<Value> Folder::constant_dict(const Expression& node) {
  Map entries;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    const auto key = constant(*node.children[i]);
    auto value = key ? constant(*node.children[i + 1]) : std::nullopt;
    if (!value) return std::nullopt;
    entries.set(hashable(*key), std::move(*value));
  }
  return entries;
}

// A slice of what has none is no error here but undefined.
std::optional<Value> Folder::constant_item(const Expression& node) {
  const auto object = constant(*node.children[0]);
  if (!object) return std::nullopt;
  const Expression& index = *node.children[1];
  if (index.kind != ExpressionKind::slice) {
    const auto key = constant(index);
    return key ? std::optional(evaluator().item(*object, *key)) : std::nullopt;
  }
  Value parts[3];
  for (std::size_t i = 0; i < 3; ++i) {
    if (!index.children[i]) continue;
    auto part = constant(*index.children[i]);
    if (!part) return std::nullopt;
    parts[i] = std::move(*part);
  }
  try {
    return evaluator().slice(*object, parts[0], parts[1], parts[2]);
  } catch (const Failure& failure) {
    if (if_undefined(*object) || parts[2] == Value(0)) return std::nullopt;
    return make_undefined(failure.message(), {}, context_.options.allow_undefined);
  }
}

std::optional<Value> Folder::constant_compare(const Expression& node) {
  auto left = constant(*node.children[0]);
  if (!left) return std::nullopt;
  try {
    for (std::size_t i = 0; i < node.operators.size(); ++i) {
      const auto right = constant(*node.children[i + 1]);
      if (!right) return std::nullopt;
      if (!compare(node.operators[i], *left, *right)) return Value(false);
      left = right;
    }
  } catch (const Failure&) {
    return std::nullopt;
  }
  return Value(true);
}

std::optional<Value> Folder::constant_text(const Expression& node) {
  std::string text;
  for (const auto& child : node.children) {
    const auto value = constant(*child);
    if (!value || text.size() > context_.limits.text_bytes) return std::nullopt;
    text += str(*value);
  }
  return Value(std::move(text));
}

std::optional<Value> Folder::constant_call(const Expression& node) {
  const bool is_filter = node.kind == ExpressionKind::filter;
  if (autoescape_ != context_.options.autoescape) return std::nullopt;
  if (is_filter ? !node.filter || !node.children[0] || !is_constant_filter(node.filter->name) : !node.test) return std::nullopt;
  Arguments arguments;
  arguments.positional.emplace_back();
  if (!constant_arguments(node.arguments, arguments)) return std::nullopt;
  auto value = constant(*node.children[0]);
  if (!value) return std::nullopt;
  arguments.positional[0] = std::move(*value);
  return is_filter ? node.filter->apply(evaluator(), arguments) : Value(node.test->check(evaluator(), arguments));
}

bool Folder::constant_arguments(const CallArguments& given, Arguments& arguments) {
  for (const auto& argument : given.positional) {
    auto value = constant(*argument);
    if (!value) return false;
    arguments.positional.push_back(std::move(*value));
  }
  for (const auto& [name, argument] : given.named) {
    auto value = constant(*argument);
    if (!value) return false;
    arguments.named.emplace_back(name, std::move(*value));
  }
  return !given.star && !given.double_star;  // rare, and the same when it runs
}

}  // namespace halite::render
