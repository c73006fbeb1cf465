// hosts.*, sysctl.*, timezone.*, locale.*, alternatives.* and kmod.*.
#include <ctime>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "states/arguments.h"
#include "states/providers/alternatives.h"
#include "states/providers/hosts_file.h"
#include "states/providers/kernel_modules.h"
#include "states/providers/locales.h"
#include "states/providers/sysctl.h"
#include "states/providers/time_zone.h"

namespace halite::minion {
namespace {

struct Name {
  std::string name, path;
};
struct Pair {
  std::string ip, alias, comment;
};
struct Setting {
  std::string name, config_file;
  states::Text value;
};
struct Clock {
  std::string clock;
};

Schema<Name> named(const char* field, const char* doc) { return Schema<Name>().required(&Name::name, field, doc); }

Value list_hosts(const None&, Call& call) {
  const states::HostsFile file(call.tools.host);
  Map result;
  for (const auto& entry : file.entries()) {
    Map shown{{"aliases", entry.names}};
    if (!entry.comment.empty()) shown.set("comment", entry.comment);
    result.set(entry.address, std::move(shown));
  }
  int count = 0;
  for (const auto& line : file.comment_lines()) result.set(fmt::format("comment-{}", count++), List{line});
  return result;
}

Value host_ip(const Name& args, Call& call) {
  for (const auto& entry : states::HostsFile(call.tools.host).entries())
    for (const auto& name : entry.names)
      if (name == args.name) return entry.address;
  return "";
}

Value host_aliases(const Name& args, Call& call) {
  const auto entry = states::HostsFile(call.tools.host).find(args.name);
  return entry ? Value(entry->names) : List{};
}

template <class Change>
Value change_hosts(Call& call, Change change) {
  states::HostsFile file(call.tools.host);
  change(file);
  file.save();
  return true;
}

Value get_sysctl(const Setting& args, Call& call) {
  const auto value = states::read_sysctl(args.name, call.tools.host);
  if (!value) throw Error(ErrorKind::not_found, "sysctl {} does not exist", args.name);
  return *value;
}

Value show_sysctl(const Setting& args, Call& call) {
  Map result;
  if (!args.config_file.empty()) {
    for (const auto& [name, value] : states::sysctl_file(args.config_file, call.tools.host)) result.set(name, value);
    return result;
  }
  Command command;
  command.argv = {"sysctl", "-a"};
  for (const auto& line : split_lines(call.tools.host.execute(command).output))
    if (const std::size_t at = line.find(" = "); at != std::string::npos) result.set(line.substr(0, at), line.substr(at + 3));
  return result;
}

Value assign_sysctl(const Setting& args, Call& call) {
  states::set_sysctl(args.name, args.value.text, call.tools.host);
  return Map{{args.name, args.value.text}};
}

// The clock of this process may have another zone than the system: the zone's file decides.
Value local_time(Call& call, const char* format) {
  Command command;
  command.argv = {"date", format};
  command.environment = {{"TZ", ":/etc/localtime"}};
  return std::string(trim(call.tools.host.execute(command).output));
}

Value set_clock(const Clock& args, Call& call) {
  const std::string clock = to_lower(args.clock);
  if (clock != "utc" && clock != "localtime")
    throw Error(ErrorKind::invalid, "localtime and UTC are the only permitted values");
  states::set_hardware_clock_utc(clock == "utc", call.tools.host);
  return true;
}

Value display(const Name& args, Call& call) {
  return states::update_alternatives({"--display", args.name}, call.tools.host);
}

Value show_link(const Name& args, Call& call) {
  const auto known = states::alternatives(args.name, call.tools.host);
  return known ? Value(known->link) : Value(false);
}

Value check_exists(const Name& args, Call& call) {
  const auto known = states::alternatives(args.name, call.tools.host);
  return known && known->find(args.path);
}

Value lsmod(const None&, Call& call) {
  List result;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/modules"))) {
    const auto words = split_words(line);
    if (words.size() < 4) continue;
    std::string by = words[3] == "-" ? "" : words[3];
    if (by.ends_with(',')) by.pop_back();
    result.push_back(Map{{"size", words[1]},
                         {"module", words[0]},
                         {"depcount", words[2]},
                         {"deps", by.empty() ? List{} : Value(split(by, ','))}});
  }
  return result;
}

std::vector<std::string> sorted(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

std::vector<Function> hosts_functions() {
  const auto pair = Schema<Pair>()
                        .required(&Pair::ip, "ip", "An address.")
                        .required(&Pair::alias, "alias", "Name of a host.");
  return {
      function("hosts.list_hosts", "/etc/hosts: addresses with their names.", list_hosts),
      function<Name>("hosts.get_ip", "The address of a name in /etc/hosts; empty when there is none.",
                     named("host", "Name of a host."), host_ip),
      function<Name>("hosts.get_alias", "The names of an address in /etc/hosts.", named("ip", "An address."), host_aliases),
      function<Pair>("hosts.has_pair", "Does /etc/hosts give the name this address?", pair,
                     [](const Pair& a, Call& c) -> Value { return states::HostsFile(c.tools.host).has(a.ip, a.alias); }),
      state_backed({.name = "hosts.add_host", .doc = "Gives a name an address.", .state = "host.present",
                    .order = {"ip", "alias"}, .renames = {{"alias", "name"}}}),
      state_backed({.name = "hosts.rm_host", .doc = "Takes an address from a name.", .state = "host.absent",
                    .order = {"ip", "alias"}, .renames = {{"alias", "name"}}}),
      function<Pair>("hosts.set_host", "Gives an address these names and no others.",
                     Schema<Pair>(pair).optional(&Pair::comment, "comment", "Comment behind it."),
                     [](const Pair& a, Call& c) {
                       return change_hosts(c, [&](states::HostsFile& file) { file.set(a.ip, split_words(a.alias), a.comment); });
                     }),
      function<Pair>("hosts.set_comment", "Sets the comment behind an address.",
                     Schema<Pair>()
                         .required(&Pair::ip, "ip", "An address.")
                         .required(&Pair::comment, "comment", "The comment."),
                     [](const Pair& a, Call& c) {
                       return change_hosts(c, [&](states::HostsFile& file) { file.set_comment(a.ip, a.comment); });
                     }),
  };
}

std::vector<Function> sysctl_functions() {
  const auto name = Schema<Setting>().required(&Setting::name, "name", "Kernel parameter, such as vm.swappiness.");
  return {
      function<Setting>("sysctl.get", "The value of a kernel parameter.", name, get_sysctl),
      function<Setting>("sysctl.show", "All kernel parameters, or those that a file sets.",
                        Schema<Setting>().optional(&Setting::config_file, "config_file", "Only of this file."), show_sysctl),
      function<Setting>("sysctl.assign", "Sets a kernel parameter until the next boot.",
                        Schema<Setting>(name).required(&Setting::value, "value", "The value."), assign_sysctl),
      function("sysctl.default_config", "The file that sysctl.persist writes.",
               [](const None&, Call& c) -> Value { return states::default_sysctl_file(c.tools.host); }),
      state_backed({.name = "sysctl.persist", .doc = "Sets a kernel parameter, now and after a boot.",
                    .state = "sysctl.present", .order = {"name", "value", "config"}}),
  };
}

std::vector<Function> time_and_language_functions() {
  const auto zone = named("timezone", "Time zone, such as Europe/Berlin.");
  const auto locale = named("locale", "Locale, such as de_DE.UTF-8.");
  return {
      function("timezone.get_zone", "The system's time zone.",
               [](const None&, Call& c) -> Value { return states::time_zone(c.tools.host); }),
      function("timezone.get_zonecode", "The short name of the system's time zone, such as CET.",
               [](const None&, Call& c) { return local_time(c, "+%Z"); }),
      function("timezone.get_offset", "The difference to UTC, such as +0100.",
               [](const None&, Call& c) { return local_time(c, "+%z"); }),
      function<Name>("timezone.zone_compare", "Has the system this time zone?", zone,
                     [](const Name& a, Call& c) -> Value { return states::is_time_zone(a.name, c.tools.host); }),
      function<Name>("timezone.set_zone", "Sets the system's time zone.", zone,
                     [](const Name& a, Call& c) -> Value {
                       states::set_time_zone(a.name, c.tools.host);
                       return true;
                     }),
      function("timezone.get_hwclock", "What the hardware clock runs in: UTC or localtime.",
               [](const None&, Call& c) -> Value {
                 return states::is_hardware_clock_utc(c.tools.host) ? "UTC" : "localtime";
               }),
      function<Clock>("timezone.set_hwclock", "Has the hardware clock run in UTC or localtime.",
                      Schema<Clock>().required(&Clock::clock, "clock", "UTC or localtime."), set_clock),
      function("locale.list_avail", "The locales that programs can use.",
               [](const None&, Call& c) -> Value { return states::locales(c.tools.host); }),
      function("locale.get_locale", "The system's locale.",
               [](const None&, Call& c) -> Value { return states::system_locale(c.tools.host); }),
      function<Name>("locale.avail", "Can programs use the locale?", locale,
                     [](const Name& a, Call& c) -> Value { return states::has_locale(a.name, c.tools.host); }),
      state_backed({.name = "locale.set_locale", .doc = "Sets the system's locale.", .state = "locale.system",
                    .renames = {{"locale", "name"}}}),
      state_backed({.name = "locale.gen_locale", .doc = "Makes a locale.", .state = "locale.present",
                    .renames = {{"locale", "name"}}}),
  };
}

std::vector<Function> alternatives_functions() {
  const auto name = named("name", "Name of the alternatives, such as editor.");
  const auto path = Schema<Name>(name).required(&Name::path, "path", "One of them.");
  return {
      function<Name>("alternatives.display", "What update-alternatives tells of a name.", name, display),
      function<Name>("alternatives.show_current", "Where a name leads now; empty when nowhere.", name,
                     [](const Name& a, Call& c) -> Value { return states::chosen_alternative(a.name, c.tools.host); }),
      function<Name>("alternatives.show_link", "The link of a name, such as /usr/bin/editor.", name, show_link),
      function<Name>("alternatives.check_exists", "Is the alternative registered?", path, check_exists),
      function<Name>("alternatives.check_installed", "Is it the chosen one?", path,
                     [](const Name& a, Call& c) -> Value {
                       return states::chosen_alternative(a.name, c.tools.host) == a.path;
                     }),
      state_backed({.name = "alternatives.install", .doc = "Registers an alternative.", .state = "alternatives.install",
                    .order = {"name", "link", "path", "priority"}}),
      state_backed({"alternatives.remove", "Removes an alternative.", "alternatives.remove"}),
      state_backed({"alternatives.set", "Chooses an alternative.", "alternatives.set"}),
      state_backed({"alternatives.auto", "Lets the priority choose.", "alternatives.auto"}),
  };
}

// Those that are built in, and those that have a file.
std::set<std::string> available_modules(Host& host) {
  const std::string directory = "/lib/modules/" + std::string(trim(host.read_file("/proc/sys/kernel/osrelease")));
  std::set<std::string> names;
  for (const char* list : {"/modules.builtin", "/modules.dep"})
    for (const auto& line : split_lines(host.read_file_if_exists(directory + list).value_or(""))) {
      const std::string path = line.substr(0, line.find(':'));
      const std::string name = path.substr(path.rfind('/') + 1);
      if (const auto end = name.find(".ko"); end != std::string::npos) names.insert(replace_all(name.substr(0, end), "-", "_"));
    }
  return names;
}

Value list_available(const None&, Call& call) {
  const auto names = available_modules(call.tools.host);
  return List(names.begin(), names.end());
}

struct Listed {
  bool only_persist = false;
};

std::vector<Function> kmod_functions() {
  const auto mod = named("mod", "Kernel module.");
  return {
      function("kmod.lsmod", "Loaded kernel modules with their sizes and users.", lsmod),
      function<Listed>("kmod.mod_list", "Names of loaded kernel modules, built-in ones too.",
                       Schema<Listed>().optional(&Listed::only_persist, "only_persist", "Those that are loaded at boot."),
                       [](const Listed& a, Call& c) -> Value {
                         return sorted(a.only_persist ? states::boot_kernel_modules(c.tools.host) : states::loaded_kernel_modules(c.tools.host));
                       }),
      function("kmod.available", "Names of the kernel modules that could be loaded, built-in ones too.", list_available),
      function<Name>("kmod.check_available", "Could this kernel module be loaded?", mod,
                     [](const Name& a, Call& c) -> Value { return available_modules(c.tools.host).contains(states::kernel_module_name(a.name)); }),
      function<Name>("kmod.is_loaded", "Is the kernel module loaded?", mod,
                     [](const Name& a, Call& c) -> Value {
                       return states::loaded_kernel_modules(c.tools.host).count(states::kernel_module_name(a.name)) != 0;
                     }),
      state_backed({.name = "kmod.load", .doc = "Loads a kernel module.", .state = "kmod.present", .gives = Gives::changes,
                    .renames = {{"mod", "name"}}}),
      state_backed({.name = "kmod.remove", .doc = "Unloads a kernel module.", .state = "kmod.absent",
                    .gives = Gives::changes, .renames = {{"mod", "name"}}}),
  };
}

}  // namespace

std::vector<Function> place_functions() {
  std::vector<Function> all;
  for (const auto group :
       {hosts_functions, sysctl_functions, time_and_language_functions, alternatives_functions, kmod_functions})
    for (auto& function : group()) all.push_back(std::move(function));
  return all;
}

}  // namespace halite::minion
