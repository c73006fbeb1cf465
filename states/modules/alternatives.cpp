// Debian's alternatives: install, remove, set and auto.
#include "states/providers/alternatives.h"

#include <memory>

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Choice {
  std::string name, link, path;
  Number priority;

  std::optional<std::string> chosen, mode;
  std::optional<std::int64_t> rank;
  std::shared_ptr<std::string> fallback;  // where the name leads after a removal
};

Schema<Choice> named() {
  return Schema<Choice>().key(&Choice::name, "name", "Name of the alternatives, such as editor.");
}

Schema<Choice> with_path() {
  return named().key(&Choice::path, "path", "The program or file that is meant.");
}

void check_path(const std::string& path) {
  if (!path.starts_with('/') || path.find('\n') != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no full path", escape_control(path));
}

std::optional<Choice> read_registered(const Choice& asked, World& world) {
  const auto known = alternatives(asked.name, world.host);
  const auto* choice = known ? known->find(asked.path) : nullptr;
  if (!choice) return std::nullopt;
  Choice now = asked;
  now.rank = choice->priority;
  now.chosen = chosen_alternative(asked.name, world.host);
  return now;
}

// One whose links were never made, because update-alternatives was killed between its two steps, is registered again.
std::optional<Choice> read_installed(const Choice& asked, World& world) {
  auto now = read_registered(asked, world);
  if (now && now->chosen->empty()) now->rank.reset();
  return now;
}

Function install() {
  const auto schema = with_path()
                          .key(&Choice::link, "link", "The link that leads to the chosen one, such as /usr/bin/editor.")
                          .key(&Choice::priority, "priority", "The highest one is chosen while nobody chooses.");
  Resource<Choice> choice{.name = "alternatives", .schema = schema, .read = read_installed, .apply = {}};
  choice.derived = Schema<Choice>().property(&Choice::rank, "priority", "Its priority.");
  choice.prepare = [](Choice& asked, World&) -> std::optional<Outcome> {
    check_path(asked.path);
    check_path(asked.link);
    asked.rank = asked.priority.value;
    return std::nullopt;
  };
  choice.provides = [](const Choice& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"alternative", asked.name + " " + asked.path}};
  };
  choice.apply = [](const std::optional<Choice>&, const std::optional<Choice>& want, World& world) {
    update_alternatives({"--install", want->link, want->name, want->path, std::to_string(want->priority.value)},
                        world.host);
  };
  Wording<Choice> words;
  words.correct = [](const Choice& asked) {
    return fmt::format("Alternative {} for {} is already registered", asked.path, asked.name);
  };
  words.planned = [](const Change<Choice>& change) {
    return fmt::format("Alternative will be set for {} to {} with priority {}", change.asked.name, change.asked.path,
                       change.asked.priority.value);
  };
  words.done = [](const Change<Choice>& change) {
    const Choice& asked = change.asked;
    if (change.after && change.after->chosen == asked.path)
      return fmt::format("Alternative for {} set to path {} with priority {}", asked.name, asked.path,
                         asked.priority.value);
    return fmt::format("Alternative {} for {} registered with priority {} and not set to default", asked.path,
                       asked.name, asked.priority.value);
  };
  words.changes = [](const Change<Choice>& change) {
    const Choice& asked = change.asked;
    return Map{{"name", asked.name}, {"link", asked.link}, {"path", asked.path}, {"priority", asked.priority.value}};
  };
  return choice.ensure("install", "The alternative is registered.",
                       {{"name", "editor"}, {"link", "/usr/bin/editor"}, {"path", "/usr/bin/vim"}, {"priority", 50}},
                       as_given<Choice>, words);
}

// What is not registered is removed: a second run is right.
Function remove() {
  Resource<Choice> choice{.name = "alternatives", .schema = with_path(), .read = read_registered, .apply = {}};
  choice.prepare = [](Choice& asked, World& world) -> std::optional<Outcome> {
    check_path(asked.path);
    asked.fallback = std::make_shared<std::string>();
    if (read_registered(asked, world)) return std::nullopt;
    const std::string now = chosen_alternative(asked.name, world.host);
    return unchanged(now.empty() ? fmt::format("Alternative for {} doesn't exist", asked.name)
                                 : fmt::format("Alternative for {} is set to it's default path {}", asked.name, now));
  };
  choice.apply = [](const std::optional<Choice>& now, const std::optional<Choice>&, World& world) {
    update_alternatives({"--remove", now->name, now->path}, world.host);
    *now->fallback = chosen_alternative(now->name, world.host);
  };
  Wording<Choice> words;
  words.planned = [](const Change<Choice>& change) {
    return fmt::format("Alternative for {} will be removed", change.asked.name);
  };
  words.done = [](const Change<Choice>& change) {
    const std::string& now = *change.asked.fallback;
    return fmt::format("Alternative for {} removed", change.asked.name) +
           (now.empty() ? "" : ". Falling back to path " + now);
  };
  words.changes = [](const Change<Choice>& change) { return Map{{"path", *change.asked.fallback}}; };
  return choice.ensure("remove", "The alternative is not registered.", {{"name", "pager"}, {"path", "/usr/bin/less"}},
                       nothing<Choice>, words);
}

std::optional<Choice> read_chosen(const Choice& asked, World& world) {
  Choice now = asked;
  const auto known = alternatives(asked.name, world.host);
  now.mode = known && known->is_automatic ? "auto" : "manual";
  now.chosen = chosen_alternative(asked.name, world.host);
  return now;
}

Function set() {
  Resource<Choice> choice{.name = "alternatives", .schema = with_path(), .read = read_chosen, .apply = {}};
  choice.derived = Schema<Choice>().property(&Choice::chosen, "path", "The chosen one.");
  choice.prepare = [](Choice& asked, World& world) -> std::optional<Outcome> {
    check_path(asked.path);
    asked.chosen = asked.path;
    if (chosen_alternative(asked.name, world.host) == asked.path || read_registered(asked, world) ||
        world.plan.has("alternative", asked.name + " " + asked.path))
      return std::nullopt;
    throw Error(ErrorKind::not_found, "Alternative {} for {} doesn't exist", asked.path, asked.name);
  };
  choice.apply = [](const std::optional<Choice>&, const std::optional<Choice>& want, World& world) {
    update_alternatives({"--set", want->name, want->path}, world.host);
  };
  Wording<Choice> words;
  words.correct = [](const Choice& asked) {
    return fmt::format("Alternative for {} already set to {}", asked.name, asked.path);
  };
  words.planned = [](const Change<Choice>& change) {
    return fmt::format("Alternative for {} will be set to path {}", change.asked.name, change.asked.path);
  };
  words.done = [](const Change<Choice>& change) {
    return fmt::format("Alternative for {} set to path {}", change.asked.name, change.asked.path);
  };
  words.changes = [](const Change<Choice>& change) { return Map{{"path", change.asked.path}}; };
  return choice.ensure("set", "The alternative is the chosen one.", {{"name", "pager"}, {"path", "/usr/bin/less"}},
                       as_given<Choice>, words);
}

Function automatic() {
  Resource<Choice> choice{.name = "alternatives", .schema = named(), .read = read_chosen, .apply = {}};
  choice.derived = Schema<Choice>().property(&Choice::mode, "mode", "Who chooses.");
  choice.prepare = [](Choice& asked, World& world) -> std::optional<Outcome> {
    if (!alternatives(asked.name, world.host))
      throw Error(ErrorKind::not_found, "Alternative for {} doesn't exist", asked.name);
    asked.mode = "auto";
    return std::nullopt;
  };
  choice.apply = [](const std::optional<Choice>&, const std::optional<Choice>& want, World& world) {
    update_alternatives({"--auto", want->name}, world.host);
  };
  Wording<Choice> words;
  words.correct = [](const Choice& asked) { return fmt::format("{} already in auto mode", asked.name); };
  words.planned = [](const Change<Choice>& change) {
    return fmt::format("{} will be put in auto mode", change.asked.name);
  };
  words.done = [](const Change<Choice>& change) { return fmt::format("{} put in auto mode", change.asked.name); };
  words.changes = [](const Change<Choice>& change) { return Map{{"result", *change.after->mode}}; };
  return choice.ensure("auto", "The alternative with the highest priority is the chosen one.", {{"name", "pager"}},
                       as_given<Choice>, words);
}

}  // namespace

Module alternatives() {
  return {"alternatives", "Debian's alternatives.", {install(), remove(), set(), automatic()}};
}

}  // namespace halite::states
