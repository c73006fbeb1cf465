// file.append and file.prepend: lines that a file must hold.
#include <algorithm>

#include "common/base/strings.h"
#include "states/modules/file/common.h"
#include "states/providers/sources.h"

namespace halite::states {
namespace {

struct Lines {
  std::string name;
  std::optional<TextList> text, sources;
  std::string source, source_hash, template_engine;
  TextList source_hashes;
  bool makedirs = false, ignore_whitespace = true, header = false;
  Value context, defaults;
  // Derived.
  bool in_front = false;
  std::vector<std::string> wanted;
  std::optional<std::string> content;
};

Schema<Lines> schema() {
  return Schema<Lines>()
      .key(&Lines::name, "name", "Full path of the file; it is made when it is not there.")
      .parameter(&Lines::text, "text", "The text, or a list of them; each line is looked for on its own.")
      .parameter(&Lines::source, "source", "Where the text is instead: salt://, file:// or a full path.")
      .parameter(&Lines::source_hash, "source_hash", "Checksum the source must have (sha256=HEX).")
      .parameter(&Lines::sources, "sources", "Several sources, one after the other.")
      .parameter(&Lines::source_hashes, "source_hashes", "Checksums of the sources, in their order.")
      .parameter(&Lines::template_engine, "template", "Render the text of the sources with this engine first: jinja.")
      .parameter(&Lines::context, "context", "Names for the template.")
      .parameter(&Lines::defaults, "defaults", "Names for the template that `context` may replace.")
      .parameter(&Lines::makedirs, "makedirs", "Make missing parent directories.")
      .parameter(&Lines::ignore_whitespace, "ignore_whitespace",
                 "Runs of white space count as one when lines are compared.");
}

std::string source_text(const Lines& asked, const std::string& name, const std::string& hash, World& world) {
  std::string text = read_source({.sources = {name}, .hash = hash}, world).content;
  if (asked.template_engine.empty()) return text;
  RenderRequest request{.engine = asked.template_engine, .text = std::move(text), .source_name = name};
  if (asked.context.is_map()) request.context = asked.context.as_map();
  if (asked.defaults.is_map()) request.defaults = asked.defaults.as_map();
  return render_text(request, world);
}

void collect(Lines& asked, World& world) {
  const auto add = [&](const std::string& text) {
    for (auto& line : python_lines(text)) asked.wanted.push_back(std::move(line));
  };
  if (asked.text)
    for (const auto& text : asked.text->items) add(text);
  if (!asked.source.empty()) add(source_text(asked, asked.source, asked.source_hash, world));
  if (asked.sources)
    for (std::size_t i = 0; i < asked.sources->items.size(); ++i)
      add(source_text(asked, asked.sources->items[i],
                      i < asked.source_hashes.items.size() ? asked.source_hashes.items[i] : "", world));
}

std::string compared(const std::string& line, const Lines& asked) {
  return asked.ignore_whitespace ? join(split_words(line), " ") : line;
}

// The content with the lines that are missing, in their order, at the end or in front.
std::string completed(const std::string& now, const Lines& asked) {
  std::vector<std::string> known;
  for (const auto& line : split_lines(now)) known.push_back(compared(line, asked));
  std::string missing;
  if (asked.in_front && asked.header) {
    std::vector<std::string> head(
        known.begin(), known.begin() + static_cast<std::ptrdiff_t>(std::min(known.size(), asked.wanted.size())));
    std::vector<std::string> wanted;
    for (const auto& line : asked.wanted) wanted.push_back(compared(line, asked));
    if (head == wanted) return now;
    for (const auto& line : asked.wanted) missing += line + "\n";
    return missing + now;
  }
  for (const auto& line : asked.wanted) {
    if (std::find(known.begin(), known.end(), compared(line, asked)) != known.end()) continue;
    missing += line + "\n";
  }
  if (missing.empty()) return now;
  if (asked.in_front) return missing + now;
  return (now.empty() || now.ends_with('\n') ? now : now + "\n") + missing;
}

std::optional<Outcome> prepare(Lines& asked, World& world) {
  asked.name = full_path(asked.name, world);
  if (!asked.text && asked.source.empty() && !asked.sources)
    throw Error(ErrorKind::invalid, "Must provide text, source or sources");
  collect(asked, world);
  const std::string path = follow_link(asked.name, world);
  if (!world.host.status(path) && !asked.makedirs && !has_directory(world, parent_of(path)))
    throw Error(ErrorKind::not_found, "Parent directory not present");
  asked.name = path;
  asked.content = completed(world.host.read_file_if_exists(path).value_or(""), asked);
  return std::nullopt;
}

std::optional<Lines> read(const Lines& asked, World& world) {
  auto content = world.host.read_file_if_exists(asked.name);
  if (!content) return std::nullopt;
  Lines lines;
  lines.content = std::move(content);
  return lines;
}

void apply(const std::optional<Lines>&, const std::optional<Lines>& want, World& world) {
  if (want->makedirs) make_parents(want->name, {}, world);
  world.host.replace_file(want->name, *want->content, {});
}

Map changes(const Change<Lines>& change) {
  if (change.creates()) return {{"diff", "New file"}};
  return {{"diff", content_change(*change.before->content, *change.after->content)}};
}

Function lines_function(const char* name, const char* doc, bool in_front) {
  Resource<Lines> lines{.name = "file", .schema = schema(), .read = read, .apply = apply};
  if (in_front)
    lines.schema.parameter(&Lines::header, "header", "The lines must be the very first ones, in this order.");
  lines.derived = Schema<Lines>().property(&Lines::content, "content", "The content.").show_as_text_diff();
  lines.prepare = [in_front](Lines& asked, World& world) {
    asked.in_front = in_front;
    return prepare(asked, world);
  };
  Wording<Lines> words;
  words.correct = [](const Lines& asked) { return fmt::format("File {} is in correct state", asked.name); };
  words.planned = [](const Change<Lines>& change) {
    return fmt::format("File {} is set to be updated", change.asked.name);
  };
  words.done = [in_front](const Change<Lines>& change) {
    const auto count = [](const std::optional<Lines>& side) {
      return side && side->content ? split_lines(*side->content).size() : 0;
    };
    return fmt::format("{} {} lines", in_front ? "Prepended" : "Appended", count(change.after) - count(change.before));
  };
  words.changes = changes;
  return lines.ensure(name, doc,
                      {{"name", "/etc/motd"}, {"text", List{"Trust no one unless you have eaten much salt with him."}}},
                      as_given<Lines>, words);
}

}  // namespace

Function file_append() {
  return lines_function("append", "The file holds these lines; missing ones are added at its end.", false);
}
Function file_prepend() {
  return lines_function("prepend", "The file holds these lines; missing ones are added at its beginning.", true);
}

}  // namespace halite::states
