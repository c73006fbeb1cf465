#include "minion/cli/printer.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::minion {
namespace {

Value indent_from(const std::string& text) {
  if (text == "pretty") return text;
  const auto number = parse_int(text);
  if (!number) throw Error(ErrorKind::invalid, "option --out-indent: must be a number or pretty, not '{}'", text);
  return *number;
}

bool is_true(const std::string& text) {
  const std::string lower = to_lower(text);
  return lower == "true" || lower == "yes" || lower == "1";
}

}  // namespace

Printer::Printer(const CommonSettings& settings, const ParsedOptions& options)
    : asked_(options.text_or("out", settings.output.value_or(""))),
      file_(options.text_or("out-file", "")),
      appends_(options.has("out-file-append")) {
  choose_outputter(asked_, "");
  output_.color = settings.color.value_or(::isatty(STDOUT_FILENO) == 1 && file_.empty());
  if (options.has("no-color")) output_.color = false;
  if (options.has("force-color")) output_.color = true;
  if (settings.output_indent != Value(4)) output_.indent = settings.output_indent;
  if (const auto indent = options.text("out-indent")) output_.indent = indent_from(*indent);
  output_.state_output = to_lower(options.text_or("state-output", settings.state_output));
  output_.state_verbose = settings.state_verbose;
  if (const auto verbose = options.text("state-verbose")) output_.state_verbose = is_true(*verbose);
  output_.state_output_diff = settings.state_output_diff || options.has("output-diff");
  output_.state_output_profile = settings.state_output_profile;
  output_.state_output_pct = settings.state_output_pct;
  output_.state_compress_ids = settings.state_compress_ids;
  output_.state_tabular = settings.state_tabular;
  output_.state_output_exclude = settings.state_output_exclude.items;
  output_.state_output_terse = settings.state_output_terse.items;
}

void Printer::show(const Value& data, std::string_view wanted, std::int64_t retcode) {
  output_.retcode = retcode;
  const std::string text = format_output(data, choose_outputter(asked_, wanted), output_);
  if (!text.empty()) write(text + "\n");
}

void Printer::write(const std::string& text) const {
  std::FILE* stream = stdout;
  if (!file_.empty()) stream = std::fopen(file_.c_str(), appends_ ? "ae" : "we");
  if (!stream) throw system_error(errno, "opening " + file_);
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
  const int failure = errno;
  if (!file_.empty()) std::fclose(stream);
  if (!is_written) throw system_error(failure, "writing the result");
}

}  // namespace halite::minion
