// Commands that tell minions the master's settings for states.
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"

namespace halite::master {
namespace {

Map environment_options(const MasterSettings& settings) {
  Map roots;
  // Only the names: where the folders are is nothing to a minion.
  for (const auto& [environment, folders] : settings.file_roots) roots.set(environment, List{});
  return {{"file_roots", roots},
          {"top_file_merging_strategy", settings.top_file_merging_strategy},
          {"env_order", settings.env_order},
          {"default_top", settings.default_top}};
}

Map all_options(const MasterSettings& settings) {
  Map options = environment_options(settings);
  options.set("renderer", settings.renderer);
  options.set("failhard", settings.failhard);
  options.set("state_top", settings.state_top);
  options.set("state_top_saltenv", settings.state_top_saltenv);
  options.set("nodegroups", settings.nodegroups);
  options.set("state_auto_order", settings.state_auto_order);
  options.set("state_events", settings.state_events);
  options.set("state_aggregate", settings.state_aggregate);
  options.set("master_tops_first", settings.master_tops_first);
  options.set("jinja_env", settings.jinja_env);
  options.set("jinja_sls_env", settings.jinja_sls_env);
  options.set("jinja_lstrip_blocks", settings.jinja_lstrip_blocks);
  options.set("jinja_trim_blocks", settings.jinja_trim_blocks);
  return options;
}

Task<Value> now(Value value) { co_return value; }

}  // namespace

void add_option_commands(MinionCommands& commands, const MasterSettings& settings, std::shared_ptr<const Tops> tops,
                         wire::Workers& workers) {
  commands.add(MinionCommand<wire::MasterOptsRequest, Value>{
      .name = "_master_opts",
      .doc = "The settings that steer states and templates.",
      .access = Access::reads_files,
      .handle = [&settings](wire::Principal, wire::MasterOptsRequest request) {
        return now(request.env_only ? environment_options(settings) : all_options(settings));
      },
  });
  for (const char* name : {"_master_tops", "_ext_nodes"})
    commands.add(MinionCommand<wire::NoArguments, Value>{
        .name = name,
        .doc = "State assignments from outside the top file, for the minion that asks.",
        .access = Access::minion,
        .handle = [tops, &workers](wire::Principal who, wire::NoArguments) -> Task<Value> {
          return workers.run([tops, id = who.id] { return Value(tops->of(id)); });
        },
    });
}

}  // namespace halite::master
