#include "master/cli/printer.h"

#include <cerrno>
#include <fstream>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::cli {
namespace {

bool truth(const std::string& option, const std::string& text) {
  const std::string lower = to_lower(text);
  if (lower == "true" || lower == "yes" || lower == "1") return true;
  if (lower == "false" || lower == "no" || lower == "0") return false;
  throw Error(ErrorKind::invalid, "option --{}: must be True or False, not '{}'", option, text);
}

// "pretty", a number, or what is wrong with it.
Value indent_from(const std::string& text) {
  if (text == "pretty") return text;
  const auto number = parse_int(text);
  if (!number) throw Error(ErrorKind::invalid, "option --out-indent: must be a number or pretty, not '{}'", text);
  return *number;
}

std::string state_output_from(const std::string& mode) {
  for (const auto& field : master_settings_schema().fields()) {
    if (field.name != "state_output") continue;
    for (const auto& allowed : field.one_of)
      if (allowed == to_lower(mode)) return allowed;
    throw Error(ErrorKind::invalid, "option --state-output: '{}' must be one of: {}{}", mode, join(field.one_of, ", "),
                did_you_mean(mode, field.one_of));
  }
  return mode;
}

}  // namespace

OutputOptions output_options_from(const MasterSettings& settings, const ParsedOptions& options, const Screen& screen) {
  OutputOptions output;
  output.color = settings.color.value_or(screen.out_is_terminal && !options.has("out-file"));
  if (options.has("no-color")) output.color = false;
  if (options.has("force-color")) output.color = true;
  // 4 is json's own; yaml has another.
  if (settings.output_indent != Value(4)) output.indent = settings.output_indent;
  if (const auto indent = options.text("out-indent")) output.indent = indent_from(*indent);
  output.state_output = settings.state_output;
  if (const auto mode = options.text("state-output")) output.state_output = state_output_from(*mode);
  output.state_verbose = settings.state_verbose;
  if (const auto verbose = options.text("state-verbose")) output.state_verbose = truth("state-verbose", *verbose);
  output.state_output_diff = settings.state_output_diff || options.has("output-diff");
  output.state_output_profile = settings.state_output_profile;
  output.state_output_pct = settings.state_output_pct;
  output.state_compress_ids = settings.state_compress_ids;
  output.state_tabular = settings.state_tabular;
  output.state_output_exclude = settings.state_output_exclude.items;
  output.state_output_terse = settings.state_output_terse.items;
  return output;
}

Printer::Printer(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options)
    : screen_(screen),
      asked_(options.text_or("out", settings.output.value_or(""))),
      file_(options.text_or("out-file", "")),
      append_(options.has("out-file-append")),
      options_(output_options_from(settings, options, screen)) {
  choose_outputter(asked_, "");  // so that a wrong name is told before anything runs
}

void Printer::show(const Value& data, std::string_view wanted, std::int64_t retcode) {
  options_.retcode = retcode;
  const std::string text = format_output(data, choose_outputter(asked_, wanted), options_);
  if (!text.empty()) write(text + "\n");
}

void Printer::line(std::string_view text) const { screen_.out(std::string(text) + "\n"); }

void Printer::write(const std::string& text) {
  if (file_.empty()) return screen_.out(text);
  std::ofstream file(file_, append_ ? std::ios::app : std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw system_error(errno, "writing the results to " + file_);
  append_ = true;  // what follows in this run comes behind it
}

}  // namespace halite::cli
