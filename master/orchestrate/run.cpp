#include "master/orchestrate/run.h"

#include "common/base/error.h"
#include "common/host/gpg.h"
#include "common/render/jinja_env.h"
#include "common/render/sls.h"
#include "common/target/target.h"
#include "master/orchestrate/functions.h"
#include "master/orchestrate/salt_states.h"
#include "pillar/functions.h"
#include "pillar/settings.h"
#include "states/compile/names.h"
#include "states/compile/settings.h"
#include "states/modules.h"
#include "states/run/run.h"
#include "states/template_file.h"

namespace halite::master {
namespace {

class Run {
 public:
  Run(const OrchestrationOrder& order, const OrchestrationParts& parts)
      : order_(order),
        parts_(parts),
        pillar_(render::copy_for_render(order.pillar)),
        grains_(render::copy_for_render(order.grains)),
        options_(options()),
        more_(parts.host, parts.line),
        functions_(order.id, grains_, pillar_, options_, parts.settings.nodegroups, &more_),
        registry_(modules()) {}

  wire::RunnerResult result() {
    if (order_.kind == "single") return with_states(run({order_.single}), 1);
    const auto compiled = compile();
    if (!compiled.errors.empty()) return failure(compiled.errors);
    if (order_.kind == "show") return shown(compiled.high);
    return with_states(run(compiled.low), compiled.low.size());
  }

 private:
  std::vector<states::Module> modules() const {
    auto modules = states::all_modules();
    modules.push_back(salt_states({.line = parts_.line, .jid = order_.jid, .failhard = parts_.settings.failhard}));
    return modules;
  }

  Map options() const {
    Map options = pillar::shown_options(master_settings_schema(), parts_.settings);
    options.set("id", order_.id);
    options.set("test", order_.test);
    options.set("saltenv", order_.saltenv);
    options.set("grains", grains_);
    options.set("pillar", pillar_);
    return options;
  }

  render::Context context() const {
    render::Context context;
    context.variables = {{"pillar", pillar_}, {"grains", grains_}, {"opts", options_}};
    context.salt = &functions_;
    const MasterSettings& settings = parts_.settings;
    context.options = render::jinja_options(settings.jinja_sls_env, settings.jinja_trim_blocks, settings.jinja_lstrip_blocks);
    context.decrypt = gpg_decryptor(parts_.host, settings.gpg_keydir);
    return context;
  }

  states::Compiled compile() const {
    const target::Subject subject{.id = order_.id, .grains = &order_.grains, .pillar = &order_.pillar};
    const states::CompileContext compile{
        .files = parts_.files,
        .render = [&](const SlsFile& file) { return render::render_sls(file, parts_.files, context(), parts_.settings.renderer); },
        .matches = [&](const std::string& target, const std::string& matcher) {
          return target::Matcher::compile(target::kind_from(matcher), target, ":", parts_.settings.nodegroups).matches(subject);
        },
        .saltenv = order_.saltenv,
        .options = states::options_from(parts_.settings),
        .pillar = &order_.pillar};
    const auto names = states::split_names(order_.mods);
    if (names.empty()) throw Error(ErrorKind::invalid, "mods: which SLS files? For example: state.orchestrate deploy.web");
    return order_.kind == "show" ? states::compile_high_of(names, compile) : states::compile_sls(names, compile, states::excluded(order_.exclude));
  }

  states::RunResult run(const List& low) {
    states::RunContext run{.host = parts_.host,
                           .files = parts_.files,
                           .render = [this](const states::TemplateRequest& request) {
                             render::Context own = context();
                             const MasterSettings& settings = parts_.settings;
                             own.options = render::jinja_options(settings.jinja_env, settings.jinja_trim_blocks, settings.jinja_lstrip_blocks);
                             return states::render_template_file(request, parts_.files, std::move(own));
                           },
                           .call = [this](const std::string& name, const List& args, const Map& kwargs) { return call(name, args, kwargs); },
                           .pillar = order_.pillar,
                           .grains = order_.grains,
                           .options = {.test = order_.test, .failhard = parts_.settings.failhard}};
    run.cache_directory = parts_.settings.cachedir + "/orchestrate";
    run.is_cancelled = parts_.is_cancelled;
    run.starting = [this](const states::Headway& headway) {
      parts_.line.say(fmt::format("{}/{} {}", headway.ended, headway.total, headway.next));
    };
    run.fire_event = [this](const std::string& name, const Map& result) {
      call("event.send", {fmt::format("salt/state_result/{}/{}/{}", order_.jid, order_.id, name), Map{{"ret", result}}}, {});
    };
    return states::run_low(low, registry_, run);
  }

  Value call(const std::string& name, const List& args, const Map& kwargs) const {
    const render::Function* function = functions_.find(name);
    if (!function) throw Error(ErrorKind::not_found, "'{}' is not available on the master{}", name, functions_.why_missing(name));
    return (*function)(args, kwargs);
  }

  wire::RunnerResult shown(Value value, std::int64_t retcode = 0, const char* out = "") const {
    wire::RunnerResult result;
    result.jid = order_.jid;
    result.value = Map{{order_.id, std::move(value)}};
    result.retcode = retcode;
    result.out = out;
    return result;
  }

  wire::RunnerResult with_states(states::RunResult ran, std::size_t total) const {
    if (ran.cancelled) states::add_interruption(ran.states, total);
    return shown(std::move(ran.states), ran.retcode == 0 ? 0 : 1, "highstate");
  }

  wire::RunnerResult failure(const std::vector<std::string>& errors) const { return shown(errors, 1, "highstate"); }

  const OrchestrationOrder& order_;
  const OrchestrationParts& parts_;
  const Value pillar_, grains_;
  const Map options_;
  const OrchestrationFunctions more_;
  const pillar::PillarFunctions functions_;
  const states::Registry registry_;
};

std::vector<std::string> pillar_errors(const Map& pillar) {
  const Value* held = pillar.find("_errors");
  std::vector<std::string> errors;
  if (!held) return errors;
  errors.push_back("Pillar failed to render with the following messages:");
  if (const List* list = held->if_list())
    for (const auto& error : *list) errors.push_back(error.if_string() ? *error.if_string() : short_text(error));
  return errors;
}

}  // namespace

wire::RunnerResult run_orchestration(const OrchestrationOrder& order, const OrchestrationParts& parts) {
  if (auto errors = pillar_errors(order.pillar); !errors.empty()) {
    wire::RunnerResult result;
    result.jid = order.jid;
    result.value = Map{{order.id, errors}};
    result.out = "highstate";
    result.retcode = 1;
    return result;
  }
  return Run(order, parts).result();
}

}  // namespace halite::master
