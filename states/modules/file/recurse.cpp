// file.recurse: a directory of the file tree, with all that is in it.
#include <algorithm>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/file/common.h"
#include "states/modules/file/directory.h"
#include "states/providers/sources.h"

namespace halite::states {
namespace {

struct Recurse {
  std::string name;
  TextList source;
  bool keep_source = true, clean = false, replace = true, include_empty = false, keep_symlinks = false,
       force_symlinks = false;
  std::optional<Text> user, group;
  std::optional<FileMode> dir_mode, file_mode, sym_mode;
  std::string template_engine, backup;
  Value context, defaults, show_changes, mode;
  TextList include_pat, exclude_pat;
  std::optional<Number> maxdepth;
};

Schema<Recurse> schema() {
  return Schema<Recurse>()
      .key(&Recurse::name, "name", "Full path of the directory.")
      .parameter(&Recurse::source, "source",
                 "The directory in the file tree, salt://...; of a list, the first there is.")
      .parameter(&Recurse::keep_source, "keep_source", "Kept for Salt's trees; salt:// sources are not kept twice.")
      .parameter(&Recurse::clean, "clean",
                 "Remove all in the directory that neither the source has nor a file state it requires.")
      .parameter(&Recurse::user, "user", "Owner of all, by name or number. Unset: keep it; what is new is root's.")
      .alias("owner")
      .parameter(&Recurse::group, "group", "Group of all, by name or number. Unset: keep it; what is new is root's.")
      .parameter(&Recurse::dir_mode, "dir_mode", "Mode of directories. Unset: keep it.")
      .parameter(&Recurse::file_mode, "file_mode", "Mode of files, or keep for that of the source. Unset: keep it.")
      .parameter(&Recurse::sym_mode, "sym_mode", "Mode of directories that are made for symlinks alone.")
      .parameter(&Recurse::template_engine, "template", "Render every file with this engine first: jinja.")
      .parameter(&Recurse::context, "context", "Names for the templates.")
      .parameter(&Recurse::defaults, "defaults", "Names for the templates that `context` may replace.")
      .parameter(&Recurse::replace, "replace", "Replace the content of files that are there.")
      .parameter(&Recurse::include_empty, "include_empty", "Make directories that hold nothing, too.")
      .parameter(&Recurse::backup, "backup", "minion: keep old contents below the cache directory.")
      .one_of({"", "minion", "master", "both"})
      .parameter(&Recurse::include_pat, "include_pat",
                 "Only paths that this glob, or E@ and a regular expression, matches.")
      .parameter(&Recurse::exclude_pat, "exclude_pat",
                 "No path that this glob, or E@ and a regular expression, matches.")
      .parameter(&Recurse::maxdepth, "maxdepth", "How deep to go; 0 is the directory's own files.")
      .parameter(&Recurse::keep_symlinks, "keep_symlinks", "Make symlinks of the tree symlinks here.")
      .parameter(&Recurse::force_symlinks, "force_symlinks", "Replace what stands where a symlink should be.")
      .parameter(&Recurse::mode, "mode", "Refused: file_mode and dir_mode are meant.")
      .parameter(&Recurse::show_changes, "show_changes",
                 "Show the differences of contents. Unset: unless others may not read the file.");
}

// The source and what it holds, by paths below the directory.
struct Content {
  SaltPath source;
  std::vector<std::string> files, folders;
  std::vector<std::pair<std::string, std::string>> symlinks;
};

bool is_wanted(const Recurse& asked, const std::string& relative) {
  if (asked.maxdepth && std::count(relative.begin(), relative.end(), '/') > asked.maxdepth->value) return false;
  if (!asked.include_pat.items.empty() && !matches_any(relative, asked.include_pat.items)) return false;
  return !matches_any(relative, asked.exclude_pat.items);
}

// The first source that is there.
SaltPath find_source(const Recurse& asked, World& world) {
  std::vector<SaltPath> candidates;
  for (std::string source : asked.source.items) {
    while (source.ends_with('/') && !source.ends_with("//")) source.pop_back();
    auto path = salt_path(source, world);
    if (!path) throw Error(ErrorKind::invalid, "Invalid source '{}' (must be a salt:// URI)", source);
    candidates.push_back(std::move(*path));
  }
  if (candidates.empty()) throw Error(ErrorKind::invalid, "'source' is missing: where is the directory?");
  const auto is_there = [&](const SaltPath& path) {
    return path.path.empty() || !world.files.list(path.environment, path.path + "/").empty() ||
           !world.files.folders(path.environment, path.path).empty();
  };
  const auto found = std::find_if(candidates.begin(), candidates.end(), is_there);
  if (found != candidates.end()) return *found;
  if (candidates.size() > 1)
    throw Error(ErrorKind::not_found, "Recurse failed: none of the specified sources were found");
  throw Error(ErrorKind::not_found, "The directory '{}' does not exist on the salt fileserver in saltenv '{}'",
              candidates[0].path, candidates[0].environment);
}

Content content_of(const Recurse& asked, World& world) {
  Content content;
  content.source = find_source(asked, world);
  const auto& [path, environment] = content.source;
  const std::string prefix = path.empty() ? "" : path + "/";
  if (asked.keep_symlinks)
    for (const auto& [link, target] : world.files.symlinks(environment, prefix))
      if (const std::string relative = link.substr(prefix.size()); is_wanted(asked, relative))
        content.symlinks.emplace_back(relative, target);
  // What is behind a symlink that is kept is not there a second time.
  const auto is_behind_link = [&](const std::string& relative) {
    return std::any_of(content.symlinks.begin(), content.symlinks.end(), [&](const auto& link) {
      return relative == link.first || relative.starts_with(link.first + "/");
    });
  };
  std::set<std::string> folders;
  for (const auto& entry : world.files.list(environment, prefix)) {
    const std::string relative = entry.path.substr(prefix.size());
    if (!is_wanted(asked, relative) || is_behind_link(relative)) continue;
    content.files.push_back(relative);
    const std::size_t slash = relative.rfind('/');
    folders.insert(slash == std::string::npos ? "" : relative.substr(0, slash));
  }
  if (asked.include_empty)
    for (const auto& folder : world.files.folders(environment, prefix))
      if (const std::string relative = folder.substr(prefix.size());
          is_wanted(asked, relative) && !is_behind_link(relative))
        folders.insert(relative);
  folders.insert("");
  content.folders.assign(folders.begin(), folders.end());
  return content;
}

// Runs file.managed and its kin for each part, and gathers what they tell.
class Gathering {
 public:
  Gathering(const Recurse& asked, World& world) : asked_(asked), world_(world) {}

  void symlink(const std::string& path, const std::string& target) {
    static const Function function = file_symlink();
    run(function, path,
        {{"name", path},
         {"target", target},
         {"makedirs", true},
         {"force", asked_.force_symlinks},
         {"user", text(asked_.user)},
         {"group", text(asked_.group)},
         {"mode", mode(asked_.sym_mode)}});
  }

  void folder(const std::string& path) {
    static const Function function = file_directory();
    if (asked_.clean && is_in_the_way(path, FileType::directory)) clear(path, "Replaced file with a directory");
    run(function, path,
        {{"name", path},
         {"makedirs", true},
         {"user", text(asked_.user)},
         {"group", text(asked_.group)},
         {"dir_mode", mode(asked_.dir_mode)}});
  }

  void file(const std::string& path, const SaltPath& source) {
    static const Function function = file_managed();
    const auto status = world_.host.status(path);
    if (asked_.clean && asked_.replace && status && status->type == FileType::directory)
      clear(path, "Replaced directory with a new file");
    Map args{{"name", path},
             {"source", "salt://" + source.path + "?saltenv=" + source.environment},
             {"user", text(asked_.user)},
             {"group", text(asked_.group)},
             {"mode", mode(asked_.file_mode)},
             {"makedirs", true},
             {"replace", asked_.replace},
             {"backup", asked_.backup},
             {"context", asked_.context},
             {"defaults", asked_.defaults},
             {"show_changes", asked_.show_changes}};
    if (!asked_.template_engine.empty()) args.set("template", asked_.template_engine);
    run(function, path, args);
  }

  void surplus(const std::vector<std::string>& paths) {
    if (paths.empty()) return;
    for (const auto& path : paths) world_.host.remove_tree(path);
    changes_.set("removed", paths);
    if (world_.dry_run) comment_ += fmt::format("\n\n#### removed ####\n{}", join(paths, "\n"));
  }

  Outcome finish() {
    Outcome outcome{.comment = std::string(strip(comment_)), .changes = changes_};
    if (is_failed_)
      outcome.result = Result::failed;
    else if (!changes_.empty())
      outcome.result = world_.dry_run ? Result::would_change : Result::changed;
    if (outcome.comment.empty()) outcome.comment = fmt::format("Recursively updated {}", asked_.name);
    if (outcome.result == Result::unchanged)
      outcome.comment = fmt::format("The directory {} is in the correct state", asked_.name);
    return outcome;
  }

 private:
  static Value text(const std::optional<Text>& held) { return held ? Value(held->text) : Value(); }
  static Value mode(const std::optional<FileMode>& held) { return held ? Convert<FileMode>::encode(*held) : Value(); }

  bool is_in_the_way(const std::string& path, FileType wanted) {
    const auto status = world_.host.status_of_target(path);
    return status && status->type != wanted;
  }

  void clear(const std::string& path, const char* what) {
    world_.host.remove_tree(path);
    changes_.set(path, Map{{"diff", what}});
  }

  void run(const Function& function, const std::string& path, const Map& args) {
    Outcome outcome;
    try {
      outcome = function.run(args, world_);
    } catch (const Error& error) {
      outcome = failed(error.what());
    }
    is_failed_ |= outcome.result == Result::failed;
    const bool tells = outcome.result == Result::failed || outcome.result == Result::would_change;
    if (tells && !outcome.comment.empty()) comment_ += fmt::format("\n\n#### {} ####\n{}", path, outcome.comment);
    if (!outcome.changes.empty()) changes_.set(path, outcome.changes);
  }

  const Recurse& asked_;
  World& world_;
  Map changes_;
  std::string comment_;
  bool is_failed_ = false;
};

Outcome run(const Recurse& args, World& world) {
  Recurse asked = args;
  if (!asked.mode.is_null())
    throw Error(ErrorKind::invalid, "'mode' is not allowed in 'file.recurse'. Please use 'file_mode' and 'dir_mode'.");
  asked.name = full_path(asked.name, world);
  check_owners(asked.user, asked.group, world);
  const Content content = content_of(asked, world);
  const auto status = world.host.status_of_target(asked.name);
  if (status && status->type != FileType::directory && !asked.clean)
    throw Error(ErrorKind::invalid, "The path {} exists and is not a directory", asked.name);
  const auto place = [&](const std::string& relative) {
    return relative.empty() ? asked.name : (asked.name == "/" ? "" : asked.name) + "/" + relative;
  };
  Gathering gathering(asked, world);
  for (const auto& [link, target] : content.symlinks) gathering.symlink(place(link), target);
  for (const auto& folder : content.folders) gathering.folder(place(folder));
  const std::string prefix = content.source.path.empty() ? "" : content.source.path + "/";
  for (const auto& file : content.files) gathering.file(place(file), {prefix + file, content.source.environment});
  if (asked.clean && has_directory(world, asked.name)) {
    std::set<std::string> keep = required_files(world);
    for (const auto& file : content.files) keep.insert(place(file));
    for (const auto& [link, target] : content.symlinks) keep.insert(place(link));
    std::vector<std::string> surplus = surplus_below(asked.name, keep, asked.exclude_pat, world);
    std::erase_if(surplus, [&](const std::string& path) {
      return std::any_of(content.folders.begin(), content.folders.end(),
                         [&](const std::string& folder) { return place(folder) == path; });
    });
    gathering.surplus(surplus);
  }
  return gathering.finish();
}

}  // namespace

Function file_recurse() {
  Action<Recurse> recurse{.name = "file", .schema = schema(), .plan = run, .run = run};
  recurse.ignored = ignored_on_linux();
  recurse.ignored.emplace_back("env", "use 'saltenv'");
  Function function = recurse.function("recurse", "The directory holds what a directory of the file tree holds.",
                                       {{"name", "/srv/scripts"}, {"source", "salt://scripts"}, {"file_mode", "0755"}});
  function.is_action = false;
  return function;
}

}  // namespace halite::states
