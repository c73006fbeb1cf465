// Runs a template: scopes, output, macros, blocks, includes, limits, and where it is when something goes wrong.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/render/nodes.h"
#include "common/render/objects.h"
#include "common/render/renderer.h"
#include "common/render/scrub.h"

namespace halite::render {

using TemplatePointer = std::shared_ptr<const Template>;

// The names of one loop turn, macro call or template. Kept alive by macros that were defined in it.
struct Scope {
  std::shared_ptr<Scope> parent;
  std::vector<std::pair<int, Value>> names;
  bool is_top = false;  // assignments here are the template's own: exported, and seen by blocks

  Value* find_own(int symbol);
  void set(int symbol, Value value);
};
using ScopePointer = std::shared_ptr<Scope>;

// What Jinja calls a context: shared by a template, its parents and its blocks.
struct TemplateState {
  std::string name;
  const Map* base = nullptr;   // the caller's variables, for the main template and what it includes
  Map loader_names;            // of an import without context: tplfile, tpldir, tpldot as they were when it began
  Map locals;                  // handed down by include, import with context, scoped blocks
  Map variables;               // assigned at the top of the template
  std::vector<std::string> exported;
  struct Block {
    TemplatePointer source;
    const Statement* node = nullptr;
  };
  std::unordered_map<std::string, std::vector<Block>> blocks;
  TemplatePointer parent;  // set by {% extends %}
};
using StatePointer = std::shared_ptr<TemplateState>;

struct Place {
  TemplatePointer source;
  int line = 0;
};

// Where each stretch of output came from: from this offset on, this line of this template.
struct OutputMark {
  std::size_t offset = 0;
  const Template* source = nullptr;
  int line = 0;
};

enum class Flow { next, stop_loop, next_loop };

class Evaluator {
 public:
  // `keeps_marks`: remember where each stretch of the output came from.
  explicit Evaluator(const Context& context, bool keeps_marks = false);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  std::string run(const TemplatePointer& source);
  const std::vector<OutputMark>& marks() const { return marks_; }
  const Place& place() const { return place_; }
  // Where Salt points when not to place(): inside a block at what ran it, in a value of `with` at what stands before.
  const std::optional<Place>& salt_place() const { return salt_place_; }

  const Context& context() const { return context_; }
  const Limits& limits() const { return context_.limits; }
  bool autoescape() const { return autoescape_; }

  Value call(const Value& callee, Arguments& arguments);
  // Throw for unknown names.
  Value call_filter(std::string_view name, Arguments& arguments);
  bool call_test(std::string_view name, Arguments& arguments);
  // x.name and x[key] as templates have them; undefined where there is nothing.
  Value attribute(const Value& object, std::string_view name);
  Value item(const Value& object, const Value& key);
  // x[start:stop:step]; null for a part left out.
  Value slice(const Value& object, const Value& start, const Value& stop, const Value& step);
  // Every name the running template sees.
  Map visible_names() const;
  // A list or dict is about to be changed: at the end it is looked through for what must not stay in it.
  void note_change(const Value& container);
  // Throws when a limit is passed: each call is one step of work.
  void step();
  void check_text(std::size_t size) const;

  // Runs `body` with its output caught.
  template <class Work>
  std::string captured(const Work& body);

 private:
  friend class Macro;
  friend class Loop;
  friend class BlockReference;

  // Statements.
  Flow execute(const Body& body);
  Flow execute(const Statement& node);
  Flow execute_scoped(const Body& body, const std::vector<int>& hidden = {});
  // Names of `source` that are undefined until the running body assigns them.
  void hide(const std::vector<int>& symbols, const Template& source);
  void execute_extends(const Statement& node);
  void execute_import_names(const Statement& node);
  void execute_macro(const Statement& node);
  Flow execute_conditional(const Statement& node);
  Flow execute_loop(const Statement& node);
  void execute_include(const Statement& node);
  void execute_import(const Statement& node);
  void execute_block(const Statement& node);
  void execute_call_block(const Statement& node);
  Flow execute_with(const Statement& node);
  Flow execute_autoescape(const Statement& node);
  Flow execute_assign_block(const Statement& node);
  void print(const Expression& node);
  void write(std::string_view text);
  void write_value(const Value& value);
  void write_text_only(const Value& value);
  void check_joined();
  void end_gathering(Flow flow, int line);
  void assign(const Target& target, const Value& value);
  void assign_name(const std::string& name, int symbol, Value value);
  Flow run_loop(const Statement& node, const Value& items, const ScopePointer& outer, int depth);
  Value make_macro(const Signature& signature, const Body& body);
  Value apply_filters(const Expression& filters, Value text);
  Value text_value(std::string text) const;

  // Templates.
  TemplatePointer load(const Value& name, bool may_be_missing);
  TemplatePointer load_path(const std::string& path, const std::string& relative);
  void run_template(const TemplatePointer& source, const StatePointer& state);
  StatePointer new_state(const Template& source, bool with_context) const;
  Value import_module(const TemplatePointer& source, bool with_context);
  Map local_names() const;
  void add_blocks(TemplateState& state, const TemplatePointer& source) const;
  void run_block(const TemplateState::Block& block, const StatePointer& state, const std::string& name, std::size_t depth);

  // Expressions.
  Value evaluate(const Expression& node);
  const Value& evaluate_into(const Expression& node, Value& storage);
  Value evaluate_name(const Expression& node);
  const Value* find_name(const Expression& node);
  Value undefined_name(const std::string& name) const;
  Value evaluate_dict(const Expression& node);
  Value evaluate_attribute(const Expression& node);
  Value evaluate_item(const Expression& node);
  Value evaluate_slice(const Value& object, const Expression& node);
  Value evaluate_call(const Expression& node);
  Value evaluate_items(const Expression& node);
  Value evaluate_arithmetic(const Expression& node);
  Value evaluate_filter(const Expression& node);
  bool evaluate_test(const Expression& node);
  bool evaluate_compare(const Expression& node);
  std::string concatenate(const Expression& node);
  bool condition(const Expression& node);
  static bool is_true(const Value& value);
  void evaluate_arguments(const CallArguments& given, Arguments& arguments);

  class Depth {
   public:
    explicit Depth(Evaluator& owner);
    ~Depth() { --owner_.depth_; }

   private:
    Evaluator& owner_;
  };

  const Context& context_;
  std::chrono::steady_clock::time_point deadline_;
  std::size_t steps_ = 0;
  std::size_t depth_ = 0;
  Map builtins_;
  Map loader_names_;  // tplfile, tpldir, tpldot of the template loaded last, as Salt's loader sets them
  std::unordered_map<std::string, TemplatePointer> loaded_;
  std::unordered_map<const Template*, Value> modules_;  // imported without context: run once
  Value salt_;
  // Macros hold the scope they live in: a ring that the end of the render breaks.
  std::vector<ScopePointer> closures_;
  std::vector<StatePointer> states_;

  // What is running now.
  Place place_;
  std::optional<Place> salt_place_;
  ScopePointer scope_;
  StatePointer state_;
  std::string output_;
  std::vector<OutputMark> marks_;
  bool keeps_marks_ = false;
  ChangedContainers changed_;
  std::string unjoined_;     // what is wrong with a value that was to be output; said when the output ends
  int captures_ = 0;         // > 0: the output belongs to a macro, a set block, ...
  bool suppressed_ = false;  // behind {% extends %} nothing is written
  bool autoescape_ = false;
};

template <class Work>
std::string Evaluator::captured(const Work& body) {
  std::string outer = std::move(output_);
  std::string unjoined = std::move(unjoined_);
  const bool suppressed = suppressed_;
  output_.clear();
  unjoined_.clear();
  suppressed_ = false;
  ++captures_;
  body();
  check_joined();
  --captures_;
  unjoined_ = std::move(unjoined);
  suppressed_ = suppressed;
  std::swap(outer, output_);
  return outer;
}

}  // namespace halite::render
