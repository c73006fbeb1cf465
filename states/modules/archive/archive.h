// The arguments of archive.extracted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "states/arguments.h"
#include "states/outcome.h"
#include "states/providers/sources.h"
#include "states/resource.h"
#include "states/world.h"

namespace halite::states {

struct Extraction {
  std::string name;
  Value source;
  Text source_hash, password;
  std::string source_hash_name, archive_format, options, list_options, if_missing, enforce_ownership_on;
  bool source_hash_update = false, skip_files_list_verify = false, skip_verify = false, force = false,
       overwrite = false, clean = false, clean_parent = false, extract_perms = true, enforce_toplevel = true,
       use_etag = false, keep_source = true;
  std::optional<bool> use_cmd_unzip;
  std::optional<Text> user, group;
  Value trim;
  // Derived.
  int strip_components = 0;
  std::vector<std::string> exclude;
  bool keeps_owners = true, keeps_modes = true;
  std::int64_t trim_output = 0;  // 0: all
};

Schema<Extraction> extraction_schema();
// Checks the arguments and completes them; an outcome settles the state.
std::optional<Outcome> prepare_extraction(Extraction& asked, World& world);
// Throws Error(invalid) in Salt's words for a format that is not known, or does not go with other arguments.
void check_format(const Extraction& asked);

}  // namespace halite::states
