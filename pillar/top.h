// The top files of a pillar tree. Private to this folder.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/host/sls.h"
#include "pillar/compiler.h"

namespace halite::pillar {

struct PillarTop {
  Map targets;  // environment -> target -> list of `match` options and SLS names, in the order that counts
  // SLS files that may be missing (ignore_missing), by environment.
  std::set<std::pair<std::string, std::string>> may_be_missing;
};

// The environments of a tree for this request: in place of "__env__" the one asked for, when no other is named so.
std::vector<std::string> environments_of(FileTree& tree, const PillarRequest& request);

using RenderFile = std::function<Value(const SlsFile&)>;

// Reads and merges the top files of the environments that count for the request. What is wrong goes to `problems`.
PillarTop read_top(FileTree& tree, const PillarOptions& options, const PillarRequest& request, const RenderFile& render,
                   std::vector<PillarProblem>& problems);

// environment -> SLS names (globs as written), each once, for the targets that mean the minion. `seen` is the pillar that
// targets on pillar are about: what external pillars gave that came first.
// Throws Error(invalid) for a target that can't be understood.
Map pillar_matches(const PillarTop& top, const PillarOptions& options, const PillarRequest& request, const Map& seen);

// An exception as a problem: with file and line when it has them.
PillarProblem problem_from(const std::string& text, const std::exception& error);

}  // namespace halite::pillar
