#include "minion/returners.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/returners.h"
#include "common/base/strings.h"
#include "common/base/utc_stamp.h"
#include "minion/return_file.h"
#include "minion/return_limit.h"

namespace halite::minion {
namespace {

// As sent, but under the minion's own job id: a run of the schedule gets its id from the master, and that may be away.
Map record_of(const Job& job, const Map& load, std::chrono::system_clock::time_point now) {
  Map record = load;
  fit_return(record);
  record.set("jid", job.jid);
  record.set("_stamp", utc_stamp(now));
  return record;
}

}  // namespace

void Returners::take(const Job& job, const Map& load) const {
  // What the master asks about a job is none itself.
  const bool is_question = job.ret.empty() && job.fun == Value("saltutil.find_job");
  if (is_question) return;
  const auto& disabled = settings_.disable_returners;
  for (const auto& name : split_returners(join(settings_.returners.items, ",") + "," + job.ret)) {
    try {
      check_returner(name);
      if (std::find(disabled.begin(), disabled.end(), name) != disabled.end())
        log::warning("job {}: the returner '{}' is not used: this minion's disable_returners names it", job.jid, name);
      else if (name == "file")
        ReturnFile({settings_.return_file_dir, settings_.return_file_size, settings_.return_file_count})
            .append(record_of(job, load, host_.now()));
    } catch (const std::exception& error) {
      log::error("job {}: the returner '{}' does not have its result: {}", job.jid, escape_control(name), error.what());
    }
  }
}

}  // namespace halite::minion
