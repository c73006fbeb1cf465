#include "common/render/parser.h"

#include "common/base/strings.h"
#include "common/render/check.h"
#include "common/render/failure.h"
#include "common/render/names.h"
#include "common/render/parser_state.h"

namespace halite::render {

Parser::Depth::Depth(Parser& owner) : parser(owner) {
  if (++parser.depth_ > parser.depth_limit_)
    fail_syntax(parser.current().line, "nested too deeply (limit {})", parser.depth_limit_);
}

Parser::Parser(std::vector<Token> tokens, std::string name, std::size_t depth_limit)
    : tokens_(std::move(tokens)), template_(std::make_shared<Template>()), depth_limit_(depth_limit) {
  template_->name = std::move(name);
  for (const char* special : {"loop", "caller", "varargs", "kwargs", "self", "super"}) symbol(special);
}

std::shared_ptr<const Template> Parser::run(std::string source, const Options& options) {
  template_->source = std::move(source);
  if (current().type == TokenType::broken) fail_here(current().text);
  template_->body = parse_body({});
  find_hidden_names(*template_);
  check_template(*template_, options);
  return template_;
}

void Parser::skip() {
  if (at_ + 1 < tokens_.size()) ++at_;
  if (current().type == TokenType::broken) fail_here(current().text);
}

Token Parser::take() {
  Token token = tokens_[at_];
  skip();
  return token;
}

int Parser::symbol(const std::string& name) {
  const auto [found, is_new] = symbols_.try_emplace(name, static_cast<int>(template_->symbols.size()));
  if (is_new) template_->symbols.push_back(name);
  return found->second;
}

void Parser::count_operation() {
  constexpr int limit = 5000;
  if (++operations_ > limit) fail_here(fmt::format("the expression is too long (limit {} operations)", limit));
}

int* Parser::use_counter(const std::string& name) {
  if (name == "loop") return &uses_.loop;
  if (name == "caller") return &uses_.caller;
  if (name == "varargs") return &uses_.varargs;
  if (name == "kwargs") return &uses_.kwargs;
  return nullptr;
}

bool Parser::skip_symbol(std::string_view text) {
  if (!at_symbol(text)) return false;
  skip();
  return true;
}

bool Parser::skip_name(std::string_view text) {
  if (!at_name(text)) return false;
  skip();
  return true;
}

void Parser::expect_symbol(std::string_view text) {
  if (!skip_symbol(text)) fail_expected(text);
}

void Parser::expect_name(std::string_view text) {
  if (!skip_name(text)) fail_expected(text);
}

std::string Parser::expect_any_name() {
  if (current().type != TokenType::name) fail_expected("name");
  return take().text;
}

void Parser::expect(TokenType type, std::string_view description) {
  if (current().type != type) fail_expected(description);
  skip();
}

void Parser::fail_here(const std::string& message) const { fail_syntax(current().line, "{}", message); }

void Parser::fail_expected(std::string_view what) const {
  if (current().type == TokenType::end) fail_here(fmt::format("unexpected end of template, expected '{}'.", what));
  fail_here(fmt::format("expected token '{}', got '{}'", what, describe(current())));
}

// "'elif' or 'else' or 'endif'": what would end the innermost open tag.
std::string Parser::expectation() const {
  if (expected_ends_.empty()) return "";
  std::vector<std::string> quoted;
  for (const auto& end : expected_ends_.back()) quoted.push_back("'" + end + "'");
  return join(quoted, " or ");
}

void Parser::fail_unknown_tag(const std::string& name) const {
  std::string message = fmt::format("Encountered unknown tag '{}'.", name);
  bool is_other_end = false;
  for (const auto& ends : expected_ends_)
    for (const auto& end : ends) is_other_end |= end == name;
  if (const std::string expected = expectation(); !expected.empty()) {
    message += is_other_end ? " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for "
                            : " Jinja was looking for the following tags: ";
    message += expected + ".";
  }
  if (!open_tags_.empty())
    message += fmt::format(" The innermost block that needs to be closed is '{}'.", open_tags_.back());
  static const std::vector<std::string> tags{
      "if", "for", "set", "macro", "call", "filter", "with", "include", "import", "from", "block", "extends", "do",
      "load_yaml", "load_json", "load_text", "import_yaml", "import_json", "import_text", "profile", "raw", "break", "continue"};
  fail_here(message + did_you_mean(name, tags));
}

void Parser::fail_end_of_template() const {
  std::string message = "Unexpected end of template.";
  if (const std::string expected = expectation(); !expected.empty())
    message += " Jinja was looking for the following tags: " + expected + ".";
  if (!open_tags_.empty())
    message += fmt::format(" The innermost block that needs to be closed is '{}'.", open_tags_.back());
  fail_here(message);
}

std::shared_ptr<const Template> parse_template(std::string_view source, std::string name, const Options& options,
                                               std::size_t depth_limit) {
  return Parser(tokenize(source, options), std::move(name), depth_limit).run(std::string(source), options);
}

}  // namespace halite::render
