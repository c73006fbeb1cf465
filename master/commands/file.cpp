// Commands of the file server.
#include "master/commands/commands.h"
#include "master/files/file_server.h"
#include "common/wire/messages/pillar.h"

namespace halite::master {
namespace {

// Adds a command that asks the tree on a worker. What the minion was served is remembered for its returns.
template <class Request>
void add(MinionCommands& commands, std::string name, std::string doc, Files& files, wire::Workers& workers, Served& served,
         std::function<Value(FileTree&, const Request&)> answer) {
  commands.add(MinionCommand<Request, Value>{
      .name = std::move(name),
      .doc = std::move(doc),
      .access = Access::reads_files,
      .size_limit_bytes = 16 << 10,
      .handle = [&files, &workers, &served, answer](wire::Principal who, Request request) -> Task<Value> {
        if (!who.id.empty()) served[who.id].states = files.tree()->revision(request.saltenv);
        return workers.run([tree = files.tree(), answer, request = std::move(request)] { return answer(*tree, request); });
      },
  });
}

}  // namespace

void add_file_commands(MinionCommands& commands, Files& files, wire::Workers& workers, Served& served,
                       std::size_t chunk_size_bytes) {
  using wire::FindFile;
  using wire::ListFiles;
  add<ListFiles>(commands, "_file_list", "Paths of an environment, sorted.", files, workers, served, file_list);
  add<ListFiles>(commands, "_dir_list", "Folders that hold files.", files, workers, served, dir_list);
  add<ListFiles>(commands, "_file_list_emptydirs", "Empty folders; a tree has none.", files, workers, served,
                 [](FileTree&, const ListFiles&) { return List{}; });
  add<ListFiles>(commands, "_symlink_list", "Symlinks; a tree shows what they point to.", files, workers, served,
                 [](FileTree&, const ListFiles&) { return Map{}; });
  add<FindFile>(commands, "_file_hash", "SHA-256 of a file.", files, workers, served, file_hash);
  add<FindFile>(commands, "_file_hash_and_stat", "SHA-256, size and mode of a file.", files, workers, served, file_hash_and_stat);
  add<FindFile>(commands, "_file_find", "Whether a file exists, with size and mode.", files, workers, served, file_find);
  add<wire::ServeFile>(commands, "_serve_file", "A part of a file.", files, workers, served,
                       [chunk_size_bytes](FileTree& tree, const wire::ServeFile& request) {
                         return serve_file(tree, request, chunk_size_bytes);
                       });
  commands.add(MinionCommand<wire::NoArguments, Value>{
      .name = "_file_envs",
      .doc = "Names of the environments.",
      .access = Access::reads_files,
      .handle = [&files, &workers](wire::Principal, wire::NoArguments) -> Task<Value> {
        return workers.run([tree = files.tree()] { return Value(tree->environments()); });
      },
  });
}

}  // namespace halite::master
