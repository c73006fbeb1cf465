// pkg.held and pkg.unheld: what apt may not change.
#include "common/base/strings.h"
#include "states/modules/pkg/pkg.h"

namespace halite::states {
namespace {

std::vector<std::string> held_now(World& world) {
  std::vector<std::string> names;
  const auto packages = world.packages().all();
  for (const auto& [name, package] : *packages)
    if (package.is_held && name.find(':') == std::string::npos) names.push_back(name);
  return names;
}

std::optional<Outcome> prepare(Pkg& asked, World& world, bool held, bool covers_all) {
  if (has_no_packages(asked) && !covers_all)
    return unchanged(fmt::format("No packages to be {} provided", held ? "held" : "unheld"));
  collect_packages(asked, world);
  asked.holds.emplace();
  // The others: none of them is to be held.
  if (covers_all)
    for (const auto& name : held_now(world)) (*asked.holds)[name] = false;
  for (const auto& name : names_of(*asked.versions)) {
    if (!held && !package_in(*world.packages().all(), name).is_held) continue;
    (*asked.holds)[name] = held;
  }
  asked.versions.reset();
  return std::nullopt;
}

std::optional<Pkg> read(const Pkg& asked, World& world) {
  Pkg now;
  now.holds.emplace();
  for (const auto& [name, held] : *asked.holds) (*now.holds)[name] = package_in(*world.packages().all(), name).is_held;
  return now;
}

void apply(const std::optional<Pkg>& now, const std::optional<Pkg>& want, World& world) {
  for (const bool held : {true, false}) {
    std::vector<std::string> names;
    for (const auto& [name, wanted] : *want->holds)
      if (wanted == held && now->holds->at(name) != held) names.push_back(name);
    world.packages().hold(names, held);
  }
}

template <class Line>
std::string lines(const Change<Pkg>& change, Line line) {
  std::vector<std::string> result;
  for (const auto& [name, held] : *change.after->holds)
    if (change.before->holds->at(name) != held) result.push_back(line(name, held));
  return join(result, "\n");
}

std::string comment_of(const std::string& name, bool held) {
  return fmt::format("Package {} is {} being held.", name, held ? "now" : "no longer");
}

Wording<Pkg> words() {
  Wording<Pkg> words;
  words.correct = [](const Pkg&) -> std::string { return "No changes made"; };
  words.planned = [](const Change<Pkg>& change) {
    return lines(change, [](const std::string& name, bool held) {
      return fmt::format("The following package would be {}: {}", held ? "held" : "unheld", name);
    });
  };
  words.done = [](const Change<Pkg>& change) {
    return lines(change, [](const std::string& name, bool held) {
      return held ? fmt::format("Package {} is now being held", name) : comment_of(name, held);
    });
  };
  words.changes = [](const Change<Pkg>& change) {
    Map changes;
    for (const auto& [name, held] : *change.after->holds) {
      if (change.before->holds->at(name) == held) continue;
      const Map moved{{"old", held ? "install" : "hold"}, {"new", held ? "hold" : "install"}};
      changes.set(name, Map{{"name", name}, {"changes", moved}, {"result", true}, {"comment", comment_of(name, held)}});
    }
    return changes;
  };
  return words;
}

Resource<Pkg> hold_resource(Schema<Pkg> schema, bool held, bool Pkg::*covers_all) {
  Resource<Pkg> pkg{.name = "pkg", .schema = std::move(schema), .read = read, .apply = apply};
  pkg.derived = Schema<Pkg>().property(&Pkg::holds, "hold", "Whether apt may change them.");
  pkg.prepare = [held, covers_all](Pkg& asked, World& world) { return prepare(asked, world, held, asked.*covers_all); };
  pkg.ignored = other_managers;
  return pkg;
}

Schema<Pkg> hold_schema() {
  return Schema<Pkg>()
      .key(&Pkg::name, "name", "Package, when `pkgs` names none.")
      .parameter(&Pkg::pkgs, "pkgs", "Packages: a list of names.")
      .parameter(&Pkg::version, "version", "Kept for Salt's trees; apt holds whatever version is installed.");
}

}  // namespace

Function pkg_held() {
  const Schema<Pkg> schema =
      hold_schema().parameter(&Pkg::replace, "replace", "Let go of every other package that is held.");
  return hold_resource(schema, true, &Pkg::replace)
      .ensure("held", "apt does not change the packages.", {{"name", "telnet"}}, as_given<Pkg>, words());
}

Function pkg_unheld() {
  const Schema<Pkg> schema = hold_schema().parameter(&Pkg::all, "all", "Let go of every package that is held.");
  return hold_resource(schema, false, &Pkg::all)
      .ensure("unheld", "apt may change the packages.", {{"name", "telnet"}}, as_given<Pkg>, words());
}

}  // namespace halite::states
