// file.mknod: a device file or a named pipe.
#include "common/base/strings.h"
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Node {
  std::string name, ntype;
  Number major, minor;
  std::optional<Text> user, group;
  std::optional<FileMode> mode;
  // Derived: "8:1" of a device.
  std::optional<std::string> number;
};

Schema<Node> schema() {
  return Schema<Node>()
      .key(&Node::name, "name", "Full path of the file.")
      .key(&Node::ntype, "ntype", "c for a character device, b for a block device, p for a named pipe.")
      .parameter(&Node::major, "major", "Its major number, of a device.")
      .parameter(&Node::minor, "minor", "Its minor number, of a device.")
      .property(&Node::user, "user", "Owner of the file.")
      .property(&Node::group, "group", "Group of the file.")
      .property(&Node::mode, "mode", "Permissions, such as '0660'.");
}

struct Kind {
  const char* name;
  FileType type;
};

Kind kind_of(const std::string& ntype) {
  if (ntype == "c") return {"Character device", FileType::character_device};
  if (ntype == "b") return {"Block device", FileType::block_device};
  if (ntype == "p") return {"Fifo pipe", FileType::fifo};
  throw Error(ErrorKind::invalid, "Node type unavailable: '{}'. Available node types are character ('c'), block ('b'), and pipe ('p')",
              escape_control(ntype));
}

std::optional<Outcome> prepare(Node& asked, World& world) {
  const Kind kind = kind_of(asked.ntype);
  asked.name = full_path(asked.name, world);
  if (asked.ntype != "p") asked.number = fmt::format("{}:{}", asked.major.value, asked.minor.value);
  if (const auto status = world.host.status(asked.name); status && status->type != kind.type)
    return failed(fmt::format("File {} exists and is not a {}. Cowardly refusing to continue", asked.name, to_lower(kind.name)));
  check_owners(asked.user, asked.group, world);
  if (!has_directory(world, parent_of(asked.name))) throw Error(ErrorKind::not_found, "Parent directory of {} is not present", asked.name);
  return std::nullopt;
}

std::optional<Node> read(const Node& asked, World& world) {
  const auto status = world.host.status(asked.name);
  if (!status) return std::nullopt;
  Node found;
  found.user = Text{owner_as_asked(*status, asked.user, world)};
  found.group = Text{group_as_asked(*status, asked.group, world)};
  found.mode = FileMode{status->mode};
  if (asked.number) {
    // stat tells the numbers in hexadecimal.
    const auto parts = split(std::string(trim(world.host.run({"stat", "-c", "%t:%T", asked.name}))), ':');
    if (parts.size() == 2) found.number = fmt::format("{}:{}", std::stol(parts[0], nullptr, 16), std::stol(parts[1], nullptr, 16));
  }
  return found;
}

void apply(const std::optional<Node>& now, const std::optional<Node>& want, World& world) {
  if (now && want->number && now->number != want->number) world.host.remove_file(want->name);
  if (!now || (want->number && now->number != want->number)) {
    Argv argv{"mknod", "--mode=" + mode_text(want->mode ? want->mode->bits : 0600), want->name, want->ntype};
    if (want->number) argv.insert(argv.end(), {std::to_string(want->major.value), std::to_string(want->minor.value)});
    world.host.run(argv);
  }
  const auto bits = want->mode ? std::optional(want->mode->bits) : std::nullopt;
  world.host.set_attributes(want->name, attributes_of(want->user, want->group, bits, world));
}

}  // namespace

Function file_mknod() {
  Resource<Node> node{.name = "file", .schema = schema(), .read = read, .apply = apply};
  node.derived = Schema<Node>().property(&Node::number, "number", "Its major and minor number.");
  node.prepare = prepare;
  node.provides = [](const Node& asked) { return std::vector<std::pair<std::string, std::string>>{{"file", asked.name}}; };
  Wording<Node> words;
  words.correct = [](const Node& asked) { return fmt::format("{} {} is in the correct state", kind_of(asked.ntype).name, asked.name); };
  words.planned = [](const Change<Node>& change) {
    return fmt::format("{} {} is set to be {}", kind_of(change.asked.ntype).name, change.asked.name, change.creates() ? "created" : "changed");
  };
  words.done = [](const Change<Node>& change) {
    return fmt::format("{} {} {}.", kind_of(change.asked.ntype).name, change.asked.name, change.creates() ? "created" : "changed");
  };
  words.changes = [](const Change<Node>& change) {
    if (!change.creates()) return changes_of(change.differences);
    return Map{{"new", fmt::format("{} {} created.", kind_of(change.asked.ntype).name, change.asked.name)}};
  };
  return node.ensure("mknod", "A device file or a named pipe is there.", {{"name", "/srv/pipe"}, {"ntype", "p"}, {"mode", "0660"}}, as_given<Node>, words);
}

}  // namespace halite::states
