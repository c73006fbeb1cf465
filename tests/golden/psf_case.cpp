// One recorded case of python/psf-salt, compiled with our code.
#include "tests/golden/psf_case.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/path.h"
#include "common/host/directory_tree.h"
#include "common/render/sls.h"
#include "pillar/external/externals.h"
#include "pillar/functions.h"
#include "tests/golden/compile_minion.h"

namespace halite::golden {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::not_found, "there is no file '{}'", path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::unique_ptr<FakeHost> host_with(const std::string& folder) {
  auto host = std::make_unique<FakeHost>();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto path = entry.path().string().substr(folder.size());
    if (entry.is_directory())
      host->add_directory(path);
    else if (entry.is_regular_file())
      host->files[path] = read_text(entry.path().string());
  }
  return host;
}

std::string no_hash(const std::function<std::string_view()>&) {
  return "";
}

}  // namespace

// Functions that asked the network or another minion, by their recorded answers.
class PsfCase::Tables : public render::FunctionTable {
 public:
  explicit Tables(const Value& table) {
    for (const auto& entry : table.as_list()) {
      const auto name = entry.find("fun")->as_string();
      answers_[name][key(*entry.find("args")->if_list(), *entry.find("kwargs")->if_map())] = *entry.find("result");
    }
    for (const auto& [name, answers] : answers_)
      functions_[name] = [name = name, &answers = answers](const std::vector<Value>& positional, const Map& named) {
        const auto found = answers.find(key(positional, named));
        if (found == answers.end())
          throw Error(ErrorKind::not_found, "no answer of {} to {} was recorded", name, key(positional, named));
        return render::copy_for_render(found->second);
      };
  }

  const render::Function* find(std::string_view name) const override {
    const auto at = functions_.find(name);
    return at == functions_.end() ? nullptr : &at->second;
  }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& [name, function] : functions_) names.push_back(name);
    return names;
  }

 private:
  static std::string key(const std::vector<Value>& positional, const Map& named) {
    return to_json(Value(List(positional))) + to_json(Value(named));
  }

  std::map<std::string, std::map<std::string, Value>> answers_;
  std::map<std::string, render::Function, std::less<>> functions_;
};

PsfCase::PsfCase(const PsfFolders& folders, const Value& about) : folders_(folders) {
  name_ = about.find("case")->as_string();
  id_ = about.find("id")->as_string();
  environment_ = about.find("env")->as_string();
  has_stubs_ = about.find("pillar_stubs")->as_bool();
  config_ = read("inputs/" + environment_ + "/config.json");
  grains_ = recorded("grains.json").as_map();
  nodegroups_ = config_.find("nodegroups")->as_map();
  opts_ = config_.as_map();
  tables_ = std::make_unique<Tables>(recorded("functions.json"));
  host_ = host_with(folders_.golden + "/inputs/ext_pillar_files");
  states_ = std::make_shared<DirectoryTree>(EnvironmentRoots{{"base", {folders_.psf + "/salt"}}}, no_hash);
  std::vector<std::string> roots{folders_.psf + "/pillar/" + environment_, folders_.psf + "/pillar/base"};
  if (has_stubs_ && environment_ == "prod") roots.push_back(folders_.golden + "/inputs/pillar-stubs/prod");
  pillars_ = std::make_shared<DirectoryTree>(EnvironmentRoots{{"base", roots}}, no_hash);
}

PsfCase::~PsfCase() = default;

Value PsfCase::read(const std::string& path) const {
  return from_json(read_text(folders_.golden + "/" + path), path);
}

Value PsfCase::recorded(const std::string& file) const {
  return read("cases/" + name_ + "/" + file);
}

// Our own, over the files that Salt's had.
std::vector<pillar::NamedExternal> PsfCase::externals() const {
  List configured;
  const auto entries = recorded("ext_pillar.json");
  for (const auto& entry : entries.as_list())
    configured.push_back(Map{{entry.find("ext_pillar")->as_string(), *entry.find("config")}});
  return pillar::externals_from(configured, {.host = *host_, .nodegroups = nodegroups_, .functions = tables_.get()});
}

pillar::Pillar PsfCase::compile_pillar() const {
  const pillar::PillarOptions options{.nodegroups = nodegroups_, .opts = opts_};
  return pillar::PillarCompiler(options, externals(), tables_.get())
      .compile(*pillars_, {.minion_id = id_, .grains = grains_});
}

states::Compiled PsfCase::compile_top(const Map& pillar) const {
  return compile_minion(*states_, {id_, grains_, nodegroups_, opts_, tables_.get()}, pillar, {}, {}, states::compile_top);
}
states::Compiled PsfCase::compile_highstate(const Map& pillar) const {
  return compile_minion(*states_, {id_, grains_, nodegroups_, opts_, tables_.get()}, pillar, {}, {},
                        states::compile_highstate);
}

std::string PsfCase::render_file(const Map& chunk, const Map& pillar) const {
  const auto pillar_copy = render::copy_for_render(pillar);
  const auto grains = render::copy_for_render(grains_);
  const pillar::PillarFunctions functions(id_, grains, pillar_copy, opts_, nodegroups_, tables_.get());
  render::Context values;
  values.variables = Map{{"pillar", pillar_copy}, {"grains", grains}, {"opts", opts_}, {"saltenv", "base"}};
  for (const auto* key : {"source", "name", "user", "group", "mode"}) {
    const auto* value = chunk.find(key);
    values.variables.set(key, value ? *value : Value());
  }
  for (const auto* key : {"defaults", "context"})
    if (const auto* more = chunk.find(key); more && more->is_map())
      for (const auto& [name, value] : *more->if_map()) values.variables.set(name, value);
  values.salt = &functions;
  render::TreeLoader loader(*states_, "base");
  values.loader = &loader;
  const auto& source = chunk.at("source").as_string();
  auto path = source.substr(std::string("salt://").size());
  path.erase(0, path.find_first_not_of('/'));
  const auto text = states_->read("base", path);
  if (!text) throw Error(ErrorKind::not_found, "there is no file {}", source);
  return render::render_jinja(*text, path, values);
}

// Every line with a newline, as file.managed writes it.
std::string PsfCase::contents_of(const Map& chunk, const Map& pillar) {
  const auto* contents = chunk.find("contents");
  std::optional<Value> found = contents ? std::optional(*contents) : std::nullopt;
  if (const auto* path = chunk.find("contents_pillar")) found = find_path(Value(pillar), path->as_string());
  if (!found) throw Error(ErrorKind::not_found, "the chunk has no contents");
  std::string text;
  for (const auto& part : found->is_list() ? *found->if_list() : List{*found})
    for (const auto& line : split_lines(part.as_string("the contents"))) text += line + "\n";
  return text;
}

}  // namespace halite::golden
