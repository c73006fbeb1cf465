// The rules for tags.
#include <unordered_map>

#include "common/base/strings.h"
#include "common/render/check.h"
#include "common/render/failure.h"
#include "common/render/filters.h"
#include "common/render/parser.h"
#include "common/render/parser_state.h"

namespace halite::render {

std::unique_ptr<Statement> Parser::statement(StatementKind kind) const {
  auto node = std::make_unique<Statement>();
  node->kind = kind;
  node->line = current().line;
  return node;
}

// Text and tags up to one of `ends`, which stays the current token; no ends: to the end of the template.
Body Parser::parse_body(std::initializer_list<std::string_view> ends) {
  const Depth depth(*this);
  Body body;
  expected_ends_.emplace_back(ends.begin(), ends.end());
  while (current().type != TokenType::end) {
    operations_ = 0;
    if (current().type == TokenType::data) {
      body.push_back(statement(StatementKind::text));
      body.back()->text = take().text;
    } else if (current().type == TokenType::variable_begin) {
      skip();
      auto node = statement(StatementKind::print);
      node->value = parse_tuple();
      node->line = node->value->line;
      body.push_back(std::move(node));
      expect(TokenType::variable_end, "end of print statement");
    } else if (current().type == TokenType::block_begin) {
      skip();
      if (current().type == TokenType::name && std::find(ends.begin(), ends.end(), current().text) != ends.end()) {
        expected_ends_.pop_back();
        return body;
      }
      if (auto node = parse_statement()) body.push_back(std::move(node));
      expect(TokenType::block_end, "end of statement block");
    } else {
      fail_here("unexpected " + describe(current()));
    }
  }
  if (ends.size() > 0) fail_end_of_template();
  expected_ends_.pop_back();
  return body;
}

// The body of a tag: its end, text, and the end tag's name, which `drop_end` takes too.
Body Parser::parse_statements(std::initializer_list<std::string_view> ends, bool drop_end) {
  skip_symbol(":");
  expect(TokenType::block_end, "end of statement block");
  Body body = parse_body(ends);
  if (drop_end) skip();
  return body;
}

std::unique_ptr<Statement> Parser::parse_statement() {
  if (current().type != TokenType::name) fail_here("tag name expected");
  const std::string tag = current().text;
  open_tags_.push_back(tag);
  auto node = parse_tag(tag);
  open_tags_.pop_back();
  return node;
}

std::unique_ptr<Statement> Parser::parse_tag(const std::string& tag) {
  using Rule = std::unique_ptr<Statement> (Parser::*)();
  static const std::unordered_map<std::string_view, Rule> rules{
      {"if", &Parser::parse_if},           {"for", &Parser::parse_for},         {"set", &Parser::parse_set},
      {"macro", &Parser::parse_macro},     {"call", &Parser::parse_call_block}, {"filter", &Parser::parse_filter_block},
      {"with", &Parser::parse_with},       {"include", &Parser::parse_include}, {"import", &Parser::parse_import},
      {"from", &Parser::parse_from},       {"block", &Parser::parse_block},     {"profile", &Parser::parse_profile},
      {"print", &Parser::parse_print},     {"autoescape", &Parser::parse_autoescape}};
  if (const auto found = rules.find(tag); found != rules.end()) return (this->*found->second)();
  if (tag == "load_yaml" || tag == "load_json" || tag == "load_text") return parse_load(tag);
  if (tag == "import_yaml" || tag == "import_json" || tag == "import_text") return parse_import_data(tag);
  if (tag == "do" || tag == "extends") {
    auto node = statement(tag == "do" ? StatementKind::evaluate : StatementKind::extends);
    skip();
    node->value = tag == "do" ? parse_tuple() : parse_expression();
    return node;
  }
  if (tag == "break" || tag == "continue") {
    auto node = statement(tag == "break" ? StatementKind::stop_loop : StatementKind::next_loop);
    skip();
    return node;
  }
  open_tags_.pop_back();
  fail_unknown_tag(tag);
}

std::unique_ptr<Statement> Parser::parse_if() {
  auto root = statement(StatementKind::conditional);
  Statement* node = root.get();
  skip();
  constexpr int branch_limit = 1000;  // each is nested in the one before
  for (int branches = 0;; ++branches) {
    if (branches > branch_limit) fail_here(fmt::format("too many elif (limit {})", branch_limit));
    operations_ = 0;
    node->value = parse_tuple(false, false);
    node->body = parse_statements({"elif", "else", "endif"}, false);
    const Token end = take();
    if (end.text == "endif") return root;
    if (end.text == "else") {
      node->otherwise = parse_statements({"endif"}, true);
      return root;
    }
    node->otherwise.push_back(statement(StatementKind::conditional));
    node->otherwise.back()->line = end.line;
    node->otherwise.back()->is_elif = true;
    node = node->otherwise.back().get();
  }
}

std::unique_ptr<Statement> Parser::parse_for() {
  auto node = statement(StatementKind::loop);
  skip();
  node->target = parse_target(true, false, true);
  expect_name("in");
  node->value = parse_tuple(false, false, false, false, true);
  if (skip_name("if")) node->condition = parse_expression();
  node->recursive = skip_name("recursive");
  const int before = uses_.loop;
  node->body = parse_statements({"endfor", "else"}, false);
  node->uses_loop = node->recursive || uses_.loop > before;
  if (take().text == "else") node->otherwise = parse_statements({"endfor"}, true);
  return node;
}

std::unique_ptr<Statement> Parser::parse_set() {
  auto node = statement(StatementKind::assign);
  skip();
  node->target = parse_target(true, true);
  if (skip_symbol("=")) {
    node->value = parse_tuple();
    return node;
  }
  node->kind = StatementKind::assign_block;
  node->value = parse_filter(nullptr);
  node->body = parse_statements({"endset"}, true);
  return node;
}

Body Parser::parse_macro_body(Signature& signature, std::initializer_list<std::string_view> ends) {
  const Uses before = uses_;
  Body body = parse_statements(ends, true);
  for (const auto& parameter : signature.parameters) signature.declares_caller |= parameter.name == "caller";
  const auto declared = [&](std::string_view name) {
    return std::any_of(signature.parameters.begin(), signature.parameters.end(),
                       [&](const auto& parameter) { return parameter.name == name; });
  };
  signature.takes_caller = uses_.caller > before.caller;
  signature.takes_varargs = uses_.varargs > before.varargs && !declared("varargs");
  signature.takes_kwargs = uses_.kwargs > before.kwargs && !declared("kwargs");
  return body;
}

void Parser::parse_signature(Signature& signature) {
  expect_symbol("(");
  while (!at_symbol(")")) {
    if (!signature.parameters.empty()) expect_symbol(",");
    if (at_symbol(")")) break;
    Target name = parse_name_target();
    for (const auto& other : signature.parameters)
      if (other.name == name.name) fail_here(fmt::format("duplicate argument '{}' in function definition", name.name));
    ExpressionPtr fallback;
    if (skip_symbol("="))
      fallback = parse_expression();
    else if (!signature.parameters.empty() && signature.parameters.back().fallback)
      fail_here("non-default argument follows default argument");
    if (name.name == "caller" && !fallback)
      fail_here("When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.");
    signature.parameters.push_back({name.name, name.symbol, std::move(fallback)});
  }
  expect_symbol(")");
}

std::unique_ptr<Statement> Parser::parse_macro() {
  auto node = statement(StatementKind::macro);
  skip();
  const Target name = parse_name_target();
  node->signature.name = name.name;
  node->signature.symbol = name.symbol;
  parse_signature(node->signature);
  node->body = parse_macro_body(node->signature, {"endmacro"});
  return node;
}

std::unique_ptr<Statement> Parser::parse_call_block() {
  auto node = statement(StatementKind::call_block);
  skip();
  node->signature.name = "caller";
  if (at_symbol("(")) parse_signature(node->signature);
  node->value = parse_expression();
  if (node->value->kind != ExpressionKind::call) fail_syntax(node->line, "expected call");
  node->body = parse_macro_body(node->signature, {"endcall"});
  return node;
}

std::unique_ptr<Statement> Parser::parse_filter_block() {
  auto node = statement(StatementKind::filter_block);
  skip();
  node->value = parse_filter(nullptr, true);
  node->body = parse_statements({"endfilter"}, true);
  return node;
}

std::unique_ptr<Statement> Parser::parse_with() {
  auto node = statement(StatementKind::with);
  skip();
  while (current().type != TokenType::block_end) {
    if (!node->pairs.empty()) expect_symbol(",");
    Target target = parse_target();
    expect_symbol("=");
    node->pairs.emplace_back(std::move(target), parse_expression());
  }
  node->body = parse_statements({"endwith"}, true);
  return node;
}

std::unique_ptr<Statement> Parser::parse_autoescape() {
  auto node = statement(StatementKind::autoescape);
  skip();
  node->value = parse_expression();
  node->body = parse_statements({"endautoescape"}, true);
  return node;
}

std::unique_ptr<Statement> Parser::parse_print() {
  auto group = statement(StatementKind::group);
  skip();
  while (current().type != TokenType::block_end) {
    if (!group->body.empty()) expect_symbol(",");
    auto node = statement(StatementKind::print);
    node->value = parse_expression();
    group->body.push_back(std::move(node));
  }
  return group;
}

bool Parser::at_import_context() const {
  return (at_name("with") || at_name("without")) && following().type == TokenType::name && following().text == "context";
}

bool Parser::parse_import_context(bool fallback) {
  if (!at_import_context()) return fallback;
  const bool with_context = take().text == "with";
  skip();
  return with_context;
}

std::unique_ptr<Statement> Parser::parse_include() {
  auto node = statement(StatementKind::include);
  skip();
  node->value = parse_expression();
  if (at_name("ignore") && following().type == TokenType::name && following().text == "missing") {
    node->ignore_missing = true;
    skip();
    skip();
  }
  node->with_context = parse_import_context(true);
  return node;
}

std::unique_ptr<Statement> Parser::parse_import() {
  auto node = statement(StatementKind::import_as);
  skip();
  node->value = parse_expression();
  expect_name("as");
  node->target = parse_name_target();
  node->with_context = parse_import_context(false);
  return node;
}

std::unique_ptr<Statement> Parser::parse_import_data(const std::string& tag) {
  auto node = parse_import();
  node->kind = StatementKind::import_data;
  node->text = "load_" + tag.substr(tag.find('_') + 1);
  return node;
}

std::unique_ptr<Statement> Parser::parse_from() {
  auto node = statement(StatementKind::import_names);
  skip();
  node->value = parse_expression();
  expect_name("import");
  bool has_context = false;
  while (true) {
    if (!node->imports.empty()) expect_symbol(",");
    if (current().type != TokenType::name) expect(TokenType::name, "name");
    if (at_import_context()) {
      node->with_context = parse_import_context(false);
      has_context = true;
      break;
    }
    const int line = current().line;
    const Target name = parse_name_target();
    if (name.name[0] == '_') fail_syntax(line, "names starting with an underline can not be imported");
    Target as = skip_name("as") ? parse_name_target() : name;
    node->imports.push_back({name.name, std::move(as)});
    if (at_import_context() || !at_symbol(",")) break;
  }
  if (node->imports.empty()) expect(TokenType::name, "name");
  if (!has_context) node->with_context = parse_import_context(false);
  return node;
}

std::unique_ptr<Statement> Parser::parse_load(const std::string& tag) {
  auto node = statement(StatementKind::assign_block);
  skip();
  expect_name("as");
  node->target = parse_target();
  node->body = parse_statements({"endload"}, true);
  node->value = make(ExpressionKind::filter, node->line);
  node->value->text = tag;
  node->value->filter = find_filter(tag);
  node->value->children.emplace_back();
  return node;
}

std::unique_ptr<Statement> Parser::parse_block() {
  auto node = statement(StatementKind::block);
  skip();
  node->text = expect_any_name();
  node->scoped = skip_name("scoped");
  node->required = skip_name("required");
  if (at_symbol("-"))
    fail_here("Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.");
  const Uses outer = uses_;
  node->body = parse_statements({"endblock"}, true);
  uses_ = outer;  // a block is a function of its own; only a scoped one is given the loop around it
  if (node->scoped) ++uses_.loop;
  skip_name(node->text);
  template_->blocks.emplace_back(node->text, node.get());
  return node;
}

// {% profile as 'label' %}: Salt logs how long it took; only the body matters for the text.
std::unique_ptr<Statement> Parser::parse_profile() {
  auto node = statement(StatementKind::group);
  skip();
  expect_name("as");
  auto label = statement(StatementKind::evaluate);
  label->value = parse_expression();
  Body body = parse_statements({"endprofile"}, true);
  node->body.push_back(std::move(label));
  for (auto& each : body) node->body.push_back(std::move(each));
  return node;
}

Target Parser::parse_name_target() {
  const Token token = current();
  Target target;
  target.name = expect_any_name();
  static constexpr std::string_view reserved[] = {"true", "false", "none", "True", "False", "None"};
  if (std::find(std::begin(reserved), std::end(reserved), target.name) != std::end(reserved))
    fail_syntax(token.line, "can't assign to 'name'");
  target.symbol = symbol(target.name);
  return target;
}

Target Parser::parse_target(bool with_tuple, bool with_namespace, bool until_in) {
  if (with_namespace && current().type == TokenType::name && following().type == TokenType::symbol &&
      following().text == ".") {
    Target target = parse_name_target();
    target.kind = Target::Kind::attribute;
    skip();
    target.attribute = expect_any_name();
    return target;
  }
  const ExpressionPtr node = with_tuple ? parse_tuple(true, true, until_in) : parse_primary();
  return to_target(*node);
}

Target Parser::to_target(const Expression& node) {
  Target target;
  if (node.kind == ExpressionKind::name) {
    target.name = node.text;
    target.symbol = node.symbol;
    if (int* count = use_counter(node.text)) --*count;
    return target;
  }
  if (node.kind != ExpressionKind::tuple) {
    const bool is_constant = node.kind == ExpressionKind::constant;
    fail_syntax(node.line, "can't assign to '{}'", is_constant ? "const" : "expression");
  }
  target.kind = Target::Kind::tuple;
  for (const auto& part : node.children) target.parts.push_back(to_target(*part));
  return target;
}

}  // namespace halite::render
