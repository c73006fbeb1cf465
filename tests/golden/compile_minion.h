// Compiling the states of one minion as a minion does: templates see pillar, grains, opts and functions.
#pragma once

#include <functional>
#include <string>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/render/renderer.h"
#include "states/compile/compile.h"

namespace halite::golden {

// All of it must outlive the compile.
struct MinionFacts {
  const std::string& id;
  const Map& grains;
  const Map& nodegroups;
  const Map& opts;
  const render::FunctionTable* functions = nullptr;  // beyond pillar.get and its kind
};

// Works with copies of pillar and grains, as a render may change them.
states::Compiled compile_minion(FileTree& files, const MinionFacts& minion, const Map& pillar,
                                const states::CompileOptions& options, const std::optional<std::string>& saltenv,
                                const std::function<states::Compiled(const states::CompileContext&)>& compile);

}  // namespace halite::golden
