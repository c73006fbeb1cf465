// "%s %05.2f" % values.
#include <algorithm>
#include <cmath>

#include "common/render/big_integer.h"
#include "common/render/format.h"
#include "common/render/format_specification.h"
#include "common/render/python.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

struct Conversion {
  bool left = false;
  bool plus = false;
  bool blank = false;
  bool zero = false;
  bool alternate = false;
  std::int64_t width = 0;
  std::optional<std::int64_t> precision;
};

class PercentFormatter {
 public:
  PercentFormatter(std::string_view format, const Value& values, const Limits& limits, bool escapes)
      : format_(format), values_(values), limits_(limits), escapes_(escapes) {
    if (const auto* tuple = if_object<Tuple>(values))
      items_ = tuple->items();
    else
      items_ = {values};
    is_tuple_ = if_object<Tuple>(values) != nullptr;
  }

  std::string run() {
    while (at_ < format_.size()) {
      if (format_[at_] != '%') {
        out_ += format_[at_++];
        continue;
      }
      ++at_;
      convert();
      if (out_.size() > limits_.text_bytes) fail("the text is too long (limit {} bytes)", limits_.text_bytes);
    }
    if (used_ < items_.size() && (is_tuple_ || !is_subscriptable()))
      fail("not all arguments converted during string formatting");
    return std::move(out_);
  }

 private:
  // Python takes what has [] for a mapping, of which any part may be left over.
  bool is_subscriptable() const {
    return if_dict(values_) || values_.is_list() || values_.is_bytes() || if_object<Range>(values_) || if_undefined(values_);
  }

  const Value& next() {
    if (named_) return *named_;
    if (used_ >= items_.size()) fail("not enough arguments for format string");
    return items_[used_++];
  }

  void read_name() {
    named_.reset();
    if (at_ >= format_.size() || format_[at_] != '(') return;
    const std::size_t end = format_.find(')', at_);
    if (end == std::string_view::npos) fail("incomplete format key");
    const Map* map = if_dict(values_);
    if (!map) fail("format requires a mapping");
    const std::string name(format_.substr(at_ + 1, end - at_ - 1));
    const Value* value = map->find(name);
    if (!value) fail("{}", text_repr(name));
    named_ = *value;
    used_ = items_.size();  // behind a key, nothing is left for what has none
    at_ = end + 1;
  }

  std::int64_t read_number() {
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      const Value& value = next();
      if (const bool* flag = value.if_bool()) return *flag;
      if (!value.is_int()) fail("* wants int");
      return *value.if_int();
    }
    std::int64_t number = 0;
    while (at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9') {
      number = number * 10 + (format_[at_++] - '0');
      if (number > 1'000'000'000) fail("width too big");
    }
    return number;
  }

  Conversion read_conversion() {
    Conversion conversion;
    for (; at_ < format_.size(); ++at_) {
      switch (format_[at_]) {
        case '-': conversion.left = true; continue;
        case '+': conversion.plus = true; continue;
        case ' ': conversion.blank = true; continue;
        case '0': conversion.zero = true; continue;
        case '#': conversion.alternate = true; continue;
        default: break;
      }
      break;
    }
    conversion.width = read_number();
    if (conversion.width < 0) conversion.left = true, conversion.width = -conversion.width;
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      conversion.precision = std::max<std::int64_t>(read_number(), 0);
    }
    while (at_ < format_.size() && (format_[at_] == 'l' || format_[at_] == 'h' || format_[at_] == 'L')) ++at_;
    if (at_ >= format_.size()) fail("incomplete format");
    return conversion;
  }

  void convert() {
    read_name();
    if (!named_ && at_ < format_.size() && format_[at_] == '%') {
      ++at_;
      out_ += '%';
      return;
    }
    const Conversion conversion = read_conversion();
    const char type = format_[at_++];
    switch (type) {
      case 's': return text(conversion, shown(next(), str));
      case 'r': return text(conversion, shown(next(), repr));
      case 'a': return text(conversion, shown(next(), ascii));
      case 'c': return character(conversion);
      case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': return integer(conversion, type);
      case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': return real(conversion, type);
      default:
        fail("unsupported format character '{}' ({:#x}) at index {}", type, static_cast<unsigned char>(type), at_ - 1);
    }
  }

  // What is put into escaped text is escaped.
  std::string shown(const Value& value, std::string (*print)(const Value&)) const {
    std::string text = print(value);
    return escapes_ && !(if_object<Markup>(value) && print == str) ? escape_html(text) : text;
  }

  void text(const Conversion& conversion, std::string_view text) {
    if (conversion.precision) text = text.substr(0, utf8::offset(text, static_cast<std::size_t>(*conversion.precision)));
    out_ += padded(text, conversion.width, conversion.left ? '<' : '>', " ", limits_);
  }

  void character(const Conversion& conversion) {
    const Value& value = next();
    std::string shown;
    if (const std::string* given = if_text(value)) {
      if (utf8::count(*given) != 1) fail("%c requires int or char");
      shown = *given;
    } else if (value.is_bool()) {
      shown = *value.if_bool() ? std::string(1, '\x01') : std::string(1, '\0');
    } else if (value.is_int() && *value.if_int() >= 0 && *value.if_int() < 0x110000) {
      utf8::append(shown, static_cast<char32_t>(*value.if_int()));
    } else {
      fail("%c requires int or char");
    }
    text({conversion.left, false, false, false, false, conversion.width, {}}, shown);
  }

  void integer(const Conversion& conversion, char type) {
    Value value = next();
    const bool is_decimal = type == 'd' || type == 'i' || type == 'u';
    if (value.is_real() && is_decimal) {
      if (!std::isfinite(*value.if_real())) fail("cannot convert float {} to integer", real_text(*value.if_real()));
      value = integer_from_double(*value.if_real());
    }
    if (!is_integer(value))
      fail("%{} format: {} is required, not {}", type, is_decimal ? "a real number" : "an integer", python_type(value));
    if (value.is_bool()) value = static_cast<std::int64_t>(*value.if_bool());
    std::string digits = integer_text(value, type == 'o' ? 8 : is_decimal ? 10 : 16);
    const bool negative = digits[0] == '-';
    if (negative) digits.erase(0, 1);
    if (type == 'X')
      for (char& c : digits) c = static_cast<char>(c >= 'a' ? c - 32 : c);
    if (conversion.precision && *conversion.precision > static_cast<std::int64_t>(digits.size()))
      digits = padded(digits, *conversion.precision, '>', "0", limits_);
    const std::string prefix = !conversion.alternate || is_decimal ? "" : std::string("0") + type;
    number(conversion, negative, prefix, std::move(digits));
  }

  void real(const Conversion& conversion, char type) {
    const Value& value = next();
    if (!value.is_real() && !is_integer(value)) {
      if (const Undefined* undefined = if_undefined(value)) undefined->raise();
      fail("must be real number, not {}", python_type(value));
    }
    const double number_value = value.is_real() ? *value.if_real() : integer_to_double(value);
    auto precision = static_cast<int>(std::min<std::int64_t>(conversion.precision.value_or(6), 5000));
    if ((type | 0x20) == 'g' && precision == 0) precision = 1;
    const bool negative = std::signbit(number_value) && !std::isnan(number_value);
    number(conversion, negative, "", real_digits(std::abs(number_value), type, precision, conversion.alternate));
  }

  void number(const Conversion& conversion, bool negative, const std::string& prefix, std::string digits) {
    const std::string sign = negative ? "-" : conversion.plus ? "+" : conversion.blank ? " " : "";
    const std::string head = sign + prefix;
    if (conversion.zero && !conversion.left)
      digits = padded(digits, conversion.width - static_cast<std::int64_t>(head.size()), '>', "0", limits_);
    out_ += padded(head + digits, conversion.width, conversion.left ? '<' : '>', " ", limits_);
  }

  std::string_view format_;
  const Value& values_;
  const Limits& limits_;
  bool escapes_;
  List items_;
  bool is_tuple_ = false;
  std::size_t used_ = 0;
  std::size_t at_ = 0;
  std::optional<Value> named_;
  std::string out_;
};

}  // namespace

std::string percent_format(std::string_view format, const Value& values, const Limits& limits, bool escapes) {
  return PercentFormatter(format, values, limits, escapes).run();
}

}  // namespace halite::render
