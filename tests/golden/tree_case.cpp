#include "tests/golden/tree_case.h"

#include <algorithm>
#include <filesystem>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/config/master_settings.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "common/host/real_host.h"
#include "common/target/target.h"
#include "pillar/external/externals.h"
#include "pillar/settings.h"
#include "states/compile/settings.h"
#include "tests/golden/compile_minion.h"
#include "tests/golden/difference.h"
#include "tests/support/memory_tree.h"
#include "tests/support/temp_directory.h"

namespace halite::golden {
namespace {

using test::MemoryTree;

const char* const common_grains = R"(
os: Debian
os_family: Debian
osrelease: "12"
ipv4: [10.0.0.5, 127.0.0.1]
roles: [web, cache]
place: {rack: r1, row: 7}
)";

Map map_at(const Value& value, std::string_view key) {
  const auto* found = value.find(key);
  return found && found->is_map() ? *found->if_map() : Map{};
}

MemoryTree tree_from(const Map& environments) {
  std::map<std::string, MemoryTree::Files> files{{"base", {}}};
  for (const auto& [environment, paths] : environments)
    for (const auto& [path, text] : paths.as_map("the files of an environment"))
      files[environment.as_string()][path.as_string()] = text.as_string(path.as_string());
  return MemoryTree(std::move(files));
}

// Keys become text and bytes text, as the recordings' JSON has them.
Value recorded_form(const Value& value) {
  return from_json(to_json(value), "ours");
}

class TreeCase {
 public:
  explicit TreeCase(const Value& about)
      : about_(about),
        pillars_(tree_from(map_at(about, "pillar"))),
        states_(tree_from(map_at(about, "states"))),
        settings_(read_settings()) {
    const auto* minion = about.find("minion");
    id_ = minion ? minion->as_string() : "web1.example.org";
    grains_ = from_yaml(common_grains, "grains").as_map();
    grains_.set("id", id_);
    for (const auto& [name, value] : map_at(about, "grains")) grains_.set(name, value);
    opts_ = master_settings_schema().encode(settings_);
    opts_.set("id", id_);
  }

  Value result(const std::string& name) {
    if (name == "pillar") return pillar();
    if (name == "targets") return targets();
    const auto compiled = compile(name);
    if (!compiled.ok()) return compiled.errors;
    if (name == "usage") return usage_;
    if (name == "top") return compiled.top;
    if (name == "highstate" || name == "show_sls") return compiled.high;
    if (name == "show_low_sls") return states::low_chunks(compiled.high);
    return compiled.low;
  }

 private:
  MasterSettings read_settings() {
    for (const auto& [path, text] : map_at(about_, "files")) {
      const auto full = files_ / path.as_string();
      std::filesystem::create_directories(std::filesystem::path(full).parent_path());
      host_->replace_file(full, text.as_string(), {.mode = 0644, .uid = {}, .gid = {}});
    }
    const auto options = replace_all(to_json(map_at(about_, "options")), "FILES", files_.path());
    return master_settings_schema().decode(from_json(options, "options").as_map(), Unknown::refuse, "options");
  }

  Value pillar() {
    auto options = pillar::options_from(settings_);
    options.opts = opts_;
    auto externals = pillar::externals_from(List(settings_.ext_pillar), {.host = *host_, .nodegroups = settings_.nodegroups});
    pillar::PillarRequest request{.minion_id = id_, .grains = grains_};
    const auto asked = map_at(about_, "request");
    if (const auto* saltenv = asked.find("saltenv")) request.saltenv = saltenv->as_string();
    if (const auto* pillarenv = asked.find("pillarenv")) request.pillarenv = pillarenv->as_string();
    if (const auto* data = asked.find("pillar")) request.override_data = data->as_map();
    return pillar::PillarCompiler(options, std::move(externals)).compile(pillars_, request).data;
  }

  Value targets() {
    const auto data = pillar();
    List results;
    for (const auto& target : about_.find("targets")->as_list()) {
      const auto& [kind, expression] = std::pair(target.as_list()[0].as_string(), target.as_list()[1]);
      try {
        results.push_back(target::Matcher::compile(target::kind_from(kind), expression, ":", settings_.nodegroups)
                              .matches({id_, &grains_, data.if_map()}));
      } catch (const Error& error) {
        results.push_back(Map{{"error", error.what()}});
      }
    }
    return results;
  }

  states::Compiled compile(const std::string& name) {
    const auto names = sls_names();
    const auto steps = [&](const states::CompileContext& context) {
      if (name == "top") return states::compile_top(context);
      if (name == "usage") {
        auto compiled = states::compile_top(context);
        usage_ = states::usage_of(context, compiled.top);
        return compiled;
      }
      if (name == "highstate") return states::compile_high(context);
      if (name == "show_sls" || name == "show_low_sls") return states::compile_high_of(names, context);
      return names.empty() ? states::compile_highstate(context) : states::compile_sls(names, context, excludes());
    };
    const auto data = pillar();
    return compile_minion(states_, {id_, grains_, settings_.nodegroups, opts_}, *data.if_map(),
                          states::options_from(settings_), settings_.saltenv, steps);
  }

  std::vector<std::string> sls_names() const {
    std::vector<std::string> names;
    if (const auto* list = about_.find("sls"))
      for (const auto& name : list->as_list()) names.push_back(name.as_string());
    return names;
  }

  List excludes() const {
    const auto* list = about_.find("exclude");
    return list ? list->as_list() : List{};
  }

  const Value& about_;
  const std::unique_ptr<Host> host_ = make_real_host();
  TempDirectory files_;
  MemoryTree pillars_, states_;
  MasterSettings settings_;
  std::string id_;
  Map grains_, opts_, usage_;
};

// What an error says up to a renderer's own words, which are ours: they name the file.
std::string kernel(const std::string& text) {
  for (const auto* end : {"render error:", "failed: ", "render top file: "})
    if (const auto at = text.find(end); at != std::string::npos) return text.substr(0, at + std::string_view(end).size());
  return text;
}

bool is_errors(const Value& value) {
  const auto* list = value.if_list();
  return list && !list->empty() && std::all_of(list->begin(), list->end(), [](const Value& item) { return item.is_string(); });
}

Value kernels(const Value& errors) {
  List list;
  for (const auto& error : *errors.if_list()) list.push_back(kernel(error.as_string()));
  return list;
}

// Where Salt ends in a Python exception, any refusal of ours is right.
std::string result_difference(const std::string& name, const Value& expected, const Value& actual) {
  const auto* errors = actual.find("_errors");
  if (expected.find("raised"))
    return is_errors(actual) || errors ? "" : fmt::format("{}: {} should be refused: {}", name, to_json(actual), to_json(expected));
  if (is_errors(expected) && is_errors(actual)) return difference(kernels(expected), kernels(actual), name);
  if (const auto* wanted = expected.find("_errors"); wanted && errors) {
    Map without = *expected.if_map(), ours = *actual.if_map();
    without.set("_errors", kernels(*wanted));
    ours.set("_errors", kernels(*errors));
    return difference(without, ours, name);
  }
  return difference(expected, actual, name);
}

// A target that Salt calls malformed, which matches nothing there, is an error here.
std::string target_difference(const Value& about, const List& expected, const List& actual) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const bool is_refused = actual[i].is_map();
    const bool is_same = is_refused ? !(expected[i] == Value(true)) : actual[i] == expected[i];
    if (!is_same)
      return fmt::format("target {}: {}, should be {}", to_json(about.find("targets")->as_list()[i]), to_json(actual[i]), to_json(expected[i]));
  }
  return "";
}

}  // namespace

std::vector<std::string> tree_differences(const Value& about, const Value& expected) {
  std::vector<std::string> found;
  TreeCase tree(about);
  const auto ours = map_at(about, "ours");  // where we mean to differ
  for (const auto& [key, recorded] : expected.as_map("the results of a case")) {
    const auto& name = key.as_string();
    const auto* meant = ours.find(name);
    const auto& wanted = meant ? *meant : recorded;
    const auto actual = recorded_form(tree.result(name));
    auto text = name == "targets" ? target_difference(about, wanted.as_list(), actual.as_list())
                                  : result_difference(name, wanted, actual);
    if (!text.empty()) found.push_back(std::move(text));
  }
  return found;
}

}  // namespace halite::golden
