#include "common/config/config_files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/yaml.h"

namespace halite {
namespace {

constexpr int include_depth_limit = 8;

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_directory(Host& host, const std::string& path) {
  const auto status = host.status_of_target(path);
  return status && status->type == FileType::directory;
}

std::string find_directory(Host& host, const ConfigRequest& request) {
  if (request.directory) {
    std::string directory = *request.directory;
    while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
    return directory;
  }
  for (const char* candidate : {"/etc/halite", "/etc/salt"})
    if (is_directory(host, candidate)) return candidate;
  return "/etc/halite";
}

// Maps are merged key by key, lists get what they lack, anything else is replaced.
void merge_into(Map& into, const Map& from) {
  for (const auto& [key, value] : from) {
    Value* old = into.edit(key);
    if (old && old->is_map() && value.is_map()) {
      merge_into(old->edit_map(), *value.if_map());
    } else if (old && old->is_list() && value.is_list()) {
      List& list = old->edit_list();
      for (const auto& item : *value.if_list())
        if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
    } else {
      into.set(key, value);
    }
  }
}

class Reader {
 public:
  Reader(Host& host, ConfigFiles& result) : host_(host), result_(result) {}

  // An absent file is an empty one; a bad one is a problem.
  Map read(const std::string& path) {
    try {
      const auto text = host_.read_file_if_exists(path);
      if (!text) return {};
      result_.files.push_back(path);
      const YamlDocument document = load_yaml(*text, path);
      if (document.value.is_null()) return {};
      const Map* map = document.value.if_map();
      if (!map) throw Error(ErrorKind::invalid, "{}:1: must be a map of options, not {}", path, document.value.type_name());
      for (const auto& name : map->keys())
        result_.places[name] = fmt::format("{}:{}", path, document.lines.line_of(*map, name).value_or(1));
      return *map;
    } catch (const Error& error) {
      result_.problems.push_back(error.what());
      return {};
    }
  }

  // What the files that match the pattern say, merged; a pattern's last part may hold * and ?.
  Map read_matching(const std::string& pattern, const std::string& from_file, bool must_exist, int depth) {
    const std::string full = pattern.starts_with('/') ? pattern : parent_of(from_file) + "/" + pattern;
    Map merged;
    const auto paths = matching(full);
    if (paths.empty() && must_exist)
      result_.warnings.push_back(fmt::format("{}: include '{}' matches no file", from_file, pattern));
    for (const auto& path : paths) {
      Map map = read(path);
      const Map included = read_includes(map, path, depth + 1);
      for (const auto& [key, value] : included) map.set(key, value);
      merge_into(merged, map);
    }
    return merged;
  }

  Map read_includes(const Map& map, const std::string& from_file, int depth) {
    const Value* include = map.find("include");
    if (!include || include->is_null()) return {};
    if (depth > include_depth_limit) {
      result_.problems.push_back(fmt::format("{}: include goes deeper than {} files", from_file, include_depth_limit));
      return {};
    }
    Map merged;
    for (const auto& pattern : patterns_of(*include, from_file))
      merge_into(merged, read_matching(pattern, from_file, true, depth));
    return merged;
  }

 private:
  std::vector<std::string> patterns_of(const Value& include, const std::string& from_file) {
    std::vector<std::string> patterns;
    if (const auto* text = include.if_string()) patterns.push_back(*text);
    if (const auto* list = include.if_list())
      for (const auto& item : *list)
        if (const auto* text = item.if_string()) patterns.push_back(*text);
    if (patterns.empty())
      result_.problems.push_back(fmt::format("{}: 'include' must be a path or a list of paths", from_file));
    return patterns;
  }

  std::vector<std::string> matching(const std::string& full) {
    const std::string directory = parent_of(full);
    if (!is_directory(host_, directory)) return {};
    std::vector<std::string> paths;
    try {
      for (const auto& name : host_.list_directory(directory)) {
        // _schedule.conf is no configuration: schedule.add and its kind keep their jobs there.
        if (name.starts_with('.') || name == "_schedule.conf" || !glob_match(name_of(full), name)) continue;
        const auto status = host_.status_of_target(directory + "/" + name);
        if (status && status->type == FileType::regular) paths.push_back(directory + "/" + name);
      }
    } catch (const Error& error) {
      result_.problems.push_back(error.what());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  Host& host_;
  ConfigFiles& result_;
};

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  if (!value || !*value) return std::nullopt;
  return std::string(value);
}

}  // namespace

ConfigRequest config_request(std::string role, const std::optional<std::string>& directory_flag) {
  ConfigRequest request;
  request.role = std::move(role);
  request.directory = directory_flag;
  if (!request.directory) request.directory = environment_variable("HALITE_CONFIG_DIR");
  if (!request.directory) request.directory = environment_variable("SALT_CONFIG_DIR");
  // What is remembered of it has to hold in another working directory, too.
  if (request.directory && !request.directory->empty())
    request.directory = std::filesystem::absolute(*request.directory).lexically_normal().string();
  return request;
}

std::string ConfigFiles::place_of(const std::string& option) const {
  const auto found = places.find(option);
  return found == places.end() ? "command line" : found->second;
}

std::string find_main_file(Host& host, const ConfigRequest& request) {
  return find_directory(host, request) + "/" + request.role;
}

ConfigFiles read_config_files(Host& host, const ConfigRequest& request) {
  ConfigFiles result;
  result.main_file = find_main_file(host, request);
  result.directory = parent_of(result.main_file);
  result.is_salts = name_of(result.directory) == "salt";

  Reader reader(host, result);
  result.values = reader.read(result.main_file);
  std::string drop_ins = request.role + ".d/*.conf";
  if (const Value* given = result.values.find("default_include"); given && given->is_string())
    drop_ins = *given->if_string();
  const Map main_values = result.values;
  for (const auto& [key, value] : reader.read_matching(drop_ins, result.main_file, false, 0)) result.values.set(key, value);
  for (const auto& [key, value] : reader.read_includes(main_values, result.main_file, 0)) result.values.set(key, value);
  result.values.erase("include");
  result.values.erase("default_include");
  for (const auto& [key, value] : request.overrides) {
    result.values.set(key, value);
    if (const auto* name = key.if_string()) result.places[*name] = "command line";
  }
  return result;
}

}  // namespace halite
