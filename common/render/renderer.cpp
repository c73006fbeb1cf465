#include "common/render/renderer.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/render/document_cache.h"
#include "common/render/excerpt.h"
#include "common/render/gpg.h"
#include "common/render/jinja.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

const std::vector<std::string>& known_renderers() {
  static const std::vector<std::string> names{"jinja", "yaml", "json", "text", "gpg"};
  return names;
}

struct Pipeline {
  std::vector<std::string> stages;
  std::string_view body;  // the text without its "#!" line
};

std::vector<std::string> stages_of(std::string_view line, std::string_view source_name) {
  std::vector<std::string> stages;
  if (trim(line).empty()) return stages;
  for (const std::string& part : split(line, '|')) {
    const auto words = split_words(part);
    if (words.empty()) throw Error(ErrorKind::invalid, "{}: the renderer line '{}' has an empty part", source_name, line);
    const std::string& name = words[0];
    if (std::find(known_renderers().begin(), known_renderers().end(), name) == known_renderers().end())
      throw Error(ErrorKind::invalid, "{}: there is no renderer '{}'; there are {}{}", source_name, name,
                  join(known_renderers(), ", "), did_you_mean(name, known_renderers()));
    stages.push_back(name);
  }
  return stages;
}

// A "#!" line is one only when what follows are no paths: "#!/bin/sh" begins a script.
Pipeline pipeline_of(std::string_view text, std::string_view source_name, std::string_view default_renderer) {
  if (text.substr(0, 2) == "#!" && text.substr(0, 3) != "#!/") {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(2, end - 2));
    // The newline stays, so lines keep their numbers.
    return {stages_of(line.empty() ? default_renderer : line, source_name), text.substr(end)};
  }
  return {stages_of(default_renderer, source_name), text};
}

// "SOURCE:LINE:COLUMN: reason" of a codec's error.
struct Located {
  int line = 0;
  int column = 0;
  std::string reason;
};

Located located(const Error& error, std::string_view source_name) {
  std::string_view message = error.message();
  if (message.substr(0, source_name.size()) != source_name) return {0, 0, std::string(message)};
  message.remove_prefix(source_name.size());
  if (message.empty() || message[0] != ':') return {0, 0, error.message()};
  const std::size_t line_end = message.find(':', 1);
  const auto line = parse_int(message.substr(1, line_end == std::string_view::npos ? 0 : line_end - 1));
  if (!line) return {0, 0, error.message()};
  const std::size_t column_end = message.find(": ", line_end);
  const auto column = column_end == message.npos ? std::nullopt : parse_int(message.substr(line_end + 1, column_end - line_end - 1));
  return {static_cast<int>(*line), static_cast<int>(column.value_or(0)), std::string(column_end == std::string_view::npos ? message : message.substr(column_end + 2))};
}

// The error of a codec, told with the line of the template that made the faulty line.
RenderError translated(const Error& error, const Rendered& rendered, std::string_view source_name, std::string_view source) {
  const Located place = located(error, source_name);
  const auto index = static_cast<std::size_t>(place.line) - 1;
  const auto lines = rendered.lines ? rendered.lines(rendered.text) : std::vector<SourceLine>();
  if (place.line > 0 && index < lines.size()) {
    const SourceLine& origin = lines[index];
    const bool is_own = origin.file == source_name;
    const bool is_same = rendered.text == source;
    std::string shown = is_own ? excerpt(source, origin.line, is_same ? place.column : 0) : "";
    if (!is_same) shown += (shown.empty() ? "" : "\nrendered:\n") + excerpt(rendered.text, place.line, place.column);
    return RenderError(ErrorKind::invalid, origin.file, origin.line, place.reason, shown, place.line);
  }
  return RenderError(ErrorKind::invalid, std::string(source_name), place.line, place.reason,
                     excerpt(rendered.text, place.line, place.column), place.line);
}

std::string as_text(const Value& value, std::string_view stage, std::string_view source_name) {
  if (const std::string* text = value.if_string()) return *text;
  throw Error(ErrorKind::invalid, "{}: the renderer '{}' needs text, but the one before it gave data", source_name, stage);
}

}  // namespace

Value copy_for_render(const Value& value) {
  if (const List* list = value.if_list()) {
    List items;
    items.reserve(list->size());
    for (const Value& item : *list) items.push_back(copy_for_render(item));
    return items;
  }
  if (const Map* map = value.if_map()) {
    Map entries;
    entries.reserve(map->size());
    for (const auto& [key, item] : *map) entries.set(key, copy_for_render(item));
    return entries;
  }
  return value;
}

std::string render_jinja(std::string_view text, std::string_view source_name, const Context& context) {
  return run_jinja(text, source_name, context, false).text;
}

Value render(std::string_view text, std::string_view source_name, const Context& context, std::string_view default_renderer) {
  const Pipeline pipeline = pipeline_of(text, source_name, default_renderer);
  Rendered rendered{std::string(pipeline.body), {}};
  Value value = rendered.text;
  for (const std::string& stage : pipeline.stages) {
    if (stage == "text") continue;
    if (stage == "gpg") {
      value = during([&] { return decrypted(value, context.decrypt); }, "decrypting {}", source_name);
      continue;
    }
    rendered.text = as_text(value, stage, source_name);
    if (stage == "jinja") {
      rendered = run_jinja(rendered.text, source_name, context, true);
      value = rendered.text;
      continue;
    }
    try {
      value = stage == "yaml" ? yaml_document(rendered.text, source_name) : from_json(rendered.text, source_name);
    } catch (const Error& error) {
      throw translated(error, rendered, source_name, text);
    }
    if (!truth(value)) value = Map();  // as Salt has it, also for false, 0 and empty text
  }
  return value;
}

}  // namespace halite::render
