// Value to YAML through libyaml's emitter, which is the one PyYAML's C dumper uses.
#include <yaml.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/real_text.h"
#include "common/data/yaml.h"
#include "common/data/yaml_scalar.h"

namespace halite {
namespace {

constexpr std::size_t depth_limit = 1000;

class Nothing final : public Object {
 public:
  std::string_view type_name() const override { return "null"; }
  Value plain() const override { return nullptr; }
};

bool is_nothing(const Value& value) { return value.is_object() && dynamic_cast<const Nothing*>(value.if_object()); }
// An object that is written as it is, and has no plain form to go by.
bool is_scalar_object(const Value& value) {
  return value.is_object() && (is_nothing(value) || !value.if_object()->integer_digits().empty());
}

const yaml_char_t* units(std::string_view text) { return reinterpret_cast<const yaml_char_t*>(text.data()); }

// A scalar as Python's representer makes it: its kind and its text.
struct Scalar {
  yaml::Tag tag;
  const char* tag_name;
  std::string text;
};

std::string real_scalar(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  std::string text = real_text(number);
  // YAML 1.1 wants a point in a number with an exponent.
  return text.find('.') == std::string::npos ? replace_all(std::move(text), "e", ".0e") : text;
}

Scalar scalar_of(const Value& value) {
  using yaml::Tag;
  if (const auto* boolean = value.if_bool())
    return {Tag::boolean, "tag:yaml.org,2002:bool", *boolean ? "true" : "false"};
  if (const auto* integer = value.if_int())
    return {Tag::integer, "tag:yaml.org,2002:int", std::to_string(*integer)};
  if (value.is_object() && !is_nothing(value))
    return {Tag::integer, "tag:yaml.org,2002:int", value.if_object()->integer_digits()};
  if (const auto* text = value.if_string()) return {Tag::string, "tag:yaml.org,2002:str", *text};
  if (const auto* bytes = value.if_bytes()) {
    std::string lines;
    const std::string base64 = to_base64(bytes->data);
    for (std::size_t i = 0; i < base64.size(); i += 76) lines += base64.substr(i, 76) + "\n";
    return {Tag::binary, "tag:yaml.org,2002:binary", lines};
  }
  if (const auto* real = value.if_real()) return {Tag::real, "tag:yaml.org,2002:float", real_scalar(*real)};
  return {Tag::null, "tag:yaml.org,2002:null", is_nothing(value) ? "NULL" : "null"};
}

bool is_container(const Value& value) { return value.is_list() || value.is_map(); }

const void* identity(const Value& value) {
  if (const List* list = value.if_list()) return list;
  return value.if_map();
}

// Kinds whose values Python can order among each other.
enum class Order { text, number, none };
Order order_of(const Value& key) {
  if (key.is_string()) return Order::text;
  return key.is_int() || key.is_real() || key.is_bool() ? Order::number : Order::none;
}

double number_of(const Value& key) {
  if (const auto* boolean = key.if_bool()) return *boolean ? 1 : 0;
  return key.as_real();
}

bool comes_before(const Value& a, const Value& b) {
  if (a.is_string()) return *a.if_string() < *b.if_string();
  if (a.is_int() && b.is_int()) return *a.if_int() < *b.if_int();
  return number_of(a) < number_of(b);
}

class Dumper {
 public:
  explicit Dumper(const YamlStyle& style) : style_(style) {
    if (!yaml_emitter_initialize(&emitter_)) throw std::bad_alloc();
    yaml_emitter_set_output(&emitter_, &Dumper::append, &out_);
    yaml_emitter_set_encoding(&emitter_, YAML_UTF8_ENCODING);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_indent(&emitter_, style.indent);
    yaml_emitter_set_width(&emitter_, style.width);
  }
  Dumper(const Dumper&) = delete;
  Dumper& operator=(const Dumper&) = delete;
  ~Dumper() { yaml_emitter_delete(&emitter_); }

  std::string run(const Value& value) {
    count(value, 0);
    emit([](yaml_event_t* event) { return yaml_stream_start_event_initialize(event, YAML_UTF8_ENCODING); });
    emit([](yaml_event_t* event) { return yaml_document_start_event_initialize(event, nullptr, nullptr, nullptr, 1); });
    write(value);
    emit([](yaml_event_t* event) { return yaml_document_end_event_initialize(event, 1); });
    emit([](yaml_event_t* event) { return yaml_stream_end_event_initialize(event); });
    yaml_emitter_flush(&emitter_);
    return std::move(out_);
  }

 private:
  static int append(void* out, unsigned char* data, std::size_t size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), size);
    return 1;
  }

  template <class Make>
  void emit(Make&& make) {
    yaml_event_t event;
    if (!make(&event)) throw Error(ErrorKind::invalid, "text for YAML must be UTF-8");
    if (!yaml_emitter_emit(&emitter_, &event))
      throw Error(ErrorKind::invalid, "can't be written as YAML: {}", emitter_.problem ? emitter_.problem : "unknown");
  }

  // Finds the containers that are met twice; anchors are numbered in the order of the second meeting, as PyYAML does.
  // Objects are made plain once, so that their containers are the same ones later.
  void count(const Value& value, std::size_t depth) {
    if (depth > depth_limit) throw Error(ErrorKind::invalid, "nested deeper than {}", depth_limit);
    if (is_scalar_object(value)) return;
    if (const Object* object = value.if_object()) {
      if (const auto [place, is_new] = plain_.try_emplace(object); is_new) place->second = object->plain();
      return count(plain_.at(object), depth);
    }
    if (!is_container(value) || (style_.aliases && is_met_again(value))) return;
    if (const List* list = value.if_list())
      for (const Value& item : *list) count(item, depth + 1);
    if (const Map* map = value.if_map())
      for (const auto* entry : in_order(*map)) {
        count(entry->key, depth + 1);
        count(entry->value, depth + 1);
      }
  }

  bool is_met_again(const Value& value) {
    const auto [place, is_new] = met_.try_emplace(identity(value));
    if (!is_new && place->second.anchor.empty()) place->second.anchor = fmt::format("id{:03d}", ++last_anchor_);
    return !is_new;
  }

  const Value& plain(const Value& value) const {
    return value.is_object() && !is_scalar_object(value) ? plain(plain_.at(value.if_object())) : value;
  }

  void write(const Value& given) {
    const Value& value = plain(given);
    if (!is_container(value)) return write_scalar(value);
    const yaml_char_t* anchor = nullptr;
    if (style_.aliases) {
      Met& met = met_.at(identity(value));
      if (met.is_written)
        return emit([&](yaml_event_t* event) { return yaml_alias_event_initialize(event, units(met.anchor)); });
      met.is_written = !met.anchor.empty();
      if (met.is_written) anchor = units(met.anchor);
    }
    if (const List* list = value.if_list()) return write_list(value, *list, anchor);
    write_map(value, *value.if_map(), anchor);
  }

  void write_scalar(const Value& value) {
    const Scalar scalar = scalar_of(value);
    const bool is_plain = yaml::resolve_plain(scalar.text) == scalar.tag;
    const bool is_quoted = scalar.tag == yaml::Tag::string;
    const auto style = value.is_bytes() ? YAML_LITERAL_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE;
    emit([&](yaml_event_t* event) {
      return yaml_scalar_event_initialize(event, nullptr, units(scalar.tag_name), units(scalar.text),
                                          static_cast<int>(scalar.text.size()), is_plain, is_quoted, style);
    });
  }

  void write_list(const Value& value, const List& list, const yaml_char_t* anchor) {
    const auto style = is_flow(value) ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
    emit([&](yaml_event_t* event) {
      return yaml_sequence_start_event_initialize(event, anchor, units("tag:yaml.org,2002:seq"), 1, style);
    });
    for (const Value& item : list) write(item);
    emit([](yaml_event_t* event) { return yaml_sequence_end_event_initialize(event); });
  }

  void write_map(const Value& value, const Map& map, const yaml_char_t* anchor) {
    const auto style = is_flow(value) ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
    emit([&](yaml_event_t* event) {
      return yaml_mapping_start_event_initialize(event, anchor, units("tag:yaml.org,2002:map"), 1, style);
    });
    for (const auto* entry : in_order(map)) {
      write(entry->key);
      write(entry->value);
    }
    emit([](yaml_event_t* event) { return yaml_mapping_end_event_initialize(event); });
  }

  std::vector<const Map::Entry*> in_order(const Map& map) const {
    std::vector<const Map::Entry*> entries;
    for (const auto& entry : map) entries.push_back(&entry);
    if (!style_.sort_keys || entries.empty()) return entries;
    const Order order = order_of(entries.front()->key);
    const bool is_sortable =
        order != Order::none && std::ranges::all_of(entries, [&](const auto* e) { return order_of(e->key) == order; });
    if (is_sortable) std::ranges::stable_sort(entries, comes_before, [](const auto* e) -> const Value& { return e->key; });
    return entries;
  }

  bool is_flow(const Value& value) const {
    if (!style_.mixed) return !style_.block;
    const auto is_simple = [&](const Value& item) { return !is_container(plain(item)) && !plain(item).is_bytes(); };
    if (const List* list = value.if_list()) return std::ranges::all_of(*list, is_simple);
    const Map& map = *value.if_map();
    return std::all_of(map.begin(), map.end(), [&](const auto& e) { return is_simple(e.key) && is_simple(e.value); });
  }

  struct Met {
    std::string anchor;  // of a container met twice
    bool is_written = false;
  };

  YamlStyle style_;
  yaml_emitter_t emitter_{};
  std::string out_;
  std::unordered_map<const void*, Met> met_;
  std::unordered_map<const Object*, Value> plain_;
  int last_anchor_ = 0;
};

}  // namespace

Value yaml_nothing() { return Value(std::shared_ptr<const Object>(std::make_shared<Nothing>())); }

std::string to_yaml(const Value& value, const YamlStyle& style) { return Dumper(style).run(value); }

}  // namespace halite
