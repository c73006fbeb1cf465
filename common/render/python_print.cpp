// Printing as Python does: str, repr, and Salt's finalizer.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "common/render/big_integer.h"
#include "common/render/python.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

// Salt's finalizer prints a dict, and the dicts right inside it, with str(); below a list or tuple all is repr().
enum class Form { str, repr, finalized, finalized_repr };

Form inside_list(Form form) {
  if (form == Form::str) return Form::repr;
  return form == Form::finalized ? Form::finalized_repr : form;
}

bool is_finalized(Form form) { return form == Form::finalized || form == Form::finalized_repr; }
constexpr int depth_limit = 200;

void print(std::string& out, const Value& value, Form form, int depth);

void print_items(std::string& out, const List& items, Form form, int depth) {
  bool first = true;
  for (const Value& item : items) {
    if (!first) out += ", ";
    first = false;
    print(out, item, inside_list(form), depth + 1);
  }
}

void print_tuple(std::string& out, const List& items, Form form, int depth) {
  out += '(';
  print_items(out, items, form, depth);
  out += items.size() == 1 ? ",)" : ")";
}

void print_map(std::string& out, const Map& map, Form form, int depth) {
  out += '{';
  bool first = true;
  for (const auto& [key, value] : map) {
    if (!first) out += ", ";
    first = false;
    print(out, key, Form::repr, depth + 1);
    out += ": ";
    // str() refuses undefined values.
    if (const Undefined* undefined = if_undefined(value); undefined && form == Form::finalized && !undefined->is_lenient())
      undefined->raise();
    print(out, value, form == Form::str ? Form::repr : form, depth + 1);
  }
  out += '}';
}

void print_set(std::string& out, const Set& set, Form form, int depth) {
  if (set.items().empty()) {
    out += "set()";
    return;
  }
  out += '{';
  print_items(out, *set.plain().if_list(), form, depth);
  out += '}';
}

void print_view(std::string& out, const DictView& view, int depth) {
  static constexpr std::array<std::string_view, 3> names{"dict_keys(", "dict_values(", "dict_items("};
  out += names[static_cast<std::size_t>(view.kind())];
  out += '[';
  print_items(out, *view.plain().if_list(), Form::repr, depth);
  out += "])";
}

void print_ordered(std::string& out, const OrderedMap& ordered, Form form, int depth) {
  if (is_finalized(form)) return print_map(out, *ordered.map(), form, depth);
  out += "OrderedDict(";
  if (!ordered.map()->empty()) {
    List pairs;
    for (const auto& [key, value] : *ordered.map()) pairs.push_back(make_tuple({key, value}));
    out += '[';
    print_items(out, pairs, Form::repr, depth);
    out += ']';
  }
  out += ')';
}

void print_object(std::string& out, const Value& value, Form form, int depth, bool nested) {
  const Object* object = value.if_object();
  if (const auto* markup = dynamic_cast<const Markup*>(object)) {
    out += form == Form::repr || nested ? "Markup(" + text_repr(markup->text()) + ")" : markup->text();
  } else if (const auto* tuple = dynamic_cast<const Tuple*>(object)) {
    print_tuple(out, tuple->items(), form, depth);
  } else if (const auto* undefined = dynamic_cast<const Undefined*>(object)) {
    if (!nested && form != Form::repr) {
      if (!undefined->is_lenient()) undefined->raise();
    } else {
      out += "Undefined";
    }
  } else if (const auto* big = dynamic_cast<const BigInteger*>(object)) {
    out += big->to_string();
  } else if (const auto* set = dynamic_cast<const Set*>(object)) {
    print_set(out, *set, form, depth);
  } else if (const auto* ordered = dynamic_cast<const OrderedMap*>(object)) {
    print_ordered(out, *ordered, form, depth);
  } else if (const auto* range = dynamic_cast<const Range*>(object)) {
    out += range->text();
  } else if (const auto* view = dynamic_cast<const DictView*>(object)) {
    print_view(out, *view, depth);
  } else if (const auto* group = dynamic_cast<const Group*>(object)) {
    // Salt's finalizer rebuilds tuples by their class, and this one takes two arguments.
    if (is_finalized(form)) fail("_GroupTuple.__new__() missing 1 required positional argument: 'list'");
    print_tuple(out, group->items(), form, depth);
  } else if (const auto* space = dynamic_cast<const Namespace*>(object)) {
    out += "<Namespace ";
    print_map(out, space->values(), Form::repr, depth);
    out += '>';
  } else if (const auto* module = dynamic_cast<const Module*>(object)) {
    out += nested || form == Form::repr ? "<TemplateModule " + text_repr(module->name()) + ">" : module->text();
  } else if (const auto* callable = dynamic_cast<const Callable*>(object)) {
    out += callable->text();
  } else if (const auto* generator = dynamic_cast<const Generator*>(object)) {
    out += "<" + generator->python_type() + " object>";
  } else {
    out += fmt::format("<{}>", object->type_name());
  }
}

// The lists and dicts whose text is being written: one that holds itself is written as [...] inside of itself.
class Open {
 public:
  explicit Open(const void* container) : is_inside_itself_(std::find(open_.begin(), open_.end(), container) != open_.end()) {
    open_.push_back(container);
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  ~Open() { open_.pop_back(); }
  bool is_inside_itself() const { return is_inside_itself_; }

 private:
  static inline thread_local std::vector<const void*> open_;
  bool is_inside_itself_;
};

void print_container(std::string& out, const Value& value, Form form, int depth) {
  const bool is_list = value.is_list();
  const Open open(is_list ? static_cast<const void*>(value.if_list()) : value.if_map());
  // Salt's finalizer goes into it until Python gives up.
  if (open.is_inside_itself() && !is_finalized(form)) {
    out += is_list ? "[...]" : "{...}";
  } else if (is_list) {
    out += '[';
    print_items(out, *value.if_list(), form, depth);
    out += ']';
  } else {
    print_map(out, *value.if_map(), form, depth);
  }
}

void print(std::string& out, const Value& value, Form form, int depth) {
  if (depth > depth_limit) fail("maximum recursion depth exceeded while getting the repr of an object");
  const bool nested = depth > 0;
  switch (value.type()) {
    case Value::Type::null: out += "None"; return;
    case Value::Type::boolean: out += *value.if_bool() ? "True" : "False"; return;
    case Value::Type::integer: out += std::to_string(*value.if_int()); return;
    case Value::Type::real: out += real_text(*value.if_real()); return;
    case Value::Type::string: out += form == Form::repr || nested ? text_repr(*value.if_string()) : *value.if_string(); return;
    case Value::Type::bytes: out += bytes_repr(value.if_bytes()->data); return;
    case Value::Type::list:
    case Value::Type::map: print_container(out, value, form, depth); return;
    case Value::Type::object: print_object(out, value, form, depth, nested); return;
  }
}

std::string print(const Value& value, Form form) {
  std::string out;
  print(out, value, form, 0);
  return out;
}

// Scientific digits "d.ddde-XX" to Python's choice of notation.
std::string python_notation(std::string_view scientific) {
  const bool negative = scientific[0] == '-';
  if (negative) scientific.remove_prefix(1);
  const std::size_t e = scientific.find('e');
  std::string digits(1, scientific[0]);
  if (e > 2) digits += scientific.substr(2, e - 2);
  int exponent = 0;
  std::string_view power = scientific.substr(e + 1);
  if (power[0] == '+') power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  std::string out = negative ? "-" : "";
  const auto size = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    out += digits[0];
    if (size > 1) out += "." + digits.substr(1);
    return out + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  if (size <= exponent + 1) return out + digits + std::string(static_cast<std::size_t>(exponent + 1 - size), '0') + ".0";
  return out + digits.substr(0, static_cast<std::size_t>(exponent) + 1) + "." + digits.substr(static_cast<std::size_t>(exponent) + 1);
}

}  // namespace

std::string str(const Value& value) { return print(value, Form::str); }
std::string repr(const Value& value) { return print(value, Form::repr); }
std::string printed(const Value& value) { return print(value, Form::finalized); }

std::string real_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  return python_notation({buffer.data(), static_cast<std::size_t>(result.ptr - buffer.data())});
}

std::string ascii(const Value& value) {
  std::string out;
  const std::string text = repr(value);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = utf8::decode(text, at);
    if (code < 0x80) out += static_cast<char>(code);
    else if (code < 0x100) out += fmt::format("\\x{:02x}", static_cast<unsigned>(code));
    else if (code < 0x10000) out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    else out += fmt::format("\\U{:08x}", static_cast<unsigned>(code));
  }
  return out;
}

std::string text_repr(std::string_view text) {
  const char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t code = utf8::decode(text, at);
    if (code == static_cast<char32_t>(quote) || code == '\\')
      (out += '\\') += static_cast<char>(code);
    else if (code == '\n' || code == '\r' || code == '\t')
      (out += '\\') += code == '\n' ? 'n' : code == '\r' ? 'r' : 't';
    else if (utf8::is_printable(code))
      out += text.substr(start, at - start);
    else if (code < 0x100)
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(code));
    else if (code < 0x10000)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    else
      out += fmt::format("\\U{:08x}", static_cast<unsigned>(code));
  }
  return out += quote;
}

std::string bytes_repr(std::string_view bytes) {
  const char quote = bytes.find('\'') != bytes.npos && bytes.find('"') == bytes.npos ? '"' : '\'';
  std::string out = "b";
  out += quote;
  for (const char c : bytes) {
    if (c == quote || c == '\\')
      (out += '\\') += c;
    else if (c == '\n' || c == '\r' || c == '\t')
      (out += '\\') += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    else if (c >= 0x20 && c < 0x7F)
      out += c;
    else
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return out += quote;
}

}  // namespace halite::render
