// Jobs of the minion's schedule: schedule.present, absent, enabled, disabled. The remote functions of the same name do the work.
#include "states/modules.h"
#include "states/providers/functions.h"
#include "states/providers/schedule_options.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Named {
  std::string name;
};

Map options_of(const World& world, Map kwargs = {}) {
  if (world.dry_run) kwargs.set("test", true);
  return kwargs;
}

bool is_there(const std::string& name, World& world) {
  const Value jobs = call_function(world, "schedule.list", {}, {{"show_all", true}, {"return_yaml", false}});
  return jobs.find(name) != nullptr;
}

// What the function says is what the state says: changes, or why not.
Outcome outcome_of(const Value& told, World& world) {
  const std::string comment = told.as_map("what schedule.* gives").at("comment").as_string("its comment");
  if (told.as_map().at("result") != Value(true)) return failed(comment);
  const Map& changes = told.as_map().at("changes").as_map();
  if (changes.empty()) return unchanged(comment);
  return {.result = world.dry_run ? Result::would_change : Result::changed, .comment = comment, .changes = changes};
}

Outcome present(const ScheduleOptions& options, World& world) {
  const Map item = schedule_item(options);
  const char* function = is_there(options.name, world) ? "schedule.modify" : "schedule.add";
  return outcome_of(call_function(world, function, {}, options_of(world, item)), world);
}

template <const auto& function>
Outcome tell(const Named& job, World& world) {
  if (!is_there(job.name, world)) return unchanged("Job " + job.name + " not present in schedule");
  return outcome_of(call_function(world, function, {job.name}, options_of(world)), world);
}

constexpr char deletes[] = "schedule.delete", enables[] = "schedule.enable_job", disables[] = "schedule.disable_job";

template <class T>
Action<T> action(Schema<T> schema, Outcome (*run)(const T&, World&)) {
  return {.name = "schedule",
          .schema = std::move(schema),
          .plan = run,
          .run = run,
          .ignored = {{"persist", "a change of the schedule is always kept"}}};
}

}  // namespace

Module schedule() {
  const Schema<Named> named = Schema<Named>().key(&Named::name, "name", "Name of the job.");
  const Map example{{"name", "backup"}};
  return {"schedule",
          "Jobs that the minion runs by itself.",
          {action<ScheduleOptions>(schedule_options_schema(), present)
               .function("present", "The job is in the schedule, just so.",
                         {{"name", "backup"}, {"function", "cmd.run"}, {"job_args", List{"/usr/local/bin/backup"}}, {"cron", "30 2 * * *"}}),
           action<Named>(named, tell<deletes>).function("absent", "The job is not in the schedule.", example),
           action<Named>(named, tell<enables>).function("enabled", "The job runs when its time comes.", example),
           action<Named>(named, tell<disables>).function("disabled", "The job stays in the schedule and does not run.", example)}};
}

}  // namespace halite::states
