// The settings jinja_env (for files) and jinja_sls_env (for SLS files) as options of the engine.
#pragma once

#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/render/options.h"

namespace halite::render {

// Jinja's own names: trim_blocks, lstrip_blocks, block_start_string, line_statement_prefix, ... `unknown`, where given,
// gets the names that are none of these, for a warning. Throws Error(invalid) for a value of the wrong type.
Options options_from(const Map& jinja_env, std::vector<std::string>* unknown = nullptr);

// The same with the older settings jinja_trim_blocks and jinja_lstrip_blocks. Throws for an unknown name too.
Options jinja_options(const Map& jinja_env, bool trim_blocks, bool lstrip_blocks);

}  // namespace halite::render
