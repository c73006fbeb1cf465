// Data to text and back: YAML, JSON, XML, Python's own form.
#include <algorithm>
#include <unordered_map>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "common/render/arguments.h"
#include "common/render/big_integer.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/pretty_print.h"
#include "common/render/python.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

// The text to load, of a module what it printed; nothing for what is no text.
std::optional<std::string> loaded_text(const Value& value) {
  if (const auto* module = if_object<Module>(value)) return module->text();
  if (const Bytes* bytes = value.if_bytes()) return bytes->data;
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  const std::string* text = if_text(value);
  return text ? std::optional(*text) : std::nullopt;
}

// Python's json writes dicts, lists, tuples, texts and numbers alone.
void check_json(const Value& value, bool sorts, int depth = 0) {
  if (depth > 200) fail("Circular reference detected");
  if (const Map* map = if_dict(value)) {
    for (const auto& [key, item] : *map) {
      if (sorts && &key != &map->begin()->key) less(key, map->begin()->key);  // refuses keys of kinds that do not compare
      if (key.is_object() || key.is_bytes()) fail("keys must be str, int, float, bool or None, not {}", python_type(key));
      check_json(item, sorts, depth + 1);
    }
    return;
  }
  if (const List* items = if_sequence(value)) {
    for (const Value& item : *items) check_json(item, sorts, depth + 1);
    return;
  }
  if (const Undefined* undefined = if_undefined(value); undefined && !undefined->is_lenient()) undefined->raise();
  if (value.is_bytes() || (value.is_object() && !if_text(value) && !is_big(value)))
    fail("Object of type {} is not JSON serializable", python_type(value));
}

Value json(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "json", {"value", "sort_keys", "indent"}, 1);
  check_json(p[0], p.truth(1, true));
  JsonStyle style;
  style.sort_keys = p.truth(1, true);
  if (p.has(2) && !p[2].is_null()) style.indent = static_cast<int>(p.integer(2, -1));
  return make_markup(std::string(trim(to_json(plain_value(p[0]), style))));
}

Value tojson(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "tojson", {"val", "indent", "sort_keys", "ensure_ascii"}, 1);
  check_json(p[0], p.truth(2, false));
  JsonStyle style;
  style.ascii_only = p.truth(3, true);
  style.sort_keys = p.truth(2, false);
  if (p.has(1) && !p[1].is_null()) style.indent = static_cast<int>(p.integer(1, -1));
  std::string out;
  for (const char c : to_json(plain_value(p[0]), style)) {
    if (c == '<' || c == '>' || c == '&' || c == '\'')
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out;
}

// The value as Salt's dumper takes it. A container that stands in several places is one container in the copy too, for the
// dumper writes it once, with an anchor.
class YamlValues {
 public:
  Value copy(const Value& value) {
    const Nesting nesting;
    const void* container = value.if_list() ? static_cast<const void*>(value.if_list()) : if_dict(value) ? static_cast<const void*>(if_dict(value)) : value.if_object();
    if (!container) return value;
    if (const auto known = made_.find(container); known != made_.end()) return known->second;
    Value made = copy_new(value);
    made_.emplace(container, made);
    return made;
  }

 private:
  Value copy_new(const Value& value) {
    if (const Map* map = if_dict(value)) {
      Map out;
      for (const auto& [key, item] : *map) out.set(key, copy(item));
      return out;
    }
    // What the dumper has no form for is NULL.
    if (if_object<Markup>(value) || if_object<Group>(value) || if_object<Range>(value) || if_object<DictView>(value) || if_object<Generator>(value) || if_undefined(value) ||
        dynamic_cast<const Attributed*>(value.if_object()) || dynamic_cast<const Callable*>(value.if_object()))
      return yaml_nothing();
    const List* items = if_sequence(value);
    if (!items) return value;
    List out;
    for (const Value& item : *items) out.push_back(copy(item));
    return out;
  }

  std::unordered_map<const void*, Value> made_;
};

std::string yaml_text(const Value& value, bool flow) {
  YamlStyle style;
  style.block = !flow;
  std::string text(stripped(to_yaml(YamlValues().copy(value), style), std::nullopt, true, true));
  if (text.size() >= 4 && text.compare(text.size() - 4, 4, "\n...") == 0) text.resize(text.size() - 4);
  return text;
}

Value yaml(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "yaml", {"value", "flow_style"}, 1);
  return make_markup(yaml_text(p[0], p.truth(1, true)));
}

Value sls_parameters(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "dict_to_sls_yaml_params", {"value", "flow_style"}, 1);
  const Map* map = if_dict(p[0]);
  if (!map) fail("'{}' object has no attribute 'items'", python_type(p[0]));
  List rows;
  for (const auto& [key, value] : *map) {
    Map row;
    row.set(key, value);
    rows.emplace_back(std::move(row));
  }
  return make_markup(yaml_text(rows, p.truth(1, false)));
}

Value python(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "python", {"value"}, 1);
  return make_markup(std::string(trim(pretty_printed(p[0]))));
}

Value pprint(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "pprint", {"value"}, 1);
  return pretty_printed(p[0]);
}

Value load_yaml(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "load_yaml", {"value"}, 1);
  const auto text = loaded_text(p[0]);
  // PyYAML's C loader takes text alone, and to it escaped text is none.
  if (!text || if_object<Markup>(p[0])) fail("a string or stream input is required");
  try {
    return from_yaml(*text, "load_yaml");
  } catch (const Error& error) {
    fail_syntax(0, "Encountered error loading yaml: {}", error.message());
  }
}

Value load_json(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "load_json", {"value"}, 1);
  const auto text = loaded_text(p[0]);
  if (!text) fail_syntax(0, "Unable to load json from {}", str(p[0]));
  try {
    return from_json(*text, "load_json");
  } catch (const Error& error) {
    fail_syntax(0, "Unable to load json from {} ({})", *text, error.message());
  }
}

Value load_text(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "load_text", {"value"}, 1);
  const auto* module = if_object<Module>(p[0]);
  return module ? Value(module->text()) : p[0];
}

// Elements as Salt builds them: plain members of a dict are attributes, dicts and lists are children.
struct Element {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;
  std::vector<Element> children;
};

void add_elements(std::vector<Element>& into, const std::string& name, const Value& value);

Element element_of(const std::string& name, const Value& value) {
  Element element{name, {}, {}, {}};
  if (const Map* map = if_dict(value)) {
    for (const auto& [key, item] : *map)
      if (!if_dict(item) && !item.is_list()) element.attributes.emplace_back(str(key), str(item));
    for (const auto& [key, item] : *map)
      if (if_dict(item) || item.is_list()) add_elements(element.children, str(key), item);
  } else {
    element.text = replace_all(replace_all(str(value), "\r\n", "\n"), "\r", "\n");  // as XML reads its line ends
  }
  return element;
}

void add_elements(std::vector<Element>& into, const std::string& name, const Value& value) {
  if (const List* items = value.if_list())
    for (const Value& item : *items) into.push_back(element_of(name, item));
  else
    into.push_back(element_of(name, value));
}

std::string xml_escaped(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') fail("not well-formed (invalid token): {}", text_repr(text));
  return replace_all(replace_all(replace_all(replace_all(std::string(text), "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\"", "&quot;");
}

void write_element(std::string& out, const Element& element, std::size_t depth) {
  const std::string indent(depth, ' ');
  out += indent + "<" + element.name;
  for (const auto& [name, value] : element.attributes) out += " " + name + "=\"" + xml_escaped(value) + "\"";
  if (element.children.empty() && element.text.empty()) {
    out += "/>\n";
  } else if (element.children.empty()) {
    out += ">" + xml_escaped(element.text) + "</" + element.name + ">\n";
  } else {
    out += ">\n";
    for (const Element& child : element.children) write_element(out, child, depth + 1);
    out += indent + "</" + element.name + ">\n";
  }
}

Value xml(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "xml", {"value"}, 1);
  std::vector<Element> roots;
  if (const Map* map = if_dict(p[0])) {
    for (const auto& [key, value] : *map) add_elements(roots, str(key), plain_value(value));
  } else if (const List* pairs = if_sequence(p[0])) {
    for (const Value& pair : *pairs) {
      const List both = to_list(pair);
      if (both.size() != 2) fail("not enough values to unpack (expected 2, got {})", both.size());
      add_elements(roots, str(both[0]), plain_value(both[1]));
    }
  } else {
    fail_syntax(0, "Value is not a dict or list. Cannot render as XML");
  }
  if (roots.empty()) fail_syntax(0, "Value is empty. Cannot render as XML");
  std::string out = "<?xml version=\"1.0\" ?>\n";
  write_element(out, roots.back(), 0);
  return make_markup(std::move(out));
}

constexpr FilterEntry filters[] = {
    {"json", json, "As JSON, keys sorted (Salt's).", "d|json"},
    {"tojson", tojson, "As JSON that is safe in HTML (Salt's).", "d|tojson"},
    {"yaml", yaml, "As YAML, in flow style unless told otherwise (Salt's).", "d|yaml(False)"},
    {"dict_to_sls_yaml_params", sls_parameters, "A dict as the list of parameters of a state (Salt's).", "d|dict_to_sls_yaml_params"},
    {"python", python, "As Python would write it (Salt's).", "d|python"},
    {"pprint", pprint, "As Python would write it, over several lines when long.", "d|pprint"},
    {"xml", xml, "As XML (Salt's).", "{'root': d}|xml"},
    {"load_yaml", load_yaml, "The data a YAML text stands for (Salt's).", "'{a: 1}'|load_yaml"},
    {"load_json", load_json, "The data a JSON text stands for (Salt's).", "'[1]'|load_json"},
    {"load_text", load_text, "The text itself (Salt's).", "x|load_text"},
};

}  // namespace

std::span<const FilterEntry> data_filters() { return filters; }

}  // namespace halite::render
