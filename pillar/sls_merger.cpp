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
  for (auto& more : filter_sls(available, full))
    if (std::find(targets.begin(), targets.end(), more) == targets.end()) targets.push_back(std::move(more));
  if (targets.empty()) targets.push_back(full);
  return targets;
}

// How an include is written: "name", or {name: {defaults: {...}, key: "a:b"}}.
struct Include {
  std::string name;
  Map defaults = {};     // variables of the template
  std::string key = {};  // its place in the pillar
};

Include read_include(const Value& item) {
  const auto* map = item.if_map();
  if (!map || map->empty()) return {.name = text_of(item)};
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
      functions_(request.minion_id, grains_, seen_, options.nodegroups, functions) {}

Map SlsMerger::compile(Map& matches) {
  auto top = read_top(
      tree_, options_, request_, [this](const SlsFile& file) { return render(file, {}); }, top_problems_);
  may_be_missing_ = std::move(top.may_be_missing);
  try {
    matches = pillar_matches(top, options_, request_);
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
  context.variables.set("opts", options_.opts);
  context.variables.set("minion_id", request_.minion_id);
  context.salt = &functions_;
  return render::render_sls(file, tree_, std::move(context), options_.renderer);
}

Map SlsMerger::environment_files(Map data, const std::string& environment, const Value& names) {
  available_ = list_sls(tree_, environment);
  rendered_.clear();
  for (const auto& glob : *names.if_list()) {
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
  rendered_[name] = state;
  if (state.is_map()) return with_includes(std::move(state), *file);
  if (!state.is_null())
    problems_.push_back({.text = fmt::format("SLS '{}' does not render to a dictionary", name), .file = file->path});
  return {};
}

void SlsMerger::missing(const std::string& name, const std::string& environment) {
  const auto known = tree_.environments();
  // As in Salt, an environment without roots has no errors.
  const bool has_roots = std::find(known.begin(), known.end(), environment) != known.end();
  if (!has_roots || may_be_missing_.contains({environment, name})) return;
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
Value SlsMerger::with_includes(Value state, const SlsFile& file) {
  const auto* found = state.find("include");
  if (!found) return state;
  if (!found->is_list()) {
    problems_.push_back(
        {.text = fmt::format("Include Declaration in SLS '{}' is not formed as a list", file.name), .file = file.path});
    return state;
  }
  const List includes = *found->if_list();
  state.edit_map().erase(Value("include"));
  Map others;
  Map own = *state.if_map();
  auto& into = options_.includes_override_sls ? own : others;
  for (const auto& item : includes)
    for (const auto& data : included(item, file)) into = merge(std::move(into), data, options_.merge);
  return options_.includes_override_sls ? own : merge(std::move(others), own, options_.merge);
}

std::vector<Map> SlsMerger::included(const Value& item, const SlsFile& file) {
  const auto include = read_include(item);
  std::vector<Map> results;
  for (const auto& target : include_targets(include.name, file, available_)) {
    const auto known = rendered_.find(target);
    auto value = known != rendered_.end() ? known->second : sls(target, file.environment, include.defaults);
    if (!value.is_map() || value.if_map()->empty()) continue;
    results.push_back(*under_key(std::move(value), include.key).if_map());
  }
  return results;
}

}  // namespace halite::pillar
