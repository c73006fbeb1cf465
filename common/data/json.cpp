#include "common/data/json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/real_text.h"

namespace halite {
namespace {

constexpr std::size_t depth_limit = 256;

// Builds Values straight from the parser's events, so that no second tree is made.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return put(Value()); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(std::int64_t{value}); }
  bool number_unsigned(number_unsigned_t value) override { return put(Value(static_cast<unsigned long>(value))); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Value(Map())); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Value(List())); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    stack_.back().key = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& exception) override {
    position_ = position;
    const std::string_view text = exception.what();
    // The library's text ends in "syntax error while parsing X - REASON"; its start repeats the position.
    const std::size_t reason = text.find("syntax error");
    problem_ = reason == std::string_view::npos ? std::string(text) : std::string(text.substr(reason));
    return false;
  }

  Value take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }
  std::size_t position() const { return position_; }

 private:
  struct Open {
    Value container;
    std::string key;
  };

  bool put(Value value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Open& parent = stack_.back();
    if (parent.container.is_list())
      parent.container.edit_list().push_back(std::move(value));
    else
      parent.container.edit_map().set(std::move(parent.key), std::move(value));
    return true;
  }
  bool open(Value container) {
    if (stack_.size() >= depth_limit) {
      problem_ = "nested deeper than " + std::to_string(depth_limit);
      return false;
    }
    stack_.push_back({std::move(container), {}});
    return true;
  }
  bool close() {
    Value done = std::move(stack_.back().container);
    stack_.pop_back();
    return put(std::move(done));
  }

  Value root_;
  std::vector<Open> stack_;
  std::string problem_;
  std::size_t position_ = 0;
};

std::string place(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, std::min(position > 0 ? position - 1 : 0, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == std::string_view::npos ? before.size() + 1 : before.size() - start;
  return fmt::format("{}:{}", line, column);
}

class Writer {
 public:
  explicit Writer(const JsonStyle& style) : style_(style) {}

  void write(const Value& value, int depth) {
    switch (value.type()) {
      case Value::Type::null: out_ += "null"; return;
      case Value::Type::boolean: out_ += *value.if_bool() ? "true" : "false"; return;
      case Value::Type::integer: out_ += std::to_string(*value.if_int()); return;
      case Value::Type::real: out_ += number(*value.if_real()); return;
      case Value::Type::string: text(*value.if_string()); return;
      case Value::Type::bytes: text(value.if_bytes()->data); return;
      case Value::Type::list: list(*value.if_list(), depth); return;
      case Value::Type::map: map(*value.if_map(), depth); return;
      case Value::Type::object: {
        const std::string digits = value.if_object()->integer_digits();
        if (digits.empty()) return write(value.if_object()->plain(), depth);
        out_ += digits;
        return;
      }
    }
  }

  std::string take() { return std::move(out_); }

 private:
  // Python's json has words of its own for what JSON cannot say.
  static std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    return real_text(value);
  }

  void text(const std::string& content) {
    const auto replace = nlohmann::json::error_handler_t::replace;
    out_ += nlohmann::json(content).dump(-1, ' ', style_.ascii_only, replace);
  }

  std::string_view separator() const { return style_.indent < 0 && !style_.compact ? ", " : ","; }

  void line(int depth) {
    if (style_.indent < 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(style_.indent) * static_cast<std::size_t>(depth), ' ');
  }

  void list(const List& items, int depth) {
    if (items.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += separator();
      line(depth + 1);
      write(items[i], depth + 1);
    }
    line(depth);
    out_ += ']';
  }

  void map(const Map& items, int depth) {
    if (items.empty()) {
      out_ += "{}";
      return;
    }
    std::vector<const Map::Entry*> order;
    for (const auto& entry : items) order.push_back(&entry);
    if (style_.sort_keys)
      std::stable_sort(order.begin(), order.end(),
                       [](const auto* a, const auto* b) { return comes_before(a->key, b->key); });
    out_ += '{';
    bool is_first = true;
    for (const auto* entry : order) {
      if (!is_first) out_ += separator();
      is_first = false;
      line(depth + 1);
      text(key_text(entry->key));
      out_ += style_.compact ? ":" : ": ";
      write(entry->value, depth + 1);
    }
    line(depth);
    out_ += '}';
  }

  static std::string key_text(const Value& key) {
    if (const auto* content = key.if_string()) return *content;
    if (const auto* content = key.if_bytes()) return content->data;
    Writer writer{JsonStyle{}};
    writer.write(key, 0);
    return writer.take();
  }

  // Numbers as numbers, all else by its text.
  static bool comes_before(const Value& a, const Value& b) {
    const auto number = [](const Value& key) -> std::optional<double> {
      if (const auto* flag = key.if_bool()) return *flag ? 1 : 0;
      if (const auto* whole = key.if_int()) return static_cast<double>(*whole);
      return key.is_real() ? std::optional(*key.if_real()) : std::nullopt;
    };
    const auto x = number(a), y = number(b);
    return x && y ? *x < *y : key_text(a) < key_text(b);
  }

  JsonStyle style_;
  std::string out_;
};

}  // namespace

Value from_json(std::string_view text, std::string_view source_name) {
  Builder builder;
  bool parsed = false;
  try {
    parsed = nlohmann::json::sax_parse(text, &builder);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::invalid, "{}: {}", source_name, error.what());
  }
  if (!parsed)
    throw Error(ErrorKind::invalid, "{}:{}: {}", source_name, place(text, builder.position()), builder.problem());
  return builder.take();
}

std::string to_json(const Value& value, const JsonStyle& style) {
  Writer writer(style);
  writer.write(value, 0);
  return writer.take();
}

}  // namespace halite
