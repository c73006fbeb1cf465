#include "common/render/callables.h"

#include "common/render/python.h"

namespace halite::render {

Value Macro::call(Evaluator& evaluator, Arguments& arguments) const {
  const Evaluator::Depth depth(evaluator);
  const Place place = evaluator.place_;
  const std::optional<Place> block_place = evaluator.salt_place_;
  ScopePointer caller_scope = std::move(evaluator.scope_);
  StatePointer caller_state = std::move(evaluator.state_);
  evaluator.scope_ = std::make_shared<Scope>();
  evaluator.scope_->parent = scope_;
  evaluator.state_ = state_;
  evaluator.hide(signature_.hidden, *source_);
  bind(evaluator, arguments, *evaluator.scope_);
  std::string text = evaluator.captured([&] { evaluator.execute(body_); });
  // Only after success: an error keeps the place where it happened.
  evaluator.place_ = place;
  evaluator.salt_place_ = block_place;
  evaluator.scope_ = std::move(caller_scope);
  evaluator.state_ = std::move(caller_state);
  return evaluator.text_value(std::move(text));
}

void Macro::bind(Evaluator& evaluator, Arguments& arguments, Scope& scope) const {
  const auto& parameters = signature_.parameters;
  const std::size_t given = std::min(arguments.positional.size(), parameters.size());
  bool found_caller = given == parameters.size() && signature_.declares_caller;
  for (std::size_t i = 0; i < given; ++i) scope.set(parameters[i].symbol, std::move(arguments.positional[i]));
  scope.names.reserve(scope.names.size() + parameters.size() + 2);
  std::vector<std::size_t> missing;
  for (std::size_t i = given; i < parameters.size(); ++i) {
    if (parameters[i].name == "caller") found_caller = true;
    if (auto value = arguments.take(parameters[i].name))
      scope.set(parameters[i].symbol, std::move(*value));
    else
      missing.push_back(i);
  }
  // A default sees the parameters, and those still to come as undefined, never a name outside.
  const bool may_look = std::any_of(missing.begin(), missing.end(), [&](std::size_t i) {
    return parameters[i].fallback && parameters[i].fallback->kind != ExpressionKind::constant;
  });
  for (const std::size_t i : may_look ? missing : std::vector<std::size_t>()) scope.set(parameters[i].symbol, make_undefined(fmt::format("'{}' is undefined", parameters[i].name)));
  bind_extra(arguments, scope, found_caller);
  // From here on it is the macro that runs; what was wrong with the call is the caller's.
  evaluator.place_.source = source_;
  evaluator.salt_place_.reset();
  for (const std::size_t i : missing) {
    const auto& parameter = parameters[i];
    if (parameter.fallback) evaluator.place_.line = parameter.fallback->line;
    scope.set(parameter.symbol, parameter.fallback
                                    ? evaluator.evaluate(*parameter.fallback)
                                    : make_undefined(fmt::format("parameter '{}' was not provided", parameter.name)));
  }
}

// `caller`, `kwargs` and `varargs`, where the body uses them; an error for what is left over.
void Macro::bind_extra(Arguments& arguments, Scope& scope, bool found_caller) const {
  if (signature_.takes_caller && !found_caller) {
    auto caller = arguments.take("caller");
    scope.set(symbol_caller, caller && !caller->is_null() ? std::move(*caller) : make_undefined("No caller defined"));
  }
  const auto name = [&] { return signature_.name == "caller" && signature_.symbol < 0 ? "None" : text_repr(signature_.name); };
  if (signature_.takes_kwargs) {
    Map rest;
    for (auto& [key, value] : arguments.named) rest.set(key, std::move(value));
    scope.set(symbol_kwargs, std::move(rest));
  } else if (!arguments.named.empty()) {
    if (arguments.find("caller"))
      fail("macro {} was invoked with two values for the special caller argument. This is most likely a bug.", name());
    fail("macro {} takes no keyword argument {}", name(), text_repr(arguments.named.front().first));
  }
  const std::size_t count = signature_.parameters.size();
  if (signature_.takes_varargs) {
    List rest;
    for (std::size_t i = count; i < arguments.positional.size(); ++i) rest.push_back(std::move(arguments.positional[i]));
    scope.set(symbol_varargs, make_tuple(std::move(rest)));
  } else if (arguments.positional.size() > count) {
    fail("macro {} takes not more than {} argument(s)", name(), count);
  }
}

std::string Macro::text() const {
  return signature_.symbol < 0 ? "<Macro anonymous>" : "<Macro " + text_repr(signature_.name) + ">";
}

std::optional<Value> Macro::attribute(std::string_view name) const {
  if (name == "name") return signature_.symbol < 0 ? Value() : Value(signature_.name);
  if (name == "catch_kwargs") return signature_.takes_kwargs;
  if (name == "catch_varargs") return signature_.takes_varargs;
  if (name == "caller") return signature_.takes_caller;
  if (name != "arguments") return std::nullopt;
  List names;
  for (const auto& parameter : signature_.parameters) names.emplace_back(parameter.name);
  return make_tuple(std::move(names));
}

std::vector<std::string> Macro::attribute_names() const {
  return {"name", "arguments", "catch_kwargs", "catch_varargs", "caller"};
}

bool Loop::advance(Value& item) const {
  if (after_) {
    item = std::move(*after_);
    after_.reset();
  } else if (!source_->next(item)) {
    return false;
  }
  ++index_;
  before_ = std::move(current_);
  current_ = item;
  return true;
}

bool Loop::peek() const {
  if (after_) return true;
  Value item;
  if (!source_->next(item)) return false;
  after_ = std::move(item);
  return true;
}

// Of a list as it was when first asked; of a generator by reading the rest of it.
std::int64_t Loop::length() const {
  if (length_) return *length_;
  if (knows_length_) return *(length_ = static_cast<std::int64_t>(render::length(items_)));
  List rest;
  for (Value item; source_->next(item);) rest.push_back(std::move(item));
  length_ = index_ + 1 + static_cast<std::int64_t>(rest.size()) + (after_ ? 1 : 0);
  source_ = iterate(Value(std::move(rest)));
  return *length_;
}

Value Loop::cycle(const Arguments& arguments) const {
  const auto& choices = arguments.positional;
  if (choices.empty()) fail("no items for cycling given");
  return choices[static_cast<std::size_t>(index_) % choices.size()];
}

bool Loop::changed(const Arguments& arguments) const {
  const bool same = last_changed_ && equal(Value(*last_changed_), Value(arguments.positional));
  if (!same) last_changed_ = arguments.positional;
  return !same;
}

std::optional<Value> Loop::position(std::string_view name) const {
  if (name == "index") return index_ + 1;
  if (name == "index0") return index_;
  if (name == "first") return index_ == 0;
  if (name == "last") return !peek();
  if (name == "length") return length();
  if (name == "revindex") return length() - index_;
  if (name == "revindex0") return length() - index_ - 1;
  if (name == "depth") return depth_ + 1;
  if (name == "depth0") return depth_;
  return std::nullopt;
}

std::optional<Value> Loop::attribute(std::string_view name) const {
  if (auto value = position(name)) return value;
  if (name == "previtem") return before_ ? *before_ : make_undefined("there is no previous item");
  if (name == "nextitem") return peek() ? *after_ : make_undefined("there is no next item");
  if (name == "cycle")
    return make_object<NativeFunction>(
        "cycle", [self = shared_from_this()](Evaluator&, Arguments& arguments) { return self->cycle(arguments); });
  if (name == "changed")
    return make_object<NativeFunction>("changed", [self = shared_from_this()](Evaluator&, Arguments& arguments) -> Value {
      return self->changed(arguments);
    });
  return std::nullopt;
}

std::vector<std::string> Loop::attribute_names() const {
  return {"index", "index0", "revindex", "revindex0", "first",    "last",     "length",
          "depth", "depth0", "previtem", "nextitem",  "cycle",    "changed"};
}

std::string Loop::text() const { return fmt::format("<LoopContext {}/{}>", index_ + 1, length()); }

Value Loop::call(Evaluator& evaluator, Arguments& arguments) const {
  if (!node_.recursive) fail("The loop must have the 'recursive' marker to be called recursively.");
  if (arguments.positional.size() != 1) fail("loop() takes one argument, what to loop over");
  const Value items = arguments.positional[0];
  const Evaluator::Depth depth(evaluator);
  const Place place = evaluator.place_;
  const ScopePointer scope = evaluator.scope_;
  const bool suppressed = evaluator.suppressed_;
  // To Salt it is a function that begins at the loop's tag.
  const std::optional<Place> block_place = std::exchange(evaluator.salt_place_, std::nullopt);
  evaluator.place_.line = node_.line;
  std::string text = evaluator.captured([&] {
    evaluator.suppressed_ = suppressed;
    evaluator.run_loop(node_, items, outer_, depth_ + 1);
  });
  evaluator.place_ = place;
  evaluator.salt_place_ = block_place;
  evaluator.scope_ = scope;
  return evaluator.text_value(std::move(text));
}

Value BlockReference::call(Evaluator& evaluator, Arguments& arguments) const {
  if (!arguments.positional.empty() || !arguments.named.empty()) fail("a block takes no arguments");
  const auto& blocks = state_->blocks.at(name_);
  std::string text = evaluator.captured([&] { evaluator.run_block(blocks.at(depth_), state_, name_, depth_); });
  return evaluator.text_value(std::move(text));
}

std::optional<Value> BlockReference::attribute(std::string_view name) const {
  if (name != "super") return std::nullopt;
  if (depth_ + 1 >= state_->blocks.at(name_).size())
    return make_undefined(fmt::format("there is no parent block called '{}'.", name_));
  return make_object<BlockReference>(name_, state_, depth_ + 1);
}

std::optional<Value> SelfReference::attribute(std::string_view name) const {
  if (state_->blocks.count(std::string(name)) == 0) return std::nullopt;
  return make_object<BlockReference>(std::string(name), state_, 0);
}

std::vector<std::string> SelfReference::attribute_names() const {
  std::vector<std::string> names;
  for (const auto& [name, blocks] : state_->blocks) names.push_back(name);
  return names;
}

}  // namespace halite::render
