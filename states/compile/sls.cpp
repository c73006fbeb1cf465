// SLS files with all they include.
#include "states/compile/sls.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/compile/top.h"
#include "states/compile/words.h"

namespace halite::states {
namespace {

// An include's environment that means: wherever among the matched environments it is.
constexpr std::string_view any_environment = "_xenv";

constexpr std::string_view unavailable = "is not available on the salt master or through a configured fileserver";

// A file named by the top file or by a person that is not there is worded by the name that was asked for.
void reword_missing(std::vector<std::string>& errors, std::size_t from, const std::string& name,
                    const std::string& environment) {
  const auto start = fmt::format("Specified SLS {} in saltenv", name);
  for (auto i = from; i < errors.size(); ++i)
    if (errors[i].starts_with(start) && errors[i].ends_with(unavailable))
      errors[i] = fmt::format("No matching sls found for '{}' in env '{}'", name, environment);
}

}  // namespace

SlsReader::SlsReader(const CompileContext& context) : context_(context), environments_(environments_of(context)) {}

bool SlsReader::is_environment(const std::string& environment) const {
  return has_environment(environments_, environment);
}

const std::vector<std::string>& SlsReader::available(const std::string& environment) {
  const auto known = available_.find(environment);
  if (known != available_.end()) return known->second;
  return available_[environment] = list_sls(context_.files, environment);
}

Map SlsReader::read(const Map& matches, std::vector<std::string>& errors) {
  matches_ = matches;
  Map high;
  for (const auto& [key, names] : matches) {
    const auto environment = text_of(key);
    if (!is_environment(environment)) {
      errors.push_back(fmt::format("No matching salt environment for environment '{}' found", environment));
      continue;
    }
    for (const auto& glob : names.as_list("the SLS names of environment '" + environment + "'")) {
      const auto name = text_of(glob);
      auto files = filter_sls(available(environment), name);
      if (files.empty()) files.push_back(name);  // its error is the best one
      for (const auto& file : files) {
        if (done_.contains({environment, file})) continue;
        const auto before = errors.size();
        merge_states(high, sls({file, environment}, errors), errors);
        reword_missing(errors, before, name, environment);
      }
    }
  }
  return high;
}

Map SlsReader::sls(const SlsPlace& place, std::vector<std::string>& errors) {
  const auto file = find_sls(context_.files, place.environment, place.sls);
  if (!file) {
    errors.push_back(fmt::format("Specified SLS {} in saltenv {} {}", place.sls, place.environment, unavailable));
    return {};
  }
  auto state = rendered(*file, place, errors);
  if (state.empty()) return state;

  List includes;
  if (const auto* found = state.find("include"); found && found->is_list())
    includes = *state.erase(Value("include"))->if_list();
  else if (found)  // it stays, and is told again as an id
    errors.push_back(fmt::format("Include Declaration in SLS {} is not formed as a list", place.sls));
  set_aside_extend(state, place, errors);
  set_aside_exclude(state, place, errors);
  spell_out(state, place, errors);
  for (const auto& item : includes) include(state, item, *file, place, errors);
  if (context_.options.state_auto_order) number_states(state, next_order_);
  return state;
}

Map SlsReader::rendered(const SlsFile& file, const SlsPlace& place, std::vector<std::string>& errors) {
  done_.insert({place.environment, place.sls});
  try {
    const auto value = context_.render(file);
    if (const auto* map = value.if_map()) return *map;
    if (!value.is_null()) errors.push_back(fmt::format("SLS {} does not render to a dictionary", place.sls));
  } catch (const Error& error) {
    errors.push_back(fmt::format("Rendering SLS '{}:{}' failed: {}", place.environment, place.sls, error.what()));
  }
  return {};
}

void SlsReader::include(Map& state, const Value& item, const SlsFile& file, const SlsPlace& place,
                        std::vector<std::string>& errors) {
  auto environment = place.environment;
  auto name = text_of(item);
  if (const auto* pair = first_entry(item)) {
    environment = text_of(pair->key);
    name = text_of(pair->value);
  }
  if (environment != any_environment && !is_environment(environment)) {
    errors.push_back(fmt::format("Nonexistent saltenv '{}' found in include of '{}' within SLS '{}:{}'", environment,
                                 name, place.environment, place.sls));
    return;
  }
  name = absolute(name, file, place, errors);
  if (name.empty()) return;

  const auto found_in = environments_with(environment, name);
  const bool is_here = std::find(found_in.begin(), found_in.end(), place.environment) != found_in.end();
  if (found_in.size() != 1 && !is_here) {
    const bool is_any = environment == any_environment;
    errors.push_back(
        found_in.empty()
            ? fmt::format(
                  "Unknown include: Specified SLS {}: {} is not available on the salt master in saltenv(s): {} ",
                  environment, name, is_any ? join(matches_.keys(), ", ") : environment)
            : fmt::format(
                  "Ambiguous include: Specified SLS {}: {} is available on the salt master in multiple available "
                  "saltenvs: {}",
                  environment, name, join(found_in, ", ")));
    return;
  }
  const auto& source = found_in.size() == 1 ? found_in[0] : place.environment;
  auto targets = filter_sls(available(place.environment), name);
  if (targets.empty()) targets.push_back(name);
  for (const auto& target : targets)
    if (!done_.contains({source, target})) merge_states(state, sls({target, source}, errors), errors);
}

std::string SlsReader::absolute(const std::string& name, const SlsFile& file, const SlsPlace& place,
                                std::vector<std::string>& errors) const {
  const auto dots = std::min(name.find_first_not_of('.'), name.size());
  if (dots == 0) return name;
  auto parts = split(place.sls, '.');
  if (file.is_init()) parts.push_back("init");
  if (dots > parts.size()) {
    errors.push_back(fmt::format("Attempted relative include of '{}' within SLS '{}:{}' goes beyond top level package ",
                                 name, place.environment, place.sls));
    return "";
  }
  parts.resize(parts.size() - dots);
  parts.push_back(name.substr(dots));
  return join(parts, ".");
}

std::vector<std::string> SlsReader::environments_with(const std::string& environment, const std::string& name) {
  if (environment != any_environment) {
    // A matched environment is taken at its word; a missing file is found out when it is read.
    if (matches_.contains(environment) || !filter_sls(available(environment), name).empty()) return {environment};
    return {};
  }
  std::vector<std::string> found;
  for (const auto& matched : matches_.keys())
    if (!filter_sls(available(matched), name).empty()) found.push_back(matched);
  return found;
}

}  // namespace halite::states
