#include "minion/state_run/state_run.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/render/sls.h"
#include "common/target/target.h"
#include "minion/functions/function_list.h"
#include "minion/functions/world.h"
#include "minion/state_run/progress.h"
#include "minion/state_run/state_lock.h"
#include "minion/state_run/templates.h"
#include "states/compile/settings.h"
#include "states/providers/functions.h"
#include "states/providers/private_file.h"
#include "states/run/run.h"

namespace halite::minion {

Schema<StateArguments> add_state_fields(Schema<StateArguments> schema) {
  using S = StateArguments;
  return schema
      .optional(&S::test, "test", "Dry run: say what would change and touch nothing.")
      .optional(&S::pillar, "pillar", "Merged over the pillar for this run.")
      .optional(&S::saltenv, "saltenv", "Environment of the states.")
      .optional(&S::pillarenv, "pillarenv", "Environment of the pillar.")
      .optional(&S::exclude, "exclude", "SLS names or ids to leave out.")
      .optional(&S::queue, "queue", "Wait for another state run instead of being refused.")
      .optional(&S::concurrent, "concurrent", "Run beside another state run. The two may undo each other's work.")
      .optional(&S::force, "force", "Run in spite of errors in the pillar.")
      .optional(&S::mock, "mock", "Run no state function: requisites and order alone.")
      .optional(&S::terse, "terse", "Give only what changed or failed.")
      .optional(&S::sync_mods, "sync_mods", "Kept for Salt's callers; modules are part of the program.")
      .optional(&S::state_events, "state_events", "Kept for Salt's callers.")
      .optional(&S::cache, "cache", "Kept for Salt's callers; states are always compiled anew.")
      .optional(&S::cache_name, "cache_name", "Kept for Salt's callers.")
      .optional(&S::localconfig, "localconfig", "Kept for Salt's callers.")
      .optional(&S::pillar_enc, "pillar_enc", "Kept for Salt's callers.")
      .optional(&S::orchestration_jid, "orchestration_jid", "Kept for Salt's callers.")
      .optional(&S::env, "env", "Kept for Salt's callers; use saltenv.")
      .optional(&S::whitelist, "whitelist", "Of a highstate: only these SLS names of the top file.");
}

namespace {

// The pillar of one run, in front of the minion's: salt['pillar.get'] in its states sees this one.
class RunPillar : public PillarSource {
 public:
  RunPillar(PillarSource& source, Map pillar, std::string revision)
      : source_(source), pillar_(std::move(pillar)), revision_(std::move(revision)) {}
  Map current() override { return pillar_; }
  Map compile(const PillarRequest& request) override { return source_.compile(request); }
  void refresh() override { source_.refresh(); }
  std::string revision() override { return revision_; }

 private:
  PillarSource& source_;
  Map pillar_;
  std::string revision_;
};

// The minion's own settings, where the master does not say.
states::CompileOptions compile_options(const MinionSettings& settings, const Map& master) {
  CompileSettings effective = settings;
  const auto set_text = [&](const char* name, auto& member) {
    if (const Value* told = master.find(name); told && told->if_string()) member = *told->if_string();
  };
  set_text("state_top", effective.state_top);
  set_text("default_top", effective.default_top);
  set_text("top_file_merging_strategy", effective.top_file_merging_strategy);
  set_text("state_top_saltenv", effective.state_top_saltenv);
  if (const Value* told = master.find("env_order"); told && told->if_list()) effective.env_order = split_names(*told);
  if (const Value* told = master.find("state_auto_order"); told && told->if_bool()) effective.state_auto_order = *told->if_bool();
  return states::options_from(effective);
}

Map master_options(Call& call) {
  if (!call.tools.master) return {};
  const Value told = call.tools.master->request("_master_opts", {});
  return told.if_map() ? *told.if_map() : Map{};
}

// What the master assigns beside the top file.
Map master_tops(Call& call) {
  if (!call.tools.master) return {};
  const Value told = call.tools.master->request("_master_tops", {{"id", call.tools.grains.settings().id}});
  const Map* tops = told.if_map();
  if (!tops) throw Error(ErrorKind::unavailable, "the master can't say which states its master_tops assign; its log says why");
  return *tops;
}

Value messages(std::string first, const std::vector<std::string>& more) {
  List list;
  if (!first.empty()) list.push_back(std::move(first));
  for (const auto& text : more) list.push_back(text);
  return list;
}

std::vector<std::string> pillar_errors(const Map& pillar) {
  std::vector<std::string> errors;
  const Value* held = pillar.find("_errors");
  if (!held) return errors;
  if (const List* list = held->if_list())
    for (const auto& error : *list) errors.push_back(error.if_string() ? *error.if_string() : short_text(error));
  return errors;
}

bool has_lock(StateLock& lock, const StateArguments& arguments, Call& call) {
  const Value queue = arguments.queue.is_null() ? call.tools.config.settings.state_queue : arguments.queue;
  const bool waits = queue == Value(true) || (queue.if_int() && *queue.if_int() > 0);
  return waits ? lock.take(call.tools.host, call.is_cancelled) : lock.try_take();
}

bool is_target_match(const std::string& expression, const std::string& matcher, const target::Subject& subject, const Map& nodegroups) {
  return target::Matcher::compile(target::kind_from(matcher), expression, ":", nodegroups).matches(subject);
}

// state_aggregate: true, or a list of modules.
std::vector<std::string> aggregated_modules(const Value& option) {
  if (option == Value(true)) return {"*"};
  return option.is_list() ? split_names(option) : std::vector<std::string>();
}

// With `terse`: what changed, would change or failed.
Map only_noteworthy(const Map& states) {
  Map result;
  for (const auto& [tag, state] : states) {
    const Value* changes = state.find("changes");
    const bool has_changes = changes && changes->if_map() && !changes->if_map()->empty();
    const Value* outcome = state.find("result");
    if (has_changes || !outcome || *outcome != Value(true)) result.set(tag, state);
  }
  return result;
}

Map run_states(const List& low, Call& call, const StateArguments& arguments, const Map& pillar,
               const std::shared_ptr<TemplateData>& data, const states::RunOptions& options) {
  const MinionSettings& settings = call.tools.config.settings;
  if (const auto problems = call.tools.functions.limits().problems(low); !problems.empty())
    throw Error(ErrorKind::denied, "{}", join(problems, "\n"));
  states::RunContext context{.host = call.tools.host,
                             .files = call.tools.files,
                             .render = template_renderer(call.tools.files, data),
                             .call = [&call](const std::string& name, const List& args, const Map& kwargs) {
                               return call_function(call, name, args, kwargs);
                             },
                             .pillar = pillar,
                             .grains = call.tools.grains.all(),
                             .options = options};
  context.cache_directory = settings.cachedir;
  context.is_cancelled = call.is_cancelled;
  if (call.tools.master)
    context.fire_event = [&call](const std::string& name, const Map& result) {
      const std::string tag = fmt::format("salt/state_result/{}/{}/{}", call.jid, call.tools.grains.settings().id, name);
      call.tools.master->request("_minion_event", {{"id", call.tools.grains.settings().id}, {"tag", tag}, {"data", Map{{"ret", result}}}});
    };
  Progress progress(call.tools.jobs, call.tools.master, call.jid, call.tools.grains.settings().id);
  context.starting = [&progress](const states::Headway& headway) { progress.starting(headway); };
  states::RunResult result = states::run_low(low, states::registry(), context);
  if (result.cancelled) states::add_interruption(result.states, low.size());
  // Functions that states call, such as guards, may have left a return code of their own.
  call.retcode = result.retcode;
  return states::is_true(arguments.terse) ? only_noteworthy(result.states) : result.states;
}

}  // namespace

Value with_session(const StateArguments& arguments, Call& call, Locking locking,
                   const std::function<Value(StateSession&)>& work) {
  const MinionSettings& settings = call.tools.config.settings;
  call.out = locking == Locking::needed ? "highstate" : "";
  StateLock lock(settings.state_dir + "/state_run.lock", {{"fun", call.name}, {"jid", call.jid}});
  if (locking == Locking::needed && !arguments.concurrent && !has_lock(lock, arguments, call)) {
    call.retcode = 1;
    return List{lock.holder()};
  }
  if (!arguments.test.value_or(settings.test)) states::remove_left_private_files(call.tools.host);
  const auto saltenv = arguments.saltenv ? arguments.saltenv : settings.saltenv;
  const Map pillar = call.tools.pillar.compile({.saltenv = saltenv, .pillarenv = arguments.pillarenv, .overrides = arguments.pillar});
  if (const auto errors = pillar_errors(pillar); !errors.empty() && !arguments.force) {
    call.retcode = 5;
    return messages("Pillar failed to render with the following messages:", errors);
  }
  const Map master = master_options(call);
  RunPillar run_pillar(call.tools.pillar, pillar, call.tools.pillar.revision());
  const Tools tools{.host = call.tools.host, .config = call.tools.config, .grains = call.tools.grains, .pillar = run_pillar,
                    .files = call.tools.files, .jobs = call.tools.jobs, .functions = call.tools.functions, .master = call.tools.master};
  Call inner{.tools = tools, .name = call.name, .jid = call.jid, .out = call.out, .is_cancelled = call.is_cancelled};
  inner.revisions.set("pillar", run_pillar.revision());
  const Map options{{"test", arguments.test.value_or(settings.test)}, {"saltenv", saltenv ? Value(*saltenv) : Value()}};
  const auto data = template_data(inner, pillar, options);
  const Value* told_groups = master.find("nodegroups");
  const Map nodegroups = told_groups && told_groups->if_map() ? *told_groups->if_map() : settings.nodegroups;
  const Map& grains = call.tools.grains.all();
  const target::Subject subject{.id = call.tools.grains.settings().id, .grains = &grains, .pillar = &pillar};
  const Value* told_renderer = master.find("renderer");
  const std::string renderer = told_renderer && told_renderer->if_string() ? *told_renderer->if_string() : settings.renderer;
  const states::CompileContext compile{
      .files = call.tools.files,
      .render = [&](const SlsFile& file) { return render::render_sls(file, call.tools.files, data->context(), renderer); },
      .matches = [&](const std::string& target, const std::string& matcher) {
        return is_target_match(target, matcher, subject, nodegroups);
      },
      .saltenv = saltenv,
      .options = compile_options(settings, master),
      .master_tops = [&call] { return master_tops(call); }};
  const Value* told_failhard = master.find("failhard");
  const Value* told_aggregate = master.find("state_aggregate");
  const bool has_own = settings.state_aggregate != Value(false) || !told_aggregate;
  const states::RunOptions run_options{.test = arguments.test.value_or(settings.test),
                                       .failhard = settings.failhard || (told_failhard && *told_failhard == Value(true)),
                                       .mock = arguments.mock,
                                       .aggregate = aggregated_modules(has_own ? settings.state_aggregate : *told_aggregate)};
  StateSession session{inner, arguments, pillar, compile, [&](const List& low) {
                         return run_states(low, inner, arguments, pillar, data, run_options);
                       }};
  Value result = work(session);
  call.retcode = inner.retcode;
  call.revisions = inner.revisions;
  return result;
}

std::optional<Value> compile_errors(const states::Compiled& compiled, Call& call) {
  call.revisions.set("states", compiled.revisions);
  if (compiled.ok()) return std::nullopt;
  call.retcode = compiled.pillar_failed ? 5 : 1;
  return messages("", compiled.errors);
}

Value run_compiled(const states::Compiled& compiled, StateSession& session) {
  if (auto errors = compile_errors(compiled, session.call)) return *errors;
  return session.run(compiled.low);
}

}  // namespace halite::minion
