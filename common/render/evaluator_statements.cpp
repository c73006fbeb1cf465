// Running tags.
#include <charconv>

#include "common/base/strings.h"
#include "common/render/callables.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

// The items a `for ... if` lets through, tested one by one: a turn may change what the next test sees.
class Filtered final : public Iterator {
 public:
  using Test = std::function<bool(const Value&)>;
  Filtered(std::unique_ptr<Iterator> source, Test test) : source_(std::move(source)), test_(std::move(test)) {}
  bool next(Value& value) override {
    while (source_->next(value))
      if (test_(value)) return true;
    return false;
  }

 private:
  std::unique_ptr<Iterator> source_;
  Test test_;
};

bool has_length(const Value& value) { return !if_object<Generator>(value); }

}  // namespace

Flow Evaluator::execute(const Body& body) {
  for (const auto& node : body) {
    const Flow flow = execute(*node);
    if (flow != Flow::next) return flow;
  }
  return Flow::next;
}

Flow Evaluator::execute(const Statement& node) {
  const int line_before = std::exchange(place_.line, node.line);
  switch (node.kind) {
    case StatementKind::text:
      write(node.text);
      place_.line = line_before;  // Salt knows no lines of text
      break;
    case StatementKind::print:
      print(*node.value);
      if (node.value->kind == ExpressionKind::constant) place_.line = line_before;
      break;
    case StatementKind::conditional: return execute_conditional(node);
    case StatementKind::loop: return execute_loop(node);
    case StatementKind::assign: assign(node.target, evaluate(*node.value)); break;
    case StatementKind::assign_block: return execute_assign_block(node);
    case StatementKind::macro: execute_macro(node); break;
    case StatementKind::call_block: execute_call_block(node); break;
    case StatementKind::filter_block: {
      const bool suppressed = suppressed_;
      Flow flow = Flow::next;
      std::string text = captured([&] {
        suppressed_ = suppressed;
        flow = execute_scoped(node.body, node.hidden);
        end_gathering(flow, node.line);
      });
      if (flow != Flow::next) return flow;  // the turn of the loop ends, and the text is lost
      place_.line = node.line;
      write_text_only(apply_filters(*node.value, text_value(std::move(text))));
      break;
    }
    case StatementKind::with: return execute_with(node);
    case StatementKind::evaluate: evaluate(*node.value); break;
    case StatementKind::stop_loop: return Flow::stop_loop;
    case StatementKind::next_loop: return Flow::next_loop;
    case StatementKind::include: execute_include(node); break;
    case StatementKind::import_as:
    case StatementKind::import_data: execute_import(node); break;
    case StatementKind::import_names: execute_import_names(node); break;
    case StatementKind::block: execute_block(node); break;
    case StatementKind::extends: execute_extends(node); break;
    case StatementKind::group: return execute(node.body);
    case StatementKind::autoescape: return execute_autoescape(node);
  }
  return Flow::next;
}

void Evaluator::write(std::string_view text) {
  if (suppressed_) return;
  if (keeps_marks_ && captures_ == 0) marks_.push_back({output_.size(), place_.source.get(), place_.line});
  output_ += text;
  if (output_.size() > limits().output_bytes) fail("the output is too long (limit {} bytes)", limits().output_bytes);
}

void Evaluator::print(const Expression& node) {
  if (suppressed_) return;
  Value storage;
  const Value& value = evaluate_into(node, storage);
  place_.line = node.line;
  write_value(value);
}

void Evaluator::write_value(const Value& value) {
  if (suppressed_) return;
  if (const std::string* text = value.if_string()) return autoescape_ ? write(escape_html(*text)) : write(*text);
  if (const auto* number = value.if_int()) {
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), *number).ptr;
    return write({digits, static_cast<std::size_t>(end - digits)});
  }
  if (const Undefined* undefined = if_undefined(value)) {
    if (undefined->is_lenient()) return;
    undefined->raise();
  }
  const bool is_safe = !autoescape_ || if_object<Markup>(value);
  write(is_safe ? printed(value) : escape_html(printed(value)));
}

// What {% filter %} and {% call %} give is not printed but joined at the end of the output, which takes text alone.
// Jinja forgets here, and for {% include %}, that behind {% extends %} nothing is written.
void Evaluator::write_text_only(const Value& value) {
  if (const std::string* text = if_text(value)) {
    const bool suppressed = std::exchange(suppressed_, false);
    write(*text);
    suppressed_ = suppressed;
    return;
  }
  if (unjoined_.empty()) unjoined_ = fmt::format("sequence item 0: expected str instance, {} found", python_type(value));
}

// The text of a block is joined in the line of its tag, unless a turn of a loop has ended and nobody wants it.
void Evaluator::end_gathering(Flow flow, int line) {
  if (flow == Flow::next)
    place_.line = line;
  else
    unjoined_.clear();
}

void Evaluator::check_joined() {
  if (!unjoined_.empty()) fail("{}", unjoined_);
}

void Evaluator::hide(const std::vector<int>& symbols, const Template& source) {
  for (const int symbol : symbols) {
    if (scope_->find_own(symbol)) continue;
    std::string message = fmt::format("'{}' is undefined", source.symbols[static_cast<std::size_t>(symbol)]);
    scope_->set(symbol, Value(std::shared_ptr<const Object>(Undefined::hidden(std::move(message), context_.options.allow_undefined))));
  }
}

Flow Evaluator::execute_scoped(const Body& body, const std::vector<int>& hidden) {
  const ScopePointer outer = scope_;
  scope_ = std::make_shared<Scope>();
  scope_->parent = outer;
  hide(hidden, *place_.source);
  const Flow flow = execute(body);
  scope_ = outer;
  return flow;
}

Flow Evaluator::execute_conditional(const Statement& node) {
  return execute(condition(*node.value) ? node.body : node.otherwise);
}

Flow Evaluator::execute_loop(const Statement& node) { return run_loop(node, evaluate(*node.value), scope_, 0); }

Flow Evaluator::run_loop(const Statement& node, const Value& items, const ScopePointer& outer_scope, int depth) {
  const ScopePointer outer = outer_scope;
  std::unique_ptr<Iterator> source;
  if (node.condition) {
    // The test is a function of its own to Salt, so that what fails in it has its line, in a block too.
    const std::optional<Place> block_place = std::exchange(salt_place_, std::nullopt);
    place_.line = node.condition->line;
    source = std::make_unique<Filtered>(iterate(items), [this, &node, outer](const Value& item) {
      const std::optional<Place> place_of_turn = std::exchange(salt_place_, std::nullopt);
      const ScopePointer running = scope_;
      scope_ = std::make_shared<Scope>();
      scope_->parent = outer;
      place_.line = node.condition->line;
      assign(node.target, item);
      const bool passes = condition(*node.condition);
      scope_ = running;
      salt_place_ = place_of_turn;
      return passes;
    });
    salt_place_ = block_place;
  } else {
    source = iterate(items);
  }
  std::shared_ptr<const Loop> loop;
  if (node.uses_loop)
    loop = std::make_shared<Loop>(items, std::move(source), !node.condition && has_length(items), depth, node, outer);
  scope_ = nullptr;
  // As Jinja has it, `else` runs unless a turn came to its end: after a break in the first turn it does.
  bool ran = false;
  Flow flow = Flow::next;
  for (Value item; flow != Flow::stop_loop;) {
    place_.line = node.line;
    if (!scope_) scope_ = outer;  // a test of the loop needs some scope to come back to
    if (!(loop ? loop->advance(item) : source->next(item))) break;
    step();
    // A turn's scope is used again unless a macro or an iterator kept it.
    if (scope_ == outer || scope_.use_count() > 1) {
      scope_ = std::make_shared<Scope>();
      scope_->parent = outer;
    } else {
      scope_->names.clear();
    }
    if (loop) scope_->names.emplace_back(symbol_loop, Value(std::shared_ptr<const Object>(loop)));
    assign(node.target, item);
    hide(node.hidden, *place_.source);
    flow = execute(node.body);
    ran = ran || flow == Flow::next;
  }
  scope_ = outer;
  return ran ? Flow::next : execute_scoped(node.otherwise, node.hidden_otherwise);
}

void Evaluator::assign_name(const std::string& name, int symbol, Value value) {
  if (scope_->is_top) {
    state_->variables.set(name, value);
    if (name[0] != '_' && std::find(state_->exported.begin(), state_->exported.end(), name) == state_->exported.end())
      state_->exported.push_back(name);
  }
  scope_->set(symbol, std::move(value));
}

void Evaluator::assign(const Target& target, const Value& value) {
  switch (target.kind) {
    case Target::Kind::name: return assign_name(target.name, target.symbol, value);
    case Target::Kind::attribute: {
      Expression name{ExpressionKind::name, place_.line, target.symbol, {}, target.name, {}, {}, {}, nullptr, nullptr};
      const Value space = evaluate_name(name);
      const auto* names = if_object<Namespace>(space);
      if (const Undefined* undefined = if_undefined(space)) undefined->raise();
      if (!names) fail_syntax(0, "cannot assign attribute on non-namespace object");
      note_change(Value::share(names->shared_values()));
      names->values().set(target.attribute, value);
      return;
    }
    case Target::Kind::tuple: break;
  }
  if (value.is_int() || value.is_null() || value.is_real() || value.is_bool())
    fail("cannot unpack non-iterable {} object", python_type(value));
  const List parts = to_list(value);
  if (parts.size() > target.parts.size()) fail("too many values to unpack (expected {})", target.parts.size());
  if (parts.size() < target.parts.size())
    fail("not enough values to unpack (expected {}, got {})", target.parts.size(), parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) assign(target.parts[i], parts[i]);
}

Value Evaluator::apply_filters(const Expression& filters, Value text) {
  Arguments arguments;
  arguments.positional.push_back(filters.children[0] ? apply_filters(*filters.children[0], std::move(text)) : std::move(text));
  evaluate_arguments(filters.arguments, arguments);
  if (!filters.filter) fail_syntax(0, "No filter named '{}' found.", filters.text);
  return filters.filter->apply(*this, arguments);
}

Flow Evaluator::execute_assign_block(const Statement& node) {
  Flow flow = Flow::next;
  Value value = text_value(captured([&] {
    flow = execute_scoped(node.body, node.hidden);
    end_gathering(flow, node.line);
  }));
  if (flow != Flow::next) return flow;
  place_.line = node.line;
  if (node.value) value = apply_filters(*node.value, std::move(value));
  const bool is_load = node.value && node.value->text.rfind("load_", 0) == 0;  // Salt's tag, to Jinja a macro and a filter
  if (autoescape_ && !is_load && !if_object<Markup>(value)) value = make_markup(str(value));
  assign(node.target, value);
  return Flow::next;
}

Value Evaluator::make_macro(const Signature& signature, const Body& body) {
  closures_.push_back(scope_);
  return make_object<Macro>(signature, body, place_.source, state_, scope_);
}

void Evaluator::execute_macro(const Statement& node) {
  assign_name(node.signature.name, node.signature.symbol, make_macro(node.signature, node.body));
}

// {% call(args) name(...) %}: the body becomes the macro `caller` of the call.
void Evaluator::execute_call_block(const Statement& node) {
  const Expression& invocation = *node.value;
  const Value callee = evaluate(*invocation.children[0]);
  Arguments arguments;
  evaluate_arguments(invocation.arguments, arguments);
  arguments.named.emplace_back("caller", make_macro(node.signature, node.body));
  const Value result = call(callee, arguments);
  place_.line = node.line;
  write_text_only(result);
}

Flow Evaluator::execute_with(const Statement& node) {
  const ScopePointer outer = scope_;
  std::vector<Value> values;
  const bool is_first = !salt_place_;
  if (is_first) salt_place_ = {place_.source, node.salt_line};
  for (const auto& [target, value] : node.pairs) values.push_back(evaluate(*value));
  if (is_first) salt_place_.reset();
  scope_ = std::make_shared<Scope>();
  scope_->parent = outer;
  for (std::size_t i = 0; i < values.size(); ++i) assign(node.pairs[i].first, values[i]);
  hide(node.hidden, *place_.source);
  const Flow flow = execute(node.body);
  scope_ = outer;
  return flow;
}

Flow Evaluator::execute_autoescape(const Statement& node) {
  const bool outer = autoescape_;
  const bool is_first = !salt_place_;
  if (is_first) salt_place_ = {place_.source, node.salt_line};
  const Value escapes = evaluate(*node.value);
  if (is_first) salt_place_.reset();
  autoescape_ = is_true(escapes);
  const Flow flow = execute_scoped(node.body, node.hidden);
  autoescape_ = outer;
  return flow;
}

void Evaluator::execute_include(const Statement& node) {
  const TemplatePointer source = load(evaluate(*node.value), node.ignore_missing);
  if (!source) return;
  const bool suppressed = std::exchange(suppressed_, false);
  if (node.with_context) {
    const StatePointer state = new_state(*source, true);
    add_blocks(*state, source);
    run_template(source, state);
  } else {
    write(if_object<Module>(import_module(source, false))->text());
  }
  suppressed_ = suppressed;
}

void Evaluator::execute_import(const Statement& node) {
  const TemplatePointer source = load(evaluate(*node.value), false);
  Value module = import_module(source, node.with_context);
  place_.line = node.line;
  if (node.kind == StatementKind::import_data) {
    Arguments arguments;
    arguments.positional.push_back(if_object<Module>(module)->text());
    return assign_name(node.target.name, node.target.symbol, call_filter(node.text, arguments));
  }
  // An imported module is a name of this template, but not one it exports.
  if (scope_->is_top) state_->variables.set(node.target.name, module);
  scope_->set(node.target.symbol, std::move(module));
}

void Evaluator::execute_import_names(const Statement& node) {
  const TemplatePointer source = load(evaluate(*node.value), false);
  const Value holder = import_module(source, node.with_context);
  const auto& module = *if_object<Module>(holder);
  for (const auto& [name, target] : node.imports) {
    auto value = module.attribute(name);
    if (!value)
      value = make_undefined(fmt::format("the template {} (imported on line {}) does not export the requested name '{}'",
                                         text_repr(module.name()), node.line, name),
                             [names = module.attribute_names(), name = name] { return did_you_mean(name, names); });
    if (scope_->is_top) state_->variables.set(target.name, *value);
    scope_->set(target.symbol, std::move(*value));
  }
}

void Evaluator::execute_block(const Statement& node) {
  if (suppressed_ && scope_->is_top) return;
  StatePointer state = state_;
  if (node.scoped) {
    state = new_state(*place_.source, true);
    state->blocks = state_->blocks;
    states_.push_back(state);
  }
  if (node.required && state->blocks.at(node.text).front().node == &node)
    fail_syntax(0, "Required block '{}' not found", node.text);
  const TemplateState::Block block = state->blocks.at(node.text).front();
  run_block(block, state, node.text, 0);
}

void Evaluator::execute_extends(const Statement& node) {
  if (!scope_->is_top) fail_syntax(0, "cannot use extend from a non top-level scope");
  if (state_->parent) fail_syntax(0, "extended multiple times");
  state_->parent = load(evaluate(*node.value), false);
  suppressed_ = true;
}

}  // namespace halite::render
