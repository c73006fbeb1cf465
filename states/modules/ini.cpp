// ini.options_present and its kin: options and sections of INI files.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/file/edit.h"
#include "states/text/ini.h"

namespace halite::states {
namespace {

struct Ini : Edit {
  Value sections;
  std::string separator = "=";
  bool strict = false;
  // Derived: what changes, section by section, and a line of text for each option.
  Map told;
  std::string lines;
};

Schema<Ini> schema(const char* sections_doc) {
  return edit_schema<Ini>("Full path of the file.")
      .parameter(&Ini::sections, "sections", sections_doc)
      .parameter(&Ini::separator, "separator", "What stands between a name and its value.");
}

// Opens the file, lets `edit` work on it, and takes what came of it.
template <class Change>
std::optional<Outcome> edited(Ini& asked, World& world, bool may_be_new, const Change& edit) {
  const auto now = open_for_edit(asked, world);
  if (!now && !may_be_new) throw Error(ErrorKind::not_found, "{}: file not found", asked.name);
  IniText ini(now.value_or(""), asked.separator);
  edit(ini);
  if (now || !asked.told.empty()) asked.content = asked.told.empty() ? *now : ini.text();
  if (!asked.content) return unchanged("No anomaly detected");
  if (!now && !has_directory(world, parent_of(asked.path)))
    throw Error(ErrorKind::not_found, "Parent directory of {} is not present", asked.name);
  return std::nullopt;
}

std::string place_text(const std::string& section) {
  return section.empty() ? "" : " in section " + section;
}

void tell(Ini& asked, const std::string& section, const std::string& option, Value change) {
  if (section.empty()) {
    asked.told.set(option, std::move(change));
    return;
  }
  const Value* known = asked.told.find(section);
  Map in_section = known ? known->as_map() : Map();
  in_section.set(option, std::move(change));
  asked.told.set(section, in_section);
}

void set_option(Ini& asked, IniText& ini, const std::string& section, const std::string& option, const Value& value) {
  const std::string wanted = during([&] { return value.is_null() ? std::string("None") : python_text(value); },
                                    "reading the value of {}", option);
  const auto now = ini.get(section, option);
  if (now == wanted) {
    asked.lines += fmt::format("Unchanged key {}{}.\n", option, place_text(section));
    return;
  }
  asked.lines += fmt::format("Changed key {}{}.\n", option, place_text(section));
  tell(asked, section, option, Map{{"before", now ? Value(*now) : Value()}, {"after", wanted}});
  ini.set(section, option, wanted);
}

void remove_others(Ini& asked, IniText& ini, const std::string& section, const std::vector<std::string>& wanted) {
  for (const auto& option : ini.options(section)) {
    if (std::find(wanted.begin(), wanted.end(), option) != wanted.end()) continue;
    asked.lines += fmt::format("Deleted key {}{}.\n", option, place_text(section));
    tell(asked, section, option, Map{{"before", *ini.get(section, option)}, {"after", nullptr}});
    ini.remove(section, option);
  }
}

// A section that comes is told as a whole.
void tell_new(Ini& asked, const std::string& section) {
  Map options;
  if (const Value* told = asked.told.find(section))
    for (const auto& [option, change] : told->as_map()) options.set(option, *change.find("after"));
  if (!options.empty()) asked.told.set(section, Map{{"before", nullptr}, {"after", options}});
}

std::optional<Outcome> prepare_options_present(Ini& asked, World& world) {
  return edited(asked, world, true, [&](IniText& ini) {
    if (asked.sections.is_null()) return;
    std::vector<std::string> plain;
    for (const auto& [name, body] : asked.sections.as_map("'sections'"))
      if (!body.is_map()) plain.push_back(python_text(name));
    if (asked.strict) remove_others(asked, ini, "", plain);
    for (const auto& [name, body] : asked.sections.as_map()) {
      if (!body.is_map()) {
        set_option(asked, ini, "", python_text(name), body);
        continue;
      }
      const std::string section = python_text(name);
      std::vector<std::string> wanted;
      for (const auto& [option, value] : body.as_map()) wanted.push_back(python_text(option));
      const bool is_new = !ini.has_section(section);
      if (asked.strict) remove_others(asked, ini, section, wanted);
      for (const auto& [option, value] : body.as_map()) set_option(asked, ini, section, python_text(option), value);
      if (is_new) tell_new(asked, section);
    }
  });
}

void remove_option(Ini& asked, IniText& ini, const std::string& section, const std::string& option) {
  const auto now = ini.get(section, option);
  if (!now) {
    asked.lines += fmt::format("Key {}{} does not exist.\n", option, place_text(section));
    return;
  }
  asked.lines += fmt::format("Deleted key {}{}.\n", option, place_text(section));
  tell(asked, section, option, *now);
  ini.remove(section, option);
}

std::optional<Outcome> prepare_options_absent(Ini& asked, World& world) {
  return edited(asked, world, true, [&](IniText& ini) {
    if (asked.sections.is_null()) return;
    if (asked.sections.is_list()) {
      for (const Value& option : asked.sections.as_list()) remove_option(asked, ini, "", python_text(option));
      return;
    }
    for (const auto& [name, options] : asked.sections.as_map("'sections'")) {
      if (!options.is_list()) {
        remove_option(asked, ini, "", python_text(name));
        continue;
      }
      for (const Value& option : options.as_list()) remove_option(asked, ini, python_text(name), python_text(option));
    }
  });
}

std::vector<std::string> section_names(const Value& sections) {
  std::vector<std::string> names;
  if (const Map* map = sections.if_map()) {
    for (const auto& [name, body] : *map) names.push_back(python_text(name));
  } else if (!sections.is_null()) {
    for (const Value& name : sections.is_list() ? sections.as_list() : List{sections})
      names.push_back(python_text(name));
  }
  return names;
}

std::optional<Outcome> prepare_sections_present(Ini& asked, World& world) {
  return edited(asked, world, true, [&](IniText& ini) {
    for (const auto& section : section_names(asked.sections)) {
      if (ini.has_section(section)) {
        asked.lines += fmt::format("Section unchanged {}.\n", section);
        continue;
      }
      asked.lines += fmt::format("Created new section {}.\n", section);
      asked.told.set(section, Map{{"before", nullptr}, {"after", Map{}}});
      ini.add_section(section);
    }
  });
}

std::optional<Outcome> prepare_sections_absent(Ini& asked, World& world) {
  return edited(asked, world, true, [&](IniText& ini) {
    for (const auto& section : section_names(asked.sections)) {
      if (!ini.has_section(section)) {
        asked.lines += fmt::format("Section {} does not exist.\n", section);
        continue;
      }
      Map options;
      for (const auto& option : ini.options(section)) options.set(option, *ini.get(section, option));
      asked.lines += fmt::format("Deleted section {}.\n", section);
      asked.told.set(section, options);
      ini.remove_section(section);
    }
  });
}

// The names stay, so that one sees what changed.
Value masked(const Value& change) {
  const Map* map = change.if_map();
  if (!map) return change.is_null() ? change : Value(redacted);
  Map shown;
  for (const auto& [key, value] : *map) shown.set(key, masked(value));
  return shown;
}

Function ini_function(const char* name, const char* doc, const char* sections_doc,
                      std::optional<Outcome> (*prepare)(Ini&, World&), const Map& example) {
  Resource<Ini> ini = edit_resource(schema(sections_doc));
  ini.name = "ini";
  if (prepare == prepare_options_present)
    ini.schema.parameter(&Ini::strict, "strict", "Remove all other options of the sections that are named.");
  ini.prepare = prepare;
  Wording<Ini> words;
  words.correct = [](const Ini&) -> std::string { return "No anomaly detected"; };
  words.planned = [](const Change<Ini>& change) { return change.asked.lines; };
  words.done = [](const Change<Ini>&) -> std::string { return "Changes take effect"; };
  words.changes = [](const Change<Ini>& change) {
    const bool is_shown = change.asked.show_changes.value_or(!change.asked.is_hidden);
    return is_shown ? change.asked.told : masked(change.asked.told).as_map();
  };
  return ini.ensure(name, doc, example, as_given<Ini>, words);
}

}  // namespace

Module ini() {
  const Map sections{{"Timer", Map{{"OnCalendar", "hourly"}}}};
  return {
      "ini",
      "Options and sections of INI files. Unlike in Salt, lines that do not change keep their spelling.",
      {
          ini_function("options_absent", "The options are not in the file.",
                       "Section names and lists of their options; an option before the first section stands alone.",
                       prepare_options_absent, {{"name", "/etc/app.ini"}, {"sections", Map{{"main", List{"port"}}}}}),
          ini_function("options_present", "The options have these values.",
                       "Section names and maps of their options; an option before the first section stands alone.",
                       prepare_options_present, {{"name", "/etc/app.ini"}, {"sections", sections}}),
          ini_function("sections_absent", "The sections are not in the file, nor what is in them.",
                       "Names of the sections.", prepare_sections_absent,
                       {{"name", "/etc/app.ini"}, {"sections", List{"main"}}}),
          ini_function("sections_present", "The sections are in the file.", "Names of the sections.",
                       prepare_sections_present, {{"name", "/etc/app.ini"}, {"sections", List{"main"}}}),
      }};
}

}  // namespace halite::states
