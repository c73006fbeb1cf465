// The SLS files of a pillar tree merged into one map. Private to this folder.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/host/sls.h"
#include "pillar/compiler.h"
#include "pillar/functions.h"
#include "pillar/top.h"

namespace halite::pillar {

// One compile for one minion. What is named here must outlive it.
class SlsMerger {
 public:
  // `seen` is what templates see as `pillar`: nothing, unless external pillars come first.
  SlsMerger(FileTree& tree, const PillarOptions& options, const PillarRequest& request,
            const render::FunctionTable* functions, const Map& seen);

  // Top file, matching, and every SLS file that the top file gives. Fills `matches`.
  Map compile(Map& matches);

  // In the order in which Salt lists them: files, then the top.
  std::vector<PillarProblem> take_problems();

 private:
  // Of one environment: SLS name -> what it gave without its includes, null when it failed.
  using Rendered = std::map<std::string, Value>;

  Value render(const SlsFile& file, const Map& defaults);
  Map environment_files(Map data, const std::string& environment, const Value& names);
  Value sls(const std::string& name, const std::string& environment, const Map& defaults);
  Value with_includes(Value state, const List& includes, const SlsFile& file, const Map& defaults);
  Value included(const std::string& name, const std::string& environment, const Map& defaults,
                 std::vector<PillarProblem>& last_problems);
  void missing(const std::string& name, const std::string& environment);
  void failed(const std::string& name, const Error& error);

  FileTree& tree_;
  const PillarOptions& options_;
  const PillarRequest& request_;
  Value seen_;  // copies of this compile, so that a template can change nothing of another's
  Value grains_;
  Value opts_;
  PillarFunctions functions_;
  std::set<std::pair<std::string, std::string>> may_be_missing_;
  std::vector<std::string> available_;  // SLS names of the environment at hand
  Rendered rendered_;
  std::vector<PillarProblem> problems_;
  std::vector<PillarProblem> top_problems_;
};

}  // namespace halite::pillar
