#include "common/render/jinja.h"

#include <algorithm>

#include "common/render/evaluator.h"
#include "common/render/excerpt.h"
#include "common/render/template_cache.h"

namespace halite::render {
namespace {

std::string_view prefix(FailureKind kind) {
  switch (kind) {
    case FailureKind::undefined: return "Jinja variable ";
    case FailureKind::syntax: return "Jinja syntax error: ";
    case FailureKind::function: return "Problem running salt function in Jinja template: ";
    case FailureKind::other: return "Jinja error: ";
  }
  return "";
}

RenderError located(const Failure& failure, const std::string& file, std::string_view source, int line) {
  return RenderError(ErrorKind::invalid, file, line, std::string(prefix(failure.kind())) + failure.message(), excerpt(source, line, pointed_column(source, line, failure.message())));
}

std::vector<SourceLine> source_lines(const std::string& text, const std::vector<OutputMark>& marks) {
  std::vector<SourceLine> lines;
  std::size_t mark = 0;
  for (std::size_t start = 0; start <= text.size();) {
    while (mark + 1 < marks.size() && marks[mark + 1].offset <= start) ++mark;
    if (!marks.empty()) {
      // A stretch of text keeps its own line count: its third line is two below its first.
      const auto below = std::count(text.begin() + static_cast<std::ptrdiff_t>(std::min(marks[mark].offset, start)),
                                    text.begin() + static_cast<std::ptrdiff_t>(start), '\n');
      lines.push_back({marks[mark].source->name, marks[mark].line + static_cast<int>(below)});
    }
    const std::size_t end = text.find('\n', start);
    if (end == std::string::npos) break;
    start = end + 1;
  }
  return lines;
}

}  // namespace

Rendered run_jinja(std::string_view text, std::string_view source_name, const Context& context, bool with_lines) {
  const std::string name(source_name);
  std::shared_ptr<const Template> parsed;
  try {
    parsed = parsed_template(text, name, context.options, context.limits.expression_depth);
  } catch (const Failure& failure) {
    throw located(failure, name, text, failure.line());
  }
  const auto kept = std::make_shared<Evaluator>(context, with_lines);
  Evaluator& evaluator = *kept;
  Rendered rendered;
  try {
    rendered.text = evaluator.run(parsed);
  } catch (const Failure& failure) {
    const Place& place = evaluator.place();
    const int line = failure.line() > 0 ? failure.line() : place.line;
    const RenderError error = located(failure, place.source->name, place.source->source, line);
    if (const auto& block = evaluator.salt_place()) throw error.with_salt_place(block->source->name, block->line);
    throw error;
  } catch (const RenderError&) {
    throw;
  } catch (const Error& error) {
    const Place& place = evaluator.place();
    throw located(Failure(FailureKind::other, error.what()), place.source->name, place.source->source, place.line);
  }
  if (with_lines) rendered.lines = [kept](const std::string& output) { return source_lines(output, kept->marks()); };
  // Jinja drops the newline at the end of a template, Salt puts it back; and puts one more when Jinja was told to keep it.
  if (!text.empty() && text.back() == '\n') rendered.text += '\n';
  return rendered;
}

}  // namespace halite::render
