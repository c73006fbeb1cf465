// Local users: user.present and user.absent.
#include <algorithm>

#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/user/account.h"

namespace halite::states {
namespace {

const std::vector<std::pair<std::string, std::string>> swallowed{
    {"loginclass", "it means something on BSD alone"},
    {"win_homedrive", "it means something on Windows alone"},
    {"win_profile", "it means something on Windows alone"},
    {"win_logonscript", "it means something on Windows alone"},
    {"win_description", "it means something on Windows alone"},
};

Value text(const std::optional<Text>& value) {
  return value ? Value(value->text) : Value("");
}

// A number where it is one, as Salt shows it.
Value group(const std::optional<std::string>& gid) {
  if (!gid) return {};
  const auto number = parse_int(*gid);
  return number ? Value(*number) : Value(*gid);
}

// A new user is shown whole, as Salt's user.info has it.
Map whole(const User& user, const User& asked) {
  Map shown{{"name", user.name},
            {"uid", user.uid ? Value(user.uid->value) : Value()},
            {"gid", group(user.gid)},
            {"groups", user.groups ? Value(*user.groups) : Value(List{})},
            {"home", user.home ? *user.home : asked.usual_home},
            {"shell", user.shell ? *user.shell : asked.usual_shell},
            {"passwd", "x"},
            {"fullname", text(user.fullname)},
            {"roomnumber", text(user.roomnumber)},
            {"workphone", text(user.workphone)},
            {"homephone", text(user.homephone)},
            {"other", text(user.other)}};
  if (asked.password) shown.set("password", redacted);
  return shown;
}

// Of a known user, what it has now, with the names of Salt's user.info and shadow.info.
Map present_changes(const Change<User>& change) {
  if (change.creates()) return whole(*change.after, change.asked);
  static const std::pair<const char*, const char*> names[] = {
      {"date", "lstchg"}, {"mindays", "min"}, {"maxdays", "max"}, {"inactdays", "inact"}, {"warndays", "warn"}};
  Map changes;
  for (const Difference& difference : change.differences) {
    std::string name = difference.field;
    for (const auto& [ours, salts] : names)
      if (name == ours) name = salts;
    changes.set(name, difference.is_secret ? Value(redacted) : difference.after);
  }
  return changes;
}

std::string present_planned(const Change<User>& change) {
  if (change.creates()) return fmt::format("User {} set to be added", change.asked.name);
  std::string comment = "The following user attributes are set to be changed:\n";
  for (const auto& [key, value] : present_changes(change)) {
    const bool ensures = key == Value("groups") && !change.asked.remove_groups;
    comment += fmt::format("{}: {}\n", ensures ? "ensure groups" : key.as_string(), short_text(value));
  }
  return comment;
}

Function present() {
  Resource<User> user{
      .name = "user", .schema = user_schema(), .read = read_user, .apply = apply_user, .derived = user_derived()};
  user.prepare = prepare_user;
  user.provides = [](const User& asked) {
    std::vector<std::pair<std::string, std::string>> made{{"user", asked.name}};
    if (!asked.gid) made.emplace_back("group", asked.name);
    if (asked.createhome) made.emplace_back("directory", asked.home.value_or("/home/" + asked.name));
    return made;
  };
  user.ignored = swallowed;
  Wording<User> wording;
  wording.correct = [](const User& asked) { return fmt::format("User {} is present and up to date", asked.name); };
  wording.planned = present_planned;
  wording.done = [](const Change<User>& change) {
    return fmt::format(fmt::runtime(change.creates() ? "New user {} created" : "Updated user {}"), change.asked.name);
  };
  wording.changes = present_changes;
  const Map example{{"name", "alice"}, {"shell", "/bin/bash"}, {"groups", List{"sudo"}}, {"fullname", "Alice Example"}};
  return user.ensure("present", "The user exists, with these properties.", example, as_given<User>, wording);
}

struct GoneUser {
  std::string name;
  bool purge = false, force = false;
};

std::optional<GoneUser> read_gone(const GoneUser& asked, World& world) {
  if (!world.accounts.user(asked.name)) return std::nullopt;
  return asked;
}

void remove(const std::optional<GoneUser>& now, World& world) {
  Argv argv{"userdel"};
  if (now->purge) argv.push_back("-r");
  if (now->force) argv.push_back("-f");
  argv.push_back(now->name);
  const CommandResult result = world.host.execute(Command{.argv = argv});
  world.accounts.forget();
  // 12 is a home or mail spool that could not be removed; a mail spool that is not there is no failure.
  const bool only_mail = result.exit_code == 12 && result.error.find("mail") != std::string::npos;
  if (result.exit_code == 0 || only_mail) return;
  throw Error(ErrorKind::unavailable, "Failed to remove user {}: {}", now->name, trim(result.error));
}

Function absent() {
  Resource<GoneUser> user;
  user.name = "user";
  user.schema = Schema<GoneUser>()
                    .key(&GoneUser::name, "name", "User to remove.")
                    .parameter(&GoneUser::purge, "purge", "Remove the home directory and the mail spool too.")
                    .parameter(&GoneUser::force, "force", "Remove the user even while logged in.");
  user.read = read_gone;
  user.apply = [](const auto& now, const auto&, World& world) { remove(now, world); };
  Wording<GoneUser> wording;
  wording.correct = [](const GoneUser& asked) { return fmt::format("User {} is not present", asked.name); };
  wording.planned = [](const auto& change) { return fmt::format("User {} set for removal", change.asked.name); };
  wording.done = [](const auto& change) { return fmt::format("Removed user {}", change.asked.name); };
  wording.changes = [](const auto& change) { return Map{{change.asked.name, "removed"}}; };
  return user.ensure("absent", "The user does not exist.", {{"name", "alice"}, {"purge", true}}, nothing<GoneUser>,
                     wording);
}

}  // namespace

Module user() {
  return {"user", "Local user accounts.", {present(), absent()}};
}

}  // namespace halite::states
