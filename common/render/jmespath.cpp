#include "common/render/jmespath.h"

#include <algorithm>
#include <cmath>

#include "common/data/json.h"
#include "common/render/arithmetic.h"
#include "common/render/big_integer.h"
#include "common/render/jmespath_parser.h"
#include "common/render/numbers.h"
#include "common/render/order.h"
#include "common/render/python.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

using query::Kind;
using query::Node;

constexpr int depth_limit = 300;

bool is_number(const Value& value) { return value.is_real() || (is_integer(value) && !value.is_bool()); }

std::string_view type_of(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "boolean";
  if (is_number(value)) return "number";
  if (if_text(value)) return "string";
  if (value.is_list()) return "array";
  return if_dict(value) ? "object" : "expref";
}

bool is_false(const Value& value) {
  if (value.is_null()) return true;
  if (const bool* flag = value.if_bool()) return !*flag;
  const bool has_size = if_text(value) || value.is_list() || if_dict(value);
  return has_size && length(value) == 0;
}

class Query {
 public:
  Value run(const Node& node, const Value& data) {
    if (++depth_ > depth_limit) fail("jmespath: nested deeper than {}", depth_limit);
    Value result = evaluate(node, data);
    --depth_;
    return result;
  }

 private:
  using Nodes = std::vector<std::unique_ptr<Node>>;

  Value evaluate(const Node& node, const Value& data) {
    switch (node.kind) {
      case Kind::identity: return data;
      case Kind::literal: return node.literal;
      case Kind::field: return field(data, node.text);
      case Kind::index: return index(data, node.number);
      case Kind::slice: return slice(data, node);
      case Kind::reference: fail("jmespath: an expression after & is an argument of a function alone");
      case Kind::pipe: return run(*node.children[1], run(*node.children[0], data));
      case Kind::either: {
        Value left = run(*node.children[0], data);
        return is_false(left) ? run(*node.children[1], data) : left;
      }
      case Kind::both: {
        Value left = run(*node.children[0], data);
        return is_false(left) ? left : run(*node.children[1], data);
      }
      case Kind::negation: return is_false(run(*node.children[0], data));
      case Kind::compare: return compared(node.text, run(*node.children[0], data), run(*node.children[1], data));
      case Kind::projection:
      case Kind::filter: return projection(node, run(*node.children[0], data));
      case Kind::value_projection: return value_projection(node, run(*node.children[0], data));
      case Kind::flatten: return flattened(run(*node.children[0], data));
      case Kind::select_list: return data.is_null() ? Value() : Value(each(node.children, data));
      case Kind::select_hash: return select_hash(node, data);
      case Kind::call: return call(node, data);
    }
    return {};
  }

  static Value field(const Value& data, const std::string& name) {
    if (const Undefined* undefined = if_undefined(data)) undefined->raise();
    const Map* map = if_dict(data);
    const Value* value = map ? map->find(name) : nullptr;
    return value ? *value : Value();
  }

  static Value index(const Value& data, std::int64_t at) {
    const List* list = data.if_list();
    if (!list) return {};
    if (at < 0) at += static_cast<std::int64_t>(list->size());
    return at >= 0 && at < static_cast<std::int64_t>(list->size()) ? (*list)[static_cast<std::size_t>(at)] : Value();
  }

  static Value slice(const Value& data, const Node& node) {
    const List* list = data.if_list();
    if (!list) return {};
    const auto size = static_cast<std::int64_t>(list->size());
    const std::int64_t step = node.bounds[2].value_or(1);
    if (step == 0) fail("slice step cannot be zero");
    const std::int64_t low = step < 0 ? -1 : 0, high = step < 0 ? size - 1 : size;
    const auto bound = [&](std::optional<std::int64_t> at, std::int64_t fallback) {
      return at ? std::clamp(*at < 0 ? *at + size : *at, low, high) : fallback;
    };
    const std::int64_t stop = bound(node.bounds[1], step < 0 ? low : high);
    List out;
    for (std::int64_t i = bound(node.bounds[0], step < 0 ? high : low); step < 0 ? i > stop : i < stop; i += step)
      out.push_back((*list)[static_cast<std::size_t>(i)]);
    return out;
  }

  static Value compared(const std::string& symbol, const Value& left, const Value& right) {
    if (symbol == "==" || symbol == "!=") {
      const bool same = left.is_bool() == right.is_bool() && equal(left, right);  // true is not 1 here
      return same == (symbol == "==");
    }
    const auto is_ordered = [](const Value& value) { return is_number(value) || if_text(value); };
    if (!is_ordered(left) || !is_ordered(right)) return {};
    return less(left, right, symbol);
  }

  Value projection(const Node& node, const Value& base) {
    const List* list = base.if_list();
    if (!list) return {};
    List out;
    for (const Value& item : *list) {
      if (node.kind == Kind::filter && is_false(run(*node.children[2], item))) continue;
      Value result = run(*node.children[1], item);
      if (!result.is_null()) out.push_back(std::move(result));
    }
    return out;
  }

  Value value_projection(const Node& node, const Value& base) {
    const Map* map = if_dict(base);
    if (!map) return {};
    List out;
    for (const auto& [key, value] : *map) {
      Value result = run(*node.children[1], value);
      if (!result.is_null()) out.push_back(std::move(result));
    }
    return out;
  }

  static Value flattened(const Value& base) {
    const List* list = base.if_list();
    if (!list) return {};
    List out;
    for (const Value& item : *list) {
      if (const List* inner = item.if_list())
        out.insert(out.end(), inner->begin(), inner->end());
      else
        out.push_back(item);
    }
    return out;
  }

  List each(const Nodes& nodes, const Value& data) {
    List out;
    for (const auto& node : nodes) out.push_back(run(*node, data));
    return out;
  }

  Value select_hash(const Node& node, const Value& data) {
    if (data.is_null()) return {};
    Map out;
    for (std::size_t i = 0; i < node.names.size(); ++i) out.set(node.names[i], run(*node.children[i], data));
    return out;
  }

  // Functions. `takes` names what each argument may be: n number, s string, a array, o object, b boolean, & expression,
  // x anything; several letters are alternatives, a '+' behind the last repeats it.
  struct Function {
    std::string_view name;
    std::vector<std::string_view> takes;
    Value (Query::*call)(const Node& node, List& given);
  };

  static const std::vector<Function>& functions() {
    static const std::vector<Function> all{
        {"abs", {"n"}, &Query::absolute},        {"avg", {"a"}, &Query::average},       {"ceil", {"n"}, &Query::ceiling},
        {"contains", {"as", "x"}, &Query::holds}, {"ends_with", {"s", "s"}, &Query::ends}, {"floor", {"n"}, &Query::floored},
        {"join", {"s", "a"}, &Query::joined},    {"keys", {"o"}, &Query::keys},         {"length", {"sao"}, &Query::count},
        {"map", {"&", "a"}, &Query::mapped},     {"max", {"a"}, &Query::extreme},       {"max_by", {"a", "&"}, &Query::extreme_by},
        {"merge", {"o+"}, &Query::merged},       {"min", {"a"}, &Query::extreme},       {"min_by", {"a", "&"}, &Query::extreme_by},
        {"not_null", {"x+"}, &Query::not_null},  {"reverse", {"as"}, &Query::reversed}, {"sort", {"a"}, &Query::sorted_list},
        {"sort_by", {"a", "&"}, &Query::sorted_by}, {"starts_with", {"s", "s"}, &Query::starts}, {"sum", {"a"}, &Query::total},
        {"to_array", {"x"}, &Query::to_array},   {"to_number", {"x"}, &Query::to_number}, {"to_string", {"x"}, &Query::to_string},
        {"type", {"x"}, &Query::type},           {"values", {"o"}, &Query::values}};
    return all;
  }

  static bool fits(std::string_view takes, const Node& node, const Value& value) {
    static constexpr std::pair<char, std::string_view> letters[] = {
        {'n', "number"}, {'s', "string"}, {'a', "array"}, {'o', "object"}, {'b', "boolean"}};
    if (takes[0] == '&') return node.kind == Kind::reference;
    if (takes[0] == 'x') return true;
    const std::string_view type = type_of(value);
    return std::any_of(std::begin(letters), std::end(letters),
                       [&](const auto& each) { return takes.find(each.first) != takes.npos && type == each.second; });
  }

  Value call(const Node& node, const Value& data) {
    const auto found = std::find_if(functions().begin(), functions().end(), [&](const Function& each) { return each.name == node.text; });
    if (found == functions().end()) fail("Unknown function: {}()", node.text);
    const bool repeats = found->takes.back().back() == '+';
    const std::size_t wanted = found->takes.size();
    if (repeats ? node.children.size() < wanted : node.children.size() != wanted)
      fail("Expected {}{} argument(s) for function {}(), received {}", repeats ? "at least " : "", wanted, node.text, node.children.size());
    List given;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const Node& child = *node.children[i];
      given.push_back(child.kind == Kind::reference ? Value() : run(child, data));
      if (!fits(found->takes[std::min(i, wanted - 1)], child, given.back()))
        fail("In function {}(), invalid type for value: {}, received: {}", node.text, repr(given.back()), type_of(given.back()));
    }
    return (this->*found->call)(node, given);
  }

  // Items that are all numbers or all texts, as sorting and extremes need them.
  static void check_items(const List& items, const std::string& function, bool may_be_text = true) {
    for (const Value& item : items)
      if (!(is_number(item) || (may_be_text && if_text(item))) || type_of(item) != type_of(items[0]))
        fail("In function {}(), invalid type for value: {}", function, repr(item));
  }

  static Value sum_of(const List& items) {
    Value sum = 0;
    for (const Value& item : items) sum = compute(Operator::add, sum, item, Limits());
    return sum;
  }

  Value absolute(const Node&, List& given) { return less(given[0], 0) ? negated(given[0]) : given[0]; }
  static double real(const Value& value) { return value.is_real() ? *value.if_real() : integer_to_double(value); }
  Value ceiling(const Node&, List& given) { return is_integer(given[0]) ? given[0] : integer_from_double(std::ceil(real(given[0]))); }
  Value floored(const Node&, List& given) { return is_integer(given[0]) ? given[0] : integer_from_double(std::floor(real(given[0]))); }
  Value average(const Node& node, List& given) {
    const List& items = given[0].as_list();
    check_items(items, node.text, false);
    return items.empty() ? Value() : compute(Operator::divide, sum_of(items), static_cast<double>(items.size()), Limits());
  }
  Value total(const Node& node, List& given) {
    check_items(given[0].as_list(), node.text, false);
    return sum_of(given[0].as_list());
  }
  Value holds(const Node&, List& given) { return contains(given[0], given[1]); }
  Value ends(const Node&, List& given) { return if_text(given[0])->ends_with(*if_text(given[1])); }
  Value starts(const Node&, List& given) { return if_text(given[0])->starts_with(*if_text(given[1])); }
  Value joined(const Node& node, List& given) {
    std::string out;
    bool is_first = true;
    for (const Value& item : given[1].as_list()) {
      if (!if_text(item)) fail("In function {}(), invalid type for value: {}", node.text, repr(item));
      if (!is_first) out += *if_text(given[0]);
      is_first = false;
      out += *if_text(item);
    }
    return out;
  }
  Value keys(const Node&, List& given) {
    List out;
    for (const auto& [key, value] : *if_dict(given[0])) out.push_back(key);
    return out;
  }
  Value values(const Node&, List& given) {
    List out;
    for (const auto& [key, value] : *if_dict(given[0])) out.push_back(value);
    return out;
  }
  Value count(const Node&, List& given) { return static_cast<std::int64_t>(length(given[0])); }
  Value mapped(const Node& node, List& given) { return keys_by(*node.children[0]->children[0], given[1].as_list()); }
  Value extreme(const Node& node, List& given) {
    const List& items = given[0].as_list();
    check_items(items, node.text);
    return items.empty() ? Value() : items[best(items, node.text == "max")];
  }
  Value extreme_by(const Node& node, List& given) {
    const List& items = given[0].as_list();
    const List by = keys_by(*node.children[1]->children[0], items);
    check_items(by, node.text);
    return items.empty() ? Value() : items[best(by, node.text == "max_by")];
  }
  Value merged(const Node&, List& given) {
    Map out;
    for (const Value& each : given)
      for (const auto& [key, value] : *if_dict(each)) out.set(key, value);
    return out;
  }
  Value not_null(const Node&, List& given) {
    const auto found = std::find_if(given.begin(), given.end(), [](const Value& value) { return !value.is_null(); });
    return found == given.end() ? Value() : *found;
  }
  Value reversed(const Node&, List& given) {
    if (const std::string* text = if_text(given[0])) {
      const auto characters = utf8::characters(*text);
      std::string out;
      for (auto it = characters.rbegin(); it != characters.rend(); ++it) out += *it;
      return out;
    }
    const List& items = given[0].as_list();
    return List(items.rbegin(), items.rend());
  }
  Value sorted_list(const Node& node, List& given) {
    check_items(given[0].as_list(), node.text);
    return sorted(given[0].as_list(), false, [](const Value& item) { return item; });
  }
  Value sorted_by(const Node& node, List& given) {
    const List& items = given[0].as_list();
    const Node& key = *node.children[1]->children[0];
    check_items(keys_by(key, items), node.text);
    return sorted(items, false, [&](const Value& item) { return run(key, item); });
  }
  Value to_array(const Node&, List& given) { return given[0].is_list() ? given[0] : Value(List{given[0]}); }
  Value to_number(const Node&, List& given) {
    if (is_number(given[0])) return given[0];
    const std::string* text = if_text(given[0]);
    if (!text) return {};
    if (const auto whole = integer_from_text(*text)) return *whole;
    const auto number = real_from_text(*text);
    return number ? Value(*number) : Value();
  }
  Value to_string(const Node&, List& given) {
    if (if_text(given[0])) return given[0];
    JsonStyle style;
    style.ascii_only = style.compact = true;
    return to_json(plain_value(given[0]), style);
  }
  Value type(const Node&, List& given) { return type_of(given[0]); }

  List keys_by(const Node& key, const List& items) {
    List out;
    for (const Value& item : items) out.push_back(run(key, item));
    return out;
  }

  static std::size_t best(const List& items, bool largest) {
    std::size_t found = 0;
    for (std::size_t i = 1; i < items.size(); ++i)
      if (largest ? less(items[found], items[i]) : less(items[i], items[found])) found = i;
    return found;
  }

  int depth_ = 0;
};

}  // namespace

Value jmespath(std::string_view expression, const Value& data) { return Query().run(*query::parse(expression), data); }

}  // namespace halite::render
