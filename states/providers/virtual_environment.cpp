#include "states/providers/virtual_environment.h"

#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "states/providers/pip.h"

namespace halite::states {
namespace {

bool is_module(const Argv& maker) {
  const std::string name = maker[0].substr(maker[0].rfind('/') + 1);
  return name == "venv" || name.starts_with("pyvenv") || maker.size() > 1;
}

Argv maker_of(const VirtualEnvironment& want, World& world) {
  std::string text = want.venv_bin;
  if (text.empty() && world.call)
    if (const Value option = world.call("config.option", {"venv_bin"}, {}); option.is_string()) text = *option.if_string();
  if (text.empty()) text = world.host.find_program("virtualenv") ? "virtualenv" : "venv";
  return split_shell_words(text);
}

}  // namespace

Argv creation_of(const VirtualEnvironment& want, World& world) {
  Argv maker = maker_of(want, world);
  const bool is_venv = is_module(maker);
  if (is_venv && maker.size() == 1) maker = {want.python.empty() ? "python3" : want.python, "-m", "venv"};
  if (!world.host.find_program(maker[0]) && !world.host.status_of_target(maker[0]))
    throw Error(ErrorKind::not_found, "Failed to create virtualenv: there is no {} on this host", maker[0]);
  if (is_venv && (!want.extra_search_dir.items.empty() || want.never_download))
    throw Error(ErrorKind::invalid, "extra_search_dir and never_download are virtualenv's, and venv makes this environment");
  if (!is_venv && (want.symlinks || want.upgrade_python))
    throw Error(ErrorKind::invalid, "symlinks and upgrade are venv's, and {} makes this environment", maker[0]);
  if (!is_venv && !want.python.empty()) {
    if (!world.host.find_program(want.python) && !world.host.status_of_target(want.python))
      throw Error(ErrorKind::not_found, "Cannot find requested python ({}).", want.python);
    maker.push_back("--python=" + want.python);
  }
  for (const auto& directory : comma_list(want.extra_search_dir)) maker.push_back("--extra-search-dir=" + directory);
  if (want.never_download == true) maker.push_back("--never-download");
  if (!want.prompt.empty()) maker.push_back("--prompt=" + want.prompt);
  if (want.upgrade_python == true) maker.push_back("--upgrade");
  if (want.symlinks == true) maker.push_back("--symlinks");
  if (want.clear) maker.push_back("--clear");
  if (want.system_site_packages) maker.push_back("--system-site-packages");
  maker.push_back(want.name);
  return maker;
}

}  // namespace halite::states
