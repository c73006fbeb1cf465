// file.pruned: empty directories are not there.
#include "common/base/strings.h"
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Pruned {
  std::string name;
  bool recurse = false, ignore_errors = false;
  std::optional<Number> older_than;
  // Derived: directories that can go, the deepest first.
  std::optional<std::vector<std::string>> empty;
};

Schema<Pruned> schema() {
  return Schema<Pruned>()
      .key(&Pruned::name, "name", "Full path of the directory.")
      .parameter(&Pruned::recurse, "recurse", "Remove the empty directories in it first.")
      .parameter(&Pruned::ignore_errors, "ignore_errors", "Remove what is empty below it, and it is right when it is not empty itself.")
      .parameter(&Pruned::older_than, "older_than", "Only directories that did not change for so many days.");
}

// Whether it would be empty once what is in `empty` is gone; adds it then.
bool look(const Pruned& asked, const std::string& path, std::int64_t now_s, World& world, std::vector<std::string>& empty) {
  bool has_more = false;
  for (const auto& name : world.host.list_directory(path)) {
    const std::string inner = path + "/" + name;
    const auto status = world.host.status(inner);
    const bool is_directory = status && status->type == FileType::directory;
    if (!(is_directory && (asked.recurse || asked.ignore_errors) && look(asked, inner, now_s, world, empty))) has_more = true;
  }
  const auto status = world.host.status(path);
  const bool is_young = status && asked.older_than && asked.older_than->value > 0 && now_s - status->mtime_s < asked.older_than->value * 86400;
  if (has_more || is_young) return false;
  empty.push_back(path);
  return true;
}

std::optional<Pruned> read(const Pruned& asked, World& world) {
  const auto status = world.host.status(asked.name);
  if (!status) return std::nullopt;
  if (status->type != FileType::directory) throw Error(ErrorKind::invalid, "{} is no directory", asked.name);
  const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(world.host.now().time_since_epoch()).count();
  Pruned found = asked;
  found.empty.emplace();
  const bool is_empty = look(asked, asked.name, now_s, world, *found.empty);
  if (!is_empty && !asked.ignore_errors) found.empty->clear();
  return found;
}

std::optional<Outcome> prepare(Pruned& asked, World& world) {
  asked.name = full_path(asked.name, world);
  if (asked.name == "/") throw Error(ErrorKind::invalid, "Refusing to remove \"/\"");
  const auto now = read(asked, world);
  if (!now) return unchanged(fmt::format("Directory {} is not present", asked.name));
  if (now->empty->empty() && asked.ignore_errors) return unchanged(fmt::format("No empty directory under {}", asked.name));
  if (now->empty->empty()) return failed(fmt::format("Failed to remove directory {}: it is not empty{}", asked.name, asked.older_than ? ", or too young" : ""));
  return std::nullopt;
}

// With ignore_errors the directory itself may stay, without the empty ones.
std::optional<Pruned> target(const Pruned& asked) {
  if (!asked.ignore_errors) return std::nullopt;
  Pruned want = asked;
  want.empty.emplace();
  return want;
}

void apply(const std::optional<Pruned>& now, const std::optional<Pruned>&, World& world) {
  for (const auto& path : *now->empty) world.host.remove_directory(path);
}

}  // namespace

Function file_pruned() {
  Resource<Pruned> pruned{.name = "file", .schema = schema(), .read = read, .apply = apply};
  pruned.derived = Schema<Pruned>().property(&Pruned::empty, "empty", "Directories to be removed.");
  pruned.prepare = prepare;
  pruned.rehearses = true;
  Wording<Pruned> words;
  const auto is_deep = [](const Pruned& asked) { return asked.recurse || asked.ignore_errors; };
  words.planned = [](const Change<Pruned>& change) { return fmt::format("Directory {} is set for removal", change.asked.name); };
  words.done = [is_deep](const Change<Pruned>& change) {
    return is_deep(change.asked) ? fmt::format("Recursively removed empty directories under {}", change.asked.name)
                                 : fmt::format("Removed directory {}", change.asked.name);
  };
  words.changes = [is_deep](const Change<Pruned>& change) {
    return Map{{"deleted", is_deep(change.asked) ? Value(*change.before->empty) : Value(change.asked.name)}};
  };
  return pruned.ensure("pruned", "A directory that is empty is removed.", {{"name", "/srv/empty"}}, target, words);
}

}  // namespace halite::states
