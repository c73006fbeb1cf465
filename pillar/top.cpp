// The top files of a pillar tree.
#include "pillar/top.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/target/target.h"

namespace halite::pillar {
namespace {

std::vector<std::string> environments_for(FileTree& tree, const PillarOptions& options, const PillarRequest& request) {
  if (request.pillarenv) return {*request.pillarenv};
  if (options.merge.strategy == MergeStrategy::none) return {request.saltenv.empty() ? "base" : request.saltenv};
  std::vector<std::string> names{"base"};
  for (auto& name : environments_of(tree, request))
    if (name != "base") names.push_back(std::move(name));
  return names;
}

struct TopReader {
  FileTree& tree;
  const RenderFile& render;
  std::vector<PillarProblem>& problems;
  std::vector<Map> tops = {};
  std::set<std::pair<std::string, std::string>> done = {};

  void read(const std::string& environment, const std::string& path) {
    if (auto file = read_sls(tree, environment, path)) add(*file, "Rendering Primary Top file failed, render error:\n");
  }

 private:
  void add(const SlsFile& file, const std::string& failure) {
    Map top;
    try {
      top = render(file).as_map("the top file " + file.path);
    } catch (const Error& error) {
      problems.push_back(problem_from(failure + error.what(), error));
      return;
    }
    const auto include = top.erase(Value("include"));
    tops.push_back(std::move(top));
    if (!include || !include->is_list()) return;
    for (const auto& name : *include->if_list())
      if (name.is_string() && done.insert({file.environment, name.as_string()}).second)
        included(file, name.as_string());
  }

  void included(const SlsFile& from, const std::string& name) {
    const auto failure = fmt::format("Rendering Top file {} failed, render error:\n", name);
    if (auto file = find_sls(tree, from.environment, name)) return add(*file, failure);
    log::warning("the pillar top file {} includes {}, which is not there", from.path, name);
  }
};

// What a target's list says.
struct Entry {
  std::string environment;
  Value target;
  List items;  // `match` options, then SLS names, each once
  std::int64_t order = 0;
};

std::int64_t order_of(const Value& value) {
  if (const auto* number = value.if_int()) return *number;
  if (const auto* text = value.if_string()) return parse_int(*text).value_or(0);
  return 0;
}

bool is_true(const Value& value) {
  const auto* flag = value.if_bool();
  return flag ? *flag : !value.is_null() && !(value == Value(0)) && !(value == Value(""));
}

Entry read_entry(const std::string& environment, const Value& target, const List& list, PillarTop& top) {
  Entry entry{environment, target, {}, 0};
  List names;
  bool is_ignored = false;
  for (const auto& item : list) {
    if (item.find("match")) entry.items.push_back(item);
    if (const auto* order = item.find("order")) entry.order = order_of(*order);
    if (const auto* ignore = item.find("ignore_missing")) is_ignored = is_ignored || is_true(*ignore);
    if (item.is_string() && std::find(names.begin(), names.end(), item) == names.end()) names.push_back(item);
  }
  for (const auto& name : names) {
    if (is_ignored) top.may_be_missing.insert({environment, name.as_string()});
    entry.items.push_back(name);
  }
  return entry;
}

// Later entries for the same target replace earlier ones at their place.
void put(std::vector<Entry>& entries, Entry entry) {
  const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& other) {
    return other.environment == entry.environment && other.target == entry.target;
  });
  if (same == entries.end())
    entries.push_back(std::move(entry));
  else
    *same = std::move(entry);
}

std::vector<Entry> entries_of(const std::vector<Map>& tops, PillarTop& top) {
  std::vector<Entry> entries;
  for (const auto& file : tops)
    for (const auto& [environment, targets] : file)
      for (const auto& [target, list] : targets.as_map("the targets of an environment in the top file"))
        put(entries, read_entry(environment.as_string("an environment in the top file"), target,
                                list.is_string() ? List{list} : list.as_list("a target in the top file"), top));
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.order < b.order; });
  return entries;
}

std::string matcher_of(const List& items) {
  std::string matcher = "compound";
  for (const auto& item : items)
    if (const auto* match = item.find("match")) matcher = match->as_string("'match' in the top file");
  return matcher;
}

// A nodegroup that is defined nowhere means no one, as in Salt: a site may name groups that only exist elsewhere.
bool is_meant(const Value& target, const std::string& matcher, const PillarOptions& options,
              const PillarRequest& request, const Map& seen) {
  try {
    return target::Matcher::compile(target::kind_from(matcher), target, ":", options.nodegroups)
        .matches({request.minion_id, &request.grains, &seen});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    log::debug("the pillar top file's target means no one: {}", error.what());
    return false;
  }
}

}  // namespace

std::vector<std::string> environments_of(FileTree& tree, const PillarRequest& request) {
  auto names = tree.environments();
  if (std::erase(names, each_environment) == 0) return names;
  const std::string asked = request.pillarenv ? *request.pillarenv : request.saltenv;
  auto own = asked.empty() ? std::string("base") : asked;
  if (std::find(names.begin(), names.end(), own) == names.end()) names.push_back(std::move(own));
  return names;
}

PillarProblem problem_from(const std::string& text, const std::exception& error) {
  PillarProblem problem{text};
  if (const auto* place = dynamic_cast<const render::RenderError*>(&error)) {
    problem.file = place->file();
    problem.line = place->line();
  }
  return problem;
}

PillarTop read_top(FileTree& tree, const PillarOptions& options, const PillarRequest& request, const RenderFile& render,
                   std::vector<PillarProblem>& problems) {
  TopReader reader{tree, render, problems};
  for (const auto& environment : environments_for(tree, options, request)) reader.read(environment, options.state_top);
  PillarTop top;
  try {
    for (auto& entry : entries_of(reader.tops, top)) {
      if (!top.targets.contains(entry.environment)) top.targets.set(entry.environment, Map{});
      top.targets.edit(entry.environment)->edit_map().set(entry.target, std::move(entry.items));
    }
  } catch (const Error& error) {
    top.targets.clear();
    const std::string told = "Error encountered while rendering pillar top file.";
    problems.push_back({fmt::format("{} {}", told, error.what()), options.state_top, 0, told});
  }
  return top;
}

Map pillar_matches(const PillarTop& top, const PillarOptions& options, const PillarRequest& request, const Map& seen) {
  Map matches;
  for (const auto& [environment, targets] : top.targets) {
    if (request.pillarenv && environment != Value(*request.pillarenv)) continue;
    for (const auto& [target, items] : *targets.if_map()) {
      const auto& list = *items.if_list();
      if (!is_meant(target, matcher_of(list), options, request, seen)) continue;
      auto& names = matches[environment];
      if (!names.is_list()) names = List{};
      for (const auto& item : list)
        if (item.is_string() &&
            std::find(names.if_list()->begin(), names.if_list()->end(), item) == names.if_list()->end())
          names.edit_list().push_back(item);
    }
  }
  return matches;
}

}  // namespace halite::pillar
