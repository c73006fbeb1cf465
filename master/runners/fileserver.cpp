// fileserver.*: the state tree that the master serves.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "master/files/file_server.h"
#include "master/runners/runners.h"

namespace halite::master {
namespace {

using wire::ListFiles;

Task<wire::RunnerResult> ask(wire::Workers& workers, std::shared_ptr<FileTree> tree, ListFiles wanted,
                             Value (*answer)(FileTree&, const ListFiles&)) {
  auto work = [tree, wanted, answer] {
    Value found = answer(*tree, wanted);
    const auto known = tree->environments();
    if (found.as_list().empty() && std::find(known.begin(), known.end(), wanted.saltenv) == known.end())
      throw Error(ErrorKind::not_found, "there is no environment '{}'; there are: {}", escape_control(wanted.saltenv), join(known, ", "));
    return found;
  };
  co_return plain_result(co_await workers.run(std::move(work)));
}

Task<wire::RunnerResult> environments(wire::Workers& workers, std::shared_ptr<FileTree> tree) {
  auto work = [tree] { return Value(tree->environments()); };
  co_return plain_result(co_await workers.run(std::move(work)));
}

Task<wire::RunnerResult> now(Value value) { co_return plain_result(std::move(value)); }

Task<wire::RunnerResult> run_update(std::function<Task<void>()> update) {
  co_await update();
  co_return plain_result(true);
}

}  // namespace

void add_fileserver_runners(RunnerTable& runners, Files& files, wire::Workers& workers, std::function<Task<void>()> update) {
  runners.add(Runner<ListFiles>{"fileserver.file_list", "Paths of an environment.", [&](ListFiles wanted, RunnerCaller) {
                                  return ask(workers, files.tree(), std::move(wanted), file_list);
                                }});
  runners.add(Runner<ListFiles>{"fileserver.dir_list", "Folders of an environment.", [&](ListFiles wanted, RunnerCaller) {
                                  return ask(workers, files.tree(), std::move(wanted), dir_list);
                                }});
  runners.add(Runner<NoRunnerArguments>{"fileserver.envs", "Names of the environments.", [&](NoRunnerArguments, RunnerCaller) {
                                          return environments(workers, files.tree());
                                        }});
  runners.add(Runner<ListFiles>{"fileserver.symlink_list", "Links of an environment: none, as what they point to is served.",
                                [](ListFiles, RunnerCaller) { return now(Map{}); }});
  runners.add(Runner<ListFiles>{"fileserver.empty_dir_list", "Empty folders of an environment: none are served.",
                                [](ListFiles, RunnerCaller) { return now(List{}); }});
  for (const char* name : {"fileserver.clear_cache", "fileserver.clear_file_list_cache", "fileserver.clear_lock"})
    runners.add(Runner<NoRunnerArguments>{name, "Kept for Salt's callers: there is no cache and no lock to clear.",
                                          [](NoRunnerArguments, RunnerCaller) { return now("No cache was cleared"); }});
  runners.add(Runner<NoRunnerArguments>{"fileserver.update", "Fetch the state tree's git remotes now.",
                                        [update](NoRunnerArguments, RunnerCaller) { return run_update(update); }});
}

}  // namespace halite::master
