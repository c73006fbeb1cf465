// Help, man page and completion from the table of options.
#include <algorithm>

#include "common/base/strings.h"
#include "common/config/options.h"

namespace halite {
namespace {

constexpr std::size_t page_width = 80;
constexpr std::size_t doc_column = 32;

// Lines of at most `width`, a longer word alone on its line.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (const auto& word : split_words(text)) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > width) lines.push_back(word);
    else lines.back() += " " + word;
  }
  return lines;
}

void append_wrapped(std::string& out, std::string_view text, std::size_t indent) {
  for (const auto& line : wrap(text, page_width - indent)) out += std::string(indent, ' ') + line + "\n";
}

// "-t, --timeout=SECONDS"; further spellings are left to the man page.
std::string spelling(const Option& option) {
  std::vector<std::string> shown;
  for (const auto& name : option.names)
    if (!name.starts_with("--")) shown.push_back(name);
  for (const auto& name : option.names)
    if (name.starts_with("--")) {
      shown.push_back(option.value.empty() ? name : name + "=" + option.value);
      break;
    }
  return join(shown, ", ");
}

void append_option(std::string& out, const Option& option) {
  std::string line = "  " + spelling(option);
  const auto doc = wrap(option.not_yet.empty() ? option.doc : option.doc + " Not offered.", page_width - doc_column);
  std::size_t next = 0;
  if (line.size() + 2 <= doc_column && !doc.empty()) {
    line.resize(doc_column, ' ');
    line += doc[next++];
  }
  out += line + "\n";
  for (; next < doc.size(); ++next) out += std::string(doc_column, ' ') + doc[next] + "\n";
}

std::string roff(std::string_view text) {
  std::string out = replace_all(std::string(text), "\\", "\\e");
  out = replace_all(std::move(out), "-", "\\-");
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string roff_spellings(const Option& option) {
  std::vector<std::string> shown;
  for (const auto& name : option.names) {
    std::string text = "\\fB" + roff(name) + "\\fR";
    if (!option.value.empty()) text += (name.starts_with("--") ? "=" : " ") + ("\\fI" + roff(option.value) + "\\fR");
    shown.push_back(std::move(text));
  }
  return join(shown, ", ");
}

}  // namespace

std::string help_text(const CommandLine& command_line) {
  std::string out;
  for (const auto& usage : command_line.usage)
    out += (out.empty() ? "Usage: " : "       ") + command_line.name + " " + usage + "\n";
  out += "\n";
  append_wrapped(out, command_line.summary, 0);
  for (const auto& group : command_line.groups) {
    out += "\n" + group.title + ":\n";
    for (const auto& option : group.options) append_option(out, option);
  }
  if (!command_line.examples.empty()) out += "\nExamples:\n";
  for (const auto& [command, meaning] : command_line.examples) {
    out += "  " + command + "\n";
    append_wrapped(out, meaning, 6);
  }
  for (const auto& [heading, text] : command_line.notes) {
    out += "\n" + heading + ":\n";
    append_wrapped(out, text, 2);
  }
  return out;
}

std::string man_page(const CommandLine& command_line) {
  std::string title = command_line.name;
  std::transform(title.begin(), title.end(), title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  std::string out = fmt::format(".TH {} {} \"\" \"Halite {}\" \"Halite\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n", roff(title), command_line.man_section,
                                HALITE_VERSION, roff(command_line.name), roff(command_line.summary));
  for (const auto& usage : command_line.usage) out += "\\fB" + roff(command_line.name) + "\\fR " + roff(usage) + "\n.br\n";
  out += ".SH OPTIONS\n";
  for (const auto& group : command_line.groups) {
    out += ".SS " + roff(group.title) + "\n";
    for (const auto& option : group.options) {
      out += ".TP\n" + roff_spellings(option) + "\n" + roff(option.doc);
      out += option.not_yet.empty() ? "\n" : " Not offered: " + roff(option.not_yet) + ".\n";
    }
  }
  if (!command_line.examples.empty()) out += ".SH EXAMPLES\n";
  for (const auto& [command, meaning] : command_line.examples) out += ".TP\n\\fB" + roff(command) + "\\fR\n" + roff(meaning) + "\n";
  for (const auto& [heading, text] : command_line.notes) out += ".SH " + roff(heading) + "\n" + roff(text) + "\n";
  return out;
}

std::string bash_completion(const CommandLine& command_line) {
  std::vector<std::string> names;
  for (const auto& group : command_line.groups)
    for (const auto& option : group.options)
      if (option.not_yet.empty())
        for (const auto& name : option.names) names.push_back(name);
  const std::string function = "_" + replace_all(command_line.name, "-", "_");
  return fmt::format(
      "# bash completion for {0}\n{1}() {{\n  local word=${{COMP_WORDS[COMP_CWORD]}}\n"
      "  COMPREPLY=($(compgen -W \"{2}\" -- \"$word\"))\n}}\ncomplete -o default -F {1} {0}\n",
      command_line.name, function, join(names, " "));
}

}  // namespace halite
