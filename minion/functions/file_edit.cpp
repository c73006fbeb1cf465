// file.*: what writes files, and edits the text in them.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/regex.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/modules/file/edit.h"
#include "states/providers/paths.h"
#include "states/providers/secrets.h"
#include "states/text/comment_lines.h"
#include "states/text/edit_line.h"
#include "states/text/lines.h"
#include "states/text/marked_block.h"
#include "states/text/missing_text.h"
#include "states/text/regex_replace.h"

namespace halite::minion {
namespace {

using states::BackupSuffix;
using states::Edit;
using states::Text;
using states::World;

// ---- whole files ----

// file.write PATH LINE LINE...: lines by position, or as args=[...].
std::vector<std::string> given_lines(const Arguments& arguments, const char* function) {
  std::vector<std::string> lines;
  const auto add = [&](const Value& value) {
    for (const Value& line : value.is_list() ? value.as_list() : List{value})
      lines.push_back(states::python_text(line));
  };
  for (std::size_t i = 1; i < arguments.positional.size(); ++i) add(arguments.positional[i]);
  for (const auto& [key, value] : arguments.named)
    if (key == Value("args"))
      add(value);
    else if (key != Value("path"))
      throw Error(ErrorKind::invalid, "{}: '{}' is not known here", function, key.as_string());
  return lines;
}

std::string given_path(const Arguments& arguments, const char* function, World& world) {
  const Value* named = arguments.named.find("path");
  if (arguments.positional.empty() && !named) throw Error(ErrorKind::invalid, "{}: 'path' is missing", function);
  return states::follow_link(states::full_path(states::python_text(named ? *named : arguments.positional[0]), world),
                             world);
}

std::string text_at(const std::string& path, World& world) {
  return world.host.status(path) ? world.host.read_plain_file(path) : "";
}

Value write(const Arguments& arguments, Call& call) {
  World world = make_world(call);
  const auto lines = given_lines(arguments, "file.write");
  const std::string path = given_path(arguments, "file.write", world);
  world.host.replace_file(path, states::with_lines_behind("", lines), {});
  return fmt::format("Wrote {} lines to \"{}\"", lines.size(), path);
}

Value append(const Arguments& arguments, Call& call) {
  World world = make_world(call);
  const auto lines = given_lines(arguments, "file.append");
  const std::string path = given_path(arguments, "file.append", world);
  const std::string now = text_at(path, world);
  world.host.replace_file(path, states::with_lines_behind(now, lines), {});
  return fmt::format("Wrote {} lines to \"{}\"", lines.size(), path);
}

Value prepend(const Arguments& arguments, Call& call) {
  World world = make_world(call);
  const auto lines = given_lines(arguments, "file.prepend");
  const std::string path = given_path(arguments, "file.prepend", world);
  const std::string now = text_at(path, world);
  world.host.replace_file(path, states::with_lines_in_front(now, lines), {});
  return fmt::format("Prepended {} lines to \"{}\"", lines.size(), path);
}

struct Touch {
  std::string name;
  std::optional<states::Number> atime, mtime;
};

Value touch(const Touch& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::follow_link(states::full_path(args.name, world), world);
  if (!world.host.status(path)) world.host.replace_file(path, "", {});
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(world.host.now().time_since_epoch()).count();
  world.host.set_times(path, args.atime ? args.atime->value : now, args.mtime ? args.mtime->value : now);
  return true;
}

struct Part {
  std::string path;
  Text data;
  states::Number offset, length;
};

Value truncate(const Part& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::follow_link(states::full_path(args.path, world), world);
  if (args.length.value < 0) throw Error(ErrorKind::invalid, "a file can't have {} bytes", args.length.value);
  std::string content = world.host.read_plain_file(path);
  content.resize(static_cast<std::size_t>(args.length.value), '\0');
  world.host.replace_file(path, content, {});
  return Value();
}

Value seek_write(const Part& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::follow_link(states::full_path(args.path, world), world);
  if (args.offset.value < 0)
    throw Error(ErrorKind::invalid, "an offset of {} is no place in a file", args.offset.value);
  std::string content = world.host.read_plain_file(path);
  const auto offset = static_cast<std::size_t>(args.offset.value);
  if (content.size() < offset + args.data.text.size()) content.resize(offset + args.data.text.size(), '\0');
  content.replace(offset, args.data.text.size(), args.data.text);
  world.host.replace_file(path, content, {});
  return static_cast<std::int64_t>(args.data.text.size());
}

// ---- edits ----

// What the edits below share with the states of the same name.
struct TextEdit : Edit {
  std::optional<bool> shown;
  bool dry_run = false;
  BackupSuffix suffix;
};

// Writes the new content unless it is the old one; gives the difference, or only whether there is one.
Value finish(TextEdit& edit, const std::string& before, std::string after, World& world) {
  if (before == after) return edit.shown == false ? Value(false) : Value("");
  edit.content = std::move(after);
  if (!edit.suffix.suffix.empty() && edit.backup_place.empty()) edit.backup_place = edit.path + edit.suffix.suffix;
  if (!edit.dry_run) states::write_edit(edit, {}, world);
  if (edit.shown == false) return true;
  return states::told_change(before, *edit.content, edit.is_hidden, edit.shown);
}

struct Replace : TextEdit {
  Text pattern, repl;
  states::Number count;
  Value flags = 8, bufsize = 1, preserve_inode = true;
  bool append_if_not_found = false, prepend_if_not_found = false, search_only = false, ignore_if_missing = false,
       backslash_literal = false;
  std::optional<Text> not_found_content;
};

Value replace(const Replace& args, Call& call) {
  World world = make_world(call);
  Replace asked = args;
  if (!states::open_for_edit(asked, world) && asked.ignore_if_missing) return false;
  const std::string before = states::open_existing_text(asked, world);
  const states::RegexReplace edit{
      .pattern = asked.pattern.text,
      .replacement = asked.repl.text,
      .count = static_cast<std::size_t>(std::max<std::int64_t>(asked.count.value, 0)),
      .options = states::regex_options(asked.flags),
      .append_if_not_found = asked.append_if_not_found,
      .prepend_if_not_found = asked.prepend_if_not_found,
      .not_found_content = asked.not_found_content ? std::optional(asked.not_found_content->text) : std::nullopt,
      .backslash_literal = asked.backslash_literal};
  if (asked.search_only) return Regex::compile(edit.pattern, edit.options).search(before).has_value();
  return finish(asked, before, states::regex_replace(before, edit), world);
}

struct Line : TextEdit {
  std::optional<Text> text, match, before, after;
  std::string mode, location;
  Value backup = false;
  bool quiet = false, indent = true;
};

Value line(const Line& args, Call& call) {
  World world = make_world(call);
  Line asked = args;
  asked.suffix.suffix = asked.backup == Value(true) ? ".bak" : "";
  const auto plain = [](const std::optional<Text>& text) { return text ? std::optional(text->text) : std::nullopt; };
  const std::string before = states::open_existing(asked, world);
  const std::string after = states::edit_line(before, {.mode = to_lower(asked.mode),
                                                       .content = plain(asked.text),
                                                       .match = plain(asked.match),
                                                       .before = plain(asked.before),
                                                       .after = plain(asked.after),
                                                       .location = asked.location,
                                                       .indent = asked.indent});
  return finish(asked, before, after, world);
}

struct Block : TextEdit {
  std::string marker_start = "#-- start managed zone --", marker_end = "#-- end managed zone --";
  Text text;
  bool append_if_not_found = false, prepend_if_not_found = false;
  std::optional<bool> append_newline = false;
  std::string insert_before_match, insert_after_match;
};

Value blockreplace(const Block& args, Call& call) {
  World world = make_world(call);
  Block asked = args;
  const std::string before = states::open_existing_text(asked, world);
  const std::string after = states::replace_block(before, {.marker_start = asked.marker_start,
                                                           .marker_end = asked.marker_end,
                                                           .content = asked.text.text,
                                                           .append_if_not_found = asked.append_if_not_found,
                                                           .prepend_if_not_found = asked.prepend_if_not_found,
                                                           .append_newline = asked.append_newline,
                                                           .insert_before_match = asked.insert_before_match,
                                                           .insert_after_match = asked.insert_after_match});
  return finish(asked, before, after, world);
}

struct Comment : TextEdit {
  std::string regex, mark = "#";
  bool comments = true;
};

Value set_comment(Comment asked, bool comments, Call& call) {
  World world = make_world(call);
  const std::string before = states::open_existing_text(asked, world);
  const std::string after = comments ? states::comment_lines(before, asked.regex, asked.mark)
                                     : states::uncomment_lines(before, asked.regex, asked.mark);
  if (before == after) return false;
  return finish(asked, before, after, world);
}

Value comment(const Comment& args, Call& call) {
  return set_comment(args, true, call);
}
Value uncomment(const Comment& args, Call& call) {
  return set_comment(args, false, call);
}
Value comment_line(const Comment& args, Call& call) {
  return set_comment(args, args.comments, call);
}

// ---- schemas ----

template <class T>
Schema<T> edit_schema() {
  return Schema<T>().required(static_cast<std::string T::*>(&T::name), "path", "Full path of the file.");
}

template <class T>
void add_common(Schema<T>& schema) {
  schema
      .optional(static_cast<BackupSuffix T::*>(&T::suffix), "backup",
                "Where the old file stays: behind its name comes this; false: nowhere.")
      .optional(static_cast<bool T::*>(&T::dry_run), "dry_run", "Only tell what would change.")
      .optional(static_cast<std::optional<bool> T::*>(&T::shown), "show_changes",
                "Give the difference. Unset: unless others may not read the file; false: only whether there is one.");
}

Schema<Replace> replace_schema() {
  auto schema =
      edit_schema<Replace>()
          .required(&Replace::pattern, "pattern", "Regular expression, as Python has them.")
          .required(&Replace::repl, "repl", "The replacement; \\1 is a group of the pattern.")
          .optional(&Replace::count, "count", "How many to replace; 0 is all.")
          .optional(&Replace::flags, "flags", "Names such as IGNORECASE, or Python's number.")
          .optional(&Replace::bufsize, "bufsize", "Kept for Salt's callers.")
          .optional(&Replace::append_if_not_found, "append_if_not_found", "Add the replacement at the end instead.")
          .optional(&Replace::prepend_if_not_found, "prepend_if_not_found",
                    "Add the replacement at the beginning instead.")
          .optional(&Replace::not_found_content, "not_found_content", "What is added instead.");
  add_common(schema);
  return schema.optional(&Replace::search_only, "search_only", "Only tell whether the expression finds something.")
      .optional(&Replace::ignore_if_missing, "ignore_if_missing", "A file that is not there is no error.")
      .optional(&Replace::preserve_inode, "preserve_inode", "Kept for Salt's callers; a file is always replaced whole.")
      .optional(&Replace::backslash_literal, "backslash_literal", "A backslash in the replacement is only itself.");
}

Schema<Line> line_schema() {
  return edit_schema<Line>()
      .optional(&Line::text, "content", "The line.")
      .optional(&Line::match, "match", "What finds the line to replace or delete. Unset: content.")
      .required(&Line::mode, "mode", "ensure, insert, replace or delete.")
      .optional(&Line::location, "location", "With insert: start or end.")
      .optional(&Line::before, "before", "What finds the one line that is to follow.")
      .optional(&Line::after, "after", "What finds the one line that is to come first.")
      .optional(static_cast<std::optional<bool> Line::*>(&Line::shown), "show_changes",
                "Give the difference; false: only whether there is one.")
      .optional(&Line::backup, "backup", "True keeps the old file beside it.")
      .optional(&Line::quiet, "quiet", "Kept for Salt's callers.")
      .optional(&Line::indent, "indent", "Give the line the white space of its neighbour.");
}

Schema<Block> block_schema() {
  auto schema =
      edit_schema<Block>()
          .optional(&Block::marker_start, "marker_start", "What the line holds after which the block begins.")
          .optional(&Block::marker_end, "marker_end", "What the line holds before which the block ends.")
          .optional(&Block::text, "content", "The text of the block.")
          .optional(&Block::append_if_not_found, "append_if_not_found", "Without markers: add them at the end.")
          .optional(&Block::prepend_if_not_found, "prepend_if_not_found",
                    "Without markers: add them at the beginning.");
  add_common(schema);
  return schema.optional(&Block::append_newline, "append_newline", "End the content with a newline.")
      .optional(&Block::insert_before_match, "insert_before_match",
                "Without markers: before the first line that this finds.")
      .optional(&Block::insert_after_match, "insert_after_match",
                "Without markers: after the first line that this finds.");
}

Schema<Comment> comment_schema(bool with_choice) {
  auto schema = edit_schema<Comment>()
                    .required(&Comment::regex, "regex", "Regular expression that finds the lines.")
                    .optional(&Comment::mark, "char", "What stands in front of a comment.");
  if (with_choice) schema.optional(&Comment::comments, "cmnt", "True comments out, false does the reverse.");
  return schema.optional(static_cast<BackupSuffix Comment::*>(&Comment::suffix), "backup",
                         "Where the old file stays: behind its name comes this; false: nowhere.");
}

}  // namespace

std::vector<Function> file_edit_functions() {
  return {
      free_function("file.write", "Writes lines to a file: PATH LINE LINE...", write),
      free_function("file.append", "Adds lines to the end of a file: PATH LINE LINE...", append),
      free_function("file.prepend", "Adds lines to the beginning of a file: PATH LINE LINE...", prepend),
      function<Touch>(
          "file.touch", "Makes a file that is not there, and sets its times.",
          Schema<Touch>()
              .required(&Touch::name, "name", "Full path.")
              .optional(&Touch::atime, "atime", "Time of the last access, in seconds since 1970. Unset: now.")
              .optional(&Touch::mtime, "mtime", "Time of the last change, in seconds since 1970. Unset: now."),
          touch),
      function<Part>(
          "file.truncate", "Cuts a file, or fills it up, to a length.",
          Schema<Part>().required(&Part::path, "path", "Full path.").required(&Part::length, "length", "Bytes."),
          truncate),
      function<Part>("file.seek_write", "Writes into the middle of a file; gives how many bytes.",
                     Schema<Part>()
                         .required(&Part::path, "path", "Full path.")
                         .required(&Part::data, "data", "What to write.")
                         .required(&Part::offset, "offset", "From which byte on."),
                     seek_write),
      function<Replace>("file.replace", "Replaces what a regular expression finds in a file.", replace_schema(),
                        replace),
      function<Line>("file.line", "Puts a line into a file, replaces it, or takes it out.", line_schema(), line),
      function<Block>("file.blockreplace", "Replaces the text between two marker lines.", block_schema(), blockreplace),
      function<Comment>("file.comment", "Comments lines out.", comment_schema(false), comment),
      function<Comment>("file.uncomment", "Puts lines that are commented out in force.", comment_schema(false),
                        uncomment),
      function<Comment>("file.comment_line", "Comments lines out, or in.", comment_schema(true), comment_line),
  };
}

}  // namespace halite::minion
