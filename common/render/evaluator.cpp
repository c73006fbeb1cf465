#include "common/render/evaluator.h"

#include <algorithm>

#include "common/render/callables.h"
#include "common/render/globals.h"
#include "common/render/python.h"
#include "common/render/template_cache.h"

namespace halite::render {
namespace {

// "a/./b/../c" without dots; nothing when it leads out of the root.
std::optional<std::string> normalized(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
      continue;
    }
    if (parts.empty()) return std::nullopt;
    parts.pop_back();
  }
  std::string out;
  for (const std::string_view part : parts) (out += out.empty() ? "" : "/") += part;
  return out;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

Value* Scope::find_own(int symbol) {
  for (auto& [name, value] : names)
    if (name == symbol) return &value;
  return nullptr;
}

void Scope::set(int symbol, Value value) {
  if (Value* own = find_own(symbol))
    *own = std::move(value);
  else
    names.emplace_back(symbol, std::move(value));
}

Evaluator::Depth::Depth(Evaluator& owner) : owner_(owner) {
  if (++owner_.depth_ > owner_.limits().recursion_depth)
    fail("maximum recursion depth exceeded (limit {})", owner_.limits().recursion_depth);
}

Evaluator::Evaluator(const Context& context, bool keeps_marks)
    : context_(context),
      deadline_(std::chrono::steady_clock::now() + context.limits.time),
      builtins_(builtin_globals()),
      keeps_marks_(keeps_marks),
      autoescape_(context.options.autoescape) {
  if (context.salt) salt_ = salt_object(*context.salt);
}

Evaluator::~Evaluator() {
  if (!changed_.empty()) remove_render_objects(context_.variables, changed_);
  for (const auto& scope : closures_) scope->names.clear();
  for (const auto& state : states_) {
    state->variables.clear();
    state->locals.clear();
  }
}

void Evaluator::note_change(const Value& container) { changed_.add(container); }

void Evaluator::step() {
  if (++steps_ > limits().loop_iterations) fail("the template loops too often (limit {} turns)", limits().loop_iterations);
  if ((steps_ & 0x3FF) == 0 && std::chrono::steady_clock::now() > deadline_)
    fail("the template takes too long (limit {} ms)", limits().time.count());
}

void Evaluator::check_text(std::size_t size) const {
  if (size > limits().text_bytes) fail("the text is too long (limit {} bytes)", limits().text_bytes);
}

std::string Evaluator::run(const TemplatePointer& source) {
  auto state = std::make_shared<TemplateState>();
  state->name = source->name;
  state->base = &context_.variables;
  add_blocks(*state, source);
  output_.reserve(std::min(source->output_bytes.load(std::memory_order_relaxed), std::size_t{4} << 20));
  run_template(source, state);
  place_ = {source, 1};  // Salt knows no line here
  check_joined();
  source->output_bytes.store(output_.size() + 64, std::memory_order_relaxed);
  return std::move(output_);
}

void Evaluator::add_blocks(TemplateState& state, const TemplatePointer& source) const {
  for (const auto& [name, node] : source->blocks) state.blocks[name].push_back({source, node});
}

void Evaluator::run_template(const TemplatePointer& source, const StatePointer& state) {
  const Depth depth(*this);
  const Place place = place_;
  const ScopePointer scope = scope_;
  const StatePointer outer_state = state_;
  const bool suppressed = suppressed_;
  const std::optional<Place> block_place = std::exchange(salt_place_, std::nullopt);
  states_.push_back(state);
  state_ = state;
  TemplatePointer running = source;
  for (std::size_t parents = 0; running; ++parents) {
    if (parents > limits().recursion_depth) fail("maximum recursion depth exceeded (limit {})", limits().recursion_depth);
    place_ = {running, 1};
    suppressed_ = suppressed;
    scope_ = std::make_shared<Scope>();
    scope_->is_top = true;
    if (!state->blocks.empty()) scope_->set(symbol_self, make_object<SelfReference>(state));
    hide(running->hidden, *running);
    state->parent = nullptr;
    execute(running->body);
    running = state->parent;
    if (running) add_blocks(*state, running);
  }
  suppressed_ = suppressed;
  place_ = place;
  salt_place_ = block_place;
  scope_ = scope;
  state_ = outer_state;
}

void Evaluator::run_block(const TemplateState::Block& block, const StatePointer& state, const std::string& name,
                          std::size_t depth_of_block) {
  const Depth depth(*this);
  const Place place = place_;
  const ScopePointer scope = scope_;
  const StatePointer outer_state = state_;
  const bool suppressed = std::exchange(suppressed_, false);
  const bool autoescape = std::exchange(autoescape_, context_.options.autoescape);  // a function of its own to Jinja
  const std::optional<Place> block_place = salt_place_;
  if (!salt_place_) salt_place_ = place;
  place_ = {block.source, block.node->line};
  state_ = state;
  scope_ = std::make_shared<Scope>();
  scope_->set(symbol_self, make_object<SelfReference>(state));
  scope_->set(symbol_super, depth_of_block + 1 < state->blocks.at(name).size()
                                ? make_object<BlockReference>(name, state, depth_of_block + 1)
                                : make_undefined(fmt::format("there is no parent block called '{}'.", name)));
  hide(block.node->hidden, *block.source);
  execute(block.node->body);
  suppressed_ = suppressed;
  autoescape_ = autoescape;
  place_ = place;
  salt_place_ = block_place;
  scope_ = scope;
  state_ = outer_state;
}

// The names of the scopes around, innermost first.
Map Evaluator::local_names() const {
  Map names;
  for (const Scope* scope = scope_.get(); scope; scope = scope->parent.get())
    for (const auto& [symbol, value] : scope->names) {
      const std::string& name = place_.source->symbols[static_cast<std::size_t>(symbol)];
      const bool is_special = symbol == symbol_self || symbol == symbol_super;
      const Undefined* undefined = if_undefined(value);
      if (!is_special && !(undefined && undefined->is_hidden()) && !names.contains(name)) names.set(name, value);
    }
  return names;
}

StatePointer Evaluator::new_state(const Template& source, bool with_context) const {
  auto state = std::make_shared<TemplateState>();
  state->name = source.name;
  state->base = &context_.variables;
  if (!with_context) {
    state->loader_names = loader_names_;
    return state;
  }
  state->loader_names = state_->loader_names;
  state->locals = local_names();
  for (const Map* names : {static_cast<const Map*>(&state_->variables), static_cast<const Map*>(&state_->locals)})
    for (const auto& [name, value] : *names)
      if (!state->locals.find(name)) state->locals.set(name, value);
  return state;
}

Map Evaluator::visible_names() const {
  Map names = local_names();
  const auto add = [&](const Map& more) {
    for (const auto& [name, value] : more)
      if (!names.find(name)) names.set(name, value);
  };
  add(state_->variables);
  add(state_->locals);
  add(state_->loader_names);
  add(*state_->base);
  if (!salt_.is_null()) add(Map{{"salt", salt_}});
  add(builtins_);
  return names;
}

// The path as Salt's loader resolves it: "./x" beside the template that was loaded last.
TemplatePointer Evaluator::load(const Value& name, bool may_be_missing) {
  if (const Undefined* undefined = if_undefined(name)) undefined->raise();
  if (const List* names = if_sequence(name)) {
    for (const Value& each : *names)
      if (auto found = load(each, true)) return found;
    if (may_be_missing) return nullptr;
    fail("none of the templates given were found: {}", repr(name));
  }
  const std::string* text = if_text(name);
  if (!text) fail("a template is named by a text, not a {}", python_type(name));
  const bool is_relative = text->rfind("./", 0) == 0 || text->rfind("../", 0) == 0;
  std::string path = *text;
  bool is_allowed = text->empty() || text->front() != '/';
  if (is_relative) {
    const Value* from = loader_names_.find("tpldir");
    if (!from) from = context_.variables.find("tpldir");
    is_allowed = from && from->is_string();
    if (is_allowed) path = *from->if_string() + "/" + path;
  } else {
    is_allowed = is_allowed && ("/" + path + "/").find("/../") == std::string::npos;
  }
  const auto clean = is_allowed ? normalized(path) : std::nullopt;
  if (auto found = clean ? load_path(*clean, is_relative ? *text : "") : nullptr) return found;
  if (may_be_missing) return nullptr;
  fail("{}", *text);
}

// `relative`: how the template named it, when from its own directory. As Salt has it, that leaves tpldir as it was.
TemplatePointer Evaluator::load_path(const std::string& path, const std::string& relative) {
  if (const auto found = loaded_.find(path); found != loaded_.end()) return found->second;
  if (!context_.loader) return nullptr;
  const auto source = context_.loader->load(path, state_->name);
  if (!source) return nullptr;
  std::string directory = directory_of(path);
  if (!relative.empty()) {
    const Value* kept = loader_names_.find("tpldir");
    if (!kept) kept = context_.variables.find("tpldir");
    if (kept && kept->is_string()) directory = *kept->if_string();
  }
  std::string dotted = directory;
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  loader_names_.set("tplfile", relative.empty() ? path : relative);
  loader_names_.set("tpldir", directory.empty() ? "." : directory);
  loader_names_.set("tpldot", dotted);
  try {
    return loaded_[path] = parsed_template(source->text, source->name, context_.options, limits().expression_depth);
  } catch (const Failure& failure) {
    if (failure.line() == 0) throw;
    auto broken = std::make_shared<Template>();
    broken->name = source->name;
    broken->source = source->text;
    place_ = {broken, failure.line()};
    throw;
  }
}

// With context a module runs each time it is imported; without, once.
Value Evaluator::import_module(const TemplatePointer& source, bool with_context) {
  if (!with_context)
    if (const auto found = modules_.find(source.get()); found != modules_.end()) return found->second;
  const StatePointer state = new_state(*source, with_context);
  add_blocks(*state, source);
  std::string text = captured([&] { run_template(source, state); });
  Map exported;
  for (const auto& name : state->exported)
    if (const Value* value = state->variables.find(name)) exported.set(name, *value);
  Value module = make_object<Module>(source->name, std::move(exported), std::move(text));
  if (!with_context) modules_[source.get()] = module;
  return module;
}

Value Evaluator::text_value(std::string text) const {
  check_text(text.size());
  return autoescape_ ? make_markup(std::move(text)) : Value(std::move(text));
}

}  // namespace halite::render
