#include "master/reactor/reaction.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/yaml.h"
#include "common/render/jinja_env.h"
#include "common/render/sls.h"
#include "master/reactor/embedded.h"
#include "pillar/master_functions.h"

namespace halite::master {
namespace {

constexpr std::string_view tree_prefix = "salt://";

SlsFile read(const std::string& path, const ReactorFiles& files) {
  SlsFile file{"base", "", path, ""};
  if (path.starts_with(tree_prefix)) {
    file.path = path.substr(tree_prefix.size());
    const auto text = files.files.read("base", file.path);
    if (!text) throw Error(ErrorKind::not_found, "there is no {} in the environment base", path);
    file.text = *text;
    return file;
  }
  file.text = files.host.read_file(path);
  return file;
}

// The first line may name the renderer; a reaction has but one.
void check_renderer(const SlsFile& file) {
  if (!file.text.starts_with("#!")) return;
  const auto named = trim(std::string_view(file.text).substr(2, file.text.find('\n') - 2));
  if (named != "jinja|yaml" && named != "jinja | yaml")
    throw Error(ErrorKind::invalid, "{}:1: the renderer of a reaction is jinja|yaml, not {}", file.path, escape_control(named));
}

std::string rendered(const SlsFile& file, const wire::Event& event, const ReactorFiles& files) {
  const pillar::MasterFunctions functions(files.host);
  render::TreeLoader loader(files.files, "base");
  render::Context context;
  context.variables = {{"tag", event.tag}, {"data", render::copy_for_render(event.data)}};
  render::set_sls_variables(context.variables, file);
  context.salt = &functions;
  context.loader = &loader;
  const MasterSettings& settings = files.settings;
  context.options = render::jinja_options(settings.jinja_sls_env, settings.jinja_trim_blocks, settings.jinja_lstrip_blocks);
  return render::render_jinja(file.text, file.path, context);
}

// [{a: 1}, {b: 2}] as one map, as SLS files write arguments.
Map joined(const Value& settings, const std::string& what) {
  if (settings.is_null()) return {};
  if (const Map* map = settings.if_map()) return *map;
  Map all;
  for (const auto& part : settings.as_list(what))
    for (const auto& [key, value] : part.as_map(what)) all.set(key, value);
  return all;
}

std::pair<Reaction::Kind, std::string> function_of(const std::string& key, const std::string& id) {
  const std::size_t dot = key.find('.');
  const std::string kind = key.substr(0, dot);
  if (dot == std::string::npos || key.find('.', dot + 1) == std::string::npos)
    throw Error(ErrorKind::invalid, "{}: '{}' names no function; it should look like local.test.ping or runner.manage.up", id, escape_control(key));
  const std::string function = key.substr(dot + 1);
  if (kind == "local" || kind == "cmd") return {Reaction::Kind::local, function};
  if (kind == "runner") return {Reaction::Kind::runner, function};
  if (kind == "wheel") return {Reaction::Kind::wheel, function};
  if (kind == "caller")
    throw Error(ErrorKind::invalid, "{}: 'caller' is for reactors of minions; a master has no functions of minions, use local", id);
  throw Error(ErrorKind::invalid, "{}: there is no kind of reaction '{}'; there are local, runner and wheel{}", id, escape_control(kind),
              did_you_mean(kind, {"local", "runner", "wheel"}));
}

List list_of(const Value& value) {
  if (value.is_null()) return {};
  return value.is_list() ? value.as_list() : List{value};
}

Value taken(Map& map, const char* key) { return map.erase(key).value_or(Value()); }

// `args` is all by name; else `arg` and `kwarg`, and for functions of the master whatever else there is.
struct Arguments {
  List positional;
  Map named;
};

Arguments arguments_of(Map& settings, const std::string& id) {
  Arguments arguments;
  if (settings.contains("args")) {
    arguments.named = joined(taken(settings, "args"), id + ": args");
    settings.erase("arg");
    settings.erase("kwarg");
    return arguments;
  }
  arguments.positional = list_of(taken(settings, "arg"));
  arguments.named = joined(taken(settings, "kwarg"), id + ": kwarg");
  return arguments;
}

wire::PublishJob job_of(const std::string& function, Map settings, const std::string& id) {
  wire::PublishJob job;
  job.fun = function;
  job.wait = false;
  Arguments arguments = arguments_of(settings, id);
  job.arg = std::move(arguments.positional);
  if (!arguments.named.empty()) {
    arguments.named.set("__kwarg__", true);
    job.arg.emplace_back(std::move(arguments.named));
  }
  job.tgt = taken(settings, "tgt");
  if (job.tgt.is_null()) throw Error(ErrorKind::invalid, "{}: tgt is missing: which minions are meant?", id);
  for (const char* name : {"tgt_type", "expr_form"})
    if (const Value kind = taken(settings, name); !kind.is_null()) job.tgt_type = kind.as_string(id + ": tgt_type");
  if (const Value ret = taken(settings, "ret"); !ret.is_null()) job.ret = ret.as_string(id + ": ret");
  if (const Value timeout = taken(settings, "timeout"); !timeout.is_null()) job.timeout = Convert<std::chrono::milliseconds>::decode(timeout);
  if (const Value batch = taken(settings, "batch"); !batch.is_null()) job.batch = batch.is_int() ? std::to_string(batch.as_int()) : batch.as_string(id + ": batch");
  if (!settings.empty())
    throw Error(ErrorKind::invalid, "{}: there is no '{}' here; arguments of the function stand below args, arg or kwarg", id, short_text(settings.begin()->key));
  return job;
}

Reaction read_reaction(const std::string& id, const std::string& key, const Value& body) {
  Reaction reaction;
  reaction.id = id;
  const auto [kind, function] = function_of(key, id);
  Map settings = joined(body, id);
  reaction.kind = kind;
  if (kind == Reaction::Kind::local) {
    reaction.job = job_of(function, std::move(settings), id);
    return reaction;
  }
  Arguments arguments = arguments_of(settings, id);
  reaction.call.fun = function;
  reaction.call.arg = std::move(arguments.positional);
  reaction.call.kwarg = std::move(arguments.named);
  for (const auto& [name, value] : settings) reaction.call.kwarg.set(name, value);
  reaction.call.wait = false;
  return reaction;
}

}  // namespace

std::vector<std::string> reactor_files(const std::string& pattern, Host& host) {
  const std::size_t slash = pattern.rfind('/');
  const std::string name = slash == std::string::npos ? pattern : pattern.substr(slash + 1);
  if (pattern.starts_with(tree_prefix) || name.find_first_of("*?[") == std::string::npos) return {pattern};
  std::vector<std::string> files;
  for (const auto& entry : host.list_directory(pattern.substr(0, slash)))
    if (glob_match(name, entry)) files.push_back(pattern.substr(0, slash + 1) + entry);
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Reaction> reactions_of(const std::string& path, const wire::Event& event, const ReactorFiles& files) {
  const SlsFile file = read(path, files);
  check_renderer(file);
  const std::string text = rendered(file, event, files);
  const Value parsed = from_yaml(text, path);
  const Value from_outside = List{event.tag, event.data};
  if (const auto misread = misread_text(from_outside, text, parsed))
    throw Error(ErrorKind::denied, "{}: a text of the event would be taken for YAML: {}; write it as {{{{ ... | tojson }}}}", path, short_text(*misread));
  if (parsed.is_null()) return {};
  std::vector<Reaction> reactions;
  return during(
      [&] {
        for (const auto& [id, states] : parsed.as_map("the reactions"))
          for (const auto& [key, body] : states.as_map(short_text(id)))
            reactions.push_back(read_reaction(id.is_string() ? id.as_string() : short_text(id), key.as_string("a reaction's function"), body));
        return reactions;
      },
      "reading {}", path);
}

}  // namespace halite::master
