// file.touch: a file is there, with these times.
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Touch {
  std::string name;
  std::optional<Number> atime, mtime;
  bool makedirs = false;
};

Schema<Touch> schema() {
  return Schema<Touch>()
      .key(&Touch::name, "name", "Full path of the file; it is made, empty, when it is not there.")
      .parameter(&Touch::atime, "atime", "Time of the last access, in seconds since 1970. Unset: now.")
      .parameter(&Touch::mtime, "mtime", "Time of the last change, in seconds since 1970. Unset: now.")
      .parameter(&Touch::makedirs, "makedirs", "Make missing parent directories.");
}

bool has_times(const Touch& asked, const FileStatus& status) {
  if (!asked.atime && !asked.mtime) return false;  // now is always another time
  return (!asked.atime || asked.atime->value == status.atime_s) &&
         (!asked.mtime || asked.mtime->value == status.mtime_s);
}

Outcome run(const Touch& asked, World& world) {
  const std::string path = full_path(asked.name, world);
  const std::string file = follow_link(path, world);
  const auto status = world.host.status(file);
  if (status && has_times(asked, *status))
    return unchanged(fmt::format("File {} exists and has the correct times", path));
  if (!status) {
    if (asked.makedirs) make_parents(file, {}, world);
    if (!has_directory(world, parent_of(file)))
      throw Error(ErrorKind::not_found, "Directory not present to touch file {}", path);
    world.host.replace_file(file, "", {});
  }
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(world.host.now().time_since_epoch()).count();
  if (status || asked.atime || asked.mtime)
    world.host.set_times(file, asked.atime ? asked.atime->value : now, asked.mtime ? asked.mtime->value : now);
  const Result result = world.dry_run ? Result::would_change : Result::changed;
  if (!status)
    return {.result = result,
            .comment = (world.dry_run ? "File " + path + " is set to be created" : "Created empty file " + path),
            .changes = {{"new", path}}};
  const char* kind = status->type == FileType::directory ? "directory" : "file";
  return {.result = result,
          .comment = world.dry_run ? fmt::format("Times set to be updated on file {}", path)
                                   : fmt::format("Updated times on {} {}", kind, path),
          .changes = {{"touched", path}}};
}

}  // namespace

Function file_touch() {
  Action<Touch> touch{.name = "file", .schema = schema(), .plan = run, .run = run};
  return touch.function("touch", "The file is there and has these times.", {{"name", "/etc/nologin"}});
}

}  // namespace halite::states
