// Crontabs of users: jobs (present, absent), variables (env_present, env_absent) and whole files (file).
#include <algorithm>

#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/modules/cron/whole_file.h"
#include "states/providers/crontab.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Cron {
  std::string name;
  std::string user = "root";
  Text minute{"*"}, hour{"*"}, daymonth{"*"}, month{"*"}, dayweek{"*"};
  std::optional<Text> special, comment;
  bool commented = false;
  Value identifier = false;
  Value value;

  // Derived.
  std::string id;
  std::optional<std::string> when, said, disabled, known_as, command, content;
};

Schema<Cron> identified() {
  return Schema<Cron>()
      .key(&Cron::name, "name", "The command.")
      .parameter(&Cron::user, "user", "Whose crontab it is.")
      .parameter(&Cron::identifier, "identifier",
                 "Name that stands beside the job, so that its command can change. Unset: the command.")
      .parameter(&Cron::special, "special", "A word in place of the times: @reboot, @daily, ...");
}

Schema<Cron> present_schema() {
  return identified()
      .parameter(&Cron::minute, "minute", "Minute; `random` is one chosen for this host and kept, 10:20 one of these.")
      .parameter(&Cron::hour, "hour", "Hour; `random` and ranges as for the minute.")
      .parameter(&Cron::daymonth, "daymonth", "Day of the month, or `random`.")
      .parameter(&Cron::month, "month", "Month; `random` and ranges as for the minute.")
      .parameter(&Cron::dayweek, "dayweek", "Day of the week; `random` and ranges as for the minute.")
      .parameter(&Cron::comment, "comment", "Comment above the job.")
      .parameter(&Cron::commented, "commented", "Keep the job in the file, switched off.");
}

struct TimeField {
  const char* name;
  int low, high;
};
constexpr TimeField fields[] = {{"minute", 0, 59}, {"hour", 0, 23}, {"daymonth", 1, 28}, {"month", 1, 12}, {"dayweek", 0, 6}};

struct Range {
  std::int64_t low, high;
};

// "random" is the whole range, "10:20" the given one; anything else is a time as cron reads it.
std::optional<Range> range_of(const std::string& text, const TimeField& field) {
  if (text == "random") return Range{field.low, field.high};
  const auto parts = split(text, ':');
  if (parts.size() != 2 || field.name == std::string_view("daymonth")) return std::nullopt;
  const auto first = parse_int(parts[0]), last = parse_int(parts[1]);
  if (!first || !last) throw Error(ErrorKind::invalid, "{} '{}' is no range; one looks like 10:20", field.name, text);
  return Range{std::min(*first, *last), std::max(*first, *last)};
}

// Another one on each host and for each job, and always the same one: a dry run tells the time that will be.
std::int64_t chosen(const Range& range, const Cron& asked, const TimeField& field, Host& host) {
  const std::string seed = host.read_file_if_exists("/etc/machine-id").value_or("") + "\n" + asked.user + "\n" +
                           asked.id + "\n" + field.name;
  const std::string digest = crypto::hash_bytes(crypto::HashType::sha256, seed);
  std::uint64_t number = 0;
  for (int i = 0; i < 7; ++i) number = number << 8 | static_cast<unsigned char>(digest[static_cast<std::size_t>(i)]);
  return range.low + static_cast<std::int64_t>(number % static_cast<std::uint64_t>(range.high - range.low + 1));
}

std::string settled_time(const std::string& asked_text, std::size_t at, const Cron& asked, const CronJob* now,
                         Host& host) {
  const std::string text = to_lower(asked_text);
  const auto range = range_of(text, fields[at]);
  if (!range) return text;
  if (now && !now->is_special()) {
    const std::string& there = now->times[at];
    const auto number = parse_int(there);
    if (text == "random" ? there != "*" : number && *number >= range->low && *number <= range->high) return there;
  }
  return std::to_string(chosen(*range, asked, fields[at], host));
}

void need_user(const std::string& user, const std::string& what, World& world) {
  if (!has_user(world, user))
    throw Error(ErrorKind::not_found, "{} for user {} failed to commit with error \nthere is no user {}", what, user,
                escape_control(user));
}

void read_identity(Cron& asked) {
  asked.name = trim(asked.name);
  if (asked.name.empty() || asked.name.find('\n') != std::string::npos)
    throw Error(ErrorKind::invalid, "the command of a cron job is one line, and not '{}'", escape_control(asked.name));
  asked.id = asked.identifier == Value(false) ? asked.name
             : asked.identifier.is_null()     ? ""
                                              : python_text(asked.identifier);
  asked.command = asked.name;
}

std::optional<Outcome> prepare_present(Cron& asked, World& world) {
  read_identity(asked);
  need_user(asked.user, "Cron " + asked.name, world);
  const Crontab crontab = parse_crontab(read_crontab(asked.user, world.host));
  const CronJob* now = crontab.find(asked.name, asked.id);
  asked.known_as = asked.id;
  if (asked.comment) asked.said = asked.comment->text;
  asked.disabled = asked.commented ? "yes" : "no";
  if (asked.special) {
    asked.when = asked.special->text;
    return std::nullopt;
  }
  const Text* texts[] = {&asked.minute, &asked.hour, &asked.daymonth, &asked.month, &asked.dayweek};
  std::vector<std::string> times;
  for (std::size_t i = 0; i < 5; ++i) times.push_back(settled_time(texts[i]->text, i, asked, now, world.host));
  asked.when = join(times, " ");
  return std::nullopt;
}

std::optional<Cron> read(const Cron& asked, World& world) {
  const Crontab crontab = parse_crontab(read_crontab(asked.user, world.host));
  const CronJob* job = crontab.find(asked.name, asked.id);
  if (!job) return std::nullopt;
  Cron now;
  now.name = asked.name;
  now.user = asked.user;
  now.id = asked.id;
  now.when = join(job->times, " ");
  now.command = job->command;
  now.said = job->comment.value_or("");
  now.disabled = job->is_commented ? "yes" : "no";
  now.known_as = job->identifier.value_or("");
  return now;
}

void apply(const std::optional<Cron>& now, const std::optional<Cron>& want, World& world) {
  const Cron& which = want ? *want : *now;
  Crontab crontab = parse_crontab(read_crontab(which.user, world.host));
  const CronJob* found = crontab.find(which.name, which.id);
  std::optional<CronJob> old;
  if (found) old = *found;
  if (old) crontab.remove(*old);
  if (want) {
    CronJob job;
    job.times = want->special ? std::vector<std::string>{*want->when} : split(*want->when, ' ');
    job.command = want->name;
    job.comment = want->said ? want->said : old ? old->comment : std::nullopt;
    if (!want->id.empty()) job.identifier = want->id;
    job.is_commented = want->commented;
    crontab.add(std::move(job));
  }
  write_crontab(which.user, crontab_text(crontab), world.host);
}

// With `special`, only a job of that word is meant.
std::optional<Outcome> prepare_absent(Cron& asked, World& world) {
  read_identity(asked);
  const Crontab crontab = parse_crontab(read_crontab(asked.user, world.host));
  const CronJob* job = crontab.find(asked.name, asked.id);
  if (job && asked.special && (!job->is_special() || job->times[0] != asked.special->text))
    return unchanged(fmt::format("Cron {} already absent", asked.name));
  return std::nullopt;
}

Wording<Cron> words_of(const std::string& what) {
  Wording<Cron> words;
  words.planned = [what](const Change<Cron>& change) {
    return fmt::format("{} {} is set to be {}", what, change.asked.name,
                       change.creates()   ? "added"
                       : change.removes() ? "removed"
                                          : "updated");
  };
  words.done = [what](const Change<Cron>& change) {
    const auto& [name, user] = std::tie(change.asked.name, change.asked.user);
    if (change.creates()) return fmt::format("{} {} added to {}'s crontab", what, name, user);
    if (change.removes()) return fmt::format("{} {} removed from {}'s crontab", what, name, user);
    return fmt::format("{} {} updated", what, name);
  };
  words.changes = [](const Change<Cron>& change) { return Map{{change.asked.user, change.asked.name}}; };
  return words;
}

Wording<Cron> with_correct(Wording<Cron> words, const std::string& what, const std::string& state) {
  words.correct = [what, state](const Cron& asked) { return fmt::format("{} {} already {}", what, asked.name, state); };
  return words;
}

// Variables of a crontab. Python writes None as no value.
std::optional<Outcome> prepare_variable(Cron& asked, World& world) {
  asked.name = trim(asked.name);
  if (asked.name.empty() || asked.name.find_first_of(" =\n#") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a variable", escape_control(asked.name));
  need_user(asked.user, "Cron env " + asked.name, world);
  asked.content = asked.value.is_null() ? "" : python_text(asked.value);
  return std::nullopt;
}

std::optional<Cron> read_variable(const Cron& asked, World& world) {
  const Crontab crontab = parse_crontab(read_crontab(asked.user, world.host));
  const std::string* value = crontab.variable(asked.name);
  if (!value) return std::nullopt;
  Cron now;
  now.name = asked.name;
  now.user = asked.user;
  now.content = *value == "\"\"" ? "" : *value;
  return now;
}

void apply_variable(const std::optional<Cron>& now, const std::optional<Cron>& want, World& world) {
  const Cron& which = want ? *want : *now;
  Crontab crontab = parse_crontab(read_crontab(which.user, world.host));
  if (want)
    crontab.set_variable(want->name, *want->content);
  else
    crontab.remove_variable(now->name);
  write_crontab(which.user, crontab_text(crontab), world.host);
}

Resource<Cron> job_resource(Schema<Cron> schema) {
  Resource<Cron> cron{.name = "cron", .schema = std::move(schema), .read = read, .apply = apply};
  cron.derived = Schema<Cron>()
                     .property(&Cron::when, "times", "When it runs.")
                     .property(&Cron::command, "command", "What runs.")
                     .property(&Cron::said, "comment", "The comment above it.")
                     .property(&Cron::disabled, "commented", "It is switched off.")
                     .property(&Cron::known_as, "identifier", "The name beside it.");
  return cron;
}

Resource<Cron> variable_resource(Schema<Cron> schema) {
  Resource<Cron> variable{.name = "cron", .schema = std::move(schema), .read = read_variable, .apply = apply_variable};
  variable.derived = Schema<Cron>().property(&Cron::content, "value", "The value.");
  variable.prepare = prepare_variable;
  return variable;
}

Schema<Cron> variable_schema() {
  return Schema<Cron>()
      .key(&Cron::name, "name", "Name of the variable.")
      .parameter(&Cron::user, "user", "Whose crontab it is.");
}

}  // namespace

Module cron() {
  Resource<Cron> job = job_resource(present_schema());
  job.prepare = prepare_present;
  Resource<Cron> gone = job_resource(identified());
  gone.prepare = prepare_absent;
  const std::vector<std::pair<std::string, std::string>> times{
      {"minute", "a job is known by its identifier"}, {"hour", "a job is known by its identifier"},
      {"daymonth", "a job is known by its identifier"}, {"month", "a job is known by its identifier"},
      {"dayweek", "a job is known by its identifier"}, {"comment", "a job is known by its identifier"}};
  gone.ignored = times;
  const Resource<Cron> variable =
      variable_resource(variable_schema().parameter(&Cron::value, "value", "Its value; unset: empty."));
  const Map job_example{{"name", "/usr/bin/true"}, {"identifier", "check"}, {"minute", "*/5"}};
  const Map gone_example{{"name", "/usr/bin/true"}, {"identifier", "check"}};
  return {"cron",
          "Crontabs of users.",
          {job.ensure("present", "The job is in the user's crontab, at these times.", job_example, as_given<Cron>,
                      with_correct(words_of("Cron"), "Cron", "present")),
           gone.ensure("absent", "The job is not in the user's crontab.", gone_example, nothing<Cron>,
                       with_correct(words_of("Cron"), "Cron", "absent")),
           variable.ensure("env_present", "The variable is set in the user's crontab.",
                           {{"name", "MAILTO"}, {"value", "root@example.com"}}, as_given<Cron>,
                           with_correct(words_of("Cron env"), "Cron env", "present")),
           variable_resource(variable_schema())
               .ensure("env_absent", "The variable is not set in the user's crontab.", {{"name", "MAILTO"}},
                       nothing<Cron>, with_correct(words_of("Cron env"), "Cron env", "absent")),
           cron_file()}};
}

}  // namespace halite::states
