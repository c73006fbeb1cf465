#include "common/render/jinja_env.h"

#include <unordered_map>

#include "common/base/strings.h"

namespace halite::render {

Options options_from(const Map& jinja_env, std::vector<std::string>* unknown) {
  static const std::unordered_map<std::string, std::string Options::*> texts{
      {"block_start_string", &Options::block_start},       {"block_end_string", &Options::block_end},
      {"variable_start_string", &Options::variable_start}, {"variable_end_string", &Options::variable_end},
      {"comment_start_string", &Options::comment_start},   {"comment_end_string", &Options::comment_end},
      {"line_statement_prefix", &Options::line_statement_prefix},
      {"line_comment_prefix", &Options::line_comment_prefix}, {"newline_sequence", &Options::newline_sequence}};
  static const std::unordered_map<std::string, bool Options::*> switches{
      {"trim_blocks", &Options::trim_blocks},
      {"lstrip_blocks", &Options::lstrip_blocks},
      {"keep_trailing_newline", &Options::keep_trailing_newline}};
  Options options;
  for (const auto& [key, value] : jinja_env) {
    const std::string name = to_lower(key.as_string("a name in jinja_env"));
    if (const auto text = texts.find(name); text != texts.end()) {
      options.*text->second = value.is_null() ? "" : value.as_string("jinja_env's " + name);
    } else if (const auto flag = switches.find(name); flag != switches.end()) {
      options.*flag->second = value.as_bool("jinja_env's " + name);
    } else if (unknown) {
      unknown->push_back(name);
    }
  }
  return options;
}

}  // namespace halite::render
