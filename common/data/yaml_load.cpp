// From the node tree to values: Salt's constructors and its handling of merge keys.
#include <algorithm>
#include <cmath>
#include <deque>
#include <unordered_set>
#include <utility>

#include "common/base/error.h"
#include "common/data/real_text.h"
#include "common/data/yaml.h"
#include "common/data/yaml_node.h"
#include "common/data/yaml_scalar.h"

namespace halite {
namespace {

using yaml::Node;
using yaml::Tag;

// A key as Python's str() shows it, for messages.
std::string shown(const Value& key) {
  if (const auto* text = key.if_string()) return *text;
  if (const auto* boolean = key.if_bool()) return *boolean ? "True" : "False";
  if (const auto* integer = key.if_int()) return std::to_string(*integer);
  if (const auto* real = key.if_real()) return real_text(*real);
  return key.is_null() ? "None" : std::string(key.type_name());
}

// Containers are made empty and filled one after the other, as PyYAML does it: so the first of several errors is the
// same one, and no depth of nesting costs stack.
class Constructor {
 public:
  Constructor(std::string_view source, YamlLines* lines) : source_(source), lines_(lines) {}

  Value run(Node* root) {
    Value result = value(root);
    for (; !unfilled_.empty(); unfilled_.pop_front()) fill(unfilled_.front().first, unfilled_.front().second);
    return result;
  }

 private:
  Value value(Node* node) {
    if (node->kind == Node::Kind::scalar || !node->is_aliased) return make(node);
    // What several aliases name is made once and shared.
    const auto [place, is_new] = made_.try_emplace(node);
    if (is_new) place->second = make(node);
    return place->second;
  }

  Value make(Node* node) {
    switch (node->tag) {
      case Tag::null: return scalar(node), Value();
      case Tag::boolean: return converted(node, yaml::to_bool(scalar(node)), "a boolean");
      case Tag::integer: return converted(node, yaml::to_integer(scalar(node)), "an integer");
      case Tag::real: return converted(node, yaml::to_real(scalar(node)), "a number");
      case Tag::binary: return converted(node, yaml::to_binary(scalar(node)), "base64");
      case Tag::string:
      case Tag::timestamp: return scalar(node);
      case Tag::list:
      case Tag::set:
      case Tag::pairs: return unfilled_.emplace_back(node, List()).second;
      case Tag::map:
      case Tag::omap: return unfilled_.emplace_back(node, Map()).second;
      case Tag::merge: unknown_tag(node, "tag:yaml.org,2002:merge");
      case Tag::value: unknown_tag(node, "tag:yaml.org,2002:value");
      case Tag::other: unknown_tag(node, node->tag_name);
    }
    return Value();
  }

  void fill(Node* node, const Value& container) {
    switch (node->tag) {
      case Tag::list: return fill_list(node, *container.shared_list());
      case Tag::set: return fill_set(node, *container.shared_list());
      case Tag::pairs: return fill_pairs(node, *container.shared_list());
      default: return fill_map(node, *container.shared_map());
    }
  }

  [[noreturn]] void fail(const Node* node, std::string_view problem) { yaml::fail(source_, node->mark, problem); }

  [[noreturn]] void unknown_tag(const Node* node, std::string_view name) {
    const bool is_word = node->kind == Node::Kind::scalar && node->tag_name.empty();
    fail(node, fmt::format("could not determine a constructor for the tag '{}'{}", name,
                           is_word ? fmt::format("; as text, write '{}' in quotes", node->text) : ""));
  }

  void expect(const Node* node, Node::Kind kind) {
    if (node->kind != kind)
      fail(node, fmt::format("expected a {} node, but found {}", kind_name(kind), kind_name(node->kind)));
  }

  const std::string& scalar(Node* node) {
    if (node->kind == Node::Kind::map)
      for (const auto& [key, value] : node->entries)
        if (key->tag == Tag::value) return scalar(value);
    expect(node, Node::Kind::scalar);
    return node->text;
  }

  Value converted(const Node* node, std::optional<Value> value, std::string_view wanted) {
    if (!value) fail(node, fmt::format("'{}' is not {}", node->text, wanted));
    return std::move(*value);
  }

  void fill_list(Node* node, List& items) {
    expect(node, Node::Kind::list);
    items.reserve(node->items.size());
    std::vector<std::uint32_t> lines;
    for (Node* item : node->items) {
      items.push_back(value(item));
      if (lines_) lines.push_back(item->mark.line);
    }
    if (lines_) lines_->add(&items, std::move(lines));
  }

  void fill_map(Node* node, Map& entries) {
    expect(node, Node::Kind::map);
    flatten(node);
    entries.reserve(node->entries.size());
    std::vector<std::uint32_t> lines;
    bool has_nan = false;  // unequal to itself, but PyYAML has only one
    for (const auto& [key_node, value_node] : node->entries) {
      Value key = key_of(key_node);
      Value content = value(value_node);
      const bool is_nan = key.is_real() && std::isnan(*key.if_real());
      if (is_nan ? std::exchange(has_nan, true) : entries.find(key) != nullptr)
        fail(key_node, fmt::format("found conflicting ID '{}' (the mapping that begins at line {} has this key twice)",
                                   shown(key), node->mark.line));
      entries.set(std::move(key), std::move(content));
      if (lines_) lines.push_back(key_node->mark.line);
    }
    if (lines_) lines_->add(&entries, std::move(lines));
  }

  Value key_of(Node* node) {
    Value key = value(node);
    if (key.is_map()) fail(node, "a mapping can't be a key: Invalid YAML, possible double curly-brace");
    if (key.is_list()) fail(node, "found unacceptable key: a sequence can't be a key");
    if (key.is_bytes()) fail(node, "found unacceptable key: bytes can't be a key");
    return key;
  }

  void fill_set(Node* node, List& keys) {
    Map members;
    fill_map(node, members);
    for (const auto& entry : members) keys.push_back(entry.key);
  }

  void fill_pairs(Node* node, List& out) {
    expect(node, Node::Kind::list);
    for (Node* item : node->items) {
      expect(item, Node::Kind::map);
      if (item->entries.size() != 1)
        fail(item, fmt::format("expected a single mapping item, but found {} items", item->entries.size()));
      const auto& [key, content] = item->entries.front();
      Value first = value(key);
      out.push_back(List{std::move(first), value(content)});
    }
  }

  // Replaces `<<` by the entries it names. An entry of the mapping itself wins; entries that are merged twice are a
  // conflict, as in Salt (PyYAML alone would take the first). The limit on aliases bounds what can come in.
  void flatten(Node* node) {
    std::vector<std::pair<Node*, Node*>> merged;
    std::vector<std::pair<Node*, Node*>> own;
    for (const auto& [key, content] : node->entries) {
      if (key->tag == Tag::merge) {
        merge_from(node, content, merged);
        continue;
      }
      if (key->tag == Tag::value) key->tag = Tag::string;
      own.emplace_back(key, content);
    }
    std::unordered_set<std::string_view> own_keys;
    for (const auto& [key, content] : own) own_keys.insert(key->text);
    std::erase_if(merged, [&](const auto& entry) { return own_keys.contains(entry.first->text); });
    merged.insert(merged.end(), own.begin(), own.end());
    node->entries = std::move(merged);
  }

  void merge_from(const Node* node, Node* content, std::vector<std::pair<Node*, Node*>>& merged) {
    const bool is_list = content->kind == Node::Kind::list;
    const std::vector<Node*> maps = is_list ? content->items : std::vector{content};
    for (const Node* source : maps)
      if (source->kind != Node::Kind::map)
        fail(source, fmt::format("expected a mapping{} for merging, but found {} (in the mapping at line {})",
                                 is_list ? "" : " or list of mappings", kind_name(source->kind), node->mark.line));
    for (Node* source : maps) flatten(source);
    for (auto source = maps.rbegin(); source != maps.rend(); ++source)
      merged.insert(merged.end(), (*source)->entries.begin(), (*source)->entries.end());
  }

  std::string_view source_;
  YamlLines* lines_;
  std::unordered_map<const Node*, Value> made_;
  std::deque<std::pair<Node*, Value>> unfilled_;
};

}  // namespace

Value from_yaml(std::string_view text, std::string_view source_name) {
  const yaml::Tree tree = yaml::compose(text, source_name);
  return tree.root ? Constructor(source_name, nullptr).run(tree.root) : Value();
}

YamlDocument load_yaml(std::string_view text, std::string_view source_name) {
  const yaml::Tree tree = yaml::compose(text, source_name);
  YamlDocument document;
  if (tree.root) document.value = Constructor(source_name, &document.lines).run(tree.root);
  return document;
}

std::optional<int> YamlLines::line_at(const void* container, std::size_t index) const {
  const auto found = lines_.find(container);
  if (found == lines_.end() || index >= found->second.size()) return std::nullopt;
  return static_cast<int>(found->second[index]);
}

std::optional<int> YamlLines::line_of(const Map& map, std::string_view key) const {
  std::size_t index = 0;
  for (const auto& entry : map) {
    if (const auto* text = entry.key.if_string(); text && *text == key) return line_at(&map, index);
    ++index;
  }
  return std::nullopt;
}

std::optional<int> YamlLines::line_of(const List& list, std::size_t index) const { return line_at(&list, index); }

}  // namespace halite
