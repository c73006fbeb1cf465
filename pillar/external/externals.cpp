// The list of built-in external pillars.
#include "pillar/external/externals.h"

#include <array>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::pillar {
namespace {

using Maker = ExternalPillar (*)(const Value&, const ExternalTools&);
constexpr std::array<std::pair<std::string_view, Maker>, 7> makers{{
    {"dc", dc_pillar},
    {"ca", ca_pillar},
    {"backup_ssh", backup_ssh_pillar},
    {"consul", consul_pillar},
    {"file_tree", file_tree_pillar},
    {"cmd_json", cmd_json_pillar},
    {"cmd_yaml", cmd_yaml_pillar},
}};

Maker maker_of(const std::string& name) {
  std::vector<std::string> names{"git"};
  for (const auto& [known, maker] : makers) {
    if (known == name) return maker;
    names.emplace_back(known);
  }
  throw Error(ErrorKind::invalid, "there is no external pillar '{}'; there are {}{}", name, join(names, ", "),
              did_you_mean(name, names));
}

}  // namespace

std::vector<NamedExternal> externals_from(const Value& ext_pillar, const ExternalTools& tools) {
  std::vector<NamedExternal> externals;
  for (const auto& entry : ext_pillar.as_list("the option ext_pillar"))
    for (const auto& [key, arguments] : entry.as_map("an entry of ext_pillar")) {
      const auto& name = key.as_string("the name of an external pillar");
      if (name == "git") continue;
      externals.push_back(
          {name, during([&] { return maker_of(name)(arguments, tools); }, "reading ext_pillar '{}'", name)});
    }
  return externals;
}

void make_folders(Host& host, const std::string& folder) {
  if (folder.empty() || folder == "/" || host.status_of_target(folder)) return;
  make_folders(host, folder.substr(0, folder.rfind('/')));
  host.make_directory(folder, {.mode = 0700, .uid = {}, .gid = {}});
}

}  // namespace halite::pillar
