// file.blockreplace: the text between two marker lines of a file.
#include "common/base/strings.h"
#include "states/modules/file/edit.h"
#include "states/modules/file/text_sources.h"
#include "states/text/marked_block.h"

namespace halite::states {
namespace {

struct Block : Edit, TextSources {
  std::string marker_start = "#-- start managed zone --", marker_end = "#-- end managed zone --";
  Text text;
  bool append_if_not_found = false, prepend_if_not_found = false;
  std::optional<bool> append_newline;
  std::string insert_before_match, insert_after_match;
  BackupSuffix backup;
};

Schema<Block> schema() {
  auto schema = edit_schema<Block>("Full path of the file.");
  schema.parameter(&Block::marker_start, "marker_start", "What the line holds after which the block begins.")
      .parameter(&Block::marker_end, "marker_end", "What the line holds before which the block ends.")
      .parameter(&Block::text, "content", "The text of the block.");
  add_text_sources(schema);
  return schema.parameter(&Block::append_if_not_found, "append_if_not_found", "Without markers: add them at the end.")
      .parameter(&Block::prepend_if_not_found, "prepend_if_not_found", "Without markers: add them at the beginning.")
      .parameter(&Block::insert_before_match, "insert_before_match",
                 "Without markers: add them before the first line that this regular expression finds.")
      .parameter(&Block::insert_after_match, "insert_after_match",
                 "Without markers: add them after the first line that this regular expression finds.")
      .parameter(&Block::append_newline, "append_newline",
                 "End the content with a newline. Unset: when it has none of its own.")
      .parameter(&Block::backup, "backup", "Where the old file stays: behind its name comes this; false: nowhere.");
}

std::optional<Outcome> prepare(Block& asked, World& world) {
  const auto texts = texts_of(asked, world);
  const std::string now = open_existing_text(asked, world);
  std::string content = asked.text.text;
  for (const auto& line : accumulated_lines(asked.name, world)) content += (content.empty() ? "" : "\n") + line;
  asked.content = replace_block(now, {.marker_start = asked.marker_start,
                                      .marker_end = asked.marker_end,
                                      .content = content + (texts ? join(*texts, "") : ""),
                                      .append_if_not_found = asked.append_if_not_found,
                                      .prepend_if_not_found = asked.prepend_if_not_found,
                                      .append_newline = asked.append_newline,
                                      .insert_before_match = asked.insert_before_match,
                                      .insert_after_match = asked.insert_after_match});
  if (!asked.backup.suffix.empty()) asked.backup_place = asked.path + asked.backup.suffix;
  return std::nullopt;
}

}  // namespace

Function file_blockreplace() {
  Resource<Block> block = edit_resource(schema());
  block.prepare = prepare;
  const Map example{{"name", "/etc/hosts"},
                    {"marker_start", "# begin of the cluster"},
                    {"marker_end", "# end of the cluster"},
                    {"content", "10.0.0.1 db"},
                    {"append_if_not_found", true}};
  return block.ensure("blockreplace", "The text between two marker lines of the file is this one.", example,
                      as_given<Block>, edit_wording<Block>("Changes would be made"));
}

}  // namespace halite::states
