// "{0} {name[key]!r:>8}".format(...), with nested fields in the specification.
#include "common/render/big_integer.h"
#include "common/render/evaluator.h"
#include "common/render/format.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

class BraceFormatter {
 public:
  BraceFormatter(const Arguments& arguments, Evaluator& evaluator, bool escapes)
      : evaluator_(evaluator), arguments_(arguments), limits_(evaluator.limits()), escapes_(escapes) {}

  std::string run(std::string_view format, int depth) {
    if (depth > 1) fail("Max string recursion exceeded");
    std::string out;
    for (std::size_t at = 0; at < format.size();) {
      const char c = format[at++];
      if (c == '}') {
        if (at >= format.size() || format[at] != '}') fail("Single '}}' encountered in format string");
        ++at;
        out += '}';
      } else if (c != '{') {
        out += c;
      } else if (at < format.size() && format[at] == '{') {
        ++at;
        out += '{';
      } else {
        out += field(format, at, depth);
        if (out.size() > limits_.text_bytes) fail("the text is too long (limit {} bytes)", limits_.text_bytes);
      }
    }
    return out;
  }

 private:
  // One replacement field behind its '{', up to and with its '}'.
  std::string field(std::string_view format, std::size_t& at, int depth) {
    const std::size_t start = at;
    int braces = 1;
    int brackets = 0;
    std::size_t colon = std::string_view::npos;
    for (; at < format.size(); ++at) {
      const char c = format[at];
      if (c == '[' && colon == std::string_view::npos) ++brackets;
      if (c == ']' && brackets > 0) --brackets;
      if (brackets > 0) continue;
      if (c == '{') ++braces;
      if (c == '}' && --braces == 0) break;
      if (c == ':' && colon == std::string_view::npos) colon = at;
    }
    if (braces != 0) fail("{}", at == start ? "Single '{' encountered in format string" : "expected '}' before end of string");
    std::string_view name = format.substr(start, std::min(colon, at) - start);
    std::string_view specification = colon < at ? format.substr(colon + 1, at - colon - 1) : "";
    ++at;
    char conversion = 0;
    if (const std::size_t mark = name.rfind('!'); mark != std::string_view::npos) {
      if (mark + 2 != name.size()) fail("expected ':' after conversion specifier");
      conversion = name[mark + 1];
      name = name.substr(0, mark);
    }
    Value value = lookup(name);
    if (conversion == 'r') value = repr(value);
    else if (conversion == 'a') value = ascii(value);
    else if (conversion == 's') value = str(value);
    else if (conversion != 0) fail("Unknown conversion specifier '{}'", conversion);
    const bool nested = specification.find('{') != std::string_view::npos;
    std::string shown = format_value(value, nested ? run(specification, depth + 1) : std::string(specification), limits_);
    return escapes_ && !if_object<Markup>(value) ? escape_html(shown) : shown;
  }

  Value lookup(std::string_view name) {
    const std::size_t end = std::min(name.find_first_of(".["), name.size());
    Value value = first(name.substr(0, end), end == name.size());
    for (std::size_t at = end; at < name.size();) {
      if (name[at] == '.') {
        const std::size_t stop = std::min(name.find_first_of(".[", at + 1), name.size());
        value = attribute(value, name.substr(at + 1, stop - at - 1));
        at = stop;
      } else {
        const std::size_t stop = name.find(']', at);
        if (stop == std::string_view::npos) fail("Missing ']' in format string");
        value = item(value, name.substr(at + 1, stop - at - 1));
        at = stop + 1;
        if (at < name.size() && name[at] != '.' && name[at] != '[') fail("Only '.' or '[' may follow ']' in format field specifier");
      }
    }
    return value;
  }

  static std::optional<std::size_t> number(std::string_view text) {
    const auto value = text.find_first_not_of("0123456789") == std::string_view::npos ? parse_integer(text, 10) : std::nullopt;
    return value && value->is_int() ? std::optional(static_cast<std::size_t>(*value->if_int())) : std::nullopt;
  }

  // As Python's string.Formatter: only a field without any name counts on, and only one of digits alone ends that.
  Value first(std::string_view name, bool is_whole) {
    std::optional<std::size_t> index = number(name);
    if (name.empty() && is_whole) {
      if (manual_) fail("cannot switch from manual field specification to automatic field numbering");
      index = next_++;
    } else if (index && is_whole) {
      if (next_ > 0) fail("cannot switch from automatic field numbering to manual field specification");
      manual_ = true;
    }
    if (!index) {
      const Value* value = arguments_.find(name);
      if (!value) fail("{}", text_repr(name));
      return *value;
    }
    // The sandbox's formatter looks into a tuple.
    if (*index >= arguments_.positional.size()) fail("tuple index out of range");
    return arguments_.positional[*index];
  }

  Value attribute(const Value& value, std::string_view name) {
    if (name.empty()) fail("Empty attribute in format string");
    return evaluator_.attribute(value, name);
  }

  Value item(const Value& value, std::string_view key) {
    if (key.empty()) fail("Empty attribute in format string");
    const auto index = number(key);
    return evaluator_.item(value, index ? Value(static_cast<std::int64_t>(*index)) : Value(key));
  }

  Evaluator& evaluator_;
  const Arguments& arguments_;
  const Limits& limits_;
  bool escapes_;
  std::size_t next_ = 0;
  bool manual_ = false;
};

}  // namespace

std::string brace_format(std::string_view format, const Arguments& arguments, Evaluator& evaluator, bool escapes) {
  return BraceFormatter(arguments, evaluator, escapes).run(format, 0);
}

}  // namespace halite::render
