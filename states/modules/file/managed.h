// The struct of file.managed: what was asked and what is there.
#pragma once

#include <optional>
#include <string>

#include "states/arguments.h"
#include "states/resource.h"

namespace halite::states {

struct ManagedFile {
  std::string name;
  Value source;
  Text source_hash;
  std::string source_hash_name;
  bool keep_source = true;
  std::optional<Text> user, group;
  std::optional<FileMode> mode, dir_mode;
  std::optional<std::string> attrs;
  std::string template_engine;
  bool makedirs = false, replace = true, create = true;
  Value context, defaults;
  std::string backup;
  std::optional<bool> show_changes, show_diff;
  Value contents, contents_pillar, contents_grains;
  bool contents_newline = true, allow_empty = true, follow_symlinks = true;
  std::string contents_delimiter = ":", tmp_dir, tmp_ext;
  TextList check_cmd;
  bool skip_verify = false, verify_ssl = true, use_etag = false;
  std::string encoding, encoding_errors = "strict";

  // Derived.
  std::string path;          // the file itself, behind the symlinks that may be followed
  unsigned new_mode = 0644;  // of a new file for which no mode is asked
  bool keeps_content = false;
  bool has_source = false;  // the content comes from one, and not from contents
  std::string note;         // for the comment of a dry run
  std::optional<std::string> content;
  std::optional<bool> is_symlink;
};

Schema<ManagedFile> managed_schema();
Schema<ManagedFile> managed_derived();

// A source or contents are given.
bool has_content(const ManagedFile& asked);
// Throws Error(invalid) in Salt's words for arguments that exclude each other.
void check_combination(const ManagedFile& asked);
// Sets `content` (and the mode of the source, for `mode: keep`); leaves it unset when no content is asked for.
void fill_content(ManagedFile& asked, World& world);

}  // namespace halite::states
