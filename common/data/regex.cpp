#include "common/data/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/regex_syntax.h"
#include "common/data/regex_template.h"

namespace halite {
namespace {

// PCRE2 counts steps anew at each starting position. The first try over the whole text is cheap; where it gives up, the
// positions are tried one by one with the large limit, and only so many of them may need it.
constexpr std::uint32_t cheap_steps = 20'000;
constexpr std::uint32_t large_steps = 2'000'000;
constexpr int large_tries = 20;
constexpr std::uint32_t heap_limit_kib = 64 * 1024;
constexpr std::size_t pattern_limit_bytes = 64 * 1024;

struct Deleter {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};
template <class T>
using Handle = std::unique_ptr<T, Deleter>;

Handle<pcre2_match_context> limits(std::uint32_t steps) {
  Handle<pcre2_match_context> context(pcre2_match_context_create(nullptr));
  if (!context) throw std::bad_alloc();
  pcre2_set_match_limit(context.get(), steps);
  pcre2_set_heap_limit(context.get(), heap_limit_kib);
  return context;
}

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::uint32_t compile_flags(const PcrePattern& pattern) {
  const RegexOptions& options = pattern.options;
  std::uint32_t flags = PCRE2_NEVER_BACKSLASH_C;
  if (!options.bytes) flags |= PCRE2_UTF;
  if (!options.bytes && !pattern.ascii) flags |= PCRE2_UCP;
  if (options.ignore_case) flags |= PCRE2_CASELESS;
  if (options.multiline) flags |= PCRE2_MULTILINE;
  if (options.dot_all) flags |= PCRE2_DOTALL;
  if (options.verbose) flags |= PCRE2_EXTENDED;
  return flags;
}

Handle<pcre2_code> compile_pcre(std::string_view python, const PcrePattern& pattern) {
  Handle<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
  if (!context) throw std::bad_alloc();
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), 200);
  int problem = 0;
  PCRE2_SIZE offset = 0;
  Handle<pcre2_code> code(pcre2_compile(units(pattern.text), pattern.text.size(), compile_flags(pattern), &problem,
                                        &offset, context.get()));
  if (code) return code;
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(problem, text.data(), text.size());
  const std::size_t position = offset < pattern.origins.size() ? pattern.origins[offset] : python.size();
  bad_regex(python, position, reinterpret_cast<const char*>(text.data()));
}

std::vector<std::pair<std::string, std::size_t>> read_names(const pcre2_code* code) {
  std::uint32_t count = 0;
  std::uint32_t entry_size = 0;
  PCRE2_SPTR table = nullptr;
  pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
  pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &entry_size);
  pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
  std::vector<std::pair<std::string, std::size_t>> names;
  for (std::uint32_t i = 0; i < count; ++i, table += entry_size)
    names.emplace_back(reinterpret_cast<const char*>(table + 2), std::size_t{table[0]} << 8 | table[1]);
  std::ranges::sort(names, {}, &std::pair<std::string, std::size_t>::second);
  return names;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

struct Regex::Compiled {
  std::string pattern;
  bool bytes = false;
  Handle<pcre2_code> code;
  Handle<pcre2_match_context> cheap = limits(cheap_steps);
  Handle<pcre2_match_context> large = limits(large_steps);
  std::size_t group_count = 0;
  std::vector<std::pair<std::string, std::size_t>> names;

  int match(std::string_view text, std::size_t from, unsigned flags, pcre2_match_context* context,
            pcre2_match_data* data) const {
    const std::string_view safe = text.data() ? text : std::string_view("");
    return pcre2_match(code.get(), units(safe), safe.size(), from, flags | PCRE2_NO_UTF_CHECK, data, context);
  }
  int match_slowly(std::string_view text, std::size_t from, unsigned flags, pcre2_match_data* data) const;
};

int Regex::Compiled::match_slowly(std::string_view text, std::size_t from, unsigned flags,
                                  pcre2_match_data* data) const {
  int tries_left = large_tries;
  const std::size_t first = from;
  for (std::size_t at = from; at <= text.size(); ++at) {
    if (!bytes && at < text.size() && is_continuation(text[at])) continue;
    const unsigned here = (at == first ? flags : flags & ~unsigned{PCRE2_NOTEMPTY_ATSTART}) | PCRE2_ANCHORED;
    int result = match(text, at, here, cheap.get(), data);
    if (result == PCRE2_ERROR_MATCHLIMIT && tries_left-- > 0) result = match(text, at, here, large.get(), data);
    if (result != PCRE2_ERROR_NOMATCH || (flags & PCRE2_ANCHORED)) return result;
  }
  return PCRE2_ERROR_NOMATCH;
}

std::optional<std::string_view> RegexMatch::group(std::size_t number) const {
  if (number >= groups.size() || !groups[number]) return std::nullopt;
  return text.substr(groups[number]->start, groups[number]->end - groups[number]->start);
}

Regex Regex::compile(std::string_view pattern, const RegexOptions& options) {
  if (pattern.size() > pattern_limit_bytes)
    throw Error(ErrorKind::invalid, "a regular expression of {} bytes is over the limit of {}", pattern.size(),
                pattern_limit_bytes);
  if (!options.bytes && !is_valid_utf8(pattern))
    throw Error(ErrorKind::invalid, "the regular expression '{}' is not UTF-8", escape_control(pattern));
  const PcrePattern translated = pcre_from_python(pattern, options);
  auto compiled = std::make_shared<Compiled>();
  compiled->pattern = pattern;
  compiled->bytes = options.bytes;
  compiled->code = compile_pcre(pattern, translated);
  std::uint32_t count = 0;
  pcre2_pattern_info(compiled->code.get(), PCRE2_INFO_CAPTURECOUNT, &count);
  compiled->group_count = count;
  compiled->names = read_names(compiled->code.get());
  return Regex(std::move(compiled));
}

void Regex::check_text(std::string_view text) const {
  if (!compiled_->bytes && !is_valid_utf8(text))
    throw Error(ErrorKind::invalid, "the text for the regular expression '{}' is not UTF-8", compiled_->pattern);
}

std::optional<RegexMatch> Regex::run(std::string_view text, std::size_t from, unsigned flags) const {
  if (from > text.size()) return std::nullopt;
  const Handle<pcre2_match_data> data(pcre2_match_data_create_from_pattern(compiled_->code.get(), nullptr));
  if (!data) throw std::bad_alloc();
  int result = compiled_->match(text, from, flags, compiled_->cheap.get(), data.get());
  if (result == PCRE2_ERROR_MATCHLIMIT) result = compiled_->match_slowly(text, from, flags, data.get());
  if (result == PCRE2_ERROR_NOMATCH) return std::nullopt;
  if (result < 0)
    throw Error(ErrorKind::invalid, "the regular expression '{}' takes too many steps on a text of {} bytes",
                compiled_->pattern, text.size());
  RegexMatch match{text, std::vector<std::optional<RegexMatch::Span>>(compiled_->group_count + 1)};
  const PCRE2_SIZE* spans = pcre2_get_ovector_pointer(data.get());
  for (std::size_t i = 0; i < static_cast<std::size_t>(result); ++i)
    if (spans[2 * i] != PCRE2_UNSET) match.groups[i] = {spans[2 * i], spans[2 * i + 1]};
  return match;
}

std::optional<RegexMatch> Regex::match(std::string_view text) const {
  check_text(text);
  return run(text, 0, PCRE2_ANCHORED);
}

std::optional<RegexMatch> Regex::full_match(std::string_view text) const {
  check_text(text);
  return run(text, 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED);
}

std::optional<RegexMatch> Regex::search(std::string_view text, std::size_t from) const {
  check_text(text);
  return run(text, from, 0);
}

std::vector<RegexMatch> Regex::find_all(std::string_view text) const {
  check_text(text);
  std::vector<RegexMatch> matches;
  std::size_t from = 0;
  unsigned flags = 0;
  while (auto match = run(text, from, flags)) {
    // After an empty match the next one must not be empty at the same place.
    flags = match->start() == match->end() ? PCRE2_NOTEMPTY_ATSTART : 0;
    from = match->end();
    matches.push_back(std::move(*match));
  }
  return matches;
}

std::string Regex::replace(std::string_view text, std::string_view replacement, std::size_t count) const {
  const RegexTemplate parts(replacement, group_count(), group_names());
  std::string out;
  std::size_t copied = 0;
  std::size_t done = 0;
  for (const RegexMatch& match : find_all(text)) {
    if (count != 0 && done++ == count) break;
    out += text.substr(copied, match.start() - copied);
    parts.append_to(out, match);
    copied = match.end();
  }
  return out += text.substr(copied);
}

std::vector<std::optional<std::string>> Regex::split(std::string_view text, std::size_t max_splits) const {
  std::vector<std::optional<std::string>> pieces;
  std::size_t copied = 0;
  std::size_t done = 0;
  for (const RegexMatch& match : find_all(text)) {
    if (max_splits != 0 && done++ == max_splits) break;
    pieces.emplace_back(text.substr(copied, match.start() - copied));
    for (std::size_t i = 1; i < match.groups.size(); ++i)
      pieces.push_back(match.group(i) ? std::optional(std::string(*match.group(i))) : std::nullopt);
    copied = match.end();
  }
  pieces.emplace_back(text.substr(copied));
  return pieces;
}

const std::string& Regex::pattern() const { return compiled_->pattern; }
std::size_t Regex::group_count() const { return compiled_->group_count; }
const std::vector<std::pair<std::string, std::size_t>>& Regex::group_names() const { return compiled_->names; }

std::string Regex::escape(std::string_view text) {
  constexpr std::string_view special = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace halite
