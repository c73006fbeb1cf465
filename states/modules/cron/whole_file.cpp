#include "states/modules/cron/whole_file.h"

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/providers/crontab.h"
#include "states/providers/secrets.h"
#include "states/providers/sources.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct CronFile {
  std::string name;
  std::string user = "root";
  Text source_hash;
  std::string source_hash_name, template_engine, backup;
  Map context, defaults;
  bool replace = true;

  std::optional<bool> show_changes;
  std::optional<std::string> content;
};

Schema<CronFile> schema() {
  return Schema<CronFile>()
      .key(&CronFile::name, "name", "Where the crontab is: salt://, or a path on this host.")
      .parameter(&CronFile::user, "user", "Whose crontab it is.")
      .parameter(&CronFile::source_hash, "source_hash", "Checksum that the source must have.")
      .parameter(&CronFile::source_hash_name, "source_hash_name", "Name to look for in a file of checksums.")
      .parameter(&CronFile::template_engine, "template", "Render the source with this engine first: jinja.")
      .parameter(&CronFile::context, "context", "Names for the template.")
      .parameter(&CronFile::defaults, "defaults", "Names for the template that `context` may replace.")
      .parameter(&CronFile::replace, "replace", "Replace a crontab that is there already.")
      .parameter(&CronFile::show_changes, "show_changes",
                 "Show the difference of the text. Unset: only that there is one, as nobody else may read a crontab.")
      .parameter(&CronFile::backup, "backup", "Kept for Salt's trees; crontabs are not backed up.");
}

// crontab ends the last line itself.
std::string whole_lines(std::string text) {
  if (!text.empty() && !text.ends_with('\n')) text += "\n";
  return text;
}

std::optional<Outcome> prepare(CronFile& asked, World& world) {
  if (!has_user(world, asked.user))
    throw Error(ErrorKind::not_found, "Could not identify group for user {}", asked.user);
  if (!asked.replace && !trim(read_crontab(asked.user, world.host)).empty())
    return unchanged(fmt::format("User {} already has a crontab. No changes made", asked.user));
  Source source = read_source(
      {.sources = {asked.name}, .hash = asked.source_hash.text, .hash_name = asked.source_hash_name}, world);
  if (!asked.template_engine.empty())
    source.content = render_text({.engine = asked.template_engine,
                                  .text = std::move(source.content),
                                  .source_name = source.name,
                                  .context = asked.context,
                                  .defaults = asked.defaults,
                                  .extra = {{"name", asked.name}, {"user", asked.user}}},
                                 world);
  asked.content = whole_lines(std::move(source.content));
  return std::nullopt;
}

std::optional<CronFile> read(const CronFile& asked, World& world) {
  CronFile now = asked;
  now.content = whole_lines(read_crontab(asked.user, world.host));
  return now;
}

void apply(const std::optional<CronFile>&, const std::optional<CronFile>& want, World& world) {
  write_crontab(want->user, *want->content, world.host);
}

}  // namespace

Function cron_file() {
  Resource<CronFile> file{.name = "cron", .schema = schema(), .read = read, .apply = apply};
  file.derived = Schema<CronFile>().property(&CronFile::content, "diff", "The text.");
  file.prepare = prepare;
  file.ignored = {{"makedirs", "a crontab has no directory to make"}, {"mode", "cron keeps its own mode"}};
  Wording<CronFile> words;
  words.correct = [](const CronFile& asked) {
    return fmt::format("Crontab for user {} is in the correct state", asked.user);
  };
  words.planned = [](const Change<CronFile>& change) {
    return fmt::format("Crontab for user {} is set to be updated", change.asked.user);
  };
  words.done = [](const Change<CronFile>& change) {
    return fmt::format("Crontab for user {} was updated", change.asked.user);
  };
  words.changes = [](const Change<CronFile>& change) {
    return Map{{"diff", told_change(change.before->content.value_or(""), change.after->content.value_or(""), true,
                                    change.asked.show_changes)}};
  };
  return file.ensure("file", "The user's whole crontab is this file.", {{"name", "salt://crontab"}},
                     as_given<CronFile>, words);
}

}  // namespace halite::states
