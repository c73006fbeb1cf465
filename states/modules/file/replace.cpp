// file.replace: what a regular expression finds in a file, replaced.
#include "states/modules/file/edit.h"
#include "states/text/regex_replace.h"

namespace halite::states {
namespace {

struct Replace : Edit {
  std::string pattern;
  Text repl;
  Number count;
  Value flags = 8, bufsize = 1;
  bool append_if_not_found = false, prepend_if_not_found = false, ignore_if_missing = false, backslash_literal = false;
  std::optional<Text> not_found_content;
  BackupSuffix backup;
};

Schema<Replace> schema() {
  return edit_schema<Replace>("Full path of the file.")
      .parameter(&Replace::pattern, "pattern", "Regular expression, as Python has them.")
      .parameter(&Replace::repl, "repl", "The replacement; \\1 and \\g<name> are groups of the pattern.")
      .parameter(&Replace::count, "count", "How many to replace; 0 is all.")
      .parameter(&Replace::flags, "flags",
                 "Flags of the expression: names such as IGNORECASE, MULTILINE, DOTALL, or Python's number.")
      .parameter(&Replace::bufsize, "bufsize", "Kept for Salt's trees; a file is always looked at as a whole.")
      .parameter(&Replace::append_if_not_found, "append_if_not_found", "Add the replacement at the end instead.")
      .parameter(&Replace::prepend_if_not_found, "prepend_if_not_found",
                 "Add the replacement at the beginning instead.")
      .parameter(&Replace::not_found_content, "not_found_content", "What is added instead. Unset: the replacement.")
      .parameter(&Replace::backup, "backup", "Where the old file stays: behind its name comes this; false: nowhere.")
      .parameter(&Replace::ignore_if_missing, "ignore_if_missing", "A file that is not there is no failure.")
      .parameter(&Replace::backslash_literal, "backslash_literal", "A backslash in the replacement is only itself.");
}

std::optional<Outcome> prepare(Replace& asked, World& world) {
  if (asked.count.value < 0) throw Error(ErrorKind::invalid, "'count' must be 0 or more, not {}", asked.count.value);
  if (!open_for_edit(asked, world) && asked.ignore_if_missing) return unchanged("No changes needed to be made");
  const std::string now = open_existing_text(asked, world);
  asked.content = regex_replace(
      now, {.pattern = asked.pattern,
            .replacement = asked.repl.text,
            .count = static_cast<std::size_t>(asked.count.value),
            .options = regex_options(asked.flags),
            .append_if_not_found = asked.append_if_not_found,
            .prepend_if_not_found = asked.prepend_if_not_found,
            .not_found_content = asked.not_found_content ? std::optional(asked.not_found_content->text) : std::nullopt,
            .backslash_literal = asked.backslash_literal});
  if (!asked.backup.suffix.empty()) asked.backup_place = asked.path + asked.backup.suffix;
  return std::nullopt;
}

}  // namespace

Function file_replace() {
  Resource<Replace> replace = edit_resource(schema());
  replace.prepare = prepare;
  const Map example{{"name", "/etc/hosts"},
                    {"pattern", "^127\\.0\\.1\\.1.*$"},
                    {"repl", "127.0.1.1 web1"},
                    {"append_if_not_found", true}};
  return replace.ensure("replace", "What a regular expression finds in the file is replaced.", example,
                        as_given<Replace>, edit_wording<Replace>("Changes would have been made"));
}

}  // namespace halite::states
