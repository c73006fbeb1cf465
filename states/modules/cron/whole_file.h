// cron.file: the whole crontab of a user from a source.
#pragma once

#include "states/registry.h"

namespace halite::states {

Function cron_file();

}  // namespace halite::states
