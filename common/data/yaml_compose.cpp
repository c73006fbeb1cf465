// From libyaml's events to the node tree.
#include <yaml.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/yaml_literals.h"
#include "common/data/yaml_node.h"
#include "common/data/yaml_scalar.h"

namespace halite::yaml {
namespace {

constexpr std::size_t depth_limit = 256;
constexpr std::size_t alias_limit = 1'000'000;  // values that aliases may add

std::string_view text_of(const yaml_char_t* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

Tag tag_of(std::string_view name) {
  constexpr std::string_view prefix = "tag:yaml.org,2002:";
  constexpr std::array<std::pair<std::string_view, Tag>, 15> known{{{"null", Tag::null},
                                                                    {"bool", Tag::boolean},
                                                                    {"int", Tag::integer},
                                                                    {"float", Tag::real},
                                                                    {"str", Tag::string},
                                                                    {"python/unicode", Tag::string},
                                                                    {"timestamp", Tag::timestamp},
                                                                    {"binary", Tag::binary},
                                                                    {"merge", Tag::merge},
                                                                    {"value", Tag::value},
                                                                    {"seq", Tag::list},
                                                                    {"map", Tag::map},
                                                                    {"set", Tag::set},
                                                                    {"omap", Tag::omap},
                                                                    {"pairs", Tag::pairs}}};
  if (name.starts_with(prefix))
    for (const auto& [known_name, tag] : known)
      if (known_name == name.substr(prefix.size())) return tag;
  return Tag::other;
}

class Composer {
 public:
  Composer(std::string_view given, std::string_view source)
      : without_literals_(cut_literals(given)), text_(given), source_(source) {
    if (!yaml_parser_initialize(&parser_)) throw std::bad_alloc();
    std::string_view text = without_literals_ ? without_literals_->text : given;
    // A byte order mark at the start is no content, and only libyaml's guessing of encodings would skip it.
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;
  ~Composer() { yaml_parser_delete(&parser_); }

  Tree run() {
    Event stream_start;
    next(stream_start);
    Event first;
    next(first);
    if (first->type == YAML_STREAM_END_EVENT) return std::move(tree_);
    tree_.root = read_node(0);
    Event document_end;
    next(document_end);
    Event last;
    next(last);
    if (last->type != YAML_STREAM_END_EVENT)
      fail(source_, mark_of(last->start_mark), "expected a single document in the stream but found another one");
    return std::move(tree_);
  }

 private:
  Mark mark_of(const yaml_mark_t& mark) const {
    return {static_cast<std::uint32_t>(line_of(mark)), static_cast<std::uint32_t>(mark.column + 1)};
  }
  std::size_t line_of(const yaml_mark_t& mark) const {
    return without_literals_ ? without_literals_->lines[std::min(mark.line, without_literals_->lines.size() - 1)] : mark.line + 1;
  }

  std::string* literal_at(std::uint32_t line) {
    if (!without_literals_) return nullptr;
    const auto found = without_literals_->literals.find(line);
    return found == without_literals_->literals.end() ? nullptr : &found->second;
  }

  void next(Event& event) {
    if (!yaml_parser_parse(&parser_, event.get())) fail_parse();
  }

  [[noreturn]] void fail_parse() {
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    if (parser_.error == YAML_READER_ERROR) fail_read();
    std::string problem = parser_.problem ? parser_.problem : "malformed YAML";
    const Mark at = mark_of(parser_.problem_mark);
    if (parser_.problem_mark.index < text_.size() && problem.starts_with("found character that cannot start") &&
        source_line(at.line).substr(0, at.column).ends_with('\t'))
      problem += ": it is a tab, and YAML is indented with spaces";
    if (parser_.context) problem += fmt::format(" ({} that begins at line {})", parser_.context, line_of(parser_.context_mark));
    fail(source_, at, problem);
  }

  [[noreturn]] void fail_read() {
    const std::size_t offset = std::min(parser_.problem_offset, text_.size());
    const std::string_view before = text_.substr(0, offset);
    const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1);
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
    const std::string value = parser_.problem_value >= 0 ? fmt::format(" (#x{:04x})", parser_.problem_value) : "";
    fail(source_, {line, static_cast<std::uint32_t>(offset - start + 1)}, parser_.problem + value);
  }

  std::string_view source_line(std::size_t number) const {
    std::string_view rest = text_;
    for (; number > 1; --number) rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    return rest.substr(0, rest.find('\n'));
  }

  Node* read_node(std::size_t depth) {
    Event event;
    next(event);
    return node_of(event, depth);
  }

  Node* node_of(Event& event, std::size_t depth) {
    if (depth > depth_limit)
      fail(source_, mark_of(event->start_mark), fmt::format("nested deeper than {}", depth_limit));
    switch (event->type) {
      case YAML_ALIAS_EVENT: return alias(event, depth);
      case YAML_SCALAR_EVENT: return scalar(event);
      case YAML_SEQUENCE_START_EVENT: return list(event, depth);
      default: return map(event, depth);
    }
  }

  Node* alias(const Event& event, std::size_t depth) {
    const std::string name(text_of(event->data.alias.anchor));
    const Mark at = mark_of(event->start_mark);
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) fail(source_, at, fmt::format("found undefined alias '{}'", name));
    if (!found->second->is_complete)
      fail(source_, at, fmt::format("alias '{}' stands inside what it names", name));
    if (depth + found->second->height > depth_limit)
      fail(source_, at, fmt::format("aliases nest deeper than {}", depth_limit));
    found->second->is_aliased = true;
    added_by_aliases_ += found->second->expanded;
    if (added_by_aliases_ > alias_limit)
      fail(source_, at, fmt::format("aliases expand to more than {} values", alias_limit));
    return found->second;
  }

  Node& add(Node::Kind kind, const Event& event, const yaml_char_t* anchor, const yaml_char_t* tag) {
    Node& node = tree_.nodes.emplace_back();
    node.kind = kind;
    node.mark = mark_of(event->start_mark);
    if (anchor) {
      const auto [place, is_new] = anchors_.emplace(text_of(anchor), &node);
      if (!is_new)
        fail(source_, node.mark, fmt::format("found duplicate anchor '{}'; the first one is at line {}",
                                             place->first, place->second->mark.line));
    }
    const std::string_view name = text_of(tag);
    if (name.empty() || name == "!") {
      node.tag = kind == Node::Kind::scalar ? Tag::string : kind == Node::Kind::list ? Tag::list : Tag::map;
    } else {
      node.tag = tag_of(name);
      node.tag_name = name;
    }
    return node;
  }

  static void count(Node& parent, const Node& child) {
    parent.expanded += child.expanded;
    parent.height = std::max(parent.height, child.height + 1);
  }

  Node* scalar(const Event& event) {
    const auto& data = event->data.scalar;
    Node& node = add(Node::Kind::scalar, event, data.anchor, data.tag);
    if (std::string* literal = data.style == YAML_LITERAL_SCALAR_STYLE ? literal_at(node.mark.line) : nullptr)
      node.text = std::move(*literal);
    else
      node.text.assign(reinterpret_cast<const char*>(data.value), data.length);
    if (node.tag_name.empty() && data.plain_implicit) node.tag = resolve_plain(node.text);
    node.is_complete = true;
    return &node;
  }

  Node* list(const Event& event, std::size_t depth) {
    Node& node = add(Node::Kind::list, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
    for (;;) {
      Event item;
      next(item);
      if (item->type == YAML_SEQUENCE_END_EVENT) break;
      node.items.push_back(node_of(item, depth + 1));
      count(node, *node.items.back());
    }
    node.is_complete = true;
    return &node;
  }

  Node* map(const Event& event, std::size_t depth) {
    Node& node = add(Node::Kind::map, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
    for (;;) {
      Event key;
      next(key);
      if (key->type == YAML_MAPPING_END_EVENT) break;
      Node* key_node = node_of(key, depth + 1);
      Node* value_node = read_node(depth + 1);
      node.entries.emplace_back(key_node, value_node);
      count(node, *key_node);
      count(node, *value_node);
    }
    node.is_complete = true;
    return &node;
  }

  std::optional<WithoutLiterals> without_literals_;
  std::string_view text_;
  std::string_view source_;
  yaml_parser_t parser_{};
  Tree tree_;
  std::unordered_map<std::string, Node*> anchors_;
  std::size_t added_by_aliases_ = 0;
};

}  // namespace

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::scalar: return "scalar";
    case Node::Kind::list: return "sequence";
    case Node::Kind::map: return "mapping";
  }
  return "node";
}

void fail(std::string_view source, Mark mark, std::string_view problem) {
  throw Error(ErrorKind::invalid, "{}:{}:{}: {}", source, mark.line, mark.column, problem);
}

Tree compose(std::string_view text, std::string_view source) { return Composer(text, source).run(); }

}  // namespace halite::yaml
