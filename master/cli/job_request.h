// From the command line of `halite` to the job that is published.
#pragma once

#include "common/config/master_settings.h"
#include "common/config/options.h"
#include "common/wire/messages/job.h"

namespace halite::cli {

// Target and kind. Throws UsageError for two kinds at once, Error(not_found) when no target is named.
wire::TargetQuery target_from(const ParsedOptions& options);
// `input`: what stands on standard input with --args-stdin. Throws UsageError for wrong numbers and a missing function.
wire::PublishJob job_from(const ParsedOptions& options, const MasterSettings& settings, const std::string& input);

}  // namespace halite::cli
