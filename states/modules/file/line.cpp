// file.line: one line of a text file, put in, replaced or taken out.
#include "states/text/edit_line.h"

#include "common/base/strings.h"
#include "states/modules/file/edit.h"

namespace halite::states {
namespace {

struct Line : Edit {
  std::optional<Text> text, match, before, after;
  std::optional<std::string> mode;
  std::string location;
  Value backup = false;
  bool indent = true, create = false, quiet = false;
  std::optional<Text> user, group;
  std::optional<FileMode> file_mode;
};

Schema<Line> schema() {
  return edit_schema<Line>("Full path of the file.")
      .parameter(&Line::text, "content", "The line; only delete may go without, and then takes what match finds.")
      .parameter(&Line::match, "match", "Regular expression or part of the line to replace or delete. Unset: content.")
      .parameter(&Line::mode, "mode", "What is to be done: ensure, insert, replace or delete.")
      .parameter(&Line::location, "location", "With insert: start or end of the file.")
      .one_of({"start", "end", ""})
      .parameter(&Line::before, "before", "Regular expression or part of the one line that is to follow.")
      .parameter(&Line::after, "after", "Regular expression or part of the one line that is to come first.")
      .parameter(&Line::backup, "backup", "True keeps the old file beside it, with the time behind its name.")
      .parameter(&Line::quiet, "quiet", "Kept for Salt's trees; errors are always told.")
      .parameter(&Line::indent, "indent", "Give the line the white space of its neighbour.")
      .parameter(&Line::create, "create", "Make an empty file first when there is none.")
      .property(&Line::user, "user", "Owner, by name or number. Unset: keep it.")
      .property(&Line::group, "group", "Group, by name or number. Unset: keep it.")
      .property(&Line::file_mode, "file_mode", "Mode of the file. Unset: keep it.");
}

std::string time_suffix(World& world) {
  const std::time_t now = std::chrono::system_clock::to_time_t(world.host.now());
  std::tm local{};
  ::localtime_r(&now, &local);
  return fmt::format(".{:04}-{:02}-{:02}-{:02}-{:02}-{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                     local.tm_hour, local.tm_min, local.tm_sec);
}

std::optional<Outcome> prepare(Line& asked, World& world) {
  check_owners(asked.user, asked.group, world);
  const auto found = open_for_edit(asked, world);
  if (!found && !asked.create) throw Error(ErrorKind::not_found, "{}: file not found", asked.name);
  if (!asked.mode) throw Error(ErrorKind::invalid, "Mode was not defined. How to process the file?");
  const std::string mode = to_lower(*asked.mode);
  if (mode != "delete" && !asked.text)
    throw Error(ErrorKind::invalid, "Content can only be empty if mode is ['delete']");
  const auto plain = [](const std::optional<Text>& text) { return text ? std::optional(text->text) : std::nullopt; };
  asked.content = edit_line(found.value_or(""), {.mode = mode,
                                                 .content = plain(asked.text),
                                                 .match = plain(asked.match),
                                                 .before = plain(asked.before),
                                                 .after = plain(asked.after),
                                                 .location = asked.location,
                                                 .indent = asked.indent});
  const bool keeps_old = !asked.backup.is_null() && asked.backup != Value(false) && asked.backup != Value("");
  if (found && keeps_old && *found != *asked.content) asked.backup_place = asked.path + time_suffix(world);
  return std::nullopt;
}

std::optional<Line> read(const Line& asked, World& world) {
  const auto status = world.host.status(asked.path);
  if (!status) return std::nullopt;
  Line now;
  now.content = world.host.read_plain_file(asked.path);
  now.user = Text{owner_as_asked(*status, asked.user, world)};
  now.group = Text{group_as_asked(*status, asked.group, world)};
  now.file_mode = FileMode{status->mode, false};
  return now;
}

void apply(const std::optional<Line>& now, const std::optional<Line>& want, World& world) {
  std::optional<unsigned> mode;
  if (want->file_mode) mode = want->file_mode->bits;
  const FileAttributes attributes = attributes_of(want->user, want->group, mode, world);
  if (now && now->content == want->content) return world.host.set_attributes(want->path, attributes);
  write_edit(*want, attributes, world);
}

Map changes(const Change<Line>& change) {
  Map shown;
  for (const Difference& difference : change.differences) {
    if (difference.field == "content")
      shown.set("diff", told_edit(change.asked, change.before ? change.before->content : "", *change.after->content));
    else if (difference.field == "file_mode" && change.asked.file_mode)
      shown.set("mode", difference.after);
    else if ((difference.field == "user" && change.asked.user) || (difference.field == "group" && change.asked.group))
      shown.set(difference.field, difference.after);
  }
  return shown;
}

}  // namespace

Function file_line() {
  Resource<Line> line = edit_resource(schema());
  line.prepare = prepare;
  line.read = read;
  line.apply = apply;
  Wording<Line> words = edit_wording<Line>("Changes would be made");
  words.changes = changes;
  const Map example{{"name", "/etc/hosts"}, {"content", "10.0.0.1 db"}, {"mode", "ensure"}, {"after", "localhost"}};
  return line.ensure("line", "A line of a text file is there, replaced, or gone.", example, as_given<Line>, words);
}

}  // namespace halite::states
