// file.managed: a file with a content, an owner and a mode.
#include <algorithm>

#include "common/base/strings.h"
#include "states/modules/file/common.h"
#include "states/modules/file/managed.h"
#include "states/providers/backups.h"
#include "states/providers/private_file.h"
#include "states/providers/secrets.h"
#include "states/providers/shell.h"

namespace halite::states {
namespace {

std::vector<std::pair<std::string, std::string>> swallowed() {
  auto ignored = ignored_on_linux();
  ignored.emplace_back("file_mode", "use 'mode' to set the mode of a file");
  ignored.emplace_back("dir_user", "parents get 'user'");
  ignored.emplace_back("env", "use 'saltenv'");
  ignored.emplace_back("selinux", "SELinux contexts are not managed");
  return ignored;
}

std::optional<Outcome> prepare(ManagedFile& asked, World& world) {
  check_combination(asked);
  asked.name = full_path(asked.name, world);
  check_owners(asked.user, asked.group, world);
  asked.path = asked.follow_symlinks ? follow_link(asked.name, world) : asked.name;
  const auto status = world.host.status(asked.path);
  if (status && status->type == FileType::directory)
    throw Error(ErrorKind::invalid, "Specified target {} is a directory", asked.name);
  if (!status && !asked.create)
    return unchanged(fmt::format("File {} is not present and is not set for creation", asked.name));
  asked.keeps_content = (!asked.replace || !has_content(asked)) && status.has_value();
  if (!asked.keeps_content) fill_content(asked, world);
  if (asked.mode && asked.mode->keep) asked.mode.reset();
  if (world.umask) asked.new_mode = 0666 & ~*world.umask;
  if (!status && !asked.makedirs && !has_directory(world, parent_of(asked.path)))
    throw Error(ErrorKind::not_found, "Parent directory not present");
  if (!status && requires_planned_package(world)) asked.note = package_note(asked.path, world);
  if (!asked.follow_symlinks && asked.content) asked.is_symlink = false;
  return std::nullopt;
}

// ---- what is there ----

std::string attribute_letters(const std::string& path, World& world) {
  const auto words = split_words(world.host.run({"lsattr", "-d", path}));
  std::string letters = words.empty() ? "" : words[0];
  std::erase_if(letters, [](char c) { return c == '-' || c == 'e'; });
  std::sort(letters.begin(), letters.end());
  return letters;
}

std::optional<ManagedFile> read(const ManagedFile& asked, World& world) {
  const auto status = world.host.status(asked.path);
  if (!status) return std::nullopt;
  ManagedFile file;
  file.is_symlink = status->type == FileType::symlink;
  file.mode = FileMode{status->mode, false};
  file.user = Text{owner_as_asked(*status, asked.user, world)};
  file.group = Text{group_as_asked(*status, asked.group, world)};
  if (asked.content && status->type == FileType::regular) file.content = world.host.read_file(asked.path);
  if (asked.attrs && status->type == FileType::regular) file.attrs = attribute_letters(asked.path, world);
  return file;
}

// ---- the change ----

// The new content in a file that only its owner may read, judged by the check before the real file is touched.
void run_check(const ManagedFile& asked, World& world) {
  if (asked.check_cmd.items.empty() || !asked.content) return;
  FileAttributes attributes = attributes_of(asked.user, asked.group, 0600, world);
  if (asked.mode) attributes.mode = asked.mode->bits;
  const PrivateFile file("check", *asked.content, attributes, world.host, asked.tmp_dir.empty() ? "/tmp" : asked.tmp_dir, asked.tmp_ext);
  std::string problem;
  for (const auto& check : asked.check_cmd.items) {
    const CommandResult result = world.host.execute(shell_command(check + " " + file.path(), {}, world));
    if (result.exit_code == 0) continue;
    problem = "check_cmd execution failed";
    for (const auto& output : {result.output, result.error})
      if (!trim(output).empty()) problem += "\n" + std::string(trim(output));
    break;
  }
  if (!problem.empty()) throw Error(ErrorKind::invalid, "{}", problem);
}

void set_letters(const ManagedFile& want, const std::string& now, World& world) {
  if (!want.attrs || *want.attrs == now) return;
  std::string added, removed;
  for (const char c : *want.attrs)
    if (now.find(c) == std::string::npos) added += c;
  for (const char c : now)
    if (want.attrs->find(c) == std::string::npos) removed += c;
  if (!added.empty()) world.host.run({"chattr", "+" + added, want.path});
  if (!removed.empty()) world.host.run({"chattr", "-" + removed, want.path});
}

void apply(const std::optional<ManagedFile>& now, const std::optional<ManagedFile>& want, World& world) {
  if (!world.dry_run) run_check(*want, world);
  if (!now && want->makedirs) {
    std::optional<unsigned> mode;
    if (want->dir_mode)
      mode = want->dir_mode->bits;
    else if (want->mode)
      mode = searchable(want->mode->bits);
    make_parents(want->path, attributes_of(want->user, want->group, mode, world), world);
  }
  std::optional<unsigned> mode;
  if (want->mode)
    mode = want->mode->bits;
  else if (!now)
    mode = want->new_mode;
  const FileAttributes attributes = attributes_of(want->user, want->group, mode, world);
  const bool writes = !now || (want->content && now->content != want->content) ||
                      now->is_symlink != want->is_symlink.value_or(*now->is_symlink);
  if (writes) {
    if (want->backup == "minion" || want->backup == "both") back_up(want->path, world);
    world.host.replace_file(want->path, want->content.value_or(""), attributes);
  } else {
    world.host.set_attributes(want->path, attributes);
  }
  if (!world.dry_run) set_letters(*want, now && now->attrs ? *now->attrs : "", world);
}

// ---- how it is told ----

// What others may not read is not shown either, unless that is asked for.
std::string shown_diff(const Change<ManagedFile>& change) {
  const ManagedFile& asked = change.asked;
  const auto hides = [](const std::optional<ManagedFile>& file) {
    return file && file->mode && hides_content(file->mode->bits);
  };
  return told_change(change.before->content.value_or(""), change.after->content.value_or(""),
                     names_a_secret(asked.contents_pillar) || hides(change.before) || hides(change.after),
                     asked.show_diff == false ? asked.show_diff : asked.show_changes);
}

Map changes(const Change<ManagedFile>& change) {
  Map shown;
  if (change.creates() && change.asked.content) shown.set("diff", "New file");
  // Salt tells the mode of a new file that came from a source.
  if (change.creates() && change.asked.has_source)
    shown.set("mode", mode_text(change.after->mode ? change.after->mode->bits : change.asked.new_mode));
  if (change.creates() && !change.asked.content) shown.set("new", fmt::format("file {} created", change.asked.name));
  for (const Difference& difference : change.differences) {
    if (difference.field == "content" && !change.creates()) shown.set("diff", shown_diff(change));
    if (difference.field == "symlink" && !change.creates())
      shown.set("diff", "Replace symbolic link with regular file");
    if (difference.field == "attrs") shown.set("attrs", Map{{"old", difference.before}, {"new", difference.after}});
    const bool is_owner = difference.field == "user" || difference.field == "group";
    const bool is_asked = difference.field == "mode"   ? change.asked.mode.has_value()
                          : difference.field == "user" ? change.asked.user.has_value()
                                                       : change.asked.group.has_value();
    // A new file is root's; to say so would be no news.
    const bool is_news = !change.creates() || difference.field == "mode" || difference.after != Value("root");
    if ((is_owner || difference.field == "mode") && is_asked && is_news) shown.set(difference.field, difference.after);
  }
  return shown;
}

Wording<ManagedFile> wording() {
  Wording<ManagedFile> words;
  words.correct = [](const ManagedFile& asked) {
    if (asked.keeps_content) return fmt::format("File {} exists with proper permissions. No changes made.", asked.name);
    return fmt::format("File {} is in the correct state", asked.name);
  };
  words.planned = [](const Change<ManagedFile>& change) {
    if (change.asked.keeps_content && change.asked.mode && change.before->mode &&
        change.asked.mode != change.before->mode)
      return fmt::format("File {} will be updated with permissions {} from its current state of {}", change.asked.name,
                         mode_text(change.asked.mode->bits), mode_text(change.before->mode->bits));
    return fmt::format(
        "The file {} is set to be changed\nNote: No changes made, actual changes may\nbe different due to other "
        "states.{}",
        change.asked.name, change.asked.note);
  };
  words.done = [](const Change<ManagedFile>& change) -> std::string {
    if (change.creates() && !change.asked.content) return "Empty file";
    return fmt::format("File {} updated", change.asked.name);
  };
  words.changes = changes;
  return words;
}

}  // namespace

Function file_managed() {
  Resource<ManagedFile> file{
      .name = "file", .schema = managed_schema(), .read = read, .apply = apply, .derived = managed_derived()};
  file.prepare = prepare;
  file.rehearses = true;
  file.ignored = swallowed();
  const Map example{
      {"name", "/etc/motd"}, {"contents", "Welcome."}, {"user", "root"}, {"group", "root"}, {"mode", "0644"}};
  return file.ensure("managed", "The file has this content, owner and mode.", example, as_given<ManagedFile>,
                     wording());
}

}  // namespace halite::states
