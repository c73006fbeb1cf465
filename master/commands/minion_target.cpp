#include "master/commands/minion_target.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::master {
namespace {

// Whether a compound target, as text or words, has a word like "I@..." or "I;@...".
bool has_word_of(const Value& target, std::string_view letters) {
  std::vector<std::string> words;
  if (const auto* text = target.if_string()) words = split_words(*text);
  else if (const auto* list = target.if_list())
    for (const auto& word : *list)
      if (word.is_string()) words.push_back(word.as_string());
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return !word.empty() && letters.find(word[0]) != std::string_view::npos && word.find('@') != std::string::npos;
  });
}

}  // namespace

wire::TargetQuery query_of_minion(const Value& target, const std::string& kind) {
  const bool is_compound = kind == "compound";
  if (is_compound && has_word_of(target, "IJ")) throw Error(ErrorKind::denied, "a minion's target may not search in pillars");
  if (kind == "range" || (is_compound && has_word_of(target, "R")))
    throw Error(ErrorKind::denied, "a minion's target may not make the master ask its range server");
  const bool is_of_pillar = kind == "pillar" || kind == "pillar_pcre";
  return {target, is_of_pillar ? "pillar_exact" : kind, ":"};
}

}  // namespace halite::master
