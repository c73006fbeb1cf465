#include "common/render/python.h"

#include <algorithm>
#include <cmath>

#include "common/render/big_integer.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

// -1, 0, 1; 2 when a nan is among them.
int compare_numbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return *a.if_int() < *b.if_int() ? -1 : *a.if_int() > *b.if_int();
  if (is_integer(a) && is_integer(b)) return compare_integers(a, b);
  const double x = a.is_real() ? *a.if_real() : integer_to_double(a);
  const double y = b.is_real() ? *b.if_real() : integer_to_double(b);
  if (std::isnan(x) || std::isnan(y)) return 2;
  if (x != y || std::abs(x) < 9007199254740992.0 || std::isinf(x)) return x < y ? -1 : x > y;
  return compare_integers(a.is_real() ? integer_from_double(x) : a, b.is_real() ? integer_from_double(y) : b);
}

bool is_number(const Value& value) {
  return value.is_int() || value.is_real() || value.is_bool() || is_big(value);
}

bool same_kind_of_sequence(const Value& a, const Value& b) { return a.is_list() == b.is_list(); }

bool equal_maps(const Map& a, const Map& b) {
  if (&a == &b) return true;
  if (a.size() != b.size()) return false;
  const Nesting nesting;
  return std::all_of(a.begin(), a.end(), [&](const Map::Entry& entry) {
    const Value* other = b.find(entry.key);
    return other && equal(entry.value, *other);
  });
}

bool equal_lists(const List& a, const List& b) {
  const Nesting nesting;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Value& x, const Value& y) { return equal(x, y); });
}

// Throws for an undefined value, but says true for a lenient one.
bool refuse_undefined(const Value& value) {
  const Undefined* undefined = if_undefined(value);
  if (undefined && !undefined->is_lenient()) undefined->raise();
  return undefined != nullptr;
}

bool equal_views(const DictView& a, const DictView& b) {
  if (a.kind() != b.kind() || a.kind() == DictView::Kind::values) return &a == &b;
  return equal_maps(*a.map(), *b.map());
}

// Reading outside a container while it may change: index by index, as Python's list iterator.
class ListIterator final : public Iterator {
 public:
  explicit ListIterator(std::shared_ptr<List> list) : list_(std::move(list)) {}
  bool next(Value& value) override {
    if (at_ >= list_->size()) return false;
    value = (*list_)[at_++];
    return true;
  }

 private:
  std::shared_ptr<List> list_;
  std::size_t at_ = 0;
};

class ItemsIterator final : public Iterator {
 public:
  ItemsIterator(Value owner, const List& items) : owner_(std::move(owner)), items_(items) {}
  bool next(Value& value) override {
    if (at_ >= items_.size()) return false;
    value = items_[at_++];
    return true;
  }

 private:
  Value owner_;
  const List& items_;
  std::size_t at_ = 0;
};

class MapIterator final : public Iterator {
 public:
  MapIterator(std::shared_ptr<Map> map, DictView::Kind kind)
      : view_(std::move(map), kind), size_(view_.map()->size()) {}
  bool next(Value& value) override {
    if (view_.map()->size() != size_) fail("dictionary changed size during iteration");
    if (at_ >= size_) return false;
    value = view_.entry(*(view_.map()->begin() + static_cast<std::ptrdiff_t>(at_++)));
    return true;
  }

 private:
  DictView view_;
  std::size_t size_;
  std::size_t at_ = 0;
};

class TextIterator final : public Iterator {
 public:
  explicit TextIterator(std::string text) : text_(std::move(text)) {}
  bool next(Value& value) override {
    if (at_ >= text_.size()) return false;
    const std::size_t length = utf8::length_at(text_, at_);
    value = text_.substr(at_, length);
    at_ += length;
    return true;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

class BytesIterator final : public Iterator {
 public:
  explicit BytesIterator(std::string bytes) : bytes_(std::move(bytes)) {}
  bool next(Value& value) override {
    if (at_ >= bytes_.size()) return false;
    value = static_cast<std::int64_t>(static_cast<unsigned char>(bytes_[at_++]));
    return true;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

class RangeIterator final : public Iterator {
 public:
  explicit RangeIterator(const Range& range) : range_(range), size_(range.size()) {}
  bool next(Value& value) override {
    if (at_ >= size_) return false;
    value = range_.at(at_++);
    return true;
  }

 private:
  Range range_;
  std::size_t size_;
  std::size_t at_ = 0;
};

class GeneratorIterator final : public Iterator {
 public:
  explicit GeneratorIterator(std::shared_ptr<const Object> owner)
      : owner_(std::move(owner)), generator_(dynamic_cast<const Generator&>(*owner_)) {
    if (generator_.depth() > 200) fail("more than 200 generators stand behind each other");
  }
  bool next(Value& value) override { return generator_.next(value); }
  std::size_t depth() const override { return generator_.depth(); }

 private:
  std::shared_ptr<const Object> owner_;
  const Generator& generator_;
};

std::unique_ptr<Iterator> iterate_object(const Value& value) {
  const Object* object = value.if_object();
  if (refuse_undefined(value)) return std::make_unique<TextIterator>("");
  if (const List* items = if_sequence(value)) return std::make_unique<ItemsIterator>(value, *items);
  if (const auto* view = dynamic_cast<const DictView*>(object)) return std::make_unique<MapIterator>(view->map(), view->kind());
  if (const auto* ordered = dynamic_cast<const OrderedMap*>(object))
    return std::make_unique<MapIterator>(ordered->map(), DictView::Kind::keys);
  if (const auto* range = dynamic_cast<const Range*>(object)) return std::make_unique<RangeIterator>(*range);
  if (dynamic_cast<const Generator*>(object)) return std::make_unique<GeneratorIterator>(value.shared_object());
  if (const auto* markup = dynamic_cast<const Markup*>(object)) return std::make_unique<TextIterator>(markup->text());
  if (const auto* set = dynamic_cast<const Set*>(object))
    return std::make_unique<ListIterator>(set->plain().shared_list());
  fail("'{}' object is not iterable", python_type(value));
}

}  // namespace

std::string python_type(const Value& value) {
  switch (value.type()) {
    case Value::Type::null: return "NoneType";
    case Value::Type::boolean: return "bool";
    case Value::Type::integer: return "int";
    case Value::Type::real: return "float";
    case Value::Type::string: return "str";
    case Value::Type::bytes: return "bytes";
    case Value::Type::list: return "list";
    case Value::Type::map: return "dict";
    case Value::Type::object: break;
  }
  if (if_object<Markup>(value)) return "Markup";
  if (if_object<OrderedMap>(value)) return "OrderedDict";
  if (if_object<Undefined>(value)) return "StrictUndefined";
  if (if_object<Namespace>(value)) return "Namespace";
  if (if_object<Module>(value)) return "TemplateModule";
  if (const auto* generator = if_object<Generator>(value)) return generator->python_type();
  if (const auto* view = if_object<DictView>(value))
    return view->kind() == DictView::Kind::keys ? "dict_keys" : view->kind() == DictView::Kind::values ? "dict_values" : "dict_items";
  return std::string(value.if_object()->type_name());
}

bool truth(const Value& value) {
  switch (value.type()) {
    case Value::Type::null: return false;
    case Value::Type::boolean: return *value.if_bool();
    case Value::Type::integer: return *value.if_int() != 0;
    case Value::Type::real: return *value.if_real() != 0;
    case Value::Type::string: return !value.if_string()->empty();
    case Value::Type::bytes: return !value.if_bytes()->data.empty();
    case Value::Type::list: return !value.if_list()->empty();
    case Value::Type::map: return !value.if_map()->empty();
    case Value::Type::object: break;
  }
  if (refuse_undefined(value)) return false;
  if (const std::string* text = if_text(value)) return !text->empty();
  if (const List* items = if_sequence(value)) return !items->empty();
  if (const Map* map = if_dict(value)) return !map->empty();
  if (const auto* set = if_object<Set>(value)) return !set->items().empty();
  if (const auto* range = if_object<Range>(value)) return range->size() > 0;
  if (const auto* view = if_object<DictView>(value)) return !view->map()->empty();
  return true;
}

bool equal(const Value& left, const Value& right) {
  if (left.is_string() && right.is_string()) return *left.if_string() == *right.if_string();
  const bool left_missing = left.is_object() && refuse_undefined(left);
  const bool right_missing = right.is_object() && refuse_undefined(right);
  if (left_missing || right_missing) return left_missing && right_missing;
  if (is_number(left) && is_number(right)) return compare_numbers(left, right) == 0;
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  if (const std::string* a = if_text(left)) {
    const std::string* b = if_text(right);
    return b && *a == *b;
  }
  if (left.is_bytes() && right.is_bytes()) return *left.if_bytes() == *right.if_bytes();
  if (const List* a = if_sequence(left)) {
    const List* b = if_sequence(right);
    return b && same_kind_of_sequence(left, right) && equal_lists(*a, *b);
  }
  if (const Map* a = if_dict(left)) {
    const Map* b = if_dict(right);
    return b && equal_maps(*a, *b);
  }
  if (!left.is_object() || !right.is_object()) return false;
  const auto* a = if_object<DictView>(left);
  const auto* b = if_object<DictView>(right);
  if (a && b) return equal_views(*a, *b);
  const auto* x = if_object<Range>(left);
  const auto* y = if_object<Range>(right);
  if (x && y) return equal(x->plain(), y->plain());
  return left.if_object()->equals(*right.if_object());
}

namespace {

// What sets and the keys and items of dicts hold; nothing for anything else.
std::shared_ptr<const Set> members(const Value& value) {
  const auto* view = if_object<DictView>(value);
  if (!if_object<Set>(value) && (!view || view->kind() == DictView::Kind::values)) return nullptr;
  auto set = std::make_shared<Set>();
  for (const Value& item : to_list(value)) set->add(item);
  return set;
}

}  // namespace

bool less(const Value& left, const Value& right, std::string_view symbol) {
  if (left.is_string() && right.is_string() && symbol == "<") return *left.if_string() < *right.if_string();
  refuse_undefined(left);
  refuse_undefined(right);
  const bool or_equal = symbol.size() == 2;
  const bool reversed = symbol[0] == '>';
  if (is_number(left) && is_number(right)) {
    const int order = compare_numbers(left, right);
    if (order == 2) return false;
    return order == 0 ? or_equal : (order < 0) != reversed;
  }
  const std::string* a = if_text(left);
  const std::string* b = if_text(right);
  if (a && b) {
    const int order = a->compare(*b);
    return order == 0 ? or_equal : (order < 0) != reversed;
  }
  if (left.is_bytes() && right.is_bytes()) {
    const int order = left.if_bytes()->data.compare(right.if_bytes()->data);
    return order == 0 ? or_equal : (order < 0) != reversed;
  }
  const List* x = if_sequence(left);
  const List* y = if_sequence(right);
  if (x && y && same_kind_of_sequence(left, right)) {
    const Nesting nesting;
    for (std::size_t i = 0; i < std::min(x->size(), y->size()); ++i)
      if (!equal((*x)[i], (*y)[i])) return less((*x)[i], (*y)[i], symbol);
    return x->size() == y->size() ? or_equal : (x->size() < y->size()) != reversed;
  }
  if (const auto s = members(left), t = members(right); s && t) {
    const Set& small = reversed ? *t : *s;
    const Set& large = reversed ? *s : *t;
    const bool inside = std::all_of(small.items().begin(), small.items().end(),
                                    [&](const Map::Entry& entry) { return large.items().find(entry.key); });
    return inside && (or_equal || small.items().size() < large.items().size());
  }
  fail("'{}' not supported between instances of '{}' and '{}'", symbol, python_type(left), python_type(right));
}

bool contains(const Value& haystack, const Value& needle) {
  if (refuse_undefined(haystack)) return false;
  if (const std::string* text = if_text(haystack)) {
    refuse_undefined(needle);
    const std::string* part = if_text(needle);
    if (!part) fail("'in <string>' requires string as left operand, not {}", python_type(needle));
    return text->find(*part) != std::string::npos;
  }
  if (const Map* map = if_dict(haystack)) return map->find(hashable(needle)) != nullptr;
  if (const auto* set = if_object<Set>(haystack)) return set->items().find(hashable(needle)) != nullptr;
  if (const auto* view = if_object<DictView>(haystack); view && view->kind() == DictView::Kind::keys)
    return view->map()->find(hashable(needle)) != nullptr;
  if (const List* items = if_sequence(haystack))
    return std::any_of(items->begin(), items->end(), [&](const Value& item) { return equal(item, needle); });
  if (const Bytes* bytes = haystack.if_bytes()) {
    if (const Bytes* part = needle.if_bytes()) return bytes->data.find(part->data) != std::string::npos;
    if (!needle.is_int() && !needle.is_bool()) fail("a bytes-like object is required, not '{}'", python_type(needle));
    const std::int64_t byte = needle.is_int() ? *needle.if_int() : *needle.if_bool();
    if (byte < 0 || byte > 255) fail("byte must be in range(0, 256)");
    return bytes->data.find(static_cast<char>(static_cast<unsigned char>(byte))) != std::string::npos;
  }
  if (const auto* keyed = dynamic_cast<const Keyed*>(haystack.if_object())) return keyed->item(needle).has_value();
  if (!haystack.is_object() && !haystack.is_bytes()) fail("argument of type '{}' is not iterable", python_type(haystack));
  const auto items = iterate(haystack);
  for (Value item; items->next(item);)
    if (equal(item, needle)) return true;
  return false;
}

std::size_t length(const Value& value) {
  if (refuse_undefined(value)) return 0;
  if (const std::string* text = if_text(value)) return utf8::count(*text);
  if (const List* items = if_sequence(value)) return items->size();
  if (const Map* map = if_dict(value)) return map->size();
  if (const Bytes* bytes = value.if_bytes()) return bytes->data.size();
  if (const auto* set = if_object<Set>(value)) return set->items().size();
  if (const auto* range = if_object<Range>(value)) return range->size();
  if (const auto* view = if_object<DictView>(value)) return view->map()->size();
  if (const auto* attributed = dynamic_cast<const Attributed*>(value.if_object()))
    if (const auto size = attributed->attribute("length"); size && size->is_int())
      return static_cast<std::size_t>(*size->if_int());
  fail("object of type '{}' has no len()", python_type(value));
}

Value hashable(const Value& value) {
  if (value.is_list() || value.is_map()) fail("unhashable type: '{}'", python_type(value));
  if (const auto* markup = if_object<Markup>(value)) return markup->text();
  const auto* view = if_object<DictView>(value);
  const bool is_view = view && view->kind() != DictView::Kind::values;
  if (if_object<OrderedMap>(value) || if_object<Set>(value) || is_view) fail("unhashable type: '{}'", python_type(value));
  refuse_undefined(value);
  return value;
}

std::unique_ptr<Iterator> iterate(const Value& value) {
  switch (value.type()) {
    case Value::Type::list: return std::make_unique<ListIterator>(value.shared_list());
    case Value::Type::map: return std::make_unique<MapIterator>(value.shared_map(), DictView::Kind::keys);
    case Value::Type::string: return std::make_unique<TextIterator>(*value.if_string());
    case Value::Type::bytes: return std::make_unique<BytesIterator>(value.if_bytes()->data);
    case Value::Type::object: return iterate_object(value);
    default: fail("'{}' object is not iterable", python_type(value));
  }
}

bool is_iterable(const Value& value) {
  if (const Undefined* undefined = if_undefined(value); undefined && !undefined->is_lenient()) undefined->raise();
  return if_text(value) || if_sequence(value) || if_dict(value) || value.is_bytes() || if_object<Range>(value) ||
         if_object<Set>(value) || if_object<Generator>(value) || if_object<DictView>(value) || if_undefined(value);
}

List to_list(const Value& value, std::size_t limit) {
  if (const List* items = if_sequence(value)) return *items;
  const auto source = iterate(value);
  List items;
  for (Value item; source->next(item);) {
    if (items.size() >= limit) fail("the list is too long (limit {} items)", limit);
    items.push_back(std::move(item));
  }
  return items;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\'': out += "&#39;"; break;
      case '"': out += "&#34;"; break;
      default: out += c;
    }
  }
  return out;
}

namespace {

bool is_plain(const Value& value, int depth) {
  if (depth > 200) fail("the data is nested too deeply, or holds itself");
  if (value.is_object()) return false;
  if (const List* list = value.if_list())
    return std::all_of(list->begin(), list->end(), [&](const Value& item) { return is_plain(item, depth + 1); });
  if (const Map* map = value.if_map())
    return std::all_of(map->begin(), map->end(), [&](const Map::Entry& entry) {
      return !entry.key.is_object() && is_plain(entry.value, depth + 1);
    });
  return true;
}

Value made_plain(const Value& value, int depth) {
  if (depth > 200) fail("the data is nested too deeply, or holds itself");
  if (value.is_object() && !is_big(value)) return made_plain(value.if_object()->plain(), depth + 1);
  if (const List* list = value.if_list()) {
    List items;
    for (const Value& item : *list) items.push_back(made_plain(item, depth + 1));
    return items;
  }
  if (const Map* map = value.if_map()) {
    Map entries;
    for (const auto& [key, item] : *map) entries.set(key, made_plain(item, depth + 1));
    return entries;
  }
  return value;
}

}  // namespace

Value plain_value(const Value& value) { return is_plain(value, 0) ? value : made_plain(value, 0); }

}  // namespace halite::render
