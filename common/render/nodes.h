// A parsed template: trees of expressions and statements. Built once, never changed, read by any number of threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/data/value.h"

namespace halite::render {

struct FilterEntry;
struct TestEntry;

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

enum class ExpressionKind : std::uint8_t {
  constant,     // constant
  name,         // text, symbol
  list,         // children
  tuple,        // children
  dict,         // children: key, value, key, value, ...
  attribute,    // children[0].text
  item,         // children[0][children[1]]
  slice,        // children: start, stop, step; each may be null. Only as the index of an item
  call,         // children[0](arguments)
  filter,       // children[0]|text(arguments); children[0] is null for the text of a filter block
  test,         // children[0] is text(arguments)
  conditional,  // children[0] if children[1] else children[2], which may be null
  both,         // and
  either,       // or
  negation,     // not
  compare,      // children[0] operators[0] children[1] operators[1] ...
  concatenate,  // children joined by ~
  arithmetic,   // children[0] operators[0] children[1]
  minus,
  plus,
};

enum class Operator : std::uint8_t {
  add, subtract, multiply, divide, floor_divide, modulo, power,
  equal, not_equal, less, less_equal, greater, greater_equal, in, not_in,
};

struct CallArguments {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  ExpressionPtr star;         // *values
  ExpressionPtr double_star;  // **mapping
};

struct Expression {
  ExpressionKind kind;
  int line = 0;
  int symbol = -1;
  Value constant;
  std::string text;
  std::vector<ExpressionPtr> children;
  std::vector<Operator> operators;
  CallArguments arguments;
  const FilterEntry* filter = nullptr;  // null: unknown, an error when it runs
  const TestEntry* test = nullptr;
};

// Where an assignment goes: a name, parts of a tuple, or an attribute of a namespace.
struct Target {
  enum class Kind : std::uint8_t { name, tuple, attribute };
  Kind kind = Kind::name;
  std::string name;
  int symbol = -1;
  std::string attribute;
  std::vector<Target> parts;
};

struct Statement;
using Body = std::vector<std::unique_ptr<Statement>>;

enum class StatementKind : std::uint8_t {
  text,          // text
  print,         // value
  conditional,   // value, body, otherwise (an elif is a conditional alone in `otherwise`)
  loop,          // target, value, condition, body, otherwise, recursive, uses_loop
  assign,        // target, value
  assign_block,  // target, body, value: the filters or null
  macro,         // signature, body
  call_block,    // signature, value: the call, body
  filter_block,  // value: the filters, body
  with,          // pairs, body
  evaluate,      // value: {% do %}
  stop_loop,
  next_loop,
  include,       // value, ignore_missing, with_context
  import_as,     // value, target, with_context
  import_names,  // value, imports, with_context
  import_data,   // value, target, with_context, text: load_yaml, load_json or load_text
  block,         // text: the name, body, scoped, required
  extends,       // value
  group,         // body: tags that only group, as {% profile %}
  autoescape,    // value, body
};

// What a macro takes, and which of the special names its body uses.
struct Signature {
  struct Parameter {
    std::string name;
    int symbol = -1;
    ExpressionPtr fallback;
  };
  std::string name;
  int symbol = -1;
  std::vector<Parameter> parameters;
  bool takes_caller = false;
  std::vector<int> hidden;  // symbols that are undefined when the body begins, see names.h
  bool declares_caller = false;
  bool takes_varargs = false;
  bool takes_kwargs = false;
};

struct Statement {
  struct Import {
    std::string name;
    Target target;
  };

  StatementKind kind;
  int line = 0;
  int salt_line = 0;  // of `with` and `autoescape`: where Salt finds an error of its values
  std::string text;
  ExpressionPtr value;
  ExpressionPtr condition;
  Target target;
  Body body;
  Body otherwise;
  Signature signature;
  std::vector<std::pair<Target, ExpressionPtr>> pairs;
  std::vector<Import> imports;
  std::vector<int> hidden;            // symbols that are undefined when `body` begins, see names.h
  std::vector<int> hidden_otherwise;  // when `otherwise` begins, of a loop
  bool is_elif = false;
  bool recursive = false;
  bool uses_loop = false;
  bool ignore_missing = false;
  bool with_context = false;
  bool scoped = false;
  bool required = false;
};

// The names with a meaning of their own have fixed symbols.
enum Symbol : int { symbol_loop, symbol_caller, symbol_varargs, symbol_kwargs, symbol_self, symbol_super, first_free_symbol };

struct Template {
  std::string name;
  std::string source;  // for the lines shown with an error
  std::vector<std::string> symbols;
  Body body;
  std::vector<int> hidden;  // symbols that are undefined when the body begins, see names.h
  std::vector<std::pair<std::string, const Statement*>> blocks;
  mutable std::atomic<std::size_t> output_bytes{0};  // of the last render, to make room for the next
};

}  // namespace halite::render
