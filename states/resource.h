// A resource: one struct that is both what was asked and what is there, and the functions that look and change.
// ensure() makes a state function of it; comparing, dry run, verification and secrecy live here, once.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/data/schema.h"
#include "states/compare.h"
#include "states/registry.h"

namespace halite::states {

// A difference between two looks at the machine, or in a dry run between the look and the wish.
template <class T>
struct Change {
  const T& asked;
  const std::optional<T>& before;
  const std::optional<T>& after;
  const std::vector<Difference>& differences;

  bool creates() const { return !before && after; }
  bool removes() const { return before && !after; }
};

// The comments and changes of one function. What is unset says so in general words.
template <class T>
struct Wording {
  std::function<std::string(const T& asked)> correct = {};
  std::function<std::string(const Change<T>&)> planned = {};
  std::function<std::string(const Change<T>&)> done = {};
  std::function<Map(const Change<T>&)> changes = {};  // unset: {property: {old, new}}
};

template <class T>
using Target = std::function<std::optional<T>(const T& asked)>;

template <class T>
std::optional<T> as_given(const T& asked) {
  return asked;
}
template <class T>
std::optional<T> nothing(const T&) {
  return std::nullopt;
}

// Decodes the arguments of a state. A null is an argument that was not given, as Python's None in Salt.
template <class T>
T decode_arguments(const Schema<T>& schema, const Map& args,
                   const std::vector<std::pair<std::string, std::string>>& ignored, const std::string& what,
                   Unknown unknown = Unknown::refuse) {
  Map given;
  for (const auto& [key, value] : args) {
    bool skip = value.is_null();
    for (const auto& [name, advice] : ignored) skip = skip || key == Value(name);
    if (!skip) given.set(key, value);
  }
  return schema.decode(given, unknown, what);
}

// Warnings for arguments that Salt swallows there.
std::vector<std::string> ignored_warnings(const Map& args,
                                          const std::vector<std::pair<std::string, std::string>>& ignored);

template <class T>
struct Resource {
  std::string name;  // "group"
  Schema<T> schema;
  // What is there, or nothing. Only looks.
  std::function<std::optional<T>(const T& asked, World& world)> read;
  // Makes it so. The engine calls it only when something differs.
  std::function<void(const std::optional<T>& now, const std::optional<T>& want, World& world)> apply;

  // Properties that are compared and are no arguments: the content that a source gives.
  Schema<T> derived = {};
  // Completes what was asked (renders a template, looks names up). Throws Error for what can't be; an outcome settles
  // the state without a look.
  std::function<std::optional<Outcome>(T& asked, World& world)> prepare = {};
  // Names what the change makes for later states of a dry run: {"user", "web"}.
  std::function<std::vector<std::pair<std::string, std::string>>(const T& asked)> provides = {};
  // The same for what is more than names: makes later states of a dry run see the change.
  std::function<void(const T& asked, World& world)> rehearse = {};
  // When a watched state changed and this one did nothing; unset: `watch` means `require`.
  std::function<Outcome(const T& asked, World& world)> refresh = {};
  std::vector<std::pair<std::string, std::string>> ignored = {};
  // apply() changes files alone, through world.host (and starts no program when world.dry_run): a dry run does it too,
  // in memory, so that later states see what this one would make, and so that what can't be done is known before.
  bool rehearses = false;
  // Set: arguments beyond the schema are taken (options of another program), and this gets all of them, in order.
  std::function<void(T& asked, const Map& args)> take = {};

  Function ensure(std::string function, std::string doc, Map example, Target<T> target, Wording<T> wording = {}) const {
    const std::string full = name + "." + function;
    Function made{.name = std::move(function),
                  .doc = std::move(doc),
                  .example = std::move(example),
                  .arguments = schema.fields(),
                  .ignored = ignored,
                  .takes_anything = take != nullptr,
                  .check = {},
                  .run = {}};
    made.check = [self = *this, full](const Map& args) { self.decode(args, full); };
    made.run = [self = *this, full, target = std::move(target), wording = std::move(wording)](const Map& args,
                                                                                              World& world) {
      T asked = self.decode(args, full);
      Outcome outcome = self.bring_about(asked, target, wording, world);
      outcome.warnings = ignored_warnings(args, self.ignored);
      return outcome;
    };
    if (refresh)
      made.on_refresh = [self = *this, full](const Map& args, World& world) {
        return self.refresh(self.decode(args, full), world);
      };
    return made;
  }

 private:
  T decode(const Map& args, const std::string& what) const {
    T asked = decode_arguments(schema, args, ignored, what, take ? Unknown::ignore : Unknown::refuse);
    if (take) take(asked, args);
    return asked;
  }

  Outcome bring_about(T& asked, const Target<T>& target, const Wording<T>& wording, World& world) const {
    if (prepare)
      if (auto settled = prepare(asked, world)) return *settled;
    const std::optional<T> want = target(asked);
    const std::optional<T> now = read(asked, world);
    const auto wanted = differences(schema, derived, now, want);
    if (wanted.empty()) return unchanged(wording.correct ? wording.correct(asked) : "Already as it should be");
    if (world.dry_run) return plan(asked, now, want, wanted, wording, world);
    return change(asked, now, want, wording, world);
  }

  Outcome plan(const T& asked, const std::optional<T>& now, const std::optional<T>& want,
               const std::vector<Difference>& wanted, const Wording<T>& wording, World& world) const {
    if (provides && want)
      for (const auto& [kind, made] : provides(asked)) foresee(world, kind, made);
    if (rehearse) rehearse(asked, world);
    if (rehearses) {
      try {
        apply(now, want, world);
      } catch (const Error& error) {
        return failed(error.what());
      }
    }
    const Change<T> change{asked, now, want, wanted};
    return {.result = Result::would_change,
            .comment = wording.planned ? wording.planned(change) : "Would be changed: " + describe(wanted),
            .changes = wording.changes ? wording.changes(change) : changes_of(wanted)};
  }

  // An apply that fails half-way has changed something all the same: the look after it tells what.
  Outcome change(const T& asked, const std::optional<T>& now, const std::optional<T>& want, const Wording<T>& wording,
                 World& world) const {
    std::optional<std::string> problem;
    try {
      apply(now, want, world);
    } catch (const Error& error) {
      problem = error.what();
    }
    const std::optional<T> after = read(asked, world);
    const auto left = differences(schema, derived, after, want);
    const auto made = made_changes(now, after, want);
    const Change<T> change{asked, now, after, made};
    Map changes = made.empty() ? Map() : wording.changes ? wording.changes(change) : changes_of(made);
    if (problem) return failed(*problem, std::move(changes));
    if (!left.empty()) return failed("The change did not hold: " + describe(left), std::move(changes));
    return {.result = Result::changed,
            .comment = wording.done ? wording.done(change) : "Changed",
            .changes = std::move(changes)};
  }

  // What differs between the two looks, in the properties that were asked for (all of them when it came or went).
  std::vector<Difference> made_changes(const std::optional<T>& now, const std::optional<T>& after,
                                       const std::optional<T>& want) const {
    auto made = differences(schema, derived, now, after);
    if (now.has_value() != after.has_value() || !want) return made;
    std::erase_if(made, [&](const Difference& difference) {
      const auto wanted = differences(schema, derived, now, want);
      return std::none_of(wanted.begin(), wanted.end(),
                          [&](const Difference& one) { return one.field == difference.field; });
    });
    return made;
  }
};

// For the few things that cannot be compared (cmd.run). plan() says what a dry run says; run() does it.
template <class T>
struct Action {
  std::string name;
  Schema<T> schema;
  std::function<Outcome(const T& args, World& world)> plan;
  std::function<Outcome(const T& args, World& world)> run;
  // When a watched state changed and this one did nothing; unset: `watch` means `require`.
  std::function<Outcome(const T& args, World& world)> refresh = {};
  std::vector<std::pair<std::string, std::string>> ignored = {};
  bool takes_anything = false;  // arguments that it does not know are no error

  Function function(std::string function, std::string doc, Map example) const {
    const std::string full = name + "." + function;
    Function made{.name = std::move(function),
                  .doc = std::move(doc),
                  .example = std::move(example),
                  .arguments = schema.fields(),
                  .ignored = ignored,
                  .is_action = true,
                  .takes_anything = takes_anything,
                  .check = {},
                  .run = {}};
    made.check = [self = *this, full](const Map& args) { self.decode(args, full); };
    made.run = [self = *this, full](const Map& args, World& world) {
      const T decoded = self.decode(args, full);
      Outcome outcome = world.dry_run ? self.plan(decoded, world) : self.run(decoded, world);
      for (auto& warning : ignored_warnings(args, self.ignored)) outcome.warnings.push_back(std::move(warning));
      return outcome;
    };
    if (refresh)
      made.on_refresh = [self = *this, full](const Map& args, World& world) {
        return self.refresh(self.decode(args, full), world);
      };
    return made;
  }

 private:
  T decode(const Map& args, const std::string& what) const {
    return decode_arguments(schema, args, ignored, what, takes_anything ? Unknown::ignore : Unknown::refuse);
  }
};

}  // namespace halite::states
