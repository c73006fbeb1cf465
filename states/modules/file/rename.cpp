// file.rename: a file or directory at another place.
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Rename {
  std::string name, source;
  bool force = false, makedirs = false;
  // Derived.
  std::optional<bool> is_moved;
};

Schema<Rename> schema() {
  return Schema<Rename>()
      .key(&Rename::name, "name", "Full path where it is to be.")
      .parameter(&Rename::source, "source", "Full path where it is. When nothing is there, nothing is to be done.")
      .parameter(&Rename::force, "force", "Replace what is at `name`.")
      .parameter(&Rename::makedirs, "makedirs", "Make missing parent directories.");
}

std::optional<Outcome> prepare(Rename& asked, World& world) {
  asked.name = full_path(asked.name, world);
  asked.source = full_path(asked.source, world);
  if (!world.host.status(asked.source))
    return unchanged(fmt::format("Source file \"{}\" has already been moved out of place", asked.source));
  if (asked.name == asked.source || asked.name.starts_with(asked.source + "/"))
    throw Error(ErrorKind::invalid, "\"{}\" can't be moved to \"{}\", into itself", asked.source, asked.name);
  if (asked.source.starts_with(asked.name + "/"))
    throw Error(ErrorKind::invalid, "\"{}\" can't be moved to \"{}\", which it is in", asked.source, asked.name);
  if (world.host.status(asked.name) && !asked.force)
    return unchanged(fmt::format("The target file \"{}\" exists and will not be overwritten", asked.name));
  if (!asked.makedirs && !has_directory(world, parent_of(asked.name)))
    throw Error(ErrorKind::not_found, "The target directory {} is not present", parent_of(asked.name));
  asked.is_moved = true;
  return std::nullopt;
}

std::optional<Rename> read(const Rename& asked, World& world) {
  Rename now;
  now.is_moved = !world.host.status(asked.source) && world.host.status(asked.name);
  return now;
}

void apply(const std::optional<Rename>&, const std::optional<Rename>& want, World& world) {
  make_parents(want->name, {}, world);
  const auto target = world.host.status(want->name);
  const auto source = world.host.status(want->source);
  // A file takes the place of a file in one step.
  if (target && (target->type == FileType::directory || source->type == FileType::directory))
    world.host.remove_tree(want->name);
  move_path(want->source, want->name, world);
}

}  // namespace

Function file_rename() {
  Resource<Rename> rename{.name = "file", .schema = schema(), .read = read, .apply = apply};
  rename.derived = Schema<Rename>().property(&Rename::is_moved, "moved", "It is at its new place.");
  rename.prepare = prepare;
  rename.rehearses = true;
  Wording<Rename> words;
  words.planned = [](const Change<Rename>& change) {
    return fmt::format("File \"{}\" is set to be moved to \"{}\"", change.asked.source, change.asked.name);
  };
  words.done = [](const Change<Rename>& change) {
    return fmt::format("Moved \"{}\" to \"{}\"", change.asked.source, change.asked.name);
  };
  words.changes = [](const Change<Rename>& change) { return Map{{change.asked.name, change.asked.source}}; };
  return rename.ensure("rename", "A file or directory is moved to another place, when it is not there yet.",
                       {{"name", "/etc/hosts.old"}, {"source", "/etc/hosts"}}, as_given<Rename>, words);
}

}  // namespace halite::states
