// lowpkg.*: what dpkg knows of packages, under the names that Salt has for it beside pkg.*.
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"

namespace halite::minion {
namespace {

Value file_list(const Arguments& arguments, Call& call) { return call_function(call, "pkg.file_list", arguments.positional, arguments.named); }
Value file_dict(const Arguments& arguments, Call& call) { return call_function(call, "pkg.file_dict", arguments.positional, arguments.named); }

// Those that are named, or all.
Value list_pkgs(const Arguments& arguments, Call& call) {
  const Map all = call_function(call, "pkg.list_pkgs", {}, {}).as_map("the packages");
  if (arguments.positional.empty()) return all;
  Map found;
  for (const auto& name : arguments.positional)
    if (const Value* version = all.find(states::python_text(name))) found.set(name, *version);
  return found;
}

}  // namespace

std::vector<Function> lowpkg_functions() {
  return {
      free_function("lowpkg.file_list", "The files of packages: lowpkg.file_list nginx rsync.", file_list),
      free_function("lowpkg.file_dict", "The files of packages, by package: lowpkg.file_dict nginx.", file_dict),
      free_function("lowpkg.list_pkgs", "Installed packages and their versions, all or those that are named.", list_pkgs),
  };
}

}  // namespace halite::minion
