#include "common/render/jinja_env.h"

#include <unordered_map>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::render {
namespace {

const std::unordered_map<std::string, std::string Options::*>& texts() {
  static const std::unordered_map<std::string, std::string Options::*> table{
      {"block_start_string", &Options::block_start},       {"block_end_string", &Options::block_end},
      {"variable_start_string", &Options::variable_start}, {"variable_end_string", &Options::variable_end},
      {"comment_start_string", &Options::comment_start},   {"comment_end_string", &Options::comment_end},
      {"line_statement_prefix", &Options::line_statement_prefix},
      {"line_comment_prefix", &Options::line_comment_prefix}, {"newline_sequence", &Options::newline_sequence}};
  return table;
}

const std::unordered_map<std::string, bool Options::*>& switches() {
  static const std::unordered_map<std::string, bool Options::*> table{
      {"trim_blocks", &Options::trim_blocks},
      {"lstrip_blocks", &Options::lstrip_blocks},
      {"keep_trailing_newline", &Options::keep_trailing_newline}};
  return table;
}

std::vector<std::string> option_names() {
  std::vector<std::string> names;
  for (const auto& [name, member] : texts()) names.push_back(name);
  for (const auto& [name, member] : switches()) names.push_back(name);
  return names;
}

}  // namespace

Options options_from(const Map& jinja_env, std::vector<std::string>* unknown) {
  Options options;
  for (const auto& [key, value] : jinja_env) {
    const std::string name = to_lower(key.as_string("a name in jinja_env"));
    if (const auto text = texts().find(name); text != texts().end()) {
      options.*text->second = value.is_null() ? "" : value.as_string("jinja_env's " + name);
    } else if (const auto flag = switches().find(name); flag != switches().end()) {
      options.*flag->second = value.as_bool("jinja_env's " + name);
    } else if (unknown) {
      unknown->push_back(name);
    }
  }
  return options;
}

Options jinja_options(const Map& jinja_env, bool trim_blocks, bool lstrip_blocks) {
  std::vector<std::string> unknown;
  Options options = options_from(jinja_env, &unknown);
  if (!unknown.empty())
    throw Error(ErrorKind::invalid, "jinja_env has no '{}'{}", unknown.front(), did_you_mean(unknown.front(), option_names()));
  options.trim_blocks |= trim_blocks;
  options.lstrip_blocks |= lstrip_blocks;
  return options;
}

}  // namespace halite::render
