// pkg.*: what dpkg and apt know of packages, in detail.
#include <algorithm>
#include <ctime>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/taking_many.h"
#include "states/arguments.h"
#include "states/providers/downloaded_packages.h"
#include "states/providers/packages.h"

namespace halite::minion {
namespace {

using states::TextList;

struct Asked {
  TextList names;
  TextList attr, filter;
  bool failhard = true, all_versions = false, refresh = false;
};
struct Name {
  std::string name;
};
struct Root {
  std::string root;
};

// The fields of one package, "Name: value" with lines that go on by a space; a later one of the same name wins.
using Paragraph = std::vector<std::pair<std::string, std::string>>;

std::vector<Paragraph> paragraphs_of(const std::string& text) {
  std::vector<Paragraph> all(1);
  for (const auto& line : split_lines(text)) {
    if (trim(line).empty()) {
      if (!all.back().empty()) all.emplace_back();
    } else if (line[0] == ' ' || line[0] == '\t') {
      if (!all.back().empty()) all.back().back().second += "\n" + line.substr(1);
    } else if (const auto colon = line.find(':'); colon != std::string::npos) {
      all.back().emplace_back(line.substr(0, colon), std::string(trim(std::string_view(line).substr(colon + 1))));
    }
  }
  if (all.back().empty()) all.pop_back();
  return all;
}

std::string field(const Paragraph& paragraph, std::string_view name) {
  for (const auto& [key, value] : paragraph)
    if (key == name) return value;
  return "";
}

std::string iso_time(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::vector<std::string> checked(const TextList& names) {
  for (const auto& name : names.items) states::checked_package(name);
  return names.items;
}

Command dpkg_query(Argv words, const std::vector<std::string>& names) {
  Command command;
  command.argv = {"dpkg-query"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.argv.insert(command.argv.end(), names.begin(), names.end());
  command.environment = {{"LC_ALL", "C"}};
  return command;
}

// The files that dpkg keeps lists in; of packages that may be there for several architectures the name has one.
std::optional<std::int64_t> install_time(const std::string& name, const std::string& architecture, Host& host) {
  for (const auto& file : {name, name + ":" + architecture})
    if (const auto status = host.status("/var/lib/dpkg/info/" + file + ".list")) return status->mtime_s;
  return std::nullopt;
}

// The first licenses that the package's copyright file names.
std::string license_of(const std::string& name, Host& host) {
  std::vector<std::string> licenses;
  try {
    for (const auto& line : split_lines(host.read_file_if_exists("/usr/share/doc/" + name + "/copyright").value_or("")))
      if (line.starts_with("License:")) {
        const std::string license(trim(std::string_view(line).substr(8)));
        if (!license.empty() && std::find(licenses.begin(), licenses.end(), license) == licenses.end()) licenses.push_back(license);
      }
  } catch (const Error&) {
  }
  return join(licenses, ", ");
}

Map information(const Paragraph& package, Host& host) {
  const std::string name = field(package, "Package"), architecture = field(package, "Architecture");
  const std::string description = field(package, "Description");
  Map shown{{"name", name}};
  const auto add = [&](const char* key, std::string value) {
    if (!value.empty()) shown.set(key, std::move(value));
  };
  add("arch", architecture);
  add("packager", field(package, "Maintainer"));
  add("summary", description.substr(0, description.find('\n')));
  const std::string source = field(package, "Source");
  add("source", source.empty() ? name : source.substr(0, source.find(' ')));
  add("version", field(package, "Version"));
  add("group", field(package, "Section"));
  add("size", field(package, "Installed-Size"));
  add("vendor", field(package, "Origin"));
  add("url", field(package, "Homepage"));
  if (const auto installed = install_time(name, architecture, host)) {
    shown.set("install_date", iso_time(*installed) + "Z");
    shown.set("install_date_time_t", *installed);
  }
  add("description", description);
  add("license", license_of(name, host));
  return shown;
}

Value info_installed(const Asked& args, Call& call) {
  const CommandResult result = call.tools.host.execute(dpkg_query({"-s", "--"}, checked(args.names)));
  if (result.exit_code != 0 && args.failhard)
    throw Error(ErrorKind::not_found, "Error getting packages information: {}", trim(result.error));
  std::vector<std::string> wanted;
  for (const auto& text : args.attr.items)
    for (const auto& part : split(text, ',')) wanted.emplace_back(trim(part));
  Map all;
  for (const auto& package : paragraphs_of(result.output)) {
    if (!field(package, "Status").ends_with(" installed")) continue;
    Map shown = information(package, call.tools.host);
    if (!wanted.empty()) {
      Map part;
      for (const auto& [key, value] : shown)
        if (std::find(wanted.begin(), wanted.end(), key.as_string()) != wanted.end()) part.set(key, value);
      shown = part;
    }
    all.set(field(package, "Package"), args.all_versions ? Value(List{shown}) : Value(shown));
  }
  return all;
}

Value file_dict(const Asked& args, Call& call) {
  List errors;
  Map packages;
  for (const auto& name : checked(args.names)) {
    const CommandResult found = call.tools.host.execute(dpkg_query({"-L", "--"}, {name}));
    if (found.exit_code != 0) {
      errors.push_back(std::string(trim(found.error)));
      continue;
    }
    packages.set(name, split_lines(found.output));
  }
  return Map{{"errors", errors}, {"packages", packages}};
}

Value show(const Asked& args, Call& call) {
  if (args.refresh) states::Packages(call.tools.host).refresh(true);
  if (args.names.items.empty()) return Map{};
  std::vector<std::string> wanted;
  for (const auto& text : args.filter.items)
    for (const auto& part : split(text, ',')) wanted.push_back(to_lower(trim(part)));
  Command command;
  command.argv = {"apt-cache", "show", "--"};
  for (const auto& name : args.names.items) command.argv.push_back(name);
  command.environment = {{"LC_ALL", "C"}};
  Map all;
  for (const auto& package : paragraphs_of(call.tools.host.execute(command).output)) {
    Map shown;
    for (const auto& [key, value] : package) {
      if (key == "Package" || key == "Version") continue;
      if (wanted.empty() || std::find(wanted.begin(), wanted.end(), to_lower(key)) != wanted.end()) shown.set(key, value);
    }
    Value& versions = all[field(package, "Package")];
    if (!versions.is_map()) versions = Map{};
    versions.edit_map().set(field(package, "Version"), shown);
  }
  return all;
}

Value list_repo_pkgs(const Asked& args, Call& call) {
  if (args.names.items.empty()) throw Error(ErrorKind::invalid, "'names' is needed: the list of all that apt could install is too long to be of use");
  Map all;
  for (const auto& [name, available] : states::Packages(call.tools.host).available(checked(args.names)))
    if (!available.versions.empty()) all.set(name, available.versions);
  return all;
}

// A name and what follows its last colon, if that is an architecture: "zsh:amd64".
std::pair<std::string, std::optional<std::string>> parts_of(const std::string& name) {
  const auto colon = name.rfind(':');
  if (colon == std::string::npos) return {name, std::nullopt};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

Value normalize_name(const Name& args, Call& call) {
  const auto [name, architecture] = parts_of(args.name);
  const bool is_own = !architecture || *architecture == "all" || *architecture == "any" || Value(*architecture) == call.tools.grains.get("osarch");
  return is_own ? name : args.name;
}

Value parse_arch(const Name& args, Call&) {
  const auto [name, architecture] = parts_of(args.name);
  return Map{{"name", name}, {"arch", architecture ? Value(*architecture) : Value()}};
}

Value list_downloaded(const Root& args, Call& call) {
  Map all;
  for (const auto& [name, versions] : states::downloaded_packages(call.tools.host, args.root)) {
    Map shown;
    for (const auto& [version, package] : versions)
      shown.set(version, Map{{"path", package.path},
                             {"size", package.size_bytes},
                             {"creation_date_time_t", package.changed_s},
                             {"creation_date_time", iso_time(package.changed_s)}});
    all.set(name, shown);
  }
  return all;
}

}  // namespace

std::vector<Function> pkg_look_functions() {
  const auto names = Schema<Asked>().optional(&Asked::names, "names", "Package, or a list of them.");
  const auto one = Schema<Name>().required(&Name::name, "name", "A package, perhaps with its architecture.");
  return {
      taking_many(function<Asked>("pkg.info_installed",
                                  "What dpkg knows of installed packages: pkg.info_installed nginx rsync attr=version,install_date.",
                                  Schema<Asked>()
                                      .required(&Asked::names, "names", "Package, or a list of them.")
                                      .optional(&Asked::attr, "attr", "Only these, with commas between: version, arch, size, group, url, ....")
                                      .optional(&Asked::failhard, "failhard", "One that is not known is an error.")
                                      .optional(&Asked::all_versions, "all_versions", "Each in a list, as Salt gives it for other systems."),
                                  info_installed)),
      taking_many(function<Asked>("pkg.file_dict", "The files of packages, by package: pkg.file_dict nginx.",
                                  Schema<Asked>().required(&Asked::names, "names", "Package, or a list of them."), file_dict)),
      taking_many(function<Asked>("pkg.show", "What apt knows of packages, by version: pkg.show nginx filter=depends,provides.",
                                  Schema<Asked>(names)
                                      .optional(&Asked::filter, "filter", "Only these fields, with commas between.")
                                      .optional(&Asked::refresh, "refresh", "Fetch the package lists first."),
                                  show)),
      taking_many(function<Asked>("pkg.list_repo_pkgs", "The versions that apt could install, newest first: pkg.list_repo_pkgs nginx.", names,
                                  list_repo_pkgs)),
      function<Name>("pkg.normalize_name", "The name without the architecture where that is this machine's: pkg.normalize_name zsh:amd64.", one,
                     normalize_name),
      function<Name>("pkg.parse_arch", "Name and architecture: pkg.parse_arch zsh:amd64.", one, parse_arch),
      function<Root>("pkg.list_downloaded", "Packages that apt has fetched, whether installed or not.",
                     Schema<Root>().optional(&Root::root, "root", "Another root directory."), list_downloaded),
  };
}

}  // namespace halite::minion
