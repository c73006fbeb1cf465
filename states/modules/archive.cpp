// archive.extracted: what an archive holds is in a directory.
#include <algorithm>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/modules/archive/archive.h"
#include "states/modules/file/common.h"
#include "states/providers/archives.h"
#include "states/providers/download.h"
#include "states/providers/secrets.h"
#include "states/providers/source_hash.h"

namespace halite::states {
namespace {

// What was unpacked into a directory last: its checksum, below the cache.
std::string record_of(const Extraction& asked, World& world) {
  return world.cache_directory + "/extracted/" + crypto::hash_hex(crypto::HashType::sha256, asked.name);
}

// A part of the archive that is not there, or something else in its place.
struct Standing {
  bool is_missing = false;
  std::vector<std::string> wrong;  // relative paths
};

Standing standing_of(const Extraction& asked, const std::vector<ArchiveEntry>& entries, World& world) {
  Standing standing;
  for (const ArchiveEntry& entry : entries) {
    const auto status = world.host.status(asked.name + "/" + entry.path);
    if (!status) {
      standing.is_missing = true;
      continue;
    }
    const auto kind = [](FileType type) {
      return type == FileType::directory || type == FileType::symlink ? type : FileType::regular;
    };
    if (kind(status->type) != kind(entry.type)) standing.wrong.push_back(entry.path);
  }
  return standing;
}

std::set<std::string> top_level(const std::vector<ArchiveEntry>& entries) {
  std::set<std::string> names;
  for (const ArchiveEntry& entry : entries) names.insert(entry.path.substr(0, entry.path.find('/')));
  return names;
}

void check_toplevel(const Extraction& asked, const std::vector<ArchiveEntry>& entries) {
  std::size_t directories = 0, files = 0;
  for (const auto& name : top_level(entries)) {
    const bool is_file = std::any_of(entries.begin(), entries.end(), [&](const ArchiveEntry& entry) {
      return entry.path == name && entry.type != FileType::directory;
    });
    ++(is_file ? files : directories);
  }
  if (directories <= 1 && files == 0) return;
  throw Error(ErrorKind::invalid,
              "Archive does not have a single top-level directory. To allow this archive to be extracted, set "
              "'enforce_toplevel' to False. To avoid a '{}-bomb' it may also be advisable to set a top-level directory "
              "by adding it to the 'name' value (for example, setting 'name' to {}/some_dir instead of {}/).",
              asked.archive_format, asked.name, asked.name);
}

class Extracting {
 public:
  Extracting(const Extraction& asked, SourceFile source, World& world)
      : asked_(asked), source_(std::move(source)), shown_source_(without_password(source_.name)), world_(world) {}

  Outcome finish() {
    const bool is_updated = has_new_hash();
    if (asked_.skip_files_list_verify && is_recorded_)
      if (!is_updated)
        return unchanged(fmt::format(
            "Archive {} existing source sum is the same as the expected one and skip_files_list_verify argument was "
            "set to True. Extraction is not needed",
            shown_source_));
    entries_ = list_archive(request(), world_);
    if (asked_.enforce_toplevel) check_toplevel(asked_, entries_);
    const Standing standing = standing_of(asked_, entries_, world_);
    const bool cleans = asked_.clean || asked_.clean_parent;
    if (!standing.wrong.empty() && !cleans && !asked_.force) refuse(standing);
    const bool is_due = asked_.overwrite || standing.is_missing || !standing.wrong.empty();
    if (is_due || (asked_.source_hash_update && is_updated)) extract(standing, !is_due);
    const bool owns = enforce_owners();
    record();
    return outcome(owns);
  }

 private:
  ArchiveRequest request() const {
    return {.path = source_.path,
            .strip_components = asked_.strip_components,
            .exclude = asked_.exclude,
            .password = asked_.password.text,
            .keep_owners = asked_.keeps_owners,
            .keep_modes = asked_.extract_perms && asked_.keeps_modes};
  }

  // Only looked at when asked: hashing a large archive takes its time.
  bool has_new_hash() {
    if (!asked_.source_hash_update && !asked_.skip_files_list_verify) return false;
    hash_ = crypto::hash_file_hex(crypto::HashType::sha256, source_.path);
    const auto known = world_.own_files.read_file_if_exists(record_of(asked_, world_));
    is_recorded_ = known.has_value();
    return known && *known != hash_;
  }

  void record() {
    if (world_.dry_run || hash_.empty()) return;
    const std::string place = record_of(asked_, world_);
    make_private_parents(place, world_.own_files);
    world_.own_files.replace_file(place, hash_, {.mode = 0600, .uid = {}, .gid = {}});
  }

  [[noreturn]] void refuse(const Standing& standing) const {
    std::string list;
    for (const auto& path : standing.wrong) list += "\n- " + path;
    throw Error(ErrorKind::invalid,
                "The below paths (relative to {}/) exist, but are the incorrect type (file instead of directory, "
                "symlink instead of file, etc.). To proceed with extraction, set 'force' to True. Note that this will "
                "remove these paths before extracting.\n{}",
                asked_.name, list);
  }

  void remove(const std::string& path) {
    if (!world_.host.status(path)) return;
    world_.host.remove_tree(path);
    removed_.push_back(path);
  }

  void extract(const Standing& standing, bool by_hash) {
    is_extracted_ = true;
    comment_ = fmt::format("{} extracted to {}/", shown_source_, asked_.name);
    if (world_.dry_run) comment_ = fmt::format("Archive {} would be extracted to {}/", shown_source_, asked_.name);
    if (world_.dry_run && asked_.clean) comment_ += ", after cleaning destination path(s)";
    if (by_hash) comment_ += ", due to source_hash update";
    if (standing.is_missing) comment_ += ", due to absence of one or more files/dirs";
    if (asked_.clean_parent) remove(asked_.name);
    if (asked_.clean)
      for (const auto& name : top_level(entries_)) remove(asked_.name + "/" + name);
    for (const auto& path : standing.wrong) remove(asked_.name + "/" + path);
    if (!world_.host.status_of_target(asked_.name)) {
      const FileAttributes owner = attributes_of(asked_.user, std::nullopt, std::nullopt, world_);
      make_parents(asked_.name, owner, world_);
      world_.host.make_directory(asked_.name, owner);
      is_new_ = true;
    }
    if (world_.dry_run)
      rehearse();
    else
      files_ = extract_archive(request(), asked_.name, world_);
  }

  // In a dry run the names and kinds are made, so that later states find them; contents are not unpacked.
  void rehearse() {
    for (const ArchiveEntry& entry : entries_) {
      const std::string path = asked_.name + "/" + entry.path;
      files_.push_back(entry.path);
      make_parents(path, {}, world_);
      if (entry.type == FileType::directory) {
        if (!world_.host.status_of_target(path)) world_.host.make_directory(path, {.mode = entry.mode});
      } else if (entry.type == FileType::symlink) {
        world_.host.make_symlink(path, entry.target);
      } else if (!world_.host.status(path)) {
        world_.host.replace_file(path, "", {.mode = entry.mode});
      }
    }
  }

  bool enforce_owners() {
    if (!asked_.user && !asked_.group) return false;
    std::vector<std::string> paths;
    if (!asked_.enforce_ownership_on.empty())
      paths.push_back(asked_.enforce_ownership_on);
    else
      for (const auto& name : top_level(entries_)) paths.push_back(asked_.name + "/" + name);
    bool changes = false;
    for (const auto& path : paths) changes |= give(path);
    return changes;
  }

  bool give(const std::string& path) {
    const auto status = world_.host.status(path);
    if (!status) return false;
    const FileAttributes wanted = attributes_of(asked_.user, asked_.group, std::nullopt, world_);
    bool changes = (wanted.uid && *wanted.uid != status->uid) || (wanted.gid && *wanted.gid != status->gid);
    if (changes) world_.host.set_attributes(path, {.mode = status->mode, .uid = wanted.uid, .gid = wanted.gid});
    if (status->type == FileType::directory)
      for (const auto& name : world_.host.list_directory(path)) changes |= give(path + "/" + name);
    return changes;
  }

  Outcome outcome(bool owns) {
    Outcome outcome{.comment = comment_.empty() ? "All files in archive are already present" : comment_};
    if (!removed_.empty()) outcome.changes.set("removed", removed_);
    if (is_new_) outcome.changes.set("directories_created", List{asked_.name + "/"});
    std::sort(files_.begin(), files_.end());
    if (is_extracted_) {
      if (asked_.trim_output > 0 && files_.size() > static_cast<std::size_t>(asked_.trim_output)) {
        files_.resize(static_cast<std::size_t>(asked_.trim_output));
        outcome.comment += fmt::format(". Output was trimmed to {} number of lines", asked_.trim_output);
      }
      outcome.changes.set("extracted_files", files_);
    }
    if (owns) outcome.changes.set("updated ownership", true);
    if (owns && !is_extracted_ && world_.dry_run)
      outcome.comment += ". Ownership would be updated on one or more files/directories.";
    if (!outcome.changes.empty()) outcome.result = world_.dry_run ? Result::would_change : Result::changed;
    return outcome;
  }

  const Extraction& asked_;
  const SourceFile source_;
  const std::string shown_source_;
  World& world_;
  std::vector<ArchiveEntry> entries_;
  std::vector<std::string> files_, removed_;
  std::string comment_, hash_;
  bool is_recorded_ = false, is_extracted_ = false, is_new_ = false;
};

Outcome run(const Extraction& args, World& world) {
  Extraction asked = args;
  if (auto settled = prepare_extraction(asked, world)) return *settled;
  SourceFile source = fetch_source({.sources = source_names(asked.source),
                                    .hash = asked.source_hash.text,
                                    .hash_name = asked.source_hash_name,
                                    .skip_verify = asked.skip_verify,
                                    .use_etag = asked.use_etag},
                                   world);
  if (asked.archive_format.empty())
    asked.archive_format = archive_format_of(source.name.substr(0, source.name.find_first_of("?#")));
  check_format(asked);
  const std::string cached = source.is_cached && !asked.keep_source ? source.path : "";
  Outcome outcome = Extracting(asked, std::move(source), world).finish();
  if (!cached.empty() && world.own_files.status(cached)) world.own_files.remove_file(cached);
  return outcome;
}

}  // namespace

Module archive() {
  Action<Extraction> extracted{.name = "archive", .schema = extraction_schema(), .plan = run, .run = run};
  for (const char* name : {"tar_options", "zip_options"}) extracted.ignored.emplace_back(name, "use 'options'");
  Function function =
      extracted.function("extracted", "What an archive holds is in the directory.",
                         {{"name", "/opt/app"}, {"source", "salt://app.tar.gz"}, {"enforce_toplevel", false}});
  function.is_action = false;
  return {"archive", "Archives.", {function}};
}

}  // namespace halite::states
