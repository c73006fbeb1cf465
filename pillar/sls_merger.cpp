// The SLS files of a pillar tree merged into one map.
#include "pillar/sls_merger.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/render/sls.h"

namespace halite::pillar {
namespace {

std::string text_of(const Value& value) {
  return value.is_string() ? value.as_string() : "?";
}

// "a:b" and VALUE are {a: {b: VALUE}}.
Value under_key(Value value, const std::string& key) {
  if (key.empty()) return value;
  const auto parts = split(key, ':');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) value = Map{{*part, std::move(value)}};
  return value;
}

// The SLS names an include means: the name as it is, and, when it begins with a dot, the one beside the including file.
// As in Salt a plain name comes twice, and the second time counts with its own data alone, without what it includes.
std::vector<std::string> include_targets(const std::string& name, const SlsFile& file,
                                         const std::vector<std::string>& available) {
  auto plain = name;
  plain.erase(0, std::min(plain.find_first_not_of('.'), plain.size()));
  auto targets = filter_sls(available, replace_all(plain, "/", "."));
  auto full = name;
  if (name.starts_with('.')) {
    auto parts = split(file.name, '.');
    if (!file.is_init()) parts.pop_back();
    parts.push_back(name.substr(1));
    full = join(parts, ".");
  }
  for (auto& more : filter_sls(available, full)) targets.push_back(std::move(more));
  if (targets.empty()) targets.push_back(full);
  return targets;
}

// How an include is written: "name", or {name: {defaults: {...}, key: "a:b"}}.
struct Include {
  std::string name;
  Map defaults = {};     // variables of the template
  std::string key = {};  // its place in the pillar
};

// As in Salt, an include that is but a name has the variables of the one before it, and those of the including file.
Include read_include(const Value& item, const Map& defaults) {
  const auto* map = item.if_map();
  if (!map || map->empty()) return {.name = text_of(item), .defaults = defaults};
  Include include{.name = text_of(map->begin()->key)};
  const auto& options = map->begin()->value;
  if (const auto* defaults = options.find("defaults"); defaults && defaults->is_map())
    include.defaults = *defaults->if_map();
  if (const auto* key = options.find("key"); key && key->is_string()) include.key = key->as_string();
  return include;
}

}  // namespace

SlsMerger::SlsMerger(FileTree& tree, const PillarOptions& options, const PillarRequest& request,
                     const render::FunctionTable* functions, const Map& seen)
    : tree_(tree),
      options_(options),
      request_(request),
      seen_(render::copy_for_render(seen)),
      grains_(render::copy_for_render(request.grains)),
      opts_(render::copy_for_render(options.opts)),
      functions_(request.minion_id, grains_, seen_, opts_, options.nodegroups, functions) {}

Map SlsMerger::compile(Map& matches) {
  auto top = read_top(
      tree_, options_, request_, [this](const SlsFile& file) { return render(file, {}); }, top_problems_);
  may_be_missing_ = std::move(top.may_be_missing);
  try {
    matches = pillar_matches(top, options_, request_, *seen_.if_map());
  } catch (const Error& error) {
    top_problems_.push_back({.text = error.what(), .file = options_.state_top});
  }
  auto data = request_.override_data;
  for (const auto& [environment, names] : matches)
    data = environment_files(std::move(data), text_of(environment), names);
  return data;
}

std::vector<PillarProblem> SlsMerger::take_problems() {
  problems_.insert(problems_.end(), top_problems_.begin(), top_problems_.end());
  return std::move(problems_);
}

Value SlsMerger::render(const SlsFile& file, const Map& defaults) {
  render::Context context;
  context.variables = defaults;
  context.variables.set("pillar", seen_);
  context.variables.set("grains", grains_);
  context.variables.set("opts", opts_);
  context.variables.set("minion_id", request_.minion_id);
  context.salt = &functions_;
  context.options = options_.jinja;
  context.decrypt = options_.decrypt;
  return render::render_sls(file, tree_, std::move(context), options_.renderer);
}

Map SlsMerger::environment_files(Map data, const std::string& environment, const Value& names) {
  const auto known = environments_of(tree_, request_);
  const bool is_known = environment == "base" || std::find(known.begin(), known.end(), environment) != known.end();
  available_ = list_sls(tree_, environment);
  rendered_.clear();
  for (const auto& glob : *names.if_list()) {
    if (!is_known) {
      problems_.push_back({.text = fmt::format("No matching pillar environment for environment '{}' found", environment)});
      continue;
    }
    auto files = filter_sls(available_, glob.as_string());
    if (files.empty()) files.push_back(glob.as_string());
    for (const auto& name : files)
      if (const auto value = sls(name, environment, {}); value.is_map())
        data = merge(std::move(data), *value.if_map(), options_.merge);
  }
  return data;
}

Value SlsMerger::sls(const std::string& name, const std::string& environment, const Map& defaults) {
  const auto file = find_sls(tree_, environment, name);
  if (!file) {
    missing(name, environment);
    return {};
  }
  Value state;
  try {
    state = render(*file, defaults);
  } catch (const Error& error) {
    failed(name, error);
  }
  if (!state.is_map()) {
    rendered_[name] = {};
    if (!state.is_null())
      problems_.push_back({.text = fmt::format("SLS '{}' does not render to a dictionary", name), .file = file->path});
    return {};
  }
  std::optional<List> includes;
  if (const auto* found = state.find("include"); found && found->is_list()) {
    includes = *found->if_list();
    state.edit_map().erase(Value("include"));
  } else if (found) {
    problems_.push_back(
        {.text = fmt::format("Include Declaration in SLS '{}' is not formed as a list", name), .file = file->path});
  }
  rendered_[name] = state;
  return includes ? with_includes(std::move(state), *includes, *file, defaults) : state;
}

void SlsMerger::missing(const std::string& name, const std::string& environment) {
  if (may_be_missing_.contains({environment, name})) return;
  const auto known = environments_of(tree_, request_);
  const bool has_roots = std::find(known.begin(), known.end(), environment) != known.end();
  if (!has_roots) return;  // the environment itself has been missed
  rendered_[name] = {};
  problems_.push_back({.text = fmt::format("Specified SLS '{}' in environment '{}' is not available on the salt master",
                                           name, environment)});
}

void SlsMerger::failed(const std::string& name, const Error& error) {
  auto problem = problem_from(fmt::format("Rendering SLS '{}' failed, render error:\n{}", name, error.what()), error);
  if (options_.safe_render_error)
    problem.told = fmt::format("Rendering SLS '{}' failed. Please see master log for details.", name);
  problems_.push_back(std::move(problem));
}

// Included files first, the including one over them; or the other way round (pillar_includes_override_sls).
Value SlsMerger::with_includes(Value state, const List& includes, const SlsFile& file, const Map& defaults) {
  Map others;
  Map own = *state.if_map();
  auto& into = options_.includes_override_sls ? own : others;
  Map variables = defaults;
  std::vector<PillarProblem> last_problems;
  for (const auto& item : includes) {
    const auto include = read_include(item, variables);
    variables = include.defaults;
    for (const auto& target : include_targets(include.name, file, available_)) {
      auto value = included(target, file.environment, variables, last_problems);
      if (!value.is_map() || value.if_map()->empty()) continue;
      value = under_key(std::move(value), include.key);
      // Where nothing is there yet there is nothing to merge with.
      into = into.empty() && &into == &others ? *value.if_map() : merge(std::move(into), *value.if_map(), options_.merge);
    }
  }
  return options_.includes_override_sls || others.empty() ? own : merge(std::move(others), own, options_.merge);
}

// As in Salt, a file that is known already brings the problems of the include before it once more.
Value SlsMerger::included(const std::string& name, const std::string& environment, const Map& defaults,
                          std::vector<PillarProblem>& last_problems) {
  if (const auto known = rendered_.find(name); known != rendered_.end()) {
    problems_.insert(problems_.end(), last_problems.begin(), last_problems.end());
    return known->second;
  }
  const auto before = static_cast<std::ptrdiff_t>(problems_.size());
  auto value = sls(name, environment, defaults);
  last_problems.assign(problems_.begin() + before, problems_.end());
  return value;
}

}  // namespace halite::pillar
