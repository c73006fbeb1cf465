// file.comment and file.uncomment: lines of a configuration, out of force and in force.
#include "states/modules/file/edit.h"
#include "states/text/comment_lines.h"

namespace halite::states {
namespace {

struct Comment : Edit {
  std::string regex, mark = "#";
  BackupSuffix backup;
  bool ignore_missing = false;
};

Schema<Comment> schema() {
  return edit_schema<Comment>("Full path of the file.")
      .parameter(&Comment::regex, "regex", "Regular expression that finds the lines; a comment mark is not part of it.")
      .parameter(&Comment::mark, "char", "What stands in front of a comment.")
      .parameter(&Comment::backup, "backup", "Where the old file stays: behind its name comes this; false: nowhere.");
}

void check(const Comment& asked) {
  if (asked.regex.empty()) throw Error(ErrorKind::invalid, "'regex' is missing: which lines are meant?");
  if (asked.mark.empty()) throw Error(ErrorKind::invalid, "'char' may not be empty");
}

void finish(Comment& asked, std::string content) {
  asked.content = std::move(content);
  if (!asked.backup.suffix.empty()) asked.backup_place = asked.path + asked.backup.suffix;
}

std::optional<Outcome> prepare_comment(Comment& asked, World& world) {
  check(asked);
  const std::string now = open_existing_text(asked, world);
  switch (comment_standing(now, asked.regex, asked.mark)) {
    case CommentStanding::commented: return unchanged("Pattern already commented");
    case CommentStanding::none:
      if (asked.ignore_missing) return unchanged("Pattern not found and ignore_missing set to True");
      throw Error(ErrorKind::not_found, "{}: Pattern not found", without_anchors(asked.regex));
    case CommentStanding::active: finish(asked, comment_lines(now, asked.regex, asked.mark));
  }
  // What is still active is found by the expression without its anchors alone ("first" in "first of all"): nothing to do.
  if (*asked.content == now && has_commented(now, asked.regex, asked.mark)) return unchanged("Commented lines successfully");
  if (*asked.content == now) throw Error(ErrorKind::invalid, "Expected commented lines not found");
  return std::nullopt;
}

std::optional<Outcome> prepare_uncomment(Comment& asked, World& world) {
  check(asked);
  const std::string now = open_existing_text(asked, world);
  switch (uncomment_standing(now, asked.regex, asked.mark)) {
    case CommentStanding::active: return unchanged("Pattern already uncommented");
    case CommentStanding::none: throw Error(ErrorKind::not_found, "{}: Pattern not found", asked.regex);
    case CommentStanding::commented: finish(asked, uncomment_lines(now, asked.regex, asked.mark));
  }
  if (*asked.content == now && uncomment_standing(now, asked.regex, "(?!)") != CommentStanding::active)
    throw Error(ErrorKind::invalid, "Expected uncommented lines not found");
  return std::nullopt;
}

Wording<Comment> wording(const char* done) {
  Wording<Comment> words;
  words.correct = [done](const Comment&) -> std::string { return done; };
  words.planned = [](const Change<Comment>& change) {
    return fmt::format("File {} is set to be updated", change.asked.name);
  };
  words.done = [done](const Change<Comment>&) -> std::string { return done; };
  words.changes = edit_changes<Comment>;
  return words;
}

}  // namespace

Function file_comment() {
  Resource<Comment> comment = edit_resource(schema());
  comment.schema.parameter(&Comment::ignore_missing, "ignore_missing", "Lines that are not there are no failure.");
  comment.prepare = prepare_comment;
  return comment.ensure("comment", "The lines that a regular expression finds are commented out.",
                        {{"name", "/etc/hosts"}, {"regex", "^127.0.0.1 localhost"}}, as_given<Comment>,
                        wording("Commented lines successfully"));
}

Function file_uncomment() {
  Resource<Comment> comment = edit_resource(schema());
  comment.prepare = prepare_uncomment;
  return comment.ensure("uncomment", "The lines that a regular expression finds are no comments any more.",
                        {{"name", "/etc/hosts"}, {"regex", "127.0.0.1 localhost"}}, as_given<Comment>,
                        wording("Uncommented lines successfully"));
}

}  // namespace halite::states
