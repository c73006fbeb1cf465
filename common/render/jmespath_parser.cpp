#include "common/render/jmespath_parser.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/render/failure.h"

namespace halite::render::query {
namespace {

constexpr int depth_limit = 200;

enum class Type { end, name, quoted_name, number, literal, symbol };

struct Token {
  Type type = Type::end;
  std::string text;  // of a symbol: itself, such as "[?"
  Value value;       // of a number or a literal
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    for (;;) {
      while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos) ++at_;
      if (at_ >= text_.size()) break;
      tokens.push_back(next());
    }
    tokens.emplace_back();
    return tokens;
  }

 private:
  Token next() {
    const char c = text_[at_];
    if (is_letter(c)) return {Type::name, std::string(run_of([](char x) { return is_letter(x) || is_digit(x); })), {}};
    if (is_digit(c) || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    if (c == '"') return {Type::quoted_name, json_text(quoted('"', true)), {}};
    if (c == '\'') return {Type::literal, "", Value(replace_all(replace_all(quoted('\'', false), "\\'", "'"), "\\\\", "\\"))};
    if (c == '`') return backquoted();
    for (const std::string_view symbol : {"[?", "[]", "||", "&&", "==", "!=", "<=", ">=", "[", "]", "{", "}", "(", ")", ".", ",", ":", "*", "@", "&", "|", "!", "<", ">"})
      if (text_.substr(at_, symbol.size()) == symbol) {
        at_ += symbol.size();
        return {Type::symbol, std::string(symbol), {}};
      }
    fail("Bad jmespath expression: Unknown token {} in {}", c, text_);
  }

  template <class Fits>
  std::string_view run_of(const Fits& fits) {
    const std::size_t start = at_;
    while (at_ < text_.size() && fits(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  Token number() {
    const std::size_t start = at_++;
    run_of(is_digit);
    const auto value = parse_int(std::string(text_.substr(start, at_ - start)));
    if (!value) fail("Bad jmespath expression: the number is too large in {}", text_);
    return {Type::number, "", *value};
  }

  // What stands between two of these marks, with its backslashes; those of JSON keep the marks.
  std::string quoted(char mark, bool keep_marks) {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != mark) at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) fail("Bad jmespath expression: Unclosed {} delimiter in {}", mark, text_);
    ++at_;
    return std::string(keep_marks ? text_.substr(start, at_ - start) : text_.substr(start + 1, at_ - start - 2));
  }

  std::string json_text(const std::string& text) const {
    try {
      return from_json(text, "jmespath").as_string();
    } catch (const Error& error) {
      fail("Bad jmespath expression: {}", error.message());
    }
  }

  Token backquoted() {
    std::string text = replace_all(quoted('`', false), "\\`", "`");
    text.erase(0, std::min(text.find_first_not_of(" \t\n\r"), text.size()));
    try {
      return {Type::literal, "", from_json(text, "jmespath")};
    } catch (const Error&) {  // the old form of a text: without quotes
      return {Type::literal, "", Value(json_text("\"" + text + "\""))};
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

using NodePtr = std::unique_ptr<Node>;

NodePtr make(Kind kind) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  return node;
}

NodePtr make(Kind kind, NodePtr first, NodePtr second) {
  NodePtr node = make(kind);
  node->children.push_back(std::move(first));
  node->children.push_back(std::move(second));
  return node;
}

// How tightly what follows an expression binds to it. What binds less than `projection_stop` ends a projection.
constexpr int projection_stop = 10;

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  NodePtr run() {
    NodePtr node = expression(0);
    if (here().type != Type::end) unexpected();
    return node;
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  bool at(std::string_view symbol) const { return here().type == Type::symbol && here().text == symbol; }
  bool skip(std::string_view symbol) { return at(symbol) && (++at_, true); }
  void expect(std::string_view symbol) {
    if (!skip(symbol)) unexpected();
  }

  [[noreturn]] void unexpected() const {
    if (here().type == Type::end) fail("Invalid jmespath expression: Incomplete expression");
    fail("Invalid jmespath expression: Parse error, token {}", here().text);
  }

  int binding() const {
    if (here().type != Type::symbol) return 0;
    static constexpr std::pair<std::string_view, int> powers[] = {
        {"|", 1}, {"||", 2}, {"&&", 3}, {"==", 5}, {"!=", 5}, {"<", 5}, {"<=", 5}, {">", 5}, {">=", 5},
        {"[]", 9}, {"*", 20}, {"[?", 21}, {".", 40}, {"!", 45}, {"{", 50}, {"[", 55}, {"(", 60}};
    for (const auto& [symbol, power] : powers)
      if (here().text == symbol) return power;
    return 0;
  }

  NodePtr expression(int power) {
    if (++depth_ > depth_limit) fail("Invalid jmespath expression: nested deeper than {}", depth_limit);
    NodePtr left = first();
    for (int steps = 0; power < binding(); ++steps) {
      if (steps > depth_limit) fail("Invalid jmespath expression: more than {} steps", depth_limit);
      left = continued(std::move(left));
    }
    --depth_;
    return left;
  }

  NodePtr first() {
    const Token token = here();
    if (token.type == Type::end) unexpected();
    ++at_;
    switch (token.type) {
      case Type::literal: {
        NodePtr node = make(Kind::literal);
        node->literal = token.value;
        return node;
      }
      case Type::name:
      case Type::quoted_name: {
        if (at("(") && token.type == Type::quoted_name) unexpected();
        NodePtr node = make(at("(") ? Kind::call : Kind::field);
        node->text = token.text;
        if (skip("(")) arguments(*node);
        return node;
      }
      case Type::symbol: return first_symbol(token.text);
      default: --at_; unexpected();
    }
  }

  NodePtr first_symbol(const std::string& symbol) {
    if (symbol == "*") return make(Kind::value_projection, make(Kind::identity), at("]") ? make(Kind::identity) : behind_projection(20));
    if (symbol == "@") return make(Kind::identity);
    if (symbol == "[?") return filter(make(Kind::identity));
    if (symbol == "{") return select_hash();
    if (symbol == "[]") return flattened(make(Kind::identity));
    if (symbol == "&" || symbol == "!") {
      NodePtr node = make(symbol == "&" ? Kind::reference : Kind::negation);
      node->children.push_back(expression(symbol == "&" ? 0 : 45));
      return node;
    }
    if (symbol == "(") {
      NodePtr node = expression(0);
      expect(")");
      return node;
    }
    if (symbol == "[") return bracket(make(Kind::identity), true);
    --at_;
    unexpected();
  }

  NodePtr continued(NodePtr left) {
    const std::string symbol = tokens_[at_++].text;
    if (symbol == ".") {
      if (skip("*")) return make(Kind::value_projection, std::move(left), behind_projection(20));
      return make(Kind::pipe, std::move(left), behind_dot(40));
    }
    if (symbol == "|") return make(Kind::pipe, std::move(left), expression(1));
    if (symbol == "||") return make(Kind::either, std::move(left), expression(2));
    if (symbol == "&&") return make(Kind::both, std::move(left), expression(3));
    if (symbol == "[?") return filter(std::move(left));
    if (symbol == "[]") return flattened(std::move(left));
    if (symbol == "[") return bracket(std::move(left), false);
    if (symbol.find_first_of("=<>") != std::string::npos) {
      NodePtr node = make(Kind::compare, std::move(left), expression(5));
      node->text = symbol;
      return node;
    }
    --at_;
    unexpected();
  }

  NodePtr behind_dot(int power) {
    if (skip("[")) return select_list();
    if (skip("{")) return select_hash();
    const bool fits = here().type == Type::name || here().type == Type::quoted_name || at("*");
    return fits ? expression(power) : (unexpected(), nullptr);
  }

  NodePtr behind_projection(int power) {
    if (binding() < projection_stop) return make(Kind::identity);
    if (at("[") || at("[?")) return expression(power);
    if (skip(".")) return behind_dot(power);
    unexpected();
  }

  NodePtr flattened(NodePtr left) {
    NodePtr list = make(Kind::flatten);
    list->children.push_back(std::move(left));
    return make(Kind::projection, std::move(list), behind_projection(9));
  }

  NodePtr filter(NodePtr left) {
    NodePtr condition = expression(0);
    expect("]");
    NodePtr right = at("[]") ? make(Kind::identity) : behind_projection(21);
    NodePtr node = make(Kind::filter, std::move(left), std::move(right));
    node->children.push_back(std::move(condition));
    return node;
  }

  // Behind "[": an index, a slice, a star, or (at the start only) a list of expressions.
  NodePtr bracket(NodePtr left, bool may_select) {
    if (here().type == Type::number || at(":")) {
      NodePtr part = index_or_slice();
      const bool is_slice = part->kind == Kind::slice;
      NodePtr picked = make(Kind::pipe, std::move(left), std::move(part));
      return is_slice ? make(Kind::projection, std::move(picked), behind_projection(20)) : std::move(picked);
    }
    if (at("*") && tokens_[at_ + 1].type == Type::symbol && tokens_[at_ + 1].text == "]") {
      at_ += 2;
      return make(Kind::projection, std::move(left), behind_projection(20));
    }
    return may_select ? select_list() : (unexpected(), nullptr);
  }

  NodePtr index_or_slice() {
    NodePtr node = make(Kind::slice);
    std::size_t part = 0;
    while (!at("]")) {
      if (here().type == Type::number) {
        if (node->bounds[part]) unexpected();
        node->bounds[part] = *tokens_[at_++].value.if_int();
      } else if (skip(":")) {
        if (++part > 2) unexpected();
      } else {
        unexpected();
      }
    }
    ++at_;
    if (part > 0) return node;
    node->kind = Kind::index;
    node->number = *node->bounds[0];
    return node;
  }

  NodePtr select_list() {
    NodePtr node = make(Kind::select_list);
    do node->children.push_back(expression(0));
    while (skip(","));
    expect("]");
    return node;
  }

  NodePtr select_hash() {
    NodePtr node = make(Kind::select_hash);
    do {
      if (here().type != Type::name && here().type != Type::quoted_name) unexpected();
      node->names.push_back(tokens_[at_++].text);
      expect(":");
      node->children.push_back(expression(0));
    } while (skip(","));
    expect("}");
    return node;
  }

  void arguments(Node& call) {
    while (!at(")")) {
      call.children.push_back(expression(0));
      if (!skip(",") && !at(")")) unexpected();
    }
    ++at_;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::unique_ptr<Node> parse(std::string_view expression) { return Parser(Lexer(expression).run()).run(); }

}  // namespace halite::render::query
