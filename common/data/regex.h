// Regular expressions as Python's `re` has them, over PCRE2 with limits: no pattern can hang the program.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halite {

struct RegexOptions {
  bool ignore_case = false;
  bool multiline = false;  // ^ and $ at every line
  bool dot_all = false;    // . matches a newline too
  bool verbose = false;    // white space and # comments in the pattern are ignored
  bool bytes = false;      // pattern and text are bytes and need not be UTF-8, as Python's bytes patterns
};

// Refers to the searched text, which must outlive it. Positions are in bytes.
struct RegexMatch {
  struct Span {
    std::size_t start = 0;
    std::size_t end = 0;
  };
  std::string_view text;
  std::vector<std::optional<Span>> groups;  // 0 is the whole match; nothing where a group took no part

  std::size_t start() const { return groups[0]->start; }
  std::size_t end() const { return groups[0]->end; }
  std::optional<std::string_view> group(std::size_t number) const;
};

// Compiled once, used from any thread; copies share the compiled form.
class Regex {
 public:
  // Throws Error(invalid) "bad regular expression 'X' at position N: ..." for what Python would not compile. PCRE's
  // own extensions (verbs, recursion, \K, ...) are refused as Python refuses them. Python's \N{name} is not known.
  static Regex compile(std::string_view pattern, const RegexOptions& options = {});

  // All of these throw Error(invalid) when the text is not UTF-8 (unless `bytes`), and when a match takes too many steps.
  std::optional<RegexMatch> match(std::string_view text) const;       // at the start, as re.match
  std::optional<RegexMatch> full_match(std::string_view text) const;  // as re.fullmatch
  std::optional<RegexMatch> search(std::string_view text, std::size_t from = 0) const;
  // Every match that does not overlap the one before, empty ones included, as re.finditer.
  std::vector<RegexMatch> find_all(std::string_view text) const;
  // As re.sub: `replacement` knows \1, \g<1>, \g<name> and \n, \t and so on; `count` 0 means all.
  std::string replace(std::string_view text, std::string_view replacement, std::size_t count = 0) const;
  // As re.split: the pieces between the matches, with the groups in between.
  std::vector<std::optional<std::string>> split(std::string_view text, std::size_t max_splits = 0) const;

  const std::string& pattern() const;
  std::size_t group_count() const;  // without group 0
  // Name and number of each named group, by number.
  const std::vector<std::pair<std::string, std::size_t>>& group_names() const;

  // The text with everything that means something in a pattern escaped, as re.escape.
  static std::string escape(std::string_view text);

 private:
  struct Compiled;
  explicit Regex(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::optional<RegexMatch> run(std::string_view text, std::size_t from, unsigned flags) const;
  void check_text(std::string_view text) const;

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace halite
