// The values that only a running template knows, all of them `Object`s: tuples, sets, ranges, undefined names, functions.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "common/data/value.h"
#include "common/render/failure.h"

namespace halite::render {

class Evaluator;

template <class T, class... Args>
Value make_object(Args&&... args) {
  return Value(std::shared_ptr<const Object>(std::make_shared<T>(std::forward<Args>(args)...)));
}

// The object of this kind inside the value, or null.
template <class T>
const T* if_object(const Value& value) {
  const Object* object = value.if_object();
  if (!object) return nullptr;
  // Of a final class one comparison tells; dynamic_cast compares names.
  if constexpr (std::is_final_v<T>)
    return &typeid(*object) == &typeid(T) ? static_cast<const T*>(object) : nullptr;
  else
    return dynamic_cast<const T*>(object);
}

// What a call passes: {{ f(1, 2, key=3) }}.
struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;

  const Value* find(std::string_view name) const;
  // Removes and gives the named one.
  std::optional<Value> take(std::string_view name);
};

// Values one by one. `next` says false at the end and leaves `value` alone then.
class Iterator {
 public:
  virtual ~Iterator() = default;
  virtual bool next(Value& value) = 0;
  virtual std::size_t depth() const { return 0; }
};

class Undefined final : public Object {
 public:
  // `hint` makes what follows the message ("; did you mean 'x'?"), only when someone will read it.
  using Hint = std::function<std::string()>;
  // A lenient one prints as nothing, is false and has no items; only its attributes are errors.
  Undefined(FailureKind kind, std::string message, Hint hint = {}, bool is_lenient = false)
      : kind_(kind), message_(std::move(message)), hint_(std::move(hint)), is_lenient_(is_lenient) {}
  bool is_lenient() const { return is_lenient_; }
  // Stands for a name that its body assigns only later; what is included does not get it.
  static std::shared_ptr<const Undefined> hidden(std::string message, bool is_lenient) {
    auto made = std::make_shared<Undefined>(FailureKind::undefined, std::move(message), Hint(), is_lenient);
    made->is_hidden_ = true;
    return made;
  }
  bool is_hidden() const { return is_hidden_; }
  std::string_view type_name() const override { return "undefined value"; }
  Value plain() const override { raise(); }
  [[noreturn]] void raise() const { throw Failure(kind_, hint_ ? message_ + hint_() : message_); }

 private:
  FailureKind kind_;
  std::string message_;
  Hint hint_;
  bool is_lenient_;
  bool is_hidden_ = false;
};

class Tuple final : public Object {
 public:
  explicit Tuple(List items) : items_(std::move(items)) {}
  std::string_view type_name() const override { return "tuple"; }
  Value plain() const override;
  bool equals(const Object& other) const override;
  std::size_t hash() const override;
  const List& items() const { return items_; }

 private:
  List items_;
};

// What groupby gives: a tuple whose parts are also called `grouper` and `list`.
class Group final : public Object {
 public:
  Group(Value grouper, Value list) : items_{std::move(grouper), std::move(list)} {}
  std::string_view type_name() const override { return "tuple"; }
  Value plain() const override { return items_; }
  const List& items() const { return items_; }

 private:
  List items_;
};

// Keys in the order they came; Python's order of texts differs from run to run.
class Set final : public Object {
 public:
  std::string_view type_name() const override { return "set"; }
  Value plain() const override;
  bool equals(const Object& other) const override;
  Map& items() const { return items_; }
  void add(const Value& value) const;

 private:
  mutable Map items_;
};

// Text that is already escaped: adding plain text to it escapes that.
class Markup final : public Object {
 public:
  explicit Markup(std::string text) : text_(std::move(text)) {}
  std::string_view type_name() const override { return "text"; }
  Value plain() const override { return text_; }
  bool equals(const Object& other) const override;
  std::size_t hash() const override { return std::hash<std::string>()(text_); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// A dict that prints as OrderedDict([...]) where Python's does.
class OrderedMap final : public Object {
 public:
  explicit OrderedMap(std::shared_ptr<Map> map) : map_(std::move(map)) {}
  std::string_view type_name() const override { return "map"; }
  Value plain() const override { return Value::share(map_); }
  const std::shared_ptr<Map>& map() const { return map_; }

 private:
  std::shared_ptr<Map> map_;
};

// A value with named parts of its own (loop, namespace, module, macro). Nothing: there is no such attribute.
class Attributed {
 public:
  virtual ~Attributed() = default;
  virtual std::optional<Value> attribute(std::string_view name) const = 0;
  virtual std::vector<std::string> attribute_names() const = 0;
  // What the error for another name should say besides; begins with "; ".
  virtual std::string why_missing(std::string_view name) const {
    (void)name;
    return {};
  }
};

class Range final : public Object, public Attributed {
 public:
  Range(std::int64_t start, std::int64_t stop, std::int64_t step) : start_(start), stop_(stop), step_(step) {}
  std::string_view type_name() const override { return "range"; }
  Value plain() const override;
  std::size_t size() const;
  std::int64_t at(std::size_t index) const { return start_ + static_cast<std::int64_t>(index) * step_; }
  std::string text() const;
  std::optional<Value> attribute(std::string_view name) const override;
  std::vector<std::string> attribute_names() const override { return {"start", "stop", "step"}; }

 private:
  std::int64_t start_;
  std::int64_t stop_;
  std::int64_t step_;
};

// What is made while it is read, once: map, select, zip, reversed.
class Generator final : public Object {
 public:
  Generator(std::unique_ptr<Iterator> source, std::string python_type = "generator")
      : source_(std::move(source)), python_type_(std::move(python_type)) {}
  std::string_view type_name() const override { return "generator"; }
  Value plain() const override;
  bool next(Value& value) const { return source_->next(value); }
  const std::string& python_type() const { return python_type_; }
  // How many generators stand behind each other here.
  std::size_t depth() const { return source_->depth() + 1; }

 private:
  mutable std::unique_ptr<Iterator> source_;
  std::string python_type_;
};

// d.keys(), d.values(), d.items(): they follow the dict.
class DictView final : public Object {
 public:
  enum class Kind { keys, values, items };
  DictView(std::shared_ptr<Map> map, Kind kind) : map_(std::move(map)), kind_(kind) {}
  std::string_view type_name() const override { return "dict view"; }
  Value plain() const override;
  const std::shared_ptr<Map>& map() const { return map_; }
  Kind kind() const { return kind_; }
  // The entry as the view shows it.
  Value entry(const Map::Entry& entry) const;

 private:
  std::shared_ptr<Map> map_;
  Kind kind_;
};

// A value with items of its own behind [key]: the table of salt's functions.
class Keyed {
 public:
  virtual ~Keyed() = default;
  virtual std::optional<Value> item(const Value& key) const = 0;
  virtual std::vector<std::string> item_names() const = 0;
};

class Callable : public Object {
 public:
  std::string_view type_name() const override { return "function"; }
  Value plain() const override;
  virtual Value call(Evaluator& evaluator, Arguments& arguments) const = 0;
  virtual std::string text() const { return "<function>"; }
};

// A function of ours: a method bound to its value, a global, part of `salt`.
class NativeFunction final : public Callable {
 public:
  using Body = std::function<Value(Evaluator&, Arguments&)>;
  NativeFunction(std::string name, Body body) : name_(std::move(name)), body_(std::move(body)) {}
  Value call(Evaluator& evaluator, Arguments& arguments) const override { return body_(evaluator, arguments); }
  std::string text() const override { return "<function " + name_ + ">"; }

 private:
  std::string name_;
  Body body_;
};

class Namespace final : public Object, public Attributed {
 public:
  explicit Namespace(Map values) : values_(std::make_shared<Map>(std::move(values))) {}
  std::string_view type_name() const override { return "namespace"; }
  Value plain() const override { return Value::share(values_); }
  std::optional<Value> attribute(std::string_view name) const override;
  std::vector<std::string> attribute_names() const override { return values_->keys(); }
  Map& values() const { return *values_; }
  const std::shared_ptr<Map>& shared_values() const { return values_; }

 private:
  std::shared_ptr<Map> values_;
};

// What {% import %} gives: the exported names, and the text when printed.
class Module final : public Object, public Attributed {
 public:
  Module(std::string name, Map exported, std::string text)
      : name_(std::move(name)), exported_(std::move(exported)), text_(std::move(text)) {}
  std::string_view type_name() const override { return "module"; }
  Value plain() const override { return text_; }
  std::optional<Value> attribute(std::string_view name) const override;
  std::vector<std::string> attribute_names() const override { return exported_.keys(); }
  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }

 private:
  std::string name_;
  Map exported_;
  std::string text_;
};

inline Value make_undefined(std::string message, Undefined::Hint hint = {}, bool is_lenient = false) {
  return make_object<Undefined>(FailureKind::undefined, std::move(message), std::move(hint), is_lenient);
}
inline Value make_tuple(List items) { return make_object<Tuple>(std::move(items)); }
inline Value make_markup(std::string text) { return make_object<Markup>(std::move(text)); }

// Text, escaped or not; null for anything else.
const std::string* if_text(const Value& value);
// A list's or tuple's items; null for anything else.
const List* if_sequence(const Value& value);
// A dict, ordered or not; null for anything else.
const Map* if_dict(const Value& value);
std::shared_ptr<Map> shared_dict(const Value& value);
const Undefined* if_undefined(const Value& value);

}  // namespace halite::render
