// The rules for expressions, weakest binding first.
#include "common/render/failure.h"
#include "common/render/filters.h"
#include "common/render/parser_state.h"
#include "common/render/tests.h"

namespace halite::render {
namespace {

std::optional<Operator> comparison(const Token& token) {
  if (token.type != TokenType::symbol) return std::nullopt;
  static const std::unordered_map<std::string_view, Operator> operators{
      {"==", Operator::equal},      {"!=", Operator::not_equal}, {"<", Operator::less},
      {"<=", Operator::less_equal}, {">", Operator::greater},    {">=", Operator::greater_equal}};
  const auto found = operators.find(token.text);
  return found == operators.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Operator> product(const Token& token) {
  if (token.type != TokenType::symbol) return std::nullopt;
  static const std::unordered_map<std::string_view, Operator> operators{
      {"*", Operator::multiply}, {"/", Operator::divide}, {"//", Operator::floor_divide}, {"%", Operator::modulo}};
  const auto found = operators.find(token.text);
  return found == operators.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

ExpressionPtr Parser::make(ExpressionKind kind, int line) const {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  node->line = line;
  return node;
}

ExpressionPtr Parser::binary(ExpressionKind kind, int line, ExpressionPtr left, ExpressionPtr right) {
  count_operation();
  auto node = make(kind, line);
  node->children.push_back(std::move(left));
  node->children.push_back(std::move(right));
  return node;
}

ExpressionPtr Parser::parse_expression(bool with_conditional) {
  const Depth depth(*this);
  return with_conditional ? parse_conditional() : parse_or();
}

// As Jinja has it, here and below: the first operation is where its first token is, each further one where the operation
// before it ends.
ExpressionPtr Parser::parse_conditional() {
  int line = current().line;
  ExpressionPtr value = parse_or();
  while (skip_name("if")) {
    ExpressionPtr node = binary(ExpressionKind::conditional, line, std::move(value), parse_or());
    node->children.push_back(skip_name("else") ? parse_conditional() : nullptr);
    value = std::move(node);
    line = current().line;
  }
  return value;
}

ExpressionPtr Parser::parse_or() {
  int line = current().line;
  ExpressionPtr left = parse_and();
  while (skip_name("or")) {
    left = binary(ExpressionKind::either, line, std::move(left), parse_and());
    line = current().line;
  }
  return left;
}

ExpressionPtr Parser::parse_and() {
  int line = current().line;
  ExpressionPtr left = parse_not();
  while (skip_name("and")) {
    left = binary(ExpressionKind::both, line, std::move(left), parse_not());
    line = current().line;
  }
  return left;
}

ExpressionPtr Parser::parse_not() {
  if (!at_name("not")) return parse_compare();
  const Depth depth(*this);
  auto node = make(ExpressionKind::negation, current().line);
  skip();
  node->children.push_back(parse_not());
  return node;
}

ExpressionPtr Parser::parse_compare() {
  int line = current().line;
  ExpressionPtr first = parse_sum();
  ExpressionPtr node;
  while (true) {
    std::optional<Operator> operation = comparison(current());
    if (operation) {
      skip();
    } else if (skip_name("in")) {
      operation = Operator::in;
    } else if (at_name("not") && following().type == TokenType::name && following().text == "in") {
      skip();
      skip();
      operation = Operator::not_in;
    } else {
      if (!node) return first;
      node->line = line;
      return node;
    }
    if (!node) {
      node = make(ExpressionKind::compare, line);
      node->children.push_back(std::move(first));
    }
    node->operators.push_back(*operation);
    node->children.push_back(parse_sum());
    line = current().line;
  }
}

ExpressionPtr Parser::parse_sum() {
  int line = current().line;
  ExpressionPtr left = parse_concatenation();
  while (at_symbol("+") || at_symbol("-")) {
    const Operator operation = take().text == "+" ? Operator::add : Operator::subtract;
    left = binary(ExpressionKind::arithmetic, line, std::move(left), parse_concatenation());
    left->operators = {operation};
    line = current().line;
  }
  return left;
}

ExpressionPtr Parser::parse_concatenation() {
  const int line = current().line;
  ExpressionPtr first = parse_product();
  if (!at_symbol("~")) return first;
  auto node = make(ExpressionKind::concatenate, line);
  node->children.push_back(std::move(first));
  while (skip_symbol("~")) node->children.push_back(parse_product());
  return node;
}

ExpressionPtr Parser::parse_product() {
  int line = current().line;
  ExpressionPtr left = parse_power();
  while (const auto operation = product(current())) {
    skip();
    left = binary(ExpressionKind::arithmetic, line, std::move(left), parse_power());
    left->operators = {*operation};
    line = current().line;
  }
  return left;
}

ExpressionPtr Parser::parse_power() {
  int line = current().line;
  ExpressionPtr left = parse_unary();
  while (skip_symbol("**")) {
    left = binary(ExpressionKind::arithmetic, line, std::move(left), parse_unary());
    left->operators = {Operator::power};
    line = current().line;
  }
  return left;
}

ExpressionPtr Parser::parse_unary(bool with_filter) {
  ExpressionPtr node;
  if (at_symbol("-") || at_symbol("+")) {
    const Depth depth(*this);
    const Token sign = take();
    node = make(sign.text == "-" ? ExpressionKind::minus : ExpressionKind::plus, sign.line);
    node->children.push_back(parse_unary(false));
  } else {
    node = parse_primary();
  }
  node = parse_postfix(std::move(node));
  return with_filter ? parse_filters_and_tests(std::move(node)) : std::move(node);
}

ExpressionPtr Parser::parse_primary() {
  const Token& token = current();
  switch (token.type) {
    case TokenType::name: return parse_name();
    case TokenType::string: return parse_strings();
    case TokenType::integer:
    case TokenType::real: {
      auto node = make(ExpressionKind::constant, token.line);
      node->constant = token.number;
      skip();
      return node;
    }
    default: break;
  }
  if (at_symbol("[")) return parse_list();
  if (at_symbol("{")) return parse_dict();
  if (!at_symbol("(")) fail_here("unexpected '" + describe(token) + "'");
  skip();
  ExpressionPtr node = parse_tuple(false, true, false, true);
  expect_symbol(")");
  return node;
}

ExpressionPtr Parser::parse_name() {
  const Token token = take();
  static const std::unordered_map<std::string_view, Value> constants{
      {"true", true}, {"True", true}, {"false", false}, {"False", false}, {"none", nullptr}, {"None", nullptr}};
  if (const auto found = constants.find(token.text); found != constants.end()) {
    auto node = make(ExpressionKind::constant, token.line);
    node->constant = found->second;
    return node;
  }
  auto node = make(ExpressionKind::name, token.line);
  node->text = token.text;
  node->symbol = symbol(token.text);
  if (int* count = use_counter(token.text)) ++*count;
  return node;
}

ExpressionPtr Parser::parse_strings() {
  auto node = make(ExpressionKind::constant, current().line);
  std::string text;
  while (current().type == TokenType::string) text += take().text;
  node->constant = std::move(text);
  return node;
}

ExpressionPtr Parser::parse_tuple(bool simplified, bool with_conditional, bool until_in, bool in_parentheses,
                                  bool until_recursive) {
  int line = current().line;
  std::vector<ExpressionPtr> items;
  bool is_tuple = false;
  while (true) {
    if (!items.empty()) expect_symbol(",");
    const bool ended = current().type == TokenType::variable_end || current().type == TokenType::block_end ||
                       at_symbol(")") || (until_in && at_name("in")) || (until_recursive && at_name("recursive"));
    if (ended) break;
    items.push_back(simplified ? parse_primary() : parse_expression(with_conditional));
    if (!at_symbol(",")) break;
    is_tuple = true;
    line = current().line;  // Jinja's line of a tuple is that of its last comma
  }
  if (!is_tuple) {
    if (!items.empty()) return std::move(items[0]);
    if (!in_parentheses) fail_here("Expected an expression, got '" + describe(current()) + "'");
  }
  auto node = make(ExpressionKind::tuple, line);
  node->children = std::move(items);
  return node;
}

ExpressionPtr Parser::parse_list() {
  auto node = make(ExpressionKind::list, current().line);
  expect_symbol("[");
  while (!at_symbol("]")) {
    if (!node->children.empty()) expect_symbol(",");
    if (at_symbol("]")) break;
    node->children.push_back(parse_expression());
  }
  expect_symbol("]");
  return node;
}

ExpressionPtr Parser::parse_dict() {
  auto node = make(ExpressionKind::dict, current().line);
  expect_symbol("{");
  while (!at_symbol("}")) {
    if (!node->children.empty()) expect_symbol(",");
    if (at_symbol("}")) break;
    node->children.push_back(parse_expression());
    expect_symbol(":");
    node->children.push_back(parse_expression());
  }
  expect_symbol("}");
  return node;
}

ExpressionPtr Parser::parse_postfix(ExpressionPtr node) {
  while (true) {
    if (at_symbol("."))
      node = parse_attribute(std::move(node));
    else if (at_symbol("["))
      node = parse_item(std::move(node));
    else if (at_symbol("("))
      node = parse_call(std::move(node));
    else
      return node;
  }
}

ExpressionPtr Parser::parse_filters_and_tests(ExpressionPtr node) {
  while (true) {
    if (at_symbol("|"))
      node = parse_filter(std::move(node));
    else if (at_name("is"))
      node = parse_test(std::move(node));
    else if (at_symbol("("))  // calls are valid both after postfix expressions and filters
      node = parse_call(std::move(node));
    else
      return node;
  }
}

ExpressionPtr Parser::parse_attribute(ExpressionPtr object) {
  count_operation();
  const int line = take().line;
  const Token part = take();
  if (part.type == TokenType::name) {
    auto node = make(ExpressionKind::attribute, line);
    node->text = part.text;
    node->constant = Value(part.text);
    node->children.push_back(std::move(object));
    return node;
  }
  if (part.type != TokenType::integer) fail_syntax(part.line, "expected name or number");
  auto index = make(ExpressionKind::constant, part.line);
  index->constant = part.number;
  auto node = make(ExpressionKind::item, line);
  node->children.push_back(std::move(object));
  node->children.push_back(std::move(index));
  return node;
}

ExpressionPtr Parser::parse_item(ExpressionPtr object) {
  count_operation();
  auto node = make(ExpressionKind::item, take().line);
  std::vector<ExpressionPtr> indexes;
  while (!at_symbol("]")) {
    if (!indexes.empty()) expect_symbol(",");
    indexes.push_back(parse_index());
  }
  expect_symbol("]");
  node->children.push_back(std::move(object));
  if (indexes.size() == 1) {
    node->children.push_back(std::move(indexes[0]));
  } else {
    auto tuple = make(ExpressionKind::tuple, node->line);
    tuple->children = std::move(indexes);
    node->children.push_back(std::move(tuple));
  }
  return node;
}

ExpressionPtr Parser::parse_index() {
  const int line = current().line;
  ExpressionPtr start;
  if (!at_symbol(":")) {
    start = parse_expression();
    if (!at_symbol(":")) return start;
  }
  skip();
  const auto ends = [&] { return at_symbol("]") || at_symbol(","); };
  auto node = make(ExpressionKind::slice, line);
  node->children.push_back(std::move(start));
  node->children.push_back(ends() || at_symbol(":") ? nullptr : parse_expression());
  node->children.push_back(skip_symbol(":") && !ends() ? parse_expression() : nullptr);
  return node;
}

ExpressionPtr Parser::parse_call(ExpressionPtr callee) {
  count_operation();
  auto node = make(ExpressionKind::call, current().line);
  node->arguments = parse_arguments();
  node->children.push_back(std::move(callee));
  return node;
}

CallArguments Parser::parse_arguments() {
  const int line = current().line;
  expect_symbol("(");
  CallArguments arguments;
  bool needs_comma = false;
  while (!at_symbol(")")) {
    if (needs_comma) {
      expect_symbol(",");
      if (at_symbol(")")) break;
    }
    const bool was_plain = !arguments.star && !arguments.double_star;
    if (!was_plain && (arguments.double_star || (!at_symbol("**") && !(following().type == TokenType::symbol && following().text == "="))))
      fail_syntax(line, "invalid syntax for function call expression");
    parse_argument(arguments, line);
    needs_comma = true;
  }
  expect_symbol(")");
  return arguments;
}

void Parser::parse_argument(CallArguments& arguments, int call_line) {
  const int line = current().line;
  if (skip_symbol("**")) {
    arguments.double_star = parse_expression();
  } else if (skip_symbol("*")) {
    arguments.star = parse_expression();
  } else if (current().type == TokenType::name && following().type == TokenType::symbol && following().text == "=") {
    std::string name = take().text;
    skip();
    for (const auto& [given, value] : arguments.named)
      if (given == name) fail_syntax(line, "keyword argument repeated: {}", name);
    arguments.named.emplace_back(std::move(name), parse_expression());
  } else {
    if (!arguments.named.empty()) fail_syntax(call_line, "invalid syntax for function call expression");
    arguments.positional.push_back(parse_expression());
  }
}

std::string Parser::parse_dotted_name() {
  std::string name = expect_any_name();
  while (skip_symbol(".")) name += "." + expect_any_name();
  return name;
}

ExpressionPtr Parser::parse_filter(ExpressionPtr node, bool first) {
  while (first || at_symbol("|")) {
    if (!first) skip();
    first = false;
    count_operation();
    auto filter = make(ExpressionKind::filter, current().line);
    filter->text = parse_dotted_name();
    filter->filter = find_filter(filter->text);
    if (at_symbol("(")) filter->arguments = parse_arguments();
    filter->children.push_back(std::move(node));
    node = std::move(filter);
  }
  return node;
}

ExpressionPtr Parser::parse_test(ExpressionPtr value) {
  count_operation();
  auto node = make(ExpressionKind::test, take().line);
  const bool negated = skip_name("not");
  node->text = parse_dotted_name();
  node->test = find_test(node->text);
  const TokenType type = current().type;
  const bool begins_operand = type == TokenType::name || type == TokenType::string || type == TokenType::integer ||
                              type == TokenType::real || at_symbol("[") || at_symbol("{");
  if (at_symbol("(")) {
    node->arguments = parse_arguments();
  } else if (begins_operand && !at_name("else") && !at_name("or") && !at_name("and")) {
    if (at_name("is")) fail_here("You cannot chain multiple tests with is");
    node->arguments.positional.push_back(parse_postfix(parse_primary()));
  }
  node->children.push_back(std::move(value));
  if (!negated) return node;
  auto negation = make(ExpressionKind::negation, node->line);
  negation->children.push_back(std::move(node));
  return negation;
}

}  // namespace halite::render
