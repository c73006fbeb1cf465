// file.absent, and the checks file.exists and file.missing.
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Path {
  std::string name;
  std::optional<std::string> kind;  // "file" or "directory", of what is there
  std::string note;                 // for the comment of a dry run
};

Schema<Path> schema(const char* doc) {
  return Schema<Path>().key(&Path::name, "name", doc);
}

std::optional<Path> read(const Path& asked, World& world) {
  const auto status = world.host.status(asked.name);
  if (!status) return std::nullopt;
  return Path{asked.name, status->type == FileType::directory ? "directory" : "file", ""};
}

std::string removal(const char* format, const Change<Path>& change) {
  std::string kind = *change.before->kind;
  return fmt::format(fmt::runtime(format), kind, change.asked.name);
}

std::string capital(std::string text) {
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

Outcome exists(const Path& args, World& world) {
  const std::string path = full_path(args.name, world);
  if (world.host.status_of_target(path)) return unchanged(fmt::format("Path {} exists", path));
  return failed(fmt::format("Specified path {} does not exist", path));
}

Outcome missing(const Path& args, World& world) {
  const std::string path = full_path(args.name, world);
  if (!world.host.status_of_target(path)) return unchanged(fmt::format("Path {} is missing", path));
  return failed(fmt::format("Specified path {} exists", path));
}

Function check(const char* name, const char* doc, Outcome (*look)(const Path&, World&)) {
  return Action<Path>{.name = "file", .schema = schema("Full path to look for."), .plan = look, .run = look}.function(
      name, doc, {{"name", "/etc/hosts"}});
}

}  // namespace

Function file_absent() {
  Resource<Path> path{.name = "file",
                      .schema = schema("Full path of the file, symlink or directory to remove."),
                      .read = read,
                      .apply = {}};
  path.apply = [](const auto& now, const auto&, World& world) { world.host.remove_tree(now->name); };
  path.prepare = [](Path& asked, World& world) -> std::optional<Outcome> {
    asked.name = full_path(asked.name, world);
    if (asked.name == "/") throw Error(ErrorKind::invalid, "Refusing to make \"/\" absent");
    if (!world.host.status(asked.name)) asked.note = package_note(asked.name, world);
    return std::nullopt;
  };
  path.rehearses = true;
  Wording<Path> words;
  words.correct = [](const Path& asked) { return fmt::format("File {} is not present{}", asked.name, asked.note); };
  words.planned = [](const Change<Path>& change) { return capital(removal("{} {} is set for removal", change)); };
  words.done = [](const Change<Path>& change) { return removal("Removed {} {}", change); };
  words.changes = [](const Change<Path>& change) { return Map{{"removed", change.asked.name}}; };
  return path.ensure("absent", "Nothing is at this path; a directory goes with all that is in it.",
                     {{"name", "/etc/motd.old"}}, nothing<Path>, words);
}

Function file_exists() {
  return check("exists", "Fails when nothing is at this path.", exists);
}
Function file_missing() {
  return check("missing", "Fails when something is at this path.", missing);
}

}  // namespace halite::states
