// An INI file as its lines: what is not changed stays as it was written, comments and order too.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace halite::states {

class IniText {
 public:
  // `separator` stands between a name and its value; a line that begins with '#' or ';' is a comment, one that is
  // indented further than the option before it goes on with that option's value.
  IniText(const std::string& text, std::string separator);

  std::string text() const;

  std::vector<std::string> sections() const;
  bool has_section(const std::string& section) const;
  // Names in their order, each once. The empty section is what stands before the first header.
  std::vector<std::string> options(const std::string& section) const;
  // Of several the last one counts, as Python reads them.
  std::optional<std::string> get(const std::string& section, const std::string& option) const;

  // Replaces the value where it stands; a new option takes the place of a comment that names it ("#Port = 22"), or goes
  // to the end of its section, which is made at the end of the file when it is not there.
  void set(const std::string& section, const std::string& option, const std::string& value);
  void add_section(const std::string& section);
  // False when there was none. All of that name go.
  bool remove(const std::string& section, const std::string& option);
  bool remove_section(const std::string& section);

 private:
  enum class Kind { option, section, other };
  struct Line {
    Kind kind = Kind::other;
    std::string text = {};     // as written, with the lines of a longer value
    std::string section = {};  // it is in, or begins
    std::string name = {};     // of an option
    std::string value = {};
  };

  bool parse_option(const std::string& text, Line& line) const;
  std::string written(const std::string& option, const std::string& value) const;
  // Where a new option of the section goes.
  std::size_t end_of(const std::string& section) const;
  std::optional<std::size_t> commented_out(const std::string& section, const std::string& option) const;

  std::string separator_;
  std::vector<Line> lines_;
};

}  // namespace halite::states
