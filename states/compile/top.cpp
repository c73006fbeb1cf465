// Top files: gathering, merging, verifying, matching.
#include "states/compile/top.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/base/error.h"
#include "common/base/log.h"
#include "states/compile/words.h"

namespace halite::states {
namespace {

// Environment and its top files, in order.
using Tops = std::vector<std::pair<std::string, std::vector<Map>>>;

Map top_map(const Value& rendered, const SlsFile& file) {
  if (rendered.is_null()) return {};
  if (const auto* map = rendered.if_map()) return *map;
  throw Error(ErrorKind::invalid, "the top file {} of environment '{}' must be a map of environments, not {}",
              file.path, file.environment, rendered.type_name());
}

class TopFiles {
 public:
  explicit TopFiles(const CompileContext& context) : context_(context) {}

  Tops gather() {
    for (const auto& environment : sources()) {
      tops_.emplace_back(environment, std::vector<Map>{});
      auto file = read_sls(context_.files, environment, context_.options.state_top);
      add(environment, file ? render(*file) : Map{});
    }
    return std::move(tops_);
  }

 private:
  std::vector<std::string> sources() const {
    if (context_.saltenv) return {*context_.saltenv};
    if (context_.options.state_top_saltenv) return {*context_.options.state_top_saltenv};
    return environments_of(context_);
  }

  Map render(const SlsFile& file) const {
    return during([&] { return top_map(context_.render(file), file); }, "rendering the top file of environment '{}'",
                  file.environment);
  }

  // A top file may include others of its environment; each is read once.
  void add(const std::string& environment, Map top) {
    const auto include = top.erase(Value("include"));
    tops_.back().second.push_back(std::move(top));
    if (!include) return;
    const auto names = list_sls(context_.files, environment);
    for (const auto& glob : include->as_list("'include' of the top file"))
      for (const auto& name : filter_sls(names, glob.as_string("an include of the top file")))
        if (done_.insert({environment, name}).second)
          if (auto file = find_sls(context_.files, environment, name)) add(environment, render(*file));
  }

  const CompileContext& context_;
  Tops tops_;
  std::set<std::pair<std::string, std::string>> done_;
};

[[noreturn]] void no_targets() {
  throw Error(ErrorKind::invalid, "Unable to render top file. No targets found.");
}

// Sets every target of one section.
void set_targets(Map& merged, const Value& environment, const Value& targets) {
  const auto* from = targets.if_map();
  if (!from) {
    if (targets.is_null()) no_targets();
    merged[environment] = targets;  // verify_top() says what is wrong with it
    return;
  }
  auto& into = merged[environment];
  if (!into.is_map()) into = Map{};
  for (const auto& [target, states] : *from) into.edit_map().set(target, states);
}

// The base environment's top file decides; another environment's counts for itself alone, where base is silent.
Map merge_base_first(const Tops& tops) {
  Map merged;
  for (const auto& [environment, files] : tops)
    if (environment == "base")
      for (const auto& file : files)
        for (const auto& [section, targets] : file) set_targets(merged, section, targets);
  const auto from_base = merged;
  for (const auto& [environment, files] : tops) {
    if (environment == "base") continue;
    for (const auto& file : files)
      for (const auto& [section, targets] : file)
        if (section == Value(environment) && !from_base.find(section)) set_targets(merged, section, targets);
  }
  return merged;
}

// Each environment's own top file, and nothing of the others; without one, the section in the default one.
Map merge_same(const Tops& tops, const std::string& default_top) {
  const auto is_empty = [](const std::vector<Map>& files) {
    return std::all_of(files.begin(), files.end(), [](const Map& file) { return file.empty(); });
  };
  const auto fallback =
      std::find_if(tops.begin(), tops.end(), [&](const auto& top) { return top.first == default_top; });
  Map merged;
  for (const auto& [environment, own] : tops) {
    const bool use_fallback = is_empty(own);
    if (use_fallback && fallback == tops.end()) continue;
    for (const auto& file : use_fallback ? fallback->second : own)
      for (const auto& [section, targets] : file)
        if (section == Value(environment)) set_targets(merged, section, targets);
  }
  return merged;
}

// The states of two lists for one target, the first's before the second's; the later `match` counts.
Value join_targets(const Value& first, const Value& second) {
  const auto* left = first.if_list();
  const auto* right = second.if_list();
  if (!left || !right) return second;
  Value option;
  List states;
  const auto add = [&](const List& items) {
    for (const auto& item : items) {
      if (item.is_map())
        option = item;
      else if (std::find(states.begin(), states.end(), item) == states.end())
        states.push_back(item);
    }
  };
  add(*left);
  add(*right);
  if (!option.is_null()) states.insert(states.begin(), option);
  return states;
}

Map merge_all(const Tops& tops) {
  Map merged;
  for (const auto& [environment, files] : tops)
    for (const auto& file : files)
      for (const auto& [section, targets] : file) {
        const auto* from = targets.if_map();
        if (!from) no_targets();
        auto& into = merged[section];
        if (!into.is_map()) into = Map{};
        for (const auto& [target, states] : *from) {
          const auto* there = into.if_map()->find(target);
          into.edit_map().set(target, there ? join_targets(*there, states) : states);
        }
      }
  return merged;
}

void verify_targets(const Value& environment, const Value& matches, std::vector<std::string>& errors) {
  const auto* targets = matches.if_map();
  if (!targets) {
    errors.push_back(
        fmt::format("The top file matches for saltenv {} are not formatted as a dict", text_of(environment)));
    return;
  }
  for (const auto& [target, states] : *targets) {
    const auto* items = states.if_list();
    if (!items) {
      errors.push_back("Malformed topfile (state declarations not formed as a list)");
      continue;
    }
    for (const auto& item : *items) {
      if (const auto* options = item.if_map()) {
        for (const auto& [name, value] : *options)
          if (value.is_null() || value == Value(""))
            errors.push_back(fmt::format("Improperly formatted top file matcher in saltenv {}: {} file", text_of(item),
                                         text_of(value)));
      } else if (item == Value("")) {
        errors.push_back(fmt::format("Environment {} contains an empty sls index", text_of(environment)));
      }
    }
  }
}

// Adds what one target gives, when it means this minion.
class Matching {
 public:
  Matching(const CompileContext& context, std::vector<std::string> environments)
      : context_(context), environments_(std::move(environments)) {}

  void target(const std::string& environment, const Value& target, const Value& states) {
    const List items = states.is_list() ? *states.if_list() : List{states};
    if (!is_meant(text_of(target), matcher_of(items))) return;
    add_environment(environment);
    for (const auto& item : items) {
      if (item.is_string())
        matches_.edit(environment)->edit_list().push_back(item);
      else if (const auto* options = item.if_map())
        option(environment, *options);
    }
  }

  Map take() { return std::move(matches_); }

 private:
  bool is_meant(const std::string& target, const std::string& matcher) const {
    try {
      return context_.matches(target, matcher);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
      log::debug("the top file's target '{}' means no one: {}", target, error.what());
      return false;
    }
  }

  static std::string matcher_of(const List& items) {
    std::string matcher = "compound";
    for (const auto& item : items)
      if (const auto* match = item.find("match")) matcher = text_of(*match);
    return matcher;
  }

  void add_environment(const std::string& environment) {
    if (!matches_.contains(environment)) matches_.set(environment, List{});
  }

  // `subfilter` narrows a target; any other key that is an environment names an SLS file of that environment.
  void option(const std::string& environment, const Map& options) {
    if (const auto* filter = options.find("subfilter"); filter && filter->is_map())
      for (const auto& [target, states] : *filter->if_map()) this->target(environment, target, states);
    if (options.empty()) return;
    const auto& last = *(options.end() - 1);
    const auto* other = last.key.if_string();
    if (!other || std::find(environments_.begin(), environments_.end(), *other) == environments_.end()) return;
    add_environment(*other);
    matches_.edit(*other)->edit_list().push_back(last.value);
  }

  const CompileContext& context_;
  std::vector<std::string> environments_;
  Map matches_;
};

void add_master_tops(Map& matches, const CompileContext& context) {
  const auto tops = context.master_tops ? context.master_tops() : Map{};
  for (const auto& [environment, names] : tops) {
    const auto* there = matches.find(environment);
    const List own = there && there->is_list() ? *there->if_list() : List{};
    const List extra = names.as_list("the master's tops");
    List joined = context.options.master_tops_first ? extra : own;
    const auto first = joined;
    for (const auto& name : context.options.master_tops_first ? own : extra)
      if (std::find(first.begin(), first.end(), name) == first.end()) joined.push_back(name);
    matches.set(environment, std::move(joined));
  }
}

}  // namespace

std::vector<std::string> environments_of(const CompileContext& context) {
  const auto available = context.files.environments();
  const auto is_available = [&](const std::string& name) {
    return std::find(available.begin(), available.end(), name) != available.end();
  };
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  if (!context.options.env_order.empty()) {
    for (const auto& name : context.options.env_order)
      if (available.empty() || is_available(name)) add(name);
    return names;
  }
  add("base");
  for (const auto& name : available) add(name);
  return names;
}

Map merged_top(const CompileContext& context) {
  const auto tops = TopFiles(context).gather();
  const auto& strategy = context.options.top_file_merging_strategy;
  if (strategy == "same") return merge_same(tops, context.options.default_top);
  if (strategy == "merge_all") return merge_all(tops);
  if (strategy != "merge") log::warning("Invalid top_file_merging_strategy '{}', falling back to 'merge'", strategy);
  return merge_base_first(tops);
}

std::vector<std::string> verify_top(const Map& top) {
  std::vector<std::string> errors;
  for (const auto& [environment, matches] : top) {
    if (!environment.is_string())
      errors.push_back(fmt::format("Environment {} in top file is not formed as a string", text_of(environment)));
    if (environment == Value("")) errors.push_back("Empty saltenv statement in top file");
    verify_targets(environment, matches, errors);
  }
  return errors;
}

Map top_matches(const Map& top, const CompileContext& context) {
  Matching matching(context, environments_of(context));
  for (const auto& [environment, targets] : top) {
    const auto name = text_of(environment);
    if ((context.saltenv && name != *context.saltenv) || !targets.is_map()) continue;
    for (const auto& [target, states] : *targets.if_map()) matching.target(name, target, states);
  }
  auto matches = matching.take();
  add_master_tops(matches, context);
  return matches;
}

Map usage_of(const CompileContext& context, const Map& top) {
  Map usage;
  auto environments = environments_of(context);
  if (std::find(environments.begin(), environments.end(), "base") == environments.end())
    environments.insert(environments.begin(), "base");
  for (const auto& environment : environments) {
    const auto* given = top.find(environment);
    const List names = given && given->is_list() ? *given->if_list() : List{};
    List used, unused;
    for (auto& name : list_sls(context.files, environment))
      (std::find(names.begin(), names.end(), Value(name)) != names.end() ? used : unused).push_back(std::move(name));
    usage.set(environment, Map{{"used", used},
                               {"unused", unused},
                               {"count_all", used.size() + unused.size()},
                               {"count_used", used.size()},
                               {"count_unused", unused.size()}});
  }
  return usage;
}

}  // namespace halite::states
