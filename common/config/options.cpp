#include "common/config/options.h"

#include <algorithm>

#include "common/base/strings.h"

namespace halite {
namespace {

class Parser {
 public:
  Parser(const CommandLine& command_line, const std::vector<std::string>& words) : command_line_(command_line), words_(words) {}

  ParsedOptions parse() {
    for (; position_ < words_.size(); ++position_) {
      const std::string& word = words_[position_];
      if (word == "--") {
        for (++position_; position_ < words_.size(); ++position_) result_.add_argument(words_[position_]);
        break;
      }
      if (word.starts_with("--")) long_option(word);
      else if (word.size() > 1 && word[0] == '-') short_options(word);
      else result_.add_argument(word);
    }
    return std::move(result_);
  }

 private:
  void long_option(const std::string& word) {
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const Option& option = find_long(name);
    if (equals == std::string::npos) {
      take(option, name, std::nullopt);
    } else {
      if (option.value.empty()) throw Error(ErrorKind::invalid, "{} option does not take a value", name);
      take(option, name, word.substr(equals + 1));
    }
  }

  void short_options(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const std::string name = std::string("-") + word[i];
      const Option* option = find(name);
      if (!option) no_such(name);
      if (!option->value.empty()) {
        take(*option, name, i + 1 < word.size() ? std::optional(word.substr(i + 1)) : std::nullopt);
        return;
      }
      take(*option, name, std::nullopt);
    }
  }

  void take(const Option& option, const std::string& name, std::optional<std::string> value) {
    if (!option.not_yet.empty()) throw Error(ErrorKind::invalid, "{} is not offered: {}", name, option.not_yet);
    if (option.value.empty()) {
      result_.add(option.key(), "");
      return;
    }
    if (!value) {
      if (position_ + 1 >= words_.size()) throw Error(ErrorKind::invalid, "{} option requires an argument: {}", name, option.value);
      value = words_[++position_];
    }
    result_.add(option.key(), *value);
  }

  const Option* find(const std::string& name) const {
    for (const auto& group : command_line_.groups)
      for (const auto& option : group.options)
        if (std::find(option.names.begin(), option.names.end(), name) != option.names.end()) return &option;
    return nullptr;
  }

  const Option& find_long(const std::string& name) const {
    if (const Option* option = find(name)) return *option;
    std::vector<std::string> candidates;
    const Option* found = nullptr;
    for (const auto& group : command_line_.groups)
      for (const auto& option : group.options)
        for (const auto& candidate : option.names)
          if (candidate.starts_with(name) && found != &option) {
            candidates.push_back(candidate);
            found = &option;
          }
    if (candidates.empty()) no_such(name);
    if (candidates.size() > 1) throw Error(ErrorKind::invalid, "ambiguous option: {} ({}?)", name, join(candidates, ", "));
    return *found;
  }

  [[noreturn]] void no_such(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& group : command_line_.groups)
      for (const auto& option : group.options)
        for (const auto& candidate : option.names)
          if (candidate.starts_with("--")) names.push_back(candidate);
    throw Error(ErrorKind::invalid, "no such option: {}{}", name, did_you_mean(name, names));
  }

  const CommandLine& command_line_;
  const std::vector<std::string>& words_;
  std::size_t position_ = 0;
  ParsedOptions result_;
};

}  // namespace

std::string Option::key() const {
  for (const auto& name : names)
    if (name.starts_with("--")) return name.substr(2);
  return names.front().substr(1);
}

std::optional<std::string> ParsedOptions::text(const std::string& key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::string ParsedOptions::text_or(const std::string& key, const std::string& standard) const {
  return text(key).value_or(standard);
}

std::optional<std::int64_t> ParsedOptions::integer(const std::string& key) const {
  const auto given = text(key);
  if (!given) return std::nullopt;
  const auto number = parse_int(*given);
  if (!number) throw Error(ErrorKind::invalid, "option --{}: invalid integer value: '{}'", key, *given);
  return number;
}

std::vector<std::string> ParsedOptions::all(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

ParsedOptions parse_options(const CommandLine& command_line, const std::vector<std::string>& words) {
  return Parser(command_line, words).parse();
}

OptionGroup common_options(bool with_short_level) {
  std::vector<std::string> level_names{"--log-level"};
  if (with_short_level) level_names.insert(level_names.begin(), "-l");
  return {"Common options",
          {{{"-h", "--help"}, "", "Show this help and exit.", ""},
           {{"--version"}, "", "Show the version and exit.", ""},
           {{"-V", "--versions-report"}, "", "Show the versions of Halite and of what it is built on, and exit.", ""},
           {{"-c", "--config-dir"}, "DIRECTORY", "Read the configuration here. Default: /etc/halite, or /etc/salt where there is no /etc/halite.", ""},
           {level_names, "LEVEL", "Least severe message shown: quiet, error, warning, info, debug or trace.", ""},
           {{"--log-file"}, "FILE", "Write messages to this file too.", ""},
           {{"--log-file-level"}, "LEVEL", "Least severe message in the log file.", ""},
           {{"--man-page"}, "", "Print the manual page, for man -l -, and exit.", ""},
           {{"--bash-completion"}, "", "Print a completion script for bash and exit.", ""},
           {{"--saltfile"}, "FILE", "Read options from a Saltfile.", "name the options on the command line or in the configuration"},
           {{"--hard-crash"}, "", "Show where an internal error came from.", "errors always say where they came from"}}};
}

OptionGroup output_options() {
  return {"Output",
          {{{"--out", "--output"}, "FORMAT", "nested, json, yaml, txt, raw, pprint, newline_values_only, table, key, highstate or quiet.", ""},
           {{"--out-indent", "--output-indent"}, "N", "Indentation of json and yaml; a negative one gives one line.", ""},
           {{"--out-file", "--output-file"}, "FILE", "Write the results to this file.", ""},
           {{"--out-file-append", "--output-file-append"}, "", "Append to that file instead of replacing it.", ""},
           {{"--no-color", "--no-colour"}, "", "No colours.", ""},
           {{"--force-color", "--force-colour"}, "", "Colours even when the output is no terminal.", ""},
           {{"--state-output", "--state_output"}, "MODE", "How much of each state: full, terse, mixed, changes or filter, each also with _id.", ""},
           {{"--state-verbose", "--state_verbose"}, "BOOL", "Show states that succeeded and changed nothing: True or False.", ""}}};
}

}  // namespace halite
