#include "common/render/names.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

namespace halite::render {
namespace {

enum class Load { parameter, outer, context, undefined };

// The variables of one body: where each has its first value from.
struct Variables {
  const Variables* outer = nullptr;
  std::map<int, Load> loads;
  std::set<int> stores;

  bool knows(int symbol) const {
    for (const Variables* at = this; at; at = at->outer)
      if (at->loads.count(symbol) > 0) return true;
    return false;
  }
  bool outer_knows(int symbol) const { return outer && outer->knows(symbol); }
  void load(int symbol) {
    if (!knows(symbol)) loads[symbol] = Load::context;
  }
  void store(int symbol) {
    stores.insert(symbol);
    loads.try_emplace(symbol, outer_knows(symbol) ? Load::outer : Load::undefined);
  }
  void declare(int symbol) {
    stores.insert(symbol);
    loads[symbol] = Load::parameter;
  }
  // What only some branches of an `if` assign comes from outside in the others.
  void join(std::initializer_list<const Variables*> branches) {
    std::map<int, std::size_t> counts;
    for (const Variables* branch : branches)
      for (const int symbol : branch->stores)
        if (stores.count(symbol) == 0) ++counts[symbol];
    for (const Variables* branch : branches) {
      for (const auto& [symbol, load] : branch->loads) loads[symbol] = load;
      stores.insert(branch->stores.begin(), branch->stores.end());
    }
    for (const auto& [symbol, count] : counts)
      if (count < branches.size()) loads[symbol] = outer_knows(symbol) ? Load::outer : Load::context;
  }
};

class Walk {
 public:
  void run(Template& source) {
    Variables root;
    scan(source.body, root);
    source.hidden = hidden(source.body, root);
    enter(source.body, root);
    for (const auto& [name, block] : source.blocks) {
      auto& node = const_cast<Statement&>(*block);  // the template's own, until it is handed out
      Variables own;
      scan(node.body, own);
      node.hidden = hidden(node.body, own);
      enter(node.body, own);
    }
  }

 private:
  template <class See>
  static void each_name(const Expression* node, const See& see) {
    if (!node) return;
    if (node->kind == ExpressionKind::name) see(node->symbol);
    for (const auto& child : node->children) each_name(child.get(), see);
    for (const auto& value : node->arguments.positional) each_name(value.get(), see);
    for (const auto& [name, value] : node->arguments.named) each_name(value.get(), see);
    each_name(node->arguments.star.get(), see);
    each_name(node->arguments.double_star.get(), see);
  }
  static void load(const ExpressionPtr& node, Variables& variables) {
    each_name(node.get(), [&](int symbol) { variables.load(symbol); });
  }
  static void store(const Target& target, Variables& variables) {
    if (target.kind == Target::Kind::name) variables.store(target.symbol);
    if (target.kind == Target::Kind::attribute) variables.load(target.symbol);
    for (const Target& part : target.parts) store(part, variables);
  }
  static void declare(const Target& target, Variables& variables) {
    if (target.kind == Target::Kind::name) variables.declare(target.symbol);
    for (const Target& part : target.parts) declare(part, variables);
  }

  // What the statements of a body do to its own variables; the bodies inside of them have their own.
  static void scan(const Body& body, Variables& variables) {
    for (const auto& node : body) scan(*node, variables);
  }
  static void scan(const Statement& node, Variables& variables) {
    switch (node.kind) {
      case StatementKind::conditional: return scan_conditional(node, variables);
      case StatementKind::macro: return variables.store(node.signature.symbol);
      case StatementKind::import_names:
        load(node.value, variables);
        for (const auto& import : node.imports) variables.store(import.target.symbol);
        return;
      case StatementKind::assign_block: return store(node.target, variables);
      case StatementKind::group: return scan(node.body, variables);
      case StatementKind::with:
        for (const auto& [target, value] : node.pairs) load(value, variables);
        return;
      case StatementKind::block:
      case StatementKind::autoescape: return;
      default:
        load(node.value, variables);
        if (node.kind == StatementKind::assign || node.kind == StatementKind::import_as || node.kind == StatementKind::import_data)
          store(node.target, variables);
        return;
    }
  }
  static void scan_conditional(const Statement& node, Variables& variables) {
    load(node.value, variables);
    Variables then = variables, elif = variables, otherwise = variables;
    scan(node.body, then);
    // All `elif` together are one branch, and each of them is an `if` in it.
    const bool is_elif = node.otherwise.size() == 1 && node.otherwise[0]->is_elif;
    if (!is_elif) {
      scan(node.otherwise, otherwise);
    } else {
      const Statement* at = node.otherwise[0].get();
      for (;; at = at->otherwise[0].get()) {
        load(at->value, elif);
        const Variables nothing = elif;
        Variables inner = elif;
        scan(at->body, inner);
        elif.join({&inner, &nothing, &nothing});
        if (at->otherwise.size() != 1 || !at->otherwise[0]->is_elif) break;
      }
      scan(at->otherwise, otherwise);
    }
    variables.join({&then, &elif, &otherwise});
  }

  // Goes into the bodies inside of a body.
  void enter(const Body& body, const Variables& outer) {
    for (const auto& node : body) enter(*node, outer);
  }
  void enter(Statement& node, const Variables& outer) {
    switch (node.kind) {
      case StatementKind::conditional:
        enter(node.body, outer);
        return enter(node.otherwise, outer);
      case StatementKind::group: return enter(node.body, outer);
      case StatementKind::block: return;
      default: break;
    }
    if (node.body.empty() && node.otherwise.empty()) return;
    Variables own{&outer, {}, {}};
    if (node.kind == StatementKind::loop) {
      declare(node.target, own);
      own.declare(symbol_loop);
    }
    const bool is_macro = node.kind == StatementKind::macro || node.kind == StatementKind::call_block;
    for (const auto& [target, value] : node.pairs) store(target, own);
    for (const auto& parameter : node.signature.parameters) own.declare(parameter.symbol);
    for (const auto& parameter : node.signature.parameters) load(parameter.fallback, own);
    if (node.kind == StatementKind::autoescape) load(node.value, own);
    scan(node.body, own);
    (is_macro ? node.signature.hidden : node.hidden) = hidden(node.body, own);
    enter(node.body, own);
    if (node.otherwise.empty()) return;
    Variables other{&outer, {}, {}};
    scan(node.otherwise, other);
    node.hidden_otherwise = hidden(node.otherwise, other);
    enter(node.otherwise, other);
  }

  // Those of the undefined ones that a body inside looks at before the assignment.
  static std::vector<int> hidden(const Body& body, const Variables& own) {
    std::set<int> undefined;
    for (const auto& [symbol, load] : own.loads)
      if (load == Load::undefined) undefined.insert(symbol);
    std::vector<int> found;
    if (!undefined.empty()) look(body, undefined, found, false);
    return found;
  }
  static void look(const Body& body, std::set<int>& undefined, std::vector<int>& found, bool inside) {
    for (const auto& node : body) look(*node, undefined, found, inside);
  }
  static void look(const Statement& node, std::set<int>& undefined, std::vector<int>& found, bool inside) {
    const auto see = [&](int symbol) {
      if (undefined.erase(symbol) > 0) found.push_back(symbol);
    };
    const bool same = node.kind == StatementKind::conditional || node.kind == StatementKind::group;
    if (node.kind == StatementKind::block) return;
    if (inside || node.kind == StatementKind::autoescape) each_name(node.value.get(), see);
    if (inside)
      for (const auto& [target, value] : node.pairs) each_name(value.get(), see);
    each_name(node.condition.get(), see);
    for (const auto& parameter : node.signature.parameters) each_name(parameter.fallback.get(), see);
    look(node.body, undefined, found, inside || !same);
    look(node.otherwise, undefined, found, inside || !same);
    if (node.kind == StatementKind::filter_block) each_name(node.value.get(), see);
    if (inside) return;
    // From the assignment on it is there; one in a branch counts behind the `if`, where all branches have it.
    Variables stored;
    scan(node, stored);
    for (const int symbol : stored.stores) undefined.erase(symbol);
  }
};

}  // namespace

void find_hidden_names(Template& source) { Walk().run(source); }

}  // namespace halite::render
