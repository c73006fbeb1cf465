// The pillar compiler.
#include "pillar/compiler.h"

#include "common/base/error.h"
#include "pillar/external/externals.h"
#include "pillar/sls_merger.h"
#include "pillar/top.h"

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
      const auto start = fmt::format("Failed to load ext_pillar {}: ", external.name);
      const auto* missing = dynamic_cast<const MissingKey*>(&error);
      problems.push_back({.text = start + error.what(), .told = missing ? start + missing->told() : ""});
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

void PillarCompiler::add_tree(FileTree& tree, const PillarRequest& request, const Map& seen, Pillar& result) const {
  SlsMerger files(tree, options_, request, functions_, seen);
  Map matches;
  result.data = merge(std::move(result.data), files.compile(matches), options_.merge);
  result.matches = merge(std::move(result.matches), matches, {.strategy = MergeStrategy::recurse, .merge_lists = true});
  for (auto& problem : files.take_problems()) result.problems.push_back(std::move(problem));
  for (const auto& environment : environments_of(tree, request)) {
    const auto* there = result.revisions.find(environment);
    const auto revision = tree.revision(environment);
    result.revisions.set(environment, there ? there->as_string() + ", " + revision : revision);
  }
}

void PillarCompiler::decrypt_all(Pillar& result) const {
  std::vector<std::string> errors;
  decrypt(result.data, options_.decryption, options_.decrypt, errors);
  if (errors.empty()) return;
  for (auto& error : errors) result.problems.push_back({.text = std::move(error)});
  result.data.set("_errors", told(result.problems));
}

// What the request does not say, the options do.
PillarRequest PillarCompiler::completed(PillarRequest request) const {
  if (request.pillarenv) return request;
  const bool follows_states = options_.pillarenv_from_saltenv && !request.saltenv.empty();
  request.pillarenv = follows_states ? std::optional(request.saltenv) : options_.pillarenv;
  return request;
}

template <class AddTrees>
Pillar PillarCompiler::compile_all(const PillarRequest& asked, AddTrees add_trees) const {
  const auto request = completed(asked);
  Pillar result;
  const auto run_all = [&] {
    result.data = run_externals(externals_, request, std::move(result.data), options_.merge, result.problems);
  };
  if (options_.ext_pillar_first) run_all();
  const auto seen = result.data;
  add_trees(request, seen, result);
  if (!options_.ext_pillar_first) run_all();

  if (options_.pillar_opts) result.data.set("master", options_.opts);
  if (!result.ok()) result.data.set("_errors", told(result.problems));
  result.data = merge(std::move(result.data), request.override_data, options_.merge);
  decrypt_all(result);
  return result;
}

Pillar PillarCompiler::compile(FileTree& tree, const PillarRequest& request) const {
  return compile_all(request, [&](const PillarRequest& whole, const Map& seen, Pillar& result) {
    add_tree(tree, whole, seen, result);
  });
}

Pillar PillarCompiler::compile(const std::vector<std::shared_ptr<FileTree>>& trees,
                               const PillarRequest& request) const {
  return compile_all(request, [&](const PillarRequest& whole, const Map& seen, Pillar& result) {
    for (const auto& tree : trees) add_tree(*tree, whole, seen, result);
  });
}

}  // namespace halite::pillar
