// How many minions a job goes to at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "master/jobs/job.h"

namespace halite::master {

// "10", "25%" or "%25" of so many minions, as Salt reads it: shares are rounded up, and at least 1.
// Throws Error(invalid) for anything else.
std::size_t batch_size(std::string_view text, std::size_t minions);

// Nothing when the job goes to all at once. Throws Error(invalid) for a bad size.
std::optional<Batch> batch_of(const wire::PublishJob& request, const std::vector<std::string>& minions);

}  // namespace halite::master
