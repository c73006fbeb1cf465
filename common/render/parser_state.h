// The parser: a cursor over tokens, with one method a rule of the grammar. Split over parser_expressions.cpp and
// parser_statements.cpp.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/render/lexer.h"
#include "common/render/nodes.h"
#include "common/render/options.h"

namespace halite::render {

class Parser {
 public:
  Parser(std::vector<Token> tokens, std::string name, std::size_t depth_limit);
  std::shared_ptr<const Template> run(std::string source, const Options& options);

 private:
  // The cursor.
  const Token& current() const { return tokens_[at_]; }
  const Token& following() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take();
  void skip();
  bool at_symbol(std::string_view text) const { return current().type == TokenType::symbol && current().text == text; }
  bool at_name(std::string_view text) const { return current().type == TokenType::name && current().text == text; }
  bool skip_symbol(std::string_view text);
  bool skip_name(std::string_view text);
  void expect_symbol(std::string_view text);
  void expect_name(std::string_view text);
  std::string expect_any_name();
  void expect(TokenType type, std::string_view description);
  [[noreturn]] void fail_expected(std::string_view what) const;
  [[noreturn]] void fail_here(const std::string& message) const;
  int symbol(const std::string& name);

  // Expressions.
  ExpressionPtr parse_expression(bool with_conditional = true);
  ExpressionPtr parse_conditional();
  ExpressionPtr parse_or();
  ExpressionPtr parse_and();
  ExpressionPtr parse_not();
  ExpressionPtr parse_compare();
  ExpressionPtr parse_sum();
  ExpressionPtr parse_concatenation();
  ExpressionPtr parse_product();
  ExpressionPtr parse_power();
  ExpressionPtr parse_unary(bool with_filter = true);
  ExpressionPtr parse_primary();
  ExpressionPtr parse_name();
  ExpressionPtr parse_strings();
  ExpressionPtr parse_tuple(bool simplified = false, bool with_conditional = true, bool until_in = false,
                            bool in_parentheses = false, bool until_recursive = false);
  ExpressionPtr parse_list();
  ExpressionPtr parse_dict();
  ExpressionPtr parse_postfix(ExpressionPtr node);
  ExpressionPtr parse_filters_and_tests(ExpressionPtr node);
  ExpressionPtr parse_attribute(ExpressionPtr node);
  ExpressionPtr parse_item(ExpressionPtr node);
  ExpressionPtr parse_index();
  ExpressionPtr parse_call(ExpressionPtr node);
  CallArguments parse_arguments();
  void parse_argument(CallArguments& arguments, int call_line);
  ExpressionPtr parse_filter(ExpressionPtr node, bool first = false);
  ExpressionPtr parse_test(ExpressionPtr node);
  std::string parse_dotted_name();
  ExpressionPtr make(ExpressionKind kind, int line) const;
  ExpressionPtr binary(ExpressionKind kind, int line, ExpressionPtr left, ExpressionPtr right);
  // Counts one more operation of the expression at hand; chains make deep trees without any brackets.
  void count_operation();

  // Statements.
  Body parse_body(std::initializer_list<std::string_view> ends);
  Body parse_statements(std::initializer_list<std::string_view> ends, bool drop_end);
  std::unique_ptr<Statement> parse_statement();
  std::unique_ptr<Statement> parse_tag(const std::string& tag);
  std::unique_ptr<Statement> parse_if();
  std::unique_ptr<Statement> parse_for();
  std::unique_ptr<Statement> parse_set();
  std::unique_ptr<Statement> parse_macro();
  std::unique_ptr<Statement> parse_call_block();
  std::unique_ptr<Statement> parse_filter_block();
  std::unique_ptr<Statement> parse_with();
  std::unique_ptr<Statement> parse_autoescape();
  std::unique_ptr<Statement> parse_print();
  std::unique_ptr<Statement> parse_include();
  std::unique_ptr<Statement> parse_import();
  std::unique_ptr<Statement> parse_from();
  std::unique_ptr<Statement> parse_import_data(const std::string& tag);
  std::unique_ptr<Statement> parse_load(const std::string& tag);
  std::unique_ptr<Statement> parse_block();
  std::unique_ptr<Statement> parse_profile();
  bool parse_import_context(bool fallback);
  bool at_import_context() const;
  void parse_signature(Signature& signature);
  Target parse_target(bool with_tuple = true, bool with_namespace = false, bool until_in = false);
  Target parse_name_target();
  Target to_target(const Expression& expression);
  std::unique_ptr<Statement> statement(StatementKind kind) const;
  [[noreturn]] void fail_unknown_tag(const std::string& name) const;
  [[noreturn]] void fail_end_of_template() const;
  std::string expectation() const;

  // Uses of the special names so far, to see whether a body needs `loop`, `caller`, `varargs`, `kwargs`.
  struct Uses {
    int loop = 0;
    int caller = 0;
    int varargs = 0;
    int kwargs = 0;
  };
  int* use_counter(const std::string& name);
  Body parse_macro_body(Signature& signature, std::initializer_list<std::string_view> ends);

  // Counts nesting while it lives.
  struct Depth {
    explicit Depth(Parser& parser);
    ~Depth() { --parser.depth_; }
    Parser& parser;
  };

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::shared_ptr<Template> template_;
  std::unordered_map<std::string, int> symbols_;
  std::vector<std::string> open_tags_;
  std::vector<std::vector<std::string>> expected_ends_;
  Uses uses_;
  std::size_t depth_ = 0;
  int operations_ = 0;
  std::size_t depth_limit_;
};

}  // namespace halite::render
