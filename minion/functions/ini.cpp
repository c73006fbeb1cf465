// ini.*: options and sections of INI files.
#include "common/base/error.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/paths.h"
#include "states/text/ini.h"

namespace halite::minion {
namespace {

struct Ini {
  std::string file_name, section, separator = "=";
  states::Text option;
  Map sections;
};

states::IniText open(const Ini& args, Call& call) {
  states::World world = make_world(call);
  const auto text = world.host.read_file_if_exists(states::full_path(args.file_name, world));
  if (!text) throw Error(ErrorKind::not_found, "Unable to open file '{}'. There is no such file", args.file_name);
  return states::IniText(*text, args.separator);
}

Map options_of(const states::IniText& ini, const std::string& section) {
  Map options;
  for (const auto& name : ini.options(section)) options.set(name, ini.get(section, name).value_or(""));
  return options;
}

Value get_ini(const Ini& args, Call& call) {
  const auto ini = open(args, call);
  Map all = options_of(ini, "");
  for (const auto& section : ini.sections()) all.set(section, options_of(ini, section));
  return all;
}

Value get_section(const Ini& args, Call& call) { return options_of(open(args, call), args.section); }

Value get_option(const Ini& args, Call& call) {
  const auto value = open(args, call).get(args.section, args.option.text);
  return value ? Value(*value) : Value();
}

Map change_of(Call& call, const char* state, const Ini& args, Value sections) {
  return run_state(call, state, {{"name", args.file_name}, {"separator", args.separator}, {"sections", std::move(sections)}});
}

Value set_option(const Ini& args, Call& call) { return change_of(call, "ini.options_present", args, args.sections); }

Value remove_option(const Ini& args, Call& call) {
  const auto value = get_option(args, call);
  if (value.is_null()) return value;
  const List options{args.option.text};
  change_of(call, "ini.options_absent", args, args.section.empty() ? Value(options) : Value(Map{{args.section, options}}));
  return value;
}

Value remove_section(const Ini& args, Call& call) {
  const auto ini = open(args, call);
  if (!ini.has_section(args.section)) return Value();
  change_of(call, "ini.sections_absent", args, List{args.section});
  return options_of(ini, args.section);
}

}  // namespace

std::vector<Function> ini_functions() {
  const auto file = Schema<Ini>().required(&Ini::file_name, "file_name", "Full path of the file.");
  const auto section = Schema<Ini>(file).required(&Ini::section, "section", "The section; empty: before the first one.");
  const auto option = Schema<Ini>(section).required(&Ini::option, "option", "The option.");
  const auto with_separator = [](Schema<Ini> schema) {
    return schema.optional(&Ini::separator, "separator", "What stands between a name and its value.");
  };
  return {
      function<Ini>("ini.get_ini", "Everything in the file: section -> option -> value.", with_separator(file), get_ini),
      function<Ini>("ini.get_section", "The options of a section; an empty map when there is none.", with_separator(section), get_section),
      function<Ini>("ini.get_option", "The value of an option; none when it is not there.", with_separator(option), get_option),
      function<Ini>("ini.set_option", "Gives options their values, and says what changed.",
                    with_separator(Schema<Ini>(file).optional(&Ini::sections, "sections",
                                                              "Section names and maps of their options; an option before the first "
                                                              "section stands alone.")),
                    set_option),
      function<Ini>("ini.remove_option", "Removes an option and gives its value; none when it was not there.", with_separator(option),
                    remove_option),
      function<Ini>("ini.remove_section", "Removes a section and gives what was in it; none when it was not there.", with_separator(section),
                    remove_section),
  };
}

}  // namespace halite::minion
