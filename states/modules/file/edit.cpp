#include "states/modules/file/edit.h"

#include "common/base/error.h"
#include "states/providers/secrets.h"

namespace halite::states {

std::optional<std::string> open_for_edit(Edit& edit, World& world) {
  edit.name = full_path(edit.name, world);
  edit.path = follow_link(edit.name, world);
  const auto status = world.host.status(edit.path);
  if (!status) return std::nullopt;
  if (status->type == FileType::directory) throw Error(ErrorKind::invalid, "{} is a directory", edit.name);
  if (status->type != FileType::regular) throw Error(ErrorKind::invalid, "{} is not a plain file", edit.name);
  edit.is_hidden = hides_content(status->mode);
  return world.host.read_plain_file(edit.path);
}

std::string open_existing(Edit& edit, World& world) {
  auto content = open_for_edit(edit, world);
  if (!content) throw Error(ErrorKind::not_found, "{}: file not found", edit.name);
  return *content;
}

std::string open_existing_text(Edit& edit, World& world) {
  std::string content = open_existing(edit, world);
  if (looks_binary(content))
    throw Error(ErrorKind::invalid, "Cannot perform string replacements on a binary file: {}", edit.name);
  return content;
}

void write_edit(const Edit& edit, const FileAttributes& attributes, World& world) {
  if (!edit.backup_place.empty())
    if (const auto old = world.host.status(edit.path))
      world.host.copy_file(edit.path, edit.backup_place, {.mode = old->mode, .uid = old->uid, .gid = old->gid});
  world.host.replace_file(edit.path, *edit.content, attributes);
}

Value told_edit(const Edit& asked, const std::optional<std::string>& before, const std::string& after) {
  if (asked.show_changes == false) return true;
  return told_change(before.value_or(""), after, asked.is_hidden, asked.show_changes);
}

}  // namespace halite::states

namespace halite {

states::BackupSuffix Convert<states::BackupSuffix>::decode(const Value& value) {
  if (value == Value(false)) return {""};
  if (const std::string* text = value.if_string(); text && text->find('/') == std::string::npos) return {*text};
  must_be("the end of a file name such as '.bak', or false", value);
}

}  // namespace halite
