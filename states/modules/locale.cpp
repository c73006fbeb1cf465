// Locales: locale.present and locale.system.
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/providers/locales.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Locale {
  std::string name;

  std::optional<std::string> lang;
};

Schema<Locale> named() {
  return Schema<Locale>().key(&Locale::name, "name", "Locale, such as de_DE.UTF-8.");
}

void check_name(const std::string& name) {
  if (name.empty() || name[0] == '-' || name.find_first_of("\n\t=\"'/") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a locale", escape_control(name));
}

Function present() {
  Resource<Locale> locale{.name = "locale", .schema = named(), .read = {}, .apply = {}};
  locale.read = [](const Locale& asked, World& world) {
    return has_locale(asked.name, world.host) ? std::optional(asked) : std::nullopt;
  };
  locale.prepare = [](Locale& asked, World& world) -> std::optional<Outcome> {
    check_name(asked.name);
    if (!has_locale(asked.name, world.host)) locale_definition(asked.name, world.host);
    return std::nullopt;
  };
  locale.apply = [](const std::optional<Locale>&, const std::optional<Locale>& want, World& world) {
    generate_locale(want->name, world.host);
  };
  locale.provides = [](const Locale& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"locale", normal_locale(asked.name)}};
  };
  Wording<Locale> words;
  words.correct = [](const Locale& asked) { return fmt::format("Locale {} is already present", asked.name); };
  words.planned = [](const Change<Locale>& change) {
    return fmt::format("Locale {} needs to be generated", change.asked.name);
  };
  words.done = [](const Change<Locale>& change) { return fmt::format("Generated locale {}", change.asked.name); };
  words.changes = [](const Change<Locale>& change) { return Map{{"locale", change.asked.name}}; };
  return locale.ensure("present", "Programs can use the locale.", {{"name", "de_DE.UTF-8"}}, as_given<Locale>, words);
}

Function system() {
  Resource<Locale> locale{.name = "locale", .schema = named(), .read = {}, .apply = {}};
  locale.derived = Schema<Locale>().property(&Locale::lang, "locale", "LANG of the system.");
  locale.prepare = [](Locale& asked, World& world) -> std::optional<Outcome> {
    check_name(asked.name);
    asked.lang = asked.name;
    if (system_locale(world.host) == asked.name || world.plan.has("locale", normal_locale(asked.name)))
      return std::nullopt;
    // C is there always.
    if (asked.name != "C" && !has_locale(asked.name, world.host))
      throw Error(ErrorKind::not_found, "Failed to set system locale to {}: it is not there (see locale.present)",
                  asked.name);
    return std::nullopt;
  };
  locale.read = [](const Locale& asked, World& world) {
    Locale now;
    now.name = asked.name;
    now.lang = system_locale(world.host);
    return std::optional(now);
  };
  locale.apply = [](const std::optional<Locale>&, const std::optional<Locale>& want, World& world) {
    set_system_locale(want->name, world.host);
  };
  Wording<Locale> words;
  words.correct = [](const Locale& asked) { return fmt::format("System locale {} already set", asked.name); };
  words.planned = [](const Change<Locale>& change) {
    return fmt::format("System locale {} needs to be set", change.asked.name);
  };
  words.done = [](const Change<Locale>& change) { return fmt::format("Set system locale {}", change.asked.name); };
  words.changes = [](const Change<Locale>& change) { return Map{{"locale", change.asked.name}}; };
  return locale.ensure("system", "It is the system's locale.", {{"name", "C.UTF-8"}}, as_given<Locale>, words);
}

}  // namespace

Module locale() {
  return {"locale", "Locales of the C library.", {present(), system()}};
}

}  // namespace halite::states
