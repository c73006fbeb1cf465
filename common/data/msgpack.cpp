#include "common/data/msgpack.h"

#include <bit>
#include <msgpack.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

constexpr std::int8_t ext_date = 78;
constexpr std::int8_t ext_constant = 79;

Value text_or_bytes(std::string_view data) {
  if (is_valid_utf8(data)) return Value(data);
  return Bytes{std::string(data)};
}

// Salt's "%Y%m%dT%H:%M:%S.%f" becomes ISO 8601, as Salt's own JSON shows it.
Value date_text(std::string_view packed) {
  constexpr std::size_t compact_date = 8;
  if (packed.size() < compact_date) return text_or_bytes(packed);
  return text_or_bytes(fmt::format("{}-{}-{}{}", packed.substr(0, 4), packed.substr(4, 2), packed.substr(6, 2), packed.substr(8)));
}

enum class Constants { taken, as_bytes };
std::pair<Value, std::size_t> parse_prefix(std::string_view data, const MsgpackLimits& limits, Constants constants);

// Builds a Value from the parser's events; the library keeps its stack on the heap, so depth is ours to limit.
class Builder : public msgpack::null_visitor {
 public:
  Builder(const MsgpackLimits& limits, Constants constants) : limits_(limits), constants_(constants) {}

  bool visit_nil() { return put(Value()); }
  bool visit_boolean(bool value) { return put(value); }
  bool visit_positive_integer(std::uint64_t value) { return put(Value(static_cast<unsigned long>(value))); }
  bool visit_negative_integer(std::int64_t value) { return put(value); }
  bool visit_float32(float value) { return put(static_cast<double>(value)); }
  bool visit_float64(double value) { return put(value); }
  bool visit_str(const char* data, std::uint32_t size) { return put(text_or_bytes({data, size})); }
  bool visit_bin(const char* data, std::uint32_t size) { return put(text_or_bytes({data, size})); }
  bool visit_ext(const char* data, std::uint32_t size) {
    if (size == 0) return fail("an extension without a type");
    const auto type = static_cast<std::int8_t>(data[0]);
    const std::string_view body(data + 1, size - 1);
    if (type == ext_date) return put(date_text(body));
    if (type == ext_constant && constants_ == Constants::taken) return put(constant(body));
    return put(Bytes{std::string(body)});
  }
  bool start_array(std::uint32_t count) { return open(Value(List()), count); }
  bool end_array() { return close(); }
  bool start_map(std::uint32_t count) { return open(Value(Map()), count); }
  bool start_map_key() {
    stack_.back().expects_key = true;
    return true;
  }
  bool end_map_key() {
    stack_.back().expects_key = false;
    return true;
  }
  bool end_map() { return close(); }
  void parse_error(std::size_t, std::size_t) { problem_ = "malformed"; }
  void insufficient_bytes(std::size_t, std::size_t) { problem_ = "cut short"; }

  Value take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }

 private:
  struct Open {
    Value container;
    Value key;
    bool expects_key = false;
  };

  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  // A name and the value. One inside another stays bytes: each level of them would take some of our stack.
  Value constant(std::string_view body) const {
    const auto [pair, used] = parse_prefix(body, {.depth = 4, .items = 64, .size_bytes = limits_.size_bytes}, Constants::as_bytes);
    if (used != body.size()) throw Error(ErrorKind::invalid, "msgpack: {} bytes behind a constant", body.size() - used);
    const List* parts = pair.if_list();
    return parts && parts->size() == 2 ? (*parts)[1] : pair;
  }

  bool put(Value value) {
    if (++items_ > limits_.items) return fail(fmt::format("more than {} values", limits_.items));
    return place(std::move(value));
  }

  bool place(Value value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Open& parent = stack_.back();
    if (parent.container.is_list()) {
      parent.container.edit_list().push_back(std::move(value));
    } else if (parent.expects_key) {
      if (value.is_list() || value.is_map() || value.is_bytes())
        return fail(fmt::format("a {} as key of a map", value.type_name()));
      parent.key = std::move(value);
    } else {
      parent.container.edit_map().set(std::move(parent.key), std::move(value));
    }
    return true;
  }

  // `count` is a claim of the sender: nothing is reserved for it.
  bool open(Value container, std::uint32_t count) {
    if (stack_.size() >= limits_.depth) return fail(fmt::format("nested deeper than {}", limits_.depth));
    if (count > limits_.items || ++items_ > limits_.items)
      return fail(fmt::format("more than {} values", limits_.items));
    stack_.push_back({std::move(container), {}, false});
    return true;
  }

  bool close() {
    Value done = std::move(stack_.back().container);
    stack_.pop_back();
    return place(std::move(done));
  }

  MsgpackLimits limits_;
  Constants constants_;
  Value root_;
  std::vector<Open> stack_;
  std::size_t items_ = 0;
  std::string problem_;
};

std::uint32_t count(std::size_t size) {
  if (size > UINT32_MAX) throw Error(ErrorKind::invalid, "{} bytes or items are too many for msgpack", size);
  return static_cast<std::uint32_t>(size);
}

std::pair<Value, std::size_t> parse_prefix(std::string_view data, const MsgpackLimits& limits, Constants constants) {
  if (data.size() > limits.size_bytes)
    throw Error(ErrorKind::invalid, "msgpack: {} bytes, the limit is {}", data.size(), limits.size_bytes);
  Builder builder(limits, constants);
  std::size_t offset = 0;
  const bool parsed = !data.empty() && msgpack::parse(data.data(), data.size(), offset, builder);
  if (!parsed)
    throw Error(ErrorKind::invalid, "msgpack: {}", builder.problem().empty() ? "cut short" : builder.problem());
  return {builder.take(), offset};
}

class Writer {
 public:
  Writer(std::string& to, MsgpackText text) : text_(text), buffer_{to} {}

  void write(const Value& value) {
    switch (value.type()) {
      case Value::Type::null: packer_.pack_nil(); return;
      case Value::Type::boolean: *value.if_bool() ? packer_.pack_true() : packer_.pack_false(); return;
      case Value::Type::integer: packer_.pack_int64(*value.if_int()); return;
      case Value::Type::real: real(*value.if_real()); return;
      case Value::Type::string: text(*value.if_string()); return;
      case Value::Type::bytes: bytes(value.if_bytes()->data); return;
      case Value::Type::list:
        packer_.pack_array(count(value.if_list()->size()));
        for (const auto& item : *value.if_list()) write(item);
        return;
      case Value::Type::map:
        packer_.pack_map(count(value.if_map()->size()));
        for (const auto& [key, item] : *value.if_map()) {
          write(key);
          write(item);
        }
        return;
      case Value::Type::object: write(value.if_object()->plain()); return;
    }
  }

 private:
  struct Buffer {
    std::string& to;
    void write(const char* data, std::size_t size) { to.append(data, size); }
  };

  // Not by the library, which makes whole numbers integers: 1.0 would arrive as 1.
  void real(double number) {
    const auto bits = std::bit_cast<std::uint64_t>(number);
    std::string bytes{static_cast<char>(0xCB)};
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift);
    buffer_.write(bytes.data(), bytes.size());
  }

  void text(const std::string& content) {
    if (text_ == MsgpackText::raw) return raw(content);
    packer_.pack_str(count(content.size()));
    packer_.pack_str_body(content.data(), count(content.size()));
  }

  void bytes(const std::string& content) {
    if (text_ == MsgpackText::raw) return raw(content);
    packer_.pack_bin(count(content.size()));
    packer_.pack_bin_body(content.data(), count(content.size()));
  }

  void raw(const std::string& content) {
    const std::string header = msgpack_raw_header(content.size());
    buffer_.write(header.data(), header.size());
    buffer_.write(content.data(), content.size());
  }

  MsgpackText text_;
  Buffer buffer_;
  msgpack::packer<Buffer> packer_{buffer_};
};

}  // namespace

std::pair<Value, std::size_t> from_msgpack_prefix(std::string_view data, const MsgpackLimits& limits) {
  return parse_prefix(data, limits, Constants::taken);
}

Value from_msgpack(std::string_view data, const MsgpackLimits& limits) {
  auto [value, used] = from_msgpack_prefix(data, limits);
  if (used != data.size()) throw Error(ErrorKind::invalid, "msgpack: {} bytes behind the value", data.size() - used);
  return std::move(value);
}

std::string to_msgpack(const Value& value, MsgpackText text) {
  std::string result;
  append_msgpack(result, value, text);
  return result;
}

void append_msgpack(std::string& to, const Value& value, MsgpackText text) { Writer(to, text).write(value); }

// The old specification has no str8: 32 bytes and more go straight to raw16.
std::string msgpack_raw_header(std::size_t size_bytes) {
  constexpr std::size_t fixraw_limit = 32;
  const std::uint32_t size = count(size_bytes);
  if (size < fixraw_limit) return {static_cast<char>(0xA0 | size)};
  if (size <= UINT16_MAX) return {static_cast<char>(0xDA), static_cast<char>(size >> 8), static_cast<char>(size)};
  return {static_cast<char>(0xDB), static_cast<char>(size >> 24), static_cast<char>(size >> 16), static_cast<char>(size >> 8),
          static_cast<char>(size)};
}

std::size_t approximate_size(const Value& value) {
  if (const auto* text = value.if_string()) return text->size() + 5;
  if (const auto* bytes = value.if_bytes()) return bytes->data.size() + 5;
  std::size_t size = 9;
  if (const auto* list = value.if_list())
    for (const auto& item : *list) size += approximate_size(item);
  if (const auto* map = value.if_map())
    for (const auto& [key, item] : *map) size += approximate_size(key) + approximate_size(item);
  return size;
}

}  // namespace halite
