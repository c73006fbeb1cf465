// Working out expressions.
#include "common/base/strings.h"
#include "common/render/arithmetic.h"
#include "common/render/big_integer.h"
#include "common/render/callables.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/methods.h"
#include "common/render/python.h"
#include "common/render/tests.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

// How Jinja calls the type of an object in "'dict object' has no attribute 'x'".
std::string object_type(const Value& value) {
  if (value.is_null()) return "None";
  if (if_object<Namespace>(value)) return "jinja2.utils.Namespace object";
  return python_type(value) + " object";
}

// What every Python object has and no template may touch.
bool is_internal(const Value& object, std::string_view name) {
  if (name.size() < 5 || name.substr(0, 2) != "__" || name.substr(name.size() - 2) != "__") return false;
  static constexpr std::string_view everywhere[] = {
      "__class__", "__delattr__", "__dir__",        "__doc__",       "__eq__",           "__format__",   "__ge__",   "__getattribute__",
      "__gt__",    "__hash__",    "__init__",       "__le__",        "__lt__",           "__ne__",       "__new__",  "__reduce__",
      "__repr__",  "__setattr__", "__init_subclass__", "__reduce_ex__", "__sizeof__", "__str__", "__subclasshook__"};
  static constexpr std::string_view functions[] = {"__globals__", "__code__", "__closure__", "__defaults__", "__dict__", "__call__",
                                                   "__name__",    "__module__", "__qualname__", "__self__", "__func__"};
  const auto has = [&](const auto& names) { return std::find(std::begin(names), std::end(names), name) != std::end(names); };
  return has(everywhere) || (has(functions) && dynamic_cast<const Callable*>(object.if_object()));
}

std::vector<std::string> names_near(const Value& object) {
  if (const Map* map = if_dict(object)) return map->keys();
  if (const auto* attributed = dynamic_cast<const Attributed*>(object.if_object())) return attributed->attribute_names();
  return method_names(object);
}

// The parts of a value that are neither methods nor keys.
std::optional<Value> own_part(const Value& object, std::string_view name) {
  if (const auto* group = if_object<Group>(object)) {
    if (name == "grouper") return group->items()[0];
    if (name == "list") return group->items()[1];
  }
  return number_part(object, name);
}

std::string advice_on(const Value& object, std::string_view name) {
  const auto* attributed = dynamic_cast<const Attributed*>(object.if_object());
  return did_you_mean(name, names_near(object)) + (attributed ? attributed->why_missing(name) : "");
}

Value undefined_attribute(const Value& object, std::string_view name, bool is_lenient) {
  return make_undefined(fmt::format("{} has no attribute {}", text_repr(object_type(object)), text_repr(name)),
                        [object, name = std::string(name)] { return advice_on(object, name); }, is_lenient);
}

Value unsafe_attribute(const Value& object, std::string_view name) {
  const bool is_function = object.is_object() && dynamic_cast<const NativeFunction*>(object.if_object());
  return make_object<Undefined>(FailureKind::syntax, fmt::format("access to attribute '{}' of '{}' object is unsafe.", name,
                                                                 is_function ? "function" : python_type(object)));
}

Value bound_method(const Method& method, const Value& self) {
  return make_object<NativeFunction>(std::string(method.name), [&method, self](Evaluator& evaluator, Arguments& arguments) {
    return method.call(evaluator, self, arguments);
  });
}

std::optional<std::int64_t> index_of(const Value& key) {
  if (const auto* number = key.if_int()) return *number;
  if (const auto* flag = key.if_bool()) return *flag;
  return std::nullopt;
}

std::optional<std::size_t> position(const Value& key, std::size_t size) {
  const auto index = index_of(key);
  if (!index) return std::nullopt;
  const std::int64_t at = *index < 0 ? *index + static_cast<std::int64_t>(size) : *index;
  if (at < 0 || at >= static_cast<std::int64_t>(size)) return std::nullopt;
  return static_cast<std::size_t>(at);
}

// What object[key] gives where Python would raise nothing.
std::optional<Value> found_item(const Value& object, const Value& key) {
  if (const Map* map = if_dict(object)) {
    if (key.is_list() || key.is_map()) return std::nullopt;
    const Value* value = key.is_string() ? map->find(*key.if_string()) : map->find(hashable(key));
    return value ? std::optional<Value>(*value) : std::nullopt;
  }
  if (const List* items = if_sequence(object)) {
    const auto at = position(key, items->size());
    return at ? std::optional<Value>((*items)[*at]) : std::nullopt;
  }
  if (const std::string* text = if_text(object)) {
    const auto at = index_of(key) ? position(key, utf8::count(*text)) : std::nullopt;
    if (!at) return std::nullopt;
    const std::size_t start = utf8::offset(*text, *at);
    return same_text(object, text->substr(start, utf8::length_at(*text, start)));
  }
  if (const auto* keyed = dynamic_cast<const Keyed*>(object.if_object())) return keyed->item(key);
  if (const auto* range = if_object<Range>(object)) {
    const auto at = position(key, range->size());
    return at ? std::optional<Value>(range->at(*at)) : std::nullopt;
  }
  if (const Bytes* bytes = object.if_bytes()) {
    const auto at = position(key, bytes->data.size());
    if (at) return Value(static_cast<std::int64_t>(static_cast<unsigned char>(bytes->data[*at])));
  }
  return std::nullopt;
}

struct Slice {
  std::int64_t start;
  std::int64_t stop;
  std::int64_t step;
};

std::optional<std::int64_t> slice_part(const Value& value) {
  if (value.is_null()) return std::nullopt;
  if (const auto index = index_of(value)) return index;
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  fail("slice indices must be integers or None or have an __index__ method");
}

// The bounds as Python's slice.indices() gives them.
Slice slice_of(const Value& start, const Value& stop, const Value& step, std::int64_t size) {
  const std::int64_t by = slice_part(step).value_or(1);
  if (by == 0) fail("slice step cannot be zero");
  const std::int64_t low = by < 0 ? -1 : 0;
  const std::int64_t high = by < 0 ? size - 1 : size;
  const auto bound = [&](const Value& part, std::int64_t fallback) {
    const auto at = slice_part(part);
    if (!at) return fallback;
    const std::int64_t absolute = *at < 0 ? *at + size : *at;
    return std::clamp(absolute, low, high);
  };
  return {bound(start, by < 0 ? high : low), bound(stop, by < 0 ? low : high), by};
}

template <class Take>
void each_index(const Slice& slice, const Take& take) {
  if (slice.step > 0)
    for (std::int64_t i = slice.start; i < slice.stop; i += std::min(slice.step, slice.stop - i)) take(static_cast<std::size_t>(i));
  else
    for (std::int64_t i = slice.start; i > slice.stop; i += std::max(slice.step, slice.stop - i)) take(static_cast<std::size_t>(i));
}

}  // namespace

bool Evaluator::is_true(const Value& value) {
  const bool* flag = value.if_bool();
  return flag ? *flag : truth(value);
}

bool Evaluator::condition(const Expression& node) {
  switch (node.kind) {
    case ExpressionKind::compare: return evaluate_compare(node);
    case ExpressionKind::negation: return !condition(*node.children[0]);
    case ExpressionKind::both: return condition(*node.children[0]) && condition(*node.children[1]);
    case ExpressionKind::either: return condition(*node.children[0]) || condition(*node.children[1]);
    default: break;
  }
  Value storage;
  return is_true(evaluate_into(node, storage));
}

Value Evaluator::evaluate(const Expression& node) {
  Value storage;
  const Value& value = evaluate_into(node, storage);
  return &value == &storage ? std::move(storage) : value;
}

// Gives a reference to a value that already is somewhere, or to `storage`.
const Value& Evaluator::evaluate_into(const Expression& node, Value& storage) {
  switch (node.kind) {
    case ExpressionKind::constant: return node.constant;
    case ExpressionKind::name:
      if (const Value* value = find_name(node)) return *value;
      return storage = undefined_name(node.text);
    case ExpressionKind::list:
    case ExpressionKind::tuple: return storage = evaluate_items(node);
    case ExpressionKind::dict: return storage = evaluate_dict(node);
    case ExpressionKind::attribute: return storage = evaluate_attribute(node);
    case ExpressionKind::item: return storage = evaluate_item(node);
    case ExpressionKind::slice: return storage = nullptr;  // evaluate_item sees it first
    case ExpressionKind::call: return storage = evaluate_call(node);
    case ExpressionKind::filter: return storage = evaluate_filter(node);
    case ExpressionKind::test: return storage = evaluate_test(node);
    case ExpressionKind::conditional:
      if (condition(*node.children[1])) return evaluate_into(*node.children[0], storage);
      if (node.children[2]) return evaluate_into(*node.children[2], storage);
      return storage = make_undefined("the inline if-expression evaluated to false and no else section was defined.", {}, true);
    case ExpressionKind::both: {
      const Value& left = evaluate_into(*node.children[0], storage);
      return is_true(left) ? storage = evaluate(*node.children[1]) : left;
    }
    case ExpressionKind::either: {
      const Value& left = evaluate_into(*node.children[0], storage);
      return is_true(left) ? left : storage = evaluate(*node.children[1]);
    }
    case ExpressionKind::negation: return storage = !condition(*node.children[0]);
    case ExpressionKind::compare: return storage = evaluate_compare(node);
    case ExpressionKind::concatenate: return storage = concatenate(node);
    case ExpressionKind::arithmetic: return storage = evaluate_arithmetic(node);
    case ExpressionKind::minus: return storage = negated(evaluate(*node.children[0]));
    case ExpressionKind::plus: return storage = unary_plus(evaluate(*node.children[0]));
  }
  return storage;
}

Value Evaluator::evaluate_items(const Expression& node) {
  List items;
  items.reserve(node.children.size());
  for (const auto& child : node.children) items.push_back(evaluate(*child));
  return node.kind == ExpressionKind::list ? Value(std::move(items)) : make_tuple(std::move(items));
}

Value Evaluator::evaluate_arithmetic(const Expression& node) {
  Value left_storage, right_storage;
  const Value& left = evaluate_into(*node.children[0], left_storage);
  const Value& right = evaluate_into(*node.children[1], right_storage);
  return compute(node.operators[0], left, right, limits());
}

const Value* Evaluator::find_name(const Expression& node) {
  for (Scope* scope = scope_.get(); scope; scope = scope->parent.get())
    if (const Value* value = scope->find_own(node.symbol)) return value;
  const TemplateState& state = *state_;
  if (const Value* value = state.variables.find(node.text)) return value;
  if (const Value* value = state.locals.find(node.text)) return value;
  if (const Value* value = state.loader_names.find(node.text)) return value;
  if (const Value* value = state.base->find(node.text)) return value;
  if (const Value* value = builtins_.find(node.text)) return value;
  return !salt_.is_null() && node.text == "salt" ? &salt_ : nullptr;
}

Value Evaluator::undefined_name(const std::string& name) const {
  return make_undefined(fmt::format("'{}' is undefined", name),
                        [this, name] { return did_you_mean(name, visible_names().keys()); }, context_.options.allow_undefined);
}

Value Evaluator::evaluate_name(const Expression& node) {
  const Value* value = find_name(node);
  return value ? *value : undefined_name(node.text);
}

Value Evaluator::evaluate_dict(const Expression& node) {
  Map entries;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    Value key = hashable(evaluate(*node.children[i]));
    entries.set(std::move(key), evaluate(*node.children[i + 1]));
  }
  return entries;
}

Value Evaluator::attribute(const Value& object, std::string_view name) {
  if (const Undefined* undefined = if_undefined(object)) undefined->raise();
  if (const auto* attributed = dynamic_cast<const Attributed*>(object.if_object()))
    if (auto value = attributed->attribute(name)) return *value;
  if (const Method* method = find_method(object, name)) return bound_method(*method, object);
  if (is_internal(object, name)) return unsafe_attribute(object, name);
  if (const auto part = own_part(object, name)) return *part;
  if (const Map* map = if_dict(object))
    if (const Value* value = map->find(name)) return *value;
  if (const auto* keyed = dynamic_cast<const Keyed*>(object.if_object()))
    if (auto value = keyed->item(Value(name))) return *value;
  return undefined_attribute(object, name, context_.options.allow_undefined);
}

Value Evaluator::item(const Value& object, const Value& key) {
  if (const Undefined* undefined = if_undefined(object)) undefined->raise();
  if (const Undefined* undefined = if_undefined(key)) undefined->raise();
  if (auto value = found_item(object, key)) return *value;
  if (const std::string* name = if_text(key)) {
    if (const auto* attributed = dynamic_cast<const Attributed*>(object.if_object()))
      if (auto value = attributed->attribute(*name)) return *value;
    if (const Method* method = find_method(object, *name)) return bound_method(*method, object);
    if (is_internal(object, *name)) return unsafe_attribute(object, *name);
    if (const auto part = own_part(object, *name)) return *part;
    return undefined_attribute(object, *name, context_.options.allow_undefined);
  }
  return make_undefined(fmt::format("{} has no element {}", object_type(object), repr(key)), {}, context_.options.allow_undefined);
}

Value Evaluator::evaluate_attribute(const Expression& node) {
  Value storage;
  const Value& object = evaluate_into(*node.children[0], storage);
  return attribute(object, node.text);
}

Value Evaluator::evaluate_item(const Expression& node) {
  Value storage;
  const Value& object = evaluate_into(*node.children[0], storage);
  if (node.children[1]->kind == ExpressionKind::slice) return evaluate_slice(object, node);
  Value key_storage;
  const Value& key = evaluate_into(*node.children[1], key_storage);
  if (const Map* map = object.if_map(); map && key.is_string())
    if (const Value* value = map->find(*key.if_string())) return *value;
  return item(object, key);
}

Value Evaluator::evaluate_slice(const Value& object, const Expression& node) {
  const Expression& slice = *node.children[1];
  const auto part = [&](std::size_t i) { return slice.children[i] ? evaluate(*slice.children[i]) : Value(); };
  const Value start = part(0), stop = part(1), step = part(2);
  return this->slice(object, start, stop, step);
}

Value Evaluator::slice(const Value& object, const Value& start, const Value& stop, const Value& step) {
  if (const Undefined* undefined = if_undefined(object)) undefined->raise();
  const bool sliceable = if_text(object) || if_sequence(object) || object.is_bytes() || if_object<Range>(object);
  if (if_dict(object)) fail("unhashable type: 'slice'");
  if (!sliceable) fail("'{}' object is not subscriptable", python_type(object));
  const Slice bounds = slice_of(start, stop, step, static_cast<std::int64_t>(length(object)));
  if (const std::string* text = if_text(object)) {
    std::string out;
    if (utf8::is_ascii(*text)) {
      each_index(bounds, [&](std::size_t i) { out += (*text)[i]; });
    } else {
      const auto characters = utf8::characters(*text);
      each_index(bounds, [&](std::size_t i) { out += characters[i]; });
    }
    return object.is_string() ? Value(std::move(out)) : make_markup(std::move(out));
  }
  if (const Bytes* bytes = object.if_bytes()) {
    Bytes out;
    each_index(bounds, [&](std::size_t i) { out.data += bytes->data[i]; });
    return out;
  }
  List items;
  if (const auto* range = if_object<Range>(object)) {
    const std::int64_t step_size = range->size() > 1 ? range->at(1) - range->at(0) : 1;
    return make_object<Range>(range->at(0) + bounds.start * step_size, range->at(0) + bounds.stop * step_size, bounds.step * step_size);
  }
  const List& source = *if_sequence(object);
  each_index(bounds, [&](std::size_t i) { items.push_back(source[i]); });
  return object.is_list() ? Value(std::move(items)) : make_tuple(std::move(items));
}

void Evaluator::evaluate_arguments(const CallArguments& given, Arguments& arguments) {
  arguments.positional.reserve(arguments.positional.size() + given.positional.size());
  for (const auto& value : given.positional) arguments.positional.push_back(evaluate(*value));
  for (const auto& [name, value] : given.named) arguments.named.emplace_back(name, evaluate(*value));
  if (given.star)
    for (Value& value : to_list(evaluate(*given.star))) arguments.positional.push_back(std::move(value));
  if (!given.double_star) return;
  const Value more = evaluate(*given.double_star);
  const Map* map = if_dict(more);
  if (!map) fail("argument after ** must be a mapping, not {}", python_type(more));
  for (const auto& [key, value] : *map) {
    if (!key.is_string()) fail("keywords must be strings");
    if (arguments.find(*key.if_string())) fail("got multiple values for keyword argument '{}'", *key.if_string());
    arguments.named.emplace_back(*key.if_string(), value);
  }
}

Value Evaluator::evaluate_call(const Expression& node) {
  const Expression& callee = *node.children[0];
  Arguments arguments;
  // A method is called on its value at once, without an object for the bound method.
  if (callee.kind == ExpressionKind::attribute) {
    Value storage;
    const Value& self = evaluate_into(*callee.children[0], storage);
    if (const Method* method = find_method(self, callee.text)) {
      evaluate_arguments(node.arguments, arguments);
      return method->call(*this, Value(self), arguments);
    }
    const Value function = attribute(self, callee.text);
    evaluate_arguments(node.arguments, arguments);
    return call(function, arguments);
  }
  const Value function = evaluate(callee);
  evaluate_arguments(node.arguments, arguments);
  return call(function, arguments);
}

Value Evaluator::call(const Value& callee, Arguments& arguments) {
  if (const auto* callable = dynamic_cast<const Callable*>(callee.if_object())) return callable->call(*this, arguments);
  if (const Undefined* undefined = if_undefined(callee)) undefined->raise();
  fail("'{}' object is not callable", python_type(callee));
}

Value Evaluator::evaluate_filter(const Expression& node) {
  Arguments arguments;
  arguments.positional.reserve(1 + node.arguments.positional.size());
  arguments.positional.push_back(evaluate(*node.children[0]));
  evaluate_arguments(node.arguments, arguments);
  if (!node.filter) fail_syntax(0, "No filter named '{}' found.", node.text);
  return node.filter->apply(*this, arguments);
}

Value Evaluator::call_filter(std::string_view name, Arguments& arguments) {
  const FilterEntry* filter = find_filter(name);
  if (!filter) fail_syntax(0, "No filter named '{}'.{}", name, did_you_mean(name, filter_names()));
  return filter->apply(*this, arguments);
}

bool Evaluator::evaluate_test(const Expression& node) {
  Arguments arguments;
  arguments.positional.reserve(1 + node.arguments.positional.size());
  arguments.positional.push_back(evaluate(*node.children[0]));
  evaluate_arguments(node.arguments, arguments);
  if (!node.test) fail_syntax(0, "No test named '{}' found.", node.text);
  return node.test->check(*this, arguments);
}

bool Evaluator::call_test(std::string_view name, Arguments& arguments) {
  const TestEntry* test = find_test(name);
  if (!test) fail_syntax(0, "No test named '{}'.{}", name, did_you_mean(name, test_names()));
  return test->check(*this, arguments);
}

bool Evaluator::evaluate_compare(const Expression& node) {
  Value left_storage;
  const Value* left = &evaluate_into(*node.children[0], left_storage);
  for (std::size_t i = 0; i < node.operators.size(); ++i) {
    Value right_storage;
    const Value& right = evaluate_into(*node.children[i + 1], right_storage);
    if (!compare(node.operators[i], *left, right)) return false;
    if (i + 1 == node.operators.size()) break;
    left_storage = right;
    left = &left_storage;
  }
  return true;
}

std::string Evaluator::concatenate(const Expression& node) {
  std::string text;
  for (const auto& child : node.children) {
    Value storage;
    const Value& value = evaluate_into(*child, storage);
    if (const std::string* part = value.if_string())
      text += *part;
    else
      text += str(value);
    check_text(text.size());
  }
  return text;
}

}  // namespace halite::render
