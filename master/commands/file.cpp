// Commands of the file server.
#include "master/commands/commands.h"
#include "master/files/file_server.h"
#include "common/wire/messages/pillar.h"

namespace halite::master {
namespace {

constexpr std::size_t request_limit_bytes = 16 << 10;

// Adds a command that asks the tree on a worker. What the minion was served is remembered for its returns.
template <class Request>
void add(MinionCommands& commands, std::string name, std::string doc, Files& files, wire::Workers& workers, Served& served,
         std::function<Value(FileTree&, const Request&)> answer) {
  commands.add(MinionCommand<Request, Value>{
      .name = std::move(name),
      .doc = std::move(doc),
      .access = Access::reads_files,
      .size_limit_bytes = request_limit_bytes,
      .handle = [&files, &workers, &served, answer](wire::Principal who, Request request) -> Task<Value> {
        if (!who.id.empty()) served[who.id].states = files.tree()->revision(request.saltenv);
        return workers.run([tree = files.tree(), answer, request = std::move(request)] { return answer(*tree, request); });
      },
  });
}

Task<Value> serve_part(Files& files, wire::Workers& workers, Served& served, std::size_t limit_bytes, wire::Principal who, wire::ServeFile request) {
  if (!who.id.empty()) served[who.id].states = files.tree()->revision(request.saltenv);
  auto work = [tree = files.tree(), request = std::move(request), limit_bytes] { return serve_file(*tree, request, limit_bytes); };
  Value part = co_await workers.run(std::move(work));
  ++files.counters.parts;
  if (const auto* data = part.find("data")->if_bytes()) files.counters.bytes += data->data.size();
  co_return part;
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
  commands.add(MinionCommand<wire::ServeFile, Value>{
      .name = "_serve_file",
      .doc = "A part of a file.",
      .access = Access::reads_files,
      .size_limit_bytes = request_limit_bytes,
      .handle = [&files, &workers, &served, chunk_size_bytes](wire::Principal who, wire::ServeFile request) {
        return serve_part(files, workers, served, chunk_size_bytes, std::move(who), std::move(request));
      },
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
