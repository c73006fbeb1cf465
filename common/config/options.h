// Command lines as Salt's programs take them, described in one table a program. From it come parsing, --help, the man
// page and shell completion.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/error.h"

namespace halite {

struct Option {
  std::vector<std::string> names;  // "-t", "--timeout"; the first long one, without dashes, is its key
  std::string value;               // what it takes, for the help: "SECONDS"; empty: it is a switch
  std::string doc;                 // a sentence
  std::string not_yet;             // not empty: the option is known and refused, and this says why or what to do

  // "timeout" for {"-t", "--timeout"}.
  std::string key() const;
};

struct OptionGroup {
  std::string title;  // "Targets"
  std::vector<Option> options;
};

struct CommandLine {
  std::string name;                // "halite"
  std::string summary;             // one sentence
  std::vector<std::string> usage;  // "[options] TARGET FUNCTION [ARGUMENT...]"
  std::vector<OptionGroup> groups;
  std::vector<std::pair<std::string, std::string>> examples;  // command, what it does
  std::vector<std::pair<std::string, std::string>> notes;     // heading, text: exit codes, files
  int man_section = 1;             // 8 for daemons
};

class ParsedOptions {
 public:
  bool has(const std::string& key) const { return values_.contains(key); }
  // The last value given; a switch has "".
  std::optional<std::string> text(const std::string& key) const;
  std::string text_or(const std::string& key, const std::string& standard) const;
  // Throws Error(invalid) "option --timeout: invalid integer value: 'x'".
  std::optional<std::int64_t> integer(const std::string& key) const;
  std::vector<std::string> all(const std::string& key) const;
  // What is no option, in order.
  const std::vector<std::string>& arguments() const { return arguments_; }

  void add(const std::string& key, std::string value) { values_[key].push_back(std::move(value)); }
  void add_argument(std::string argument) { arguments_.push_back(std::move(argument)); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> arguments_;
};

// Options and arguments may be mixed; "--" ends the options; "-t5", "-t 5", "--timeout=5" and "--timeout 5" are one;
// "-vt5" is "-v -t5"; a long name may be cut as long as it is unique. `words` is without the program's name.
// Throws Error(invalid) for an unknown option (with the nearest), a missing or needless value, and a `not_yet` one.
ParsedOptions parse_options(const CommandLine& command_line, const std::vector<std::string>& words);

// --help: at most 80 columns.
std::string help_text(const CommandLine& command_line);
// A page for man(1).
std::string man_page(const CommandLine& command_line);
// A script for bash-completion.
std::string bash_completion(const CommandLine& command_line);

// --help, --version, -c, -l, --log-file, --man-page, ... `with_short_level`: "-l" means the log level (not so in key).
OptionGroup common_options(bool with_short_level = true);
// --out, --out-indent, --out-file, --no-color, --state-output, ...
OptionGroup output_options();

}  // namespace halite
