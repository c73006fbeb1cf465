// What a running template hands out to be called: macros, `loop`, `super` and `self`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/render/evaluator.h"
#include "common/render/nodes.h"

namespace halite::render {

class Macro final : public Callable, public Attributed {
 public:
  Macro(const Signature& signature, const Body& body, TemplatePointer source, StatePointer state, ScopePointer scope)
      : signature_(signature), body_(body), source_(std::move(source)), state_(std::move(state)), scope_(std::move(scope)) {}
  std::string_view type_name() const override { return "macro"; }
  Value call(Evaluator& evaluator, Arguments& arguments) const override;
  std::string text() const override;
  std::optional<Value> attribute(std::string_view name) const override;
  std::vector<std::string> attribute_names() const override;

 private:
  void bind(Evaluator& evaluator, Arguments& arguments, Scope& scope) const;
  void bind_extra(Arguments& arguments, Scope& scope, bool found_caller) const;

  const Signature& signature_;
  const Body& body_;
  TemplatePointer source_;  // keeps signature_ and body_ alive
  StatePointer state_;
  ScopePointer scope_;
};

// The `loop` of one {% for %}, the same object in every turn.
class Loop final : public Callable, public Attributed, public std::enable_shared_from_this<Loop> {
 public:
  Loop(Value items, std::unique_ptr<Iterator> source, bool knows_length, int depth, const Statement& node, ScopePointer outer)
      : items_(std::move(items)), source_(std::move(source)), knows_length_(knows_length), depth_(depth), node_(node),
        outer_(std::move(outer)) {}
  std::string_view type_name() const override { return "loop"; }
  // The next item becomes the current one.
  bool advance(Value& item) const;
  Value call(Evaluator& evaluator, Arguments& arguments) const override;
  std::string text() const override;
  std::optional<Value> attribute(std::string_view name) const override;
  std::vector<std::string> attribute_names() const override;

 private:
  bool peek() const;
  std::int64_t length() const;
  Value cycle(const Arguments& arguments) const;
  bool changed(const Arguments& arguments) const;
  std::optional<Value> position(std::string_view name) const;

  Value items_;
  mutable std::unique_ptr<Iterator> source_;
  bool knows_length_;
  int depth_;
  const Statement& node_;
  ScopePointer outer_;
  mutable std::int64_t index_ = -1;
  mutable std::optional<Value> before_;
  mutable std::optional<Value> current_;
  mutable std::optional<Value> after_;
  mutable std::optional<std::int64_t> length_;
  mutable std::optional<List> last_changed_;
};

// {{ super() }} and {{ self.name() }}: a block at a depth of inheritance.
class BlockReference final : public Callable, public Attributed {
 public:
  BlockReference(std::string name, StatePointer state, std::size_t depth)
      : name_(std::move(name)), state_(std::move(state)), depth_(depth) {}
  std::string_view type_name() const override { return "block"; }
  Value call(Evaluator& evaluator, Arguments& arguments) const override;
  std::optional<Value> attribute(std::string_view name) const override;
  std::vector<std::string> attribute_names() const override { return {"super"}; }

 private:
  std::string name_;
  StatePointer state_;
  std::size_t depth_;
};

// `self`: the blocks by name.
class SelfReference final : public Object, public Attributed {
 public:
  explicit SelfReference(StatePointer state) : state_(std::move(state)) {}
  std::string_view type_name() const override { return "self"; }
  Value plain() const override { return nullptr; }
  std::optional<Value> attribute(std::string_view name) const override;
  std::vector<std::string> attribute_names() const override;

 private:
  StatePointer state_;
};

}  // namespace halite::render
