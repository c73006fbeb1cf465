// file.tidied: what is old or large below a directory is not there.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>

#include "common/base/strings.h"
#include "common/data/regex.h"
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Tidied {
  std::string name;
  std::optional<Number> age;
  std::optional<Text> size;
  TextList matches{{".*"}}, exclude;
  bool rmdirs = false, full_path_match = false, followlinks = false, rmlinks = true;
  std::string time_comparison = "atime", logical_operator = "OR";
  std::optional<std::string> age_size_only;
  // Derived.
  std::optional<std::vector<std::string>> unwanted;
  std::optional<std::int64_t> size_bytes;
  std::vector<Regex> wanted_patterns, excluded_patterns;
};

Schema<Tidied> schema() {
  return Schema<Tidied>()
      .key(&Tidied::name, "name", "Full path of the directory.")
      .parameter(&Tidied::age, "age", "Days since the file was used. Unset: age does not count.")
      .parameter(&Tidied::matches, "matches", "Only what begins as one of these regular expressions says.")
      .parameter(&Tidied::rmdirs, "rmdirs", "Remove directories too, with all that is in them.")
      .parameter(&Tidied::size, "size", "Bytes that a file has at least, such as 10M. Unset: size does not count.")
      .parameter(&Tidied::exclude, "exclude", "Nothing that begins as one of these regular expressions says.")
      .parameter(&Tidied::full_path_match, "full_path_match", "Hold the expressions against the full path, not the name.")
      .parameter(&Tidied::followlinks, "followlinks", "Look into directories behind symlinks too.")
      .parameter(&Tidied::time_comparison, "time_comparison", "What age counts from: atime, mtime or ctime.")
      .one_of({"atime", "mtime", "ctime"})
      .parameter(&Tidied::logical_operator, "age_size_logical_operator", "With age and size: OR, or AND when both must hold.")
      .parameter(&Tidied::age_size_only, "age_size_only", "Count age alone, or size alone.")
      .one_of({"age", "size"})
      .parameter(&Tidied::rmlinks, "rmlinks", "Remove symlinks too.");
}

// "10M" and "10MiB" are of 1024, "10MB" of 1000.
std::int64_t bytes_of(const std::string& text) {
  std::size_t end = 0;
  double number = 0;
  try {
    number = std::stod(text, &end);
  } catch (const std::exception&) {
    end = 0;
  }
  const std::string unit = to_lower(std::string(trim(text.substr(end))));
  const auto power = unit.empty() ? 0 : std::string_view("bkmgtp").find(unit[0]);
  const std::string rest = unit.size() > 1 ? unit.substr(1) : "";
  if (end == 0 || power == std::string_view::npos || number < 0 || (!rest.empty() && rest != "b" && rest != "ib"))
    throw Error(ErrorKind::invalid, "'{}' is no size; one looks like 10M", escape_control(text));
  return static_cast<std::int64_t>(number * std::pow(rest == "b" ? 1000.0 : 1024.0, static_cast<double>(power)));
}

std::optional<Outcome> prepare(Tidied& asked, World& world) {
  const std::string path = full_path(asked.name, world);
  if (!has_directory(world, path)) throw Error(ErrorKind::not_found, "{} does not exist or is not a directory.", path);
  asked.name = path;
  if (asked.size) asked.size_bytes = bytes_of(asked.size->text);
  asked.logical_operator = to_lower(asked.logical_operator);
  if (asked.logical_operator != "or" && asked.logical_operator != "and")
    throw Error(ErrorKind::invalid, "age_size_logical_operator is OR or AND, not '{}'", escape_control(asked.logical_operator));
  for (const auto& pattern : asked.matches.items) asked.wanted_patterns.push_back(Regex::compile(pattern));
  for (const auto& pattern : asked.exclude.items) asked.excluded_patterns.push_back(Regex::compile(pattern));
  asked.unwanted.emplace();
  return std::nullopt;
}

// Days of the calendar here, as a person counts them.
std::int64_t day_of(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm local{};
  ::localtime_r(&time, &local);
  local.tm_hour = local.tm_min = local.tm_sec = 0;
  return ::timegm(&local) / 86400;
}

bool is_met(const Tidied& asked, const FileStatus& status, std::int64_t today) {
  const std::int64_t time = asked.time_comparison == "ctime" ? status.ctime_s : asked.time_comparison == "mtime" ? status.mtime_s : status.atime_s;
  const bool is_old = asked.age && std::abs(today - day_of(time)) >= asked.age->value;
  const bool is_large = asked.size_bytes && (status.type == FileType::regular ? status.size_bytes : 0) >= *asked.size_bytes;
  const bool by_age = asked.age && asked.age_size_only != "size", by_size = asked.size_bytes && asked.age_size_only != "age";
  if (!by_age && !by_size) return true;
  if (!by_size) return is_old;
  if (!by_age) return is_large;
  return asked.logical_operator == "and" ? is_old && is_large : is_old || is_large;
}

bool is_named(const Tidied& asked, const std::string& text) {
  const auto matches = [&](const Regex& regex) { return regex.match(text).has_value(); };
  return std::any_of(asked.wanted_patterns.begin(), asked.wanted_patterns.end(), matches) &&
         std::none_of(asked.excluded_patterns.begin(), asked.excluded_patterns.end(), matches);
}

// The deepest first. `above` are the directories that this one is in, so that a symlink to one of them is not followed.
void look_below(const Tidied& asked, const std::string& directory, std::int64_t today, World& world, std::vector<std::uint64_t>& above,
                std::vector<std::string>& found) {
  for (const auto& name : world.host.list_directory(directory)) {
    const std::string path = (directory == "/" ? "" : directory) + "/" + name;
    const auto status = world.host.status(path);
    if (!status) continue;
    const bool is_link = status->type == FileType::symlink;
    const auto target = is_link && asked.followlinks ? world.host.status_of_target(path) : status;
    if (target && target->type == FileType::directory && std::find(above.begin(), above.end(), target->inode) == above.end()) {
      above.push_back(target->inode);
      look_below(asked, path, today, world, above, found);
      above.pop_back();
    }
    if (is_link ? !asked.rmlinks : status->type == FileType::directory && !asked.rmdirs) continue;
    if (is_met(asked, *status, today) && is_named(asked, asked.full_path_match ? path : name)) found.push_back(path);
  }
}

std::optional<Tidied> read(const Tidied& asked, World& world) {
  Tidied now;
  now.unwanted.emplace();
  const auto status = world.host.status_of_target(asked.name);
  if (!status) return now;  // an earlier state of the dry run would make it
  const auto today = day_of(std::chrono::duration_cast<std::chrono::seconds>(world.host.now().time_since_epoch()).count());
  std::vector<std::uint64_t> above{status->inode};
  look_below(asked, asked.name, today, world, above, *now.unwanted);
  return now;
}

void apply(const std::optional<Tidied>& now, const std::optional<Tidied>&, World& world) {
  for (const auto& path : *now->unwanted)
    if (world.host.status(path)) world.host.remove_tree(path);
}

}  // namespace

Function file_tidied() {
  Resource<Tidied> tidied{.name = "file", .schema = schema(), .read = read, .apply = apply};
  tidied.derived = Schema<Tidied>().property(&Tidied::unwanted, "unwanted", "What is to be removed.");
  tidied.prepare = prepare;
  tidied.rehearses = true;
  Wording<Tidied> words;
  words.correct = [](const Tidied& asked) { return fmt::format("Nothing to remove from directory {}", asked.name); };
  words.planned = [](const Change<Tidied>& change) { return fmt::format("{} is set for tidy", change.asked.name); };
  words.done = [](const Change<Tidied>& change) {
    return fmt::format("Removed {} files or directories from directory {}", change.before->unwanted->size(), change.asked.name);
  };
  words.changes = [](const Change<Tidied>& change) { return Map{{"removed", *change.before->unwanted}}; };
  return tidied.ensure("tidied",
                       "What is old or large below a directory is removed. Unlike in Salt, a limit that is not given does not count: with `age` alone "
                       "nothing goes that is young.",
                       {{"name", "/var/cache/app"}, {"age", 7}, {"matches", List{".*\\.tmp$"}}}, as_given<Tidied>, words);
}

}  // namespace halite::states
