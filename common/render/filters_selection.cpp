// Jinja's filters that apply other filters and tests to each item: map, select, reject.
#include "common/render/arguments.h"
#include "common/render/attribute_path.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

using Change = std::function<Value(const Value&)>;
using Choice = std::function<bool(const Value&)>;

class Mapped final : public Iterator {
 public:
  Mapped(std::unique_ptr<Iterator> source, Change change) : source_(std::move(source)), change_(std::move(change)) {}
  bool next(Value& value) override {
    Value item;
    if (!source_->next(item)) return false;
    value = change_(item);
    return true;
  }
  std::size_t depth() const override { return source_->depth(); }

 private:
  std::unique_ptr<Iterator> source_;
  Change change_;
};

class Chosen final : public Iterator {
 public:
  Chosen(std::unique_ptr<Iterator> source, Choice choice) : source_(std::move(source)), choice_(std::move(choice)) {}
  bool next(Value& value) override {
    for (Value item; source_->next(item);)
      if (choice_(item)) {
        value = std::move(item);
        return true;
      }
    return false;
  }
  std::size_t depth() const override { return source_->depth(); }

 private:
  std::unique_ptr<Iterator> source_;
  Choice choice_;
};

// The rest of the arguments, behind the value and the name, for each call.
Arguments rest_of(const Arguments& arguments, std::size_t from) {
  Arguments rest;
  rest.positional.emplace_back();
  for (std::size_t i = from; i < arguments.positional.size(); ++i) rest.positional.push_back(arguments.positional[i]);
  rest.named = arguments.named;
  return rest;
}

Change mapping(Evaluator& evaluator, Arguments& arguments) {
  if (arguments.positional.size() == 1) {
    const auto attribute = arguments.take("attribute");
    if (attribute) {
      const auto fallback = arguments.take("default");
      if (!arguments.named.empty()) fail_syntax(0, "Unexpected keyword argument {}", text_repr(arguments.named[0].first));
      return part_getter(evaluator, *attribute, fallback && !fallback->is_null() ? fallback : std::nullopt);
    }
  }
  if (arguments.positional.size() < 2) fail_syntax(0, "map requires a filter argument");
  const std::string name = str(arguments.positional[1]);
  if (!find_filter(name)) fail_syntax(0, "No filter named {}.", text_repr(name));
  return [&evaluator, name, rest = rest_of(arguments, 2)](const Value& item) {
    Arguments given = rest;
    given.positional[0] = item;
    return evaluator.call_filter(name, given);
  };
}

Value map(Evaluator& evaluator, Arguments& arguments) {
  const Value items = arguments.positional.at(0);
  if (!if_undefined(items) && !truth(items)) return make_object<Generator>(iterate(Value(List{})));
  Change change = mapping(evaluator, arguments);
  return make_object<Generator>(std::make_unique<Mapped>(iterate(items), std::move(change)));
}

// The test at position `from`, or the truth of the value where none is named.
Choice choice_from(Evaluator& evaluator, const Arguments& arguments, std::size_t from) {
  if (arguments.positional.size() <= from) return [](const Value& value) { return truth(value); };
  const std::string name = str(arguments.positional[from]);
  return [&evaluator, name, rest = rest_of(arguments, from + 1)](const Value& item) {
    Arguments given = rest;
    given.positional[0] = item;
    return evaluator.call_test(name, given);
  };
}

template <bool wanted, bool by_attribute>
Value select(Evaluator& evaluator, Arguments& arguments) {
  const Value items = arguments.positional.at(0);
  if (by_attribute && arguments.positional.size() < 2) fail_syntax(0, "Missing parameter for attribute name");
  const Change part = by_attribute ? part_getter(evaluator, arguments.positional[1]) : part_getter(evaluator, nullptr);
  const Choice choice = choice_from(evaluator, arguments, by_attribute ? 2 : 1);
  if (!if_undefined(items) && !truth(items)) return make_object<Generator>(iterate(Value(List{})));
  return make_object<Generator>(std::make_unique<Chosen>(
      iterate(items), [part, choice](const Value& item) { return choice(part(item)) == wanted; }));
}

Value attribute(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "attr", {"obj", "name"}, 2);
  const std::string name = str(p[1]);
  // Attributes only: the keys of a dict are none.
  if (!if_dict(p[0])) return evaluator.attribute(p[0], name);
  const Value found = evaluator.attribute(Value(Map{}), name);
  return if_undefined(found) ? found : evaluator.attribute(p[0], name);
}

Value fallback(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "default", {"value", "default_value", "boolean"}, 1);
  const bool is_missing = if_undefined(p[0]) || (p.truth(2, false) && !truth(p[0]));
  static_cast<void>(evaluator);
  return is_missing ? p.get(1, "") : p[0];
}

constexpr FilterEntry filters[] = {
    {"map", map, "A filter, or the look-up of an attribute, applied to each item.", "users|map(attribute='name')"},
    {"select", select<true, false>, "The items that pass a test.", "[1, 2]|select('odd')"},
    {"reject", select<false, false>, "The items that fail a test.", "[1, 2]|reject('odd')"},
    {"selectattr", select<true, true>, "The items with an attribute that passes a test.", "users|selectattr('admin')"},
    {"rejectattr", select<false, true>, "The items with an attribute that fails a test.", "users|rejectattr('admin')"},
    {"attr", attribute, "An attribute (never a key) by name.", "x|attr('name')"},
    {"default", fallback, "Another value where this one is undefined, or false when told so.", "x|default('none')"},
    {"d", fallback, "Short for default.", "x|d('none')"},
};

}  // namespace

std::span<const FilterEntry> selection_filters() { return filters; }

}  // namespace halite::render
