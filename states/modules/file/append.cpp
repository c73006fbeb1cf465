// file.append and file.prepend: text that a file must hold.
#include "states/modules/file/edit.h"
#include "states/modules/file/text_sources.h"
#include "states/text/missing_text.h"

namespace halite::states {
namespace {

struct Lines : Edit, TextSources {
  std::optional<TextList> text;
  bool makedirs = false, ignore_whitespace = true, header = false;
  // Derived.
  std::size_t added = 0;
};

Schema<Lines> schema() {
  auto schema = edit_schema<Lines>("Full path of the file; it is made when it is not there.");
  schema.parameter(&Lines::text, "text",
                   "The text, or a list of texts; each is looked for as a whole, and added as a whole.");
  add_text_sources(schema);
  return schema.parameter(&Lines::makedirs, "makedirs", "Make missing parent directories.");
}

std::vector<std::string> parts_of(const Lines& asked, World& world) {
  if (auto texts = texts_of(asked, world)) return *texts;
  if (!asked.text) throw Error(ErrorKind::invalid, "No text found to append. Nothing appended");
  return asked.text->items;
}

std::optional<std::string> open(Lines& asked, World& world) {
  const auto now = open_for_edit(asked, world);
  if (!now && !asked.makedirs && !has_directory(world, parent_of(asked.path)))
    throw Error(ErrorKind::not_found, "Directory not present to touch file {}", asked.name);
  return now;
}

std::optional<Outcome> prepare_append(Lines& asked, World& world) {
  const auto parts = parts_of(asked, world);
  const std::string now = open(asked, world).value_or("");
  const auto missing = missing_lines(now, parts, asked.ignore_whitespace);
  asked.content = with_lines_behind(now, missing);
  asked.added = missing.size();
  return std::nullopt;
}

std::optional<Outcome> prepare_prepend(Lines& asked, World& world) {
  const auto parts = parts_of(asked, world);
  const std::string now = open(asked, world).value_or("");
  std::vector<std::string> lines;
  if (asked.header)
    for (const auto& part : parts)
      for (auto& line : python_lines(part)) lines.push_back(std::move(line));
  else
    lines = missing_lines(now, parts, true);
  if (asked.header && has_header(now, lines)) lines.clear();
  asked.content = with_lines_in_front(now, lines);
  asked.added = lines.size();
  return std::nullopt;
}

Function lines_function(Resource<Lines> lines, const char* name, const char* doc, const char* done) {
  lines.apply = [](const std::optional<Lines>&, const std::optional<Lines>& want, World& world) {
    if (want->makedirs) make_parents(want->path, {}, world);
    write_edit(*want, {}, world);
  };
  Wording<Lines> words;
  words.correct = [](const Lines& asked) { return fmt::format("File {} is in correct state", asked.name); };
  words.planned = [](const Change<Lines>& change) {
    return fmt::format("File {} is set to be updated", change.asked.name);
  };
  words.done = [done](const Change<Lines>& change) { return fmt::format("{} {} lines", done, change.asked.added); };
  words.changes = edit_changes<Lines>;
  return lines.ensure(name, doc,
                      {{"name", "/etc/motd"}, {"text", List{"Trust no one unless you have eaten much salt with him."}}},
                      as_given<Lines>, words);
}

}  // namespace

Function file_append() {
  Resource<Lines> lines = edit_resource(schema());
  lines.schema.parameter(&Lines::ignore_whitespace, "ignore_whitespace",
                         "White space counts for nothing when the text is looked for.");
  lines.prepare = prepare_append;
  return lines_function(std::move(lines), "append", "The file holds this text; what is missing is added at its end.",
                        "Appended");
}

Function file_prepend() {
  Resource<Lines> lines = edit_resource(schema());
  lines.schema.parameter(&Lines::header, "header", "The lines must be the very first ones, in this order.");
  lines.prepare = prepare_prepend;
  return lines_function(std::move(lines), "prepend",
                        "The file holds this text; what is missing is added at its beginning.", "Prepended");
}

}  // namespace halite::states
