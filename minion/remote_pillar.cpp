#include "minion/remote_pillar.h"

#include "common/base/error.h"

namespace halite::minion {

Map pillar_load(const MinionSettings& settings, Grains& grains, const PillarRequest& request) {
  const auto saltenv = request.saltenv ? request.saltenv : settings.saltenv;
  auto pillarenv = request.pillarenv ? request.pillarenv : settings.pillarenv;
  if (!pillarenv && settings.pillarenv_from_saltenv) pillarenv = saltenv;
  return {{"id", grains.settings().id},
          {"grains", grains.all()},
          {"saltenv", saltenv.value_or("base")},
          {"pillarenv", pillarenv},
          {"pillar_override", request.overrides},
          {"extra_minion_data", Map{}},
          {"ver", "2"}};
}

Map RemotePillar::compile(const PillarRequest& request) {
  try {
    return master_.fetch_pillar(pillar_load(settings_, grains_, request));
  } catch (const Error& error) {
    return {{"_errors", List{fmt::format("the master gives no pillar: {}", error.what())}}};
  }
}

Map RemotePillar::current() {
  {
    const std::lock_guard lock(mutex_);
    if (current_) return *current_;
  }
  refresh();
  const std::lock_guard lock(mutex_);
  return *current_;
}

void RemotePillar::refresh() {
  Map made = compile({});
  const std::lock_guard lock(mutex_);
  // While the master is away, the pillar that was in use stays.
  if (!current_ || !made.contains("_errors")) current_ = std::move(made);
}

}  // namespace halite::minion
