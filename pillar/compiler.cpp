// The pillar compiler.
#include "pillar/compiler.h"

#include "common/base/error.h"
#include "pillar/sls_merger.h"

namespace halite::pillar {
namespace {

// External pillars in their order, each merged over what there is.
Map run_externals(const std::vector<NamedExternal>& externals, const PillarRequest& request, Map data,
                  const MergeOptions& options, std::vector<PillarProblem>& problems) {
  data = merge(std::move(data), request.override_data, options);
  for (const auto& external : externals) {
    try {
      const auto added = external.run(request, data);
      data = merge(std::move(data), added, options);
    } catch (const Error& error) {
      problems.push_back({.text = fmt::format("Failed to load ext_pillar {}: {}", external.name, error.what())});
    }
  }
  return data;
}

List told(const std::vector<PillarProblem>& problems) {
  List texts;
  for (const auto& problem : problems) texts.push_back(problem.told.empty() ? problem.text : problem.told);
  return texts;
}

}  // namespace

PillarCompiler::PillarCompiler(PillarOptions options, std::vector<NamedExternal> externals,
                               const render::FunctionTable* functions)
    : options_(std::move(options)), externals_(std::move(externals)), functions_(functions) {}

Pillar PillarCompiler::compile(FileTree& tree, const PillarRequest& request) const {
  Pillar result;
  std::vector<PillarProblem> external_problems;
  Map first;
  if (options_.ext_pillar_first) first = run_externals(externals_, request, {}, options_.merge, external_problems);
  SlsMerger files(tree, options_, request, functions_, first);
  result.data = merge(std::move(first), files.compile(result.matches), options_.merge);
  result.problems = files.take_problems();
  if (!options_.ext_pillar_first)
    result.data = run_externals(externals_, request, std::move(result.data), options_.merge, external_problems);
  result.problems.insert(result.problems.end(), external_problems.begin(), external_problems.end());

  if (options_.pillar_opts) result.data.set("master", options_.opts);
  if (!result.ok()) result.data.set("_errors", told(result.problems));
  result.data = merge(std::move(result.data), request.override_data, options_.merge);
  for (const auto& environment : tree.environments()) result.revisions.set(environment, tree.revision(environment));
  return result;
}

}  // namespace halite::pillar
