// The programs that make and change users. Passwords go through standard input, never through an argument.
#include "common/base/strings.h"
#include "states/modules/user/account.h"

namespace halite::states {
namespace {

template <class T>
bool differs(const std::optional<T>& now, const std::optional<T>& want) {
  return want && now != want;
}

std::string comment_of(const User& want, const std::optional<User>& now) {
  const auto text = [&](std::optional<Text> User::*field) {
    if (want.*field) return (want.*field)->text;
    return now && (*now).*field ? ((*now).*field)->text : std::string();
  };
  std::string comment = join({text(&User::fullname), text(&User::roomnumber), text(&User::workphone),
                              text(&User::homephone), text(&User::other)},
                             ",");
  while (comment.ends_with(',')) comment.pop_back();
  return comment;
}

bool comment_differs(const User& want, const std::optional<User>& now) {
  for (const auto field : {&User::fullname, &User::roomnumber, &User::workphone, &User::homephone, &User::other})
    if (now ? differs((*now).*field, want.*field) : (want.*field && !(want.*field)->text.empty())) return true;
  return false;
}

void add_primary_group(const User& want, World& world, Argv& argv) {
  if (want.gid)
    argv.insert(argv.end(), {"-g", *want.gid});
  else if (want.usergroup)
    argv.push_back("-U");
  // useradd refuses to make a group of the user's name when there is one.
  else if (world.accounts.group(want.name))
    argv.insert(argv.end(), {"-g", want.name});
}

void create(const User& want, World& world) {
  Argv argv{"useradd"};
  if (want.uid) argv.insert(argv.end(), {"-u", std::to_string(want.uid->value)});
  if (want.uid && !want.unique) argv.push_back("-o");
  if (want.shell) argv.insert(argv.end(), {"-s", *want.shell});
  add_primary_group(want, world, argv);
  if (want.groups && !want.groups->empty()) argv.insert(argv.end(), {"-G", join(*want.groups, ",")});
  if (want.system) argv.push_back("-r");
  argv.push_back(want.createhome ? "-m" : "-M");
  if (want.nologinit) argv.push_back("-l");
  if (want.home) argv.insert(argv.end(), {"-d", *want.home});
  if (comment_differs(want, std::nullopt)) argv.insert(argv.end(), {"-c", comment_of(want, std::nullopt)});
  argv.push_back(want.name);
  world.host.run(argv);
  world.accounts.forget();
}

void modify(const User& now, const User& want, World& world) {
  Argv argv{"usermod"};
  if (differs(now.uid, want.uid)) argv.insert(argv.end(), {"-u", std::to_string(want.uid->value)});
  if (argv.size() > 1 && !want.unique) argv.push_back("-o");
  if (differs(now.gid, want.gid)) argv.insert(argv.end(), {"-g", *want.gid});
  if (differs(now.home, want.home)) argv.insert(argv.end(), {"-d", *want.home});
  if (differs(now.shell, want.shell)) argv.insert(argv.end(), {"-s", *want.shell});
  if (comment_differs(want, now)) argv.insert(argv.end(), {"-c", comment_of(want, now)});
  if (differs(now.groups, want.groups)) argv.insert(argv.end(), {"-G", join(*want.groups, ",")});
  if (argv.size() == 1) return;
  argv.push_back(want.name);
  world.host.run(argv);
  world.accounts.forget();
}

void set_password(const User& want, World& world) {
  if (want.password->empty()) {
    world.host.run({"passwd", "-d", want.name});
    return;
  }
  Command command;
  command.argv = {"chpasswd", "-e"};
  command.input = want.name + ":" + *want.password + "\n";
  if (const CommandResult result = world.host.execute(command); result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "chpasswd ended with code {}: {}", result.exit_code, trim(result.error));
}

void set_aging(const std::optional<User>& now, const User& want, World& world) {
  Argv argv{"chage"};
  const auto add = [&](std::optional<Number> User::*field, const char* option) {
    if (want.*field && (!now || (*now).*field != want.*field))
      argv.insert(argv.end(), {option, std::to_string((want.*field)->value)});
  };
  add(&User::date, "-d");
  add(&User::mindays, "-m");
  add(&User::maxdays, "-M");
  add(&User::inactdays, "-I");
  add(&User::warndays, "-W");
  add(&User::expire, "-E");
  if (argv.size() == 1) return;
  argv.push_back(want.name);
  world.host.run(argv);
}

void make_home(const User& want, World& world) {
  const Account* account = world.accounts.user(want.name);
  if (!account) return;
  const std::string home = account->home;
  if (!world.host.status_of_target(home))
    world.host.make_directory(home, {.mode = 0755, .uid = account->uid, .gid = account->gid});
}

}  // namespace

void apply_user(const std::optional<User>& now, const std::optional<User>& want, World& world) {
  now ? modify(*now, *want, world) : create(*want, world);
  if (want->password && (!now || now->password != want->password)) set_password(*want, world);
  world.accounts.forget();
  const User* before = now ? &*now : nullptr;
  if (want->password_lock &&
      (!before || before->password_lock != want->password_lock || differs(before->password, want->password)))
    world.host.run({"usermod", *want->password_lock ? "-L" : "-U", want->name});
  set_aging(now, *want, world);
  world.accounts.forget();
  if (want->home_exists && now) make_home(*want, world);
}

}  // namespace halite::states
