#include "common/render/globals.h"

#include "common/base/strings.h"
#include "common/render/arguments.h"
#include "common/render/evaluator.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

Value function(std::string name, NativeFunction::Body body) {
  return make_object<NativeFunction>(std::move(name), std::move(body));
}

Value make_range(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "range", {"start", "stop", "step"}, 1);
  const std::int64_t start = p.has(1) ? p.integer(0, 0) : 0;
  const std::int64_t stop = p.has(1) ? p.integer(1, 0) : p.integer(0, 0);
  const std::int64_t step = p.integer(2, 1);
  if (step == 0) fail("range() arg 3 must not be zero");
  auto range = std::make_shared<Range>(start, stop, step);
  if (range->size() > evaluator.limits().range_items)
    fail("Range too big. The sandbox blocks ranges larger than MAX_RANGE ({}).", evaluator.limits().range_items);
  return Value(std::shared_ptr<const Object>(std::move(range)));
}

// dict(pairs or mapping, name=value, ...), for namespace() and odict() too.
Map map_from(Arguments& arguments, std::string_view name) {
  if (arguments.positional.size() > 1) fail("{} expected at most 1 argument, got {}", name, arguments.positional.size());
  Map map;
  if (!arguments.positional.empty()) {
    const Value& given = arguments.positional[0];
    if (const Map* other = if_dict(given)) {
      map = *other;
    } else {
      std::size_t i = 0;
      for (const Value& pair : to_list(given)) {
        const List parts = to_list(pair);
        if (parts.size() != 2) fail("dictionary update sequence element #{} has length {}; 2 is required", i, parts.size());
        map.set(hashable(parts[0]), parts[1]);
        ++i;
      }
    }
  }
  for (auto& [key, value] : arguments.named) map.set(key, std::move(value));
  return map;
}

Value make_dict(Evaluator&, Arguments& arguments) { return map_from(arguments, "dict"); }

Value make_ordered(Evaluator&, Arguments& arguments) {
  return make_object<OrderedMap>(std::make_shared<Map>(map_from(arguments, "odict")));
}

Value make_namespace(Evaluator&, Arguments& arguments) { return make_object<Namespace>(map_from(arguments, "namespace")); }

// cycler('odd', 'even'): next(), current, reset().
class Cycler final : public Object, public Attributed, public std::enable_shared_from_this<Cycler> {
 public:
  explicit Cycler(std::vector<Value> items) : items_(std::move(items)) {
    if (items_.empty()) fail("at least one item has to be provided");
  }
  std::string_view type_name() const override { return "cycler"; }
  Value plain() const override { return items_; }
  std::optional<Value> attribute(std::string_view name) const override {
    if (name == "current") return items_[at_];
    if (name == "pos") return static_cast<std::int64_t>(at_);
    if (name == "items") return make_tuple(items_);
    if (name == "next")
      return function("next", [self = shared_from_this()](Evaluator&, Arguments&) {
        const Value item = self->items_[self->at_];
        self->at_ = (self->at_ + 1) % self->items_.size();
        return item;
      });
    if (name == "reset")
      return function("reset", [self = shared_from_this()](Evaluator&, Arguments&) {
        self->at_ = 0;
        return Value();
      });
    return std::nullopt;
  }
  std::vector<std::string> attribute_names() const override { return {"next", "current", "reset", "pos", "items"}; }

 private:
  std::vector<Value> items_;
  mutable std::size_t at_ = 0;
};

Value make_cycler(Evaluator&, Arguments& arguments) { return make_object<Cycler>(arguments.positional); }

Value make_joiner(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "joiner", {"sep"});
  const Value separator = p.get(0, ", ");
  return function("joiner", [separator, used = false](Evaluator&, Arguments&) mutable {
    const bool first = !used;
    used = true;
    return first ? Value("") : separator;
  });
}

Value raise(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "raise", {"msg"}, 1);
  fail("{}", str(p[0]));
}

Value lipsum(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "lipsum", {"n", "html", "min", "max"});
  static constexpr std::string_view sentence =
      "Lorem ipsum dolor sit amet consectetuer adipiscing elit nulla facilisis erat vitae magna tempus cursus.";
  const std::int64_t count = std::clamp<std::int64_t>(p.integer(0, 5), 0, 1000);
  const bool html = p.truth(1, true);
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) {
    if (i > 0) text += html ? "\n" : "\n\n";
    text += html ? fmt::format("<p>{}</p>", sentence) : std::string(sentence);
  }
  return html ? make_markup(text) : Value(text);
}

// Data only: what show_full_context() may print.
bool is_simple(const Value& value) { return !value.is_object() || if_sequence(value) || if_dict(value); }

Value show_full_context(Evaluator& evaluator, Arguments& arguments) {
  Parameters(arguments, "show_full_context", {});
  Map names;
  for (const auto& [name, value] : evaluator.visible_names())
    if (is_simple(value)) names.set(name, value);
  return names;
}

// Whether a condition of ifelse() holds: true, or a text that matches this minion as a compound target.
bool holds(Evaluator& evaluator, const Value& condition) {
  if (!if_text(condition)) return truth(condition);
  const FunctionTable* functions = evaluator.context().salt;
  const Function* match = functions ? functions->find("match.compound") : nullptr;
  if (!match) fail("ifelse() needs the function match.compound, which is not there");
  try {
    return (*match)({condition}, {}) == Value(true);
  } catch (const Error& error) {
    throw Failure(FailureKind::function, error.what());
  }
}

// ifelse(condition, then, condition, then, ..., otherwise).
Value ifelse(Evaluator& evaluator, Arguments& arguments) {
  const auto& given = arguments.positional;
  if (given.size() % 2 == 0) fail("The ifelse function must have an odd number of arguments!");
  for (std::size_t i = 0; i + 1 < given.size(); i += 2)
    if (holds(evaluator, given[i])) return given[i + 1];
  return given.back();
}

// One function of `salt`, with data in and data out.
Value salt_function(const std::string& name) {
  return function(name, [name](Evaluator& evaluator, Arguments& arguments) {
    const FunctionTable* functions = evaluator.context().salt;
    const Function* body = functions ? functions->find(name) : nullptr;
    if (!body) fail("there is no function '{}' here{}", name, functions ? functions->why_missing(name) : "");
    std::vector<Value> positional;
    for (const Value& value : arguments.positional) {
      if (const Undefined* undefined = if_undefined(value)) undefined->raise();
      positional.push_back(plain_value(value));
    }
    Map named;
    for (const auto& [key, value] : arguments.named) named.set(key, plain_value(value));
    try {
      return (*body)(positional, named);
    } catch (const Error& error) {
      throw Failure(FailureKind::function, error.what());
    }
  });
}

// `salt.file`: the functions of one module.
class SaltModule final : public Object, public Attributed {
 public:
  SaltModule(const FunctionTable& functions, std::string name) : functions_(functions), name_(std::move(name)) {}
  std::string_view type_name() const override { return "salt module"; }
  Value plain() const override { return "salt." + name_; }
  std::optional<Value> attribute(std::string_view name) const override {
    const std::string full = name_ + "." + std::string(name);
    const Function* found = functions_.find(full);
    return found ? std::optional<Value>(salt_function(full)) : std::nullopt;
  }
  std::vector<std::string> attribute_names() const override {
    std::vector<std::string> names;
    for (const auto& name : functions_.names())
      if (name.rfind(name_ + ".", 0) == 0) names.push_back(name.substr(name_.size() + 1));
    return names;
  }
  std::string why_missing(std::string_view name) const override { return functions_.why_missing(name_ + "." + std::string(name)); }

 private:
  const FunctionTable& functions_;
  std::string name_;
};

class SaltFunctions final : public Object, public Attributed, public Keyed {
 public:
  explicit SaltFunctions(const FunctionTable& functions) : functions_(functions) {}
  std::string_view type_name() const override { return "salt"; }
  Value plain() const override { return functions_.names(); }
  std::optional<Value> item(const Value& key) const override {
    const std::string* name = if_text(key);
    const Function* found = name ? functions_.find(*name) : nullptr;
    return found ? std::optional<Value>(salt_function(*name)) : std::nullopt;
  }
  std::vector<std::string> item_names() const override { return functions_.names(); }
  std::optional<Value> attribute(std::string_view name) const override {
    if (auto found = item(Value(name))) return found;
    const std::string prefix = std::string(name) + ".";
    for (const auto& each : functions_.names())
      if (each.rfind(prefix, 0) == 0) return make_object<SaltModule>(functions_, std::string(name));
    return std::nullopt;
  }
  std::vector<std::string> attribute_names() const override { return functions_.names(); }
  std::string why_missing(std::string_view name) const override { return functions_.why_missing(name); }

 private:
  const FunctionTable& functions_;
};

}  // namespace

const std::vector<GlobalEntry>& all_globals() {
  static const std::vector<GlobalEntry> globals{
      {"range", make_range, "Whole numbers from a start (0) up to, not including, a stop.", "range(1, 10, 2)"},
      {"dict", make_dict, "A dict of pairs, of another dict, and of names.", "dict(a=1)"},
      {"odict", make_ordered, "A dict that prints as Python's OrderedDict where that shows (Salt's).", "odict([('b', 1)])"},
      {"namespace", make_namespace, "A holder whose attributes loops and macros can set.", "namespace(found=false)"},
      {"cycler", make_cycler, "Gives its items in turn: next(), current, reset().", "cycler('odd', 'even')"},
      {"joiner", make_joiner, "Gives nothing the first time it is called, then the separator.", "joiner(', ')"},
      {"lipsum", lipsum, "Filler text; always the same here.", "lipsum(2)"},
      {"raise", raise, "Ends the render with this message (Salt's).", "raise('no such role')"},
      {"ifelse", ifelse, "The value behind the first target that matches (or is true), or the last (Salt's).", "ifelse(a, 1, b, 2, 3)"},
      {"show_full_context", show_full_context, "Every name the template sees (Salt's).", "show_full_context()"},
  };
  return globals;
}

Map builtin_globals() {
  static const Map globals = [] {
    Map map;
    for (const GlobalEntry& each : all_globals()) map.set(each.name, function(std::string(each.name), each.call));
    return map;
  }();
  return globals;
}

Value salt_object(const FunctionTable& functions) { return make_object<SaltFunctions>(functions); }

}  // namespace halite::render
