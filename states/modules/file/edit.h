// What the states share that edit the text of one file (append, line, replace, ...). Each says what the text becomes;
// looking, comparing, dry run, backup and the told difference are here once.
#pragma once

#include <optional>
#include <string>

#include "states/modules/file/common.h"

namespace halite::states {

struct Edit {
  std::string name;
  std::optional<bool> show_changes;  // unset: unless others may not read the file
  // Derived.
  std::string path;                    // behind the symlinks that may be followed
  std::optional<std::string> content;  // as it is to be
  std::string backup_place;            // where the old content is kept; empty: nowhere
  bool is_hidden = false;              // others may not read it
};

// Sets `path`. The content, or nothing when there is no such file. Throws Error(invalid) for a directory.
std::optional<std::string> open_for_edit(Edit& edit, World& world);
// The same, where a missing file is an error in Salt's words.
std::string open_existing(Edit& edit, World& world);
// The same, where it must be text.
std::string open_existing_text(Edit& edit, World& world);

// ".bak" behind the path, or false for none.
struct BackupSuffix {
  std::string suffix = ".bak";
  bool operator==(const BackupSuffix&) const = default;
};

void write_edit(const Edit& edit, const FileAttributes& attributes, World& world);
// The difference; true alone when it is not to be shown, as Salt has it.
Value told_edit(const Edit& asked, const std::optional<std::string>& before, const std::string& after);

template <class T>
Schema<T> edit_schema(std::string name_doc) {
  return Schema<T>()
      .key(static_cast<std::string T::*>(&T::name), "name", std::move(name_doc))
      .parameter(static_cast<std::optional<bool> T::*>(&T::show_changes), "show_changes",
                 "Show the difference of the content. Unset: unless others may not read the file.");
}

template <class T>
Resource<T> edit_resource(Schema<T> schema) {
  Resource<T> edit{.name = "file", .schema = std::move(schema), .read = {}, .apply = {}};
  edit.derived = Schema<T>()
                     .property(static_cast<std::optional<std::string> T::*>(&T::content), "content", "The content.")
                     .show_as_text_diff();
  edit.read = [](const T& asked, World& world) -> std::optional<T> {
    if (!world.host.status(asked.path)) return std::nullopt;
    T now;
    now.content = world.host.read_plain_file(asked.path);
    return now;
  };
  edit.apply = [](const std::optional<T>&, const std::optional<T>& want, World& world) {
    write_edit(*want, {}, world);
  };
  edit.rehearses = true;
  return edit;
}

template <class T>
Map edit_changes(const Change<T>& change) {
  if (change.creates()) return {{"diff", "New file"}};
  return {{"diff", told_edit(change.asked, change.before->content, *change.after->content)}};
}

// The words that most of them use.
template <class T>
Wording<T> edit_wording(std::string planned) {
  Wording<T> words;
  words.correct = [](const T&) -> std::string { return "No changes needed to be made"; };
  words.planned = [planned = std::move(planned)](const Change<T>&) { return planned; };
  words.done = [](const Change<T>&) -> std::string { return "Changes were made"; };
  words.changes = edit_changes<T>;
  return words;
}

}  // namespace halite::states

namespace halite {

template <>
struct Convert<states::BackupSuffix> {
  static std::string type_name() { return "end of a file name, or false"; }
  static states::BackupSuffix decode(const Value& value);
  static Value encode(const states::BackupSuffix& backup) {
    return backup.suffix.empty() ? Value(false) : Value(backup.suffix);
  }
};

}  // namespace halite
