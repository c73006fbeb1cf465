// git.present: an empty repository to push to or to work in.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/git/common.h"
#include "states/modules/git/functions.h"

namespace halite::states {
namespace {

struct Present : GitAccess {
  std::string name;
  bool force = false, bare = true;
  std::string template_directory, separate_git_dir;
  Value shared;
  bool is_in_the_way = false;
};

Schema<Present> schema() {
  return with_git_access(
      Schema<Present>()
          .key(&Present::name, "name", "Where the repository is: an absolute path.")
          .parameter(&Present::force, "force", "Empty a directory that is no repository, and make one there.")
          .parameter(&Present::bare, "bare", "Without a working copy.")
          .parameter(&Present::template_directory, "template", "Directory whose files a new repository gets.")
          .parameter(&Present::separate_git_dir, "separate_git_dir", "Keep the repository there, and link to it.")
          .parameter(&Present::shared, "shared",
                     "Who may write to it: true, group, all, umask, or a mode in octal such as 0640."));
}

std::string kind(const Present& asked) { return asked.bare ? "bare " : ""; }

bool is_repository(const Present& asked, World& world) {
  if (asked.bare) {
    const auto head = world.host.status_of_target(asked.name + "/HEAD");
    return head && head->type == FileType::regular;
  }
  return git_of(asked, world).is_checkout(asked.name);
}

std::optional<Outcome> prepare(Present& asked, World& world) {
  if (!asked.name.starts_with('/'))
    throw Error(ErrorKind::invalid, "'{}' must be an absolute path for a repository", asked.name);
  if (is_repository(asked, world) || !is_occupied(asked.name, world)) return std::nullopt;
  if (!asked.force)
    throw Error(ErrorKind::invalid,
                "Target '{}' exists, is non-empty, and is not a git repository. Set the 'force' option to True to remove "
                "this directory's contents and proceed with initializing a repository",
                asked.name);
  asked.is_in_the_way = true;
  return std::nullopt;
}

std::optional<Present> read(const Present& asked, World& world) {
  return is_repository(asked, world) ? std::optional(asked) : std::nullopt;
}

// 660 and "0660" are the mode; git reads octal with a zero in front.
std::string shared_word(const Value& shared) {
  if (const auto* number = shared.if_int()) return "0" + std::to_string(*number);
  return to_lower(python_text(shared));
}

void apply(const std::optional<Present>&, const std::optional<Present>& want, World& world) {
  if (want->is_in_the_way) empty_directory(want->name, world);
  Argv words{"init"};
  if (want->bare) words.push_back("--bare");
  if (!want->template_directory.empty()) words.push_back("--template=" + want->template_directory);
  if (!want->separate_git_dir.empty()) words.push_back("--separate-git-dir=" + want->separate_git_dir);
  if (!want->shared.is_null()) words.push_back("--shared=" + shared_word(want->shared));
  words.insert(words.end(), {"--", want->name});
  git_of(*want, world).run(words, "/");
}

Map changes(const Change<Present>& change) {
  Map shown{{"new", change.asked.name}};
  if (change.asked.is_in_the_way) shown.set("forced init", true);
  return shown;
}

Wording<Present> words() {
  Wording<Present> words;
  words.correct = [](const Present& asked) {
    return fmt::format("There is a {}repository in {} already", kind(asked), asked.name);
  };
  words.planned = [](const Change<Present>& change) {
    if (change.asked.is_in_the_way)
      return fmt::format(
          "Target directory {0} exists. Since force=True, the contents of {0} would be deleted, and a {1}repository "
          "would be initialized in its place.",
          change.asked.name, kind(change.asked));
    return fmt::format("New {}repository would be created", kind(change.asked));
  };
  words.done = [](const Change<Present>& change) {
    std::vector<std::string> steps{fmt::format("Initialized {}repository in {}", kind(change.asked), change.asked.name)};
    if (!change.asked.template_directory.empty())
      steps.push_back("Template directory set to " + change.asked.template_directory);
    if (!change.asked.separate_git_dir.empty()) steps.push_back("Gitdir set to " + change.asked.separate_git_dir);
    return told(steps);
  };
  words.changes = changes;
  return words;
}

}  // namespace

Function git_present() {
  Resource<Present> present{.name = "git", .schema = schema(), .read = read, .apply = apply};
  present.prepare = prepare;
  present.provides = [](const Present& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"directory", asked.name}};
  };
  return present.ensure("present", "There is a repository, a new one where none was.",
                        {{"name", "/srv/git/site.git"}}, as_given<Present>, words());
}

}  // namespace halite::states
