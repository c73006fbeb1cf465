// Compound targets and nodegroups: words, operators and parentheses. `or` binds weaker than `and`, `and` weaker than
// `not`, and "a not b" means "a and not b".
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/target/condition.h"

namespace halite::target {
namespace {

constexpr std::size_t depth_limit = 100;  // of parentheses and nested nodegroups
constexpr std::size_t word_limit = 100'000;

class Any : public Condition {
 public:
  explicit Any(std::vector<ConditionPtr> parts) : parts_(std::move(parts)) {}
  Verdict judge(const Subject& subject) const override {
    Verdict result = Verdict::no;
    for (const ConditionPtr& condition : parts_) {
      const Verdict verdict = condition->judge(subject);
      if (verdict == Verdict::yes) return verdict;
      if (verdict == Verdict::unknown) result = verdict;
    }
    return result;
  }

 private:
  std::vector<ConditionPtr> parts_;
};

class All : public Condition {
 public:
  explicit All(std::vector<ConditionPtr> parts) : parts_(std::move(parts)) {}
  Verdict judge(const Subject& subject) const override {
    Verdict result = Verdict::yes;
    for (const ConditionPtr& condition : parts_) {
      const Verdict verdict = condition->judge(subject);
      if (verdict == Verdict::no) return verdict;
      if (verdict == Verdict::unknown) result = verdict;
    }
    return result;
  }

 private:
  std::vector<ConditionPtr> parts_;
};

class Not : public Condition {
 public:
  explicit Not(ConditionPtr condition) : condition_(std::move(condition)) {}
  Verdict judge(const Subject& subject) const override {
    const Verdict verdict = condition_->judge(subject);
    if (verdict == Verdict::unknown) return verdict;
    return verdict == Verdict::yes ? Verdict::no : Verdict::yes;
  }

 private:
  ConditionPtr condition_;
};

bool is_operator(std::string_view word) {
  return word == "and" || word == "or" || word == "not" || word == "(" || word == ")";
}

bool has_letter(std::string_view word) { return word.size() >= 2 && word[0] >= 'A' && word[0] <= 'Z' && word[1] == '@'; }

std::vector<std::string> words_of(const Value& expression, std::string_view what) {
  if (const auto* text = expression.if_string()) return split_words(*text);
  std::vector<std::string> words;
  for (const Value& word : expression.as_list(what)) {
    const auto* number = word.if_int();
    words.push_back(number ? std::to_string(*number) : word.as_string(fmt::format("a word of {}", what)));
  }
  return words;
}

std::string nodegroup_name(std::string_view name) { return fmt::format("the nodegroup '{}'", name); }

// A nodegroup without operators, wildcards and letters is a list of ids, or a pattern when it looks like one.
std::vector<std::string> nodegroup_words(std::vector<std::string> words) {
  const auto is_marked = [](const std::string& word) {
    return is_operator(word) || has_letter(word) || word.find('*') != std::string::npos;
  };
  if (words.empty() || std::ranges::any_of(words, is_marked)) return words;
  const bool is_pattern =
      std::ranges::any_of(words, [](const auto& word) { return word.find_first_of("([{\\?}])") != std::string::npos; });
  return {(is_pattern ? "E@" : "L@") + join(words, ",")};
}

// What the parsers of one target share: the groups there are, those being read, and how much may still come.
struct Groups {
  const Nodegroups& all;
  const RangeLookup& ranges;
  std::vector<std::string> open;
  std::size_t words_left = word_limit;
};

class Parser {
 public:
  Parser(std::vector<std::string> words, std::string what, Groups& groups, std::size_t depth)
      : words_(std::move(words)), what_(std::move(what)), groups_(groups), depth_(depth) {
    if (words_.empty()) throw Error(ErrorKind::invalid, "{} is empty", what_);
    if (words_.size() > groups_.words_left)
      throw Error(ErrorKind::invalid, "{} comes to more than {} words", what_, word_limit);
    groups_.words_left -= words_.size();
  }

  ConditionPtr run() {
    ConditionPtr condition = any();
    if (at_ < words_.size()) fail("expected 'and' or 'or'");
    return condition;
  }

 private:
  bool is_next(std::string_view word) const { return at_ < words_.size() && words_[at_] == word; }

  [[noreturn]] void fail(std::string_view problem) const {
    if (at_ < words_.size())
      throw Error(ErrorKind::invalid, "{}: {} at word {}, '{}'", what_, problem, at_ + 1, words_[at_]);
    throw Error(ErrorKind::invalid, "{}: {} at its end", what_, problem);
  }

  ConditionPtr any() {
    std::vector<ConditionPtr> parts{all()};
    while (is_next("or")) {
      ++at_;
      parts.push_back(all());
    }
    return parts.size() == 1 ? parts.front() : std::make_shared<Any>(std::move(parts));
  }

  ConditionPtr all() {
    std::vector<ConditionPtr> parts{term()};
    while (is_next("and") || is_next("not")) {
      if (is_next("and")) ++at_;
      parts.push_back(term());
    }
    return parts.size() == 1 ? parts.front() : std::make_shared<All>(std::move(parts));
  }

  ConditionPtr term() {
    if (!is_next("not")) return operand();
    ++at_;
    return std::make_shared<Not>(operand());
  }

  ConditionPtr operand() {
    if (is_next("(")) return group();
    if (at_ == words_.size() || is_operator(words_[at_])) fail("expected a target");
    ConditionPtr condition = during([&] { return word(words_[at_]); }, "reading word {} of {}", at_ + 1, what_);
    ++at_;
    return condition;
  }

  ConditionPtr group() {
    if (++depth_ > depth_limit) fail("parentheses nested too deep");
    ++at_;
    ConditionPtr condition = any();
    if (!is_next(")")) fail("expected 'and', 'or' or ')'");
    ++at_;
    --depth_;
    return condition;
  }

  ConditionPtr word(const std::string& word) {
    if (has_letter(word) && !(word.size() > 2 && word[2] == '@' && takes_delimiter(word[0])))
      return lettered(word[0], std::string_view(word).substr(2), ":");
    if (const std::size_t at = delimiter_end(word); at != 0)
      return lettered(word[0], std::string_view(word).substr(at + 1), std::string_view(word).substr(1, at - 1));
    if (word.starts_with('(') || word.ends_with(')'))
      throw Error(ErrorKind::invalid, "'{}': a parenthesis is a word of its own, with blanks around it", word);
    return glob_condition(word);
  }

  static bool takes_delimiter(char letter) { return std::string_view("GPIJ").find(letter) != std::string_view::npos; }

  // The place of the @ in "G;@...": one character, of any length in UTF-8, stands before it; 0 where there is none.
  static std::size_t delimiter_end(std::string_view word) {
    if (word.size() < 3 || !takes_delimiter(word[0])) return 0;
    std::size_t end = 2;
    while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) ++end;
    return end < word.size() && word[end] == '@' ? end : 0;
  }

  ConditionPtr lettered(char letter, std::string_view pattern, std::string_view delimiter) {
    if (pattern.empty()) throw Error(ErrorKind::invalid, "'{}@' is followed by nothing", letter);
    switch (letter) {
      case 'G': return fact_condition(Facts::grains, FactMatch::glob, pattern, delimiter);
      case 'P': return fact_condition(Facts::grains, FactMatch::pcre, pattern, delimiter);
      case 'I': return fact_condition(Facts::pillar, FactMatch::glob, pattern, delimiter);
      case 'J': return fact_condition(Facts::pillar, FactMatch::pcre, pattern, delimiter);
      case 'L': return list_condition(pattern);
      case 'S': return subnet_condition(pattern);
      case 'E': return pcre_condition(pattern);
      case 'N': return nodegroup(pattern);
      case 'R': return range_condition(pattern, groups_.ranges);
      default:
        throw Error(ErrorKind::invalid, "there is no kind of target '{}@'; there are G@ P@ I@ J@ L@ S@ E@ N@ R@", letter);
    }
  }

  ConditionPtr nodegroup(std::string_view name) {
    const Value* expression = groups_.all.find(name);
    if (!expression)
      throw Error(ErrorKind::not_found, "there is no nodegroup '{}'{}", name, did_you_mean(name, groups_.all.keys()));
    if (std::ranges::find(groups_.open, name) != groups_.open.end())
      throw Error(ErrorKind::invalid, "the nodegroup '{}' names itself: {} -> {}", name, join(groups_.open, " -> "), name);
    if (++depth_ > depth_limit) fail("nodegroups nested too deep");
    const std::string what = nodegroup_name(name);
    groups_.open.emplace_back(name);
    ConditionPtr condition = Parser(nodegroup_words(words_of(*expression, what)), what, groups_, depth_).run();
    groups_.open.pop_back();
    --depth_;
    return condition;
  }

  std::vector<std::string> words_;
  std::string what_;
  Groups& groups_;
  std::size_t depth_;
  std::size_t at_ = 0;
};

std::string shown(const Value& expression) {
  const auto* text = expression.if_string();
  return text ? fmt::format("the compound target '{}'", text->substr(0, 200)) : "the compound target";
}

// Adds the words with nodegroups and ranges replaced.
void add_plain(std::vector<std::string> words, const Nodegroups& nodegroups, const RangeLookup& ranges, std::vector<std::string>& plain) {
  for (auto& word : words) {
    if (word.starts_with("N@")) {
      const auto name = std::string_view(word).substr(2);
      plain.emplace_back("(");
      add_plain(nodegroup_words(words_of(nodegroups.at(name), nodegroup_name(name))), nodegroups, ranges, plain);
      plain.emplace_back(")");
    } else if (word.starts_with("R@")) {
      plain.push_back("L@" + join(ranges(word.substr(2)), ","));
      if (plain.back() == "L@") plain.back() += ',';  // nobody
    } else {
      plain.push_back(std::move(word));
    }
  }
}

}  // namespace

ConditionPtr compound_condition(const Value& expression, const Nodegroups& nodegroups, const RangeLookup& ranges) {
  Groups groups{nodegroups, ranges, {}};
  return Parser(words_of(expression, "a compound target"), shown(expression), groups, 0).run();
}

ConditionPtr nodegroup_condition(std::string_view name, const Nodegroups& nodegroups, const RangeLookup& ranges) {
  return compound_condition(List{"N@" + std::string(name)}, nodegroups, ranges);
}

PlainTarget plain_target(Kind kind, const Value& expression, const Nodegroups& nodegroups, const RangeLookup& ranges) {
  if (kind == Kind::range) return {Kind::list, ranges(expression.as_string("a range target"))};
  if (kind != Kind::compound && kind != Kind::nodegroup) return {kind, expression};
  const auto words = kind == Kind::nodegroup ? std::vector{"N@" + expression.as_string("a nodegroup target")}
                                             : words_of(expression, "a compound target");
  std::vector<std::string> plain;
  add_plain(words, nodegroups, ranges, plain);
  return plain == words ? PlainTarget{kind, expression} : PlainTarget{Kind::compound, join(plain, " ")};
}

}  // namespace halite::target
