// shadow.*, and what changes users and groups.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "states/arguments.h"
#include "states/providers/accounts.h"

namespace halite::minion {
namespace {

struct Change {
  std::string name, group, password;
  states::Text value;
  bool persist = false;
};

const std::string& checked(const std::string& name) {
  if (name.empty() || name[0] == '-' || name.find_first_of(":\n\t ") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of an account", escape_control(name));
  return name;
}

Value info(const Change& args, Call& call) {
  states::Accounts accounts(call.tools.host);
  const states::Shadow* shadow = accounts.shadow(args.name);
  if (!shadow) return Map{};
  return Map{{"name", args.name},       {"passwd", shadow->password},       {"lstchg", shadow->last_change_days},
             {"min", shadow->min_days}, {"max", shadow->max_days},          {"warn", shadow->warn_days},
             {"inact", shadow->inactive_days}, {"expire", shadow->expire_days}};
}

Value set_password(const Change& args, Call& call) {
  if (args.password.find_first_of(":\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "this is no hashed password");
  Command command;
  command.argv = {"chpasswd", "--encrypted"};
  command.input = checked(args.name) + ":" + args.password + "\n";
  if (const CommandResult result = call.tools.host.execute(command); result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "{}", trim(result.error));
  return true;
}

// A program, its option, and the value behind it where there is one.
Value tell(const Change& args, Call& call, Argv argv, bool with_value = true) {
  if (with_value) argv.push_back(args.value.text);
  argv.push_back(checked(args.name));
  call.tools.host.run(argv);
  return true;
}

Value primary_group(const Change& args, Call& call) {
  states::Accounts accounts(call.tools.host);
  const Account* account = accounts.user(args.name);
  if (!account) throw Error(ErrorKind::not_found, "there is no user '{}'", escape_control(args.name));
  return accounts.group_name(account->gid);
}

Function setter(const char* name, const char* doc, const char* field, Value (*run)(const Change&, Call&)) {
  return function<Change>(name, doc,
                          Schema<Change>()
                              .required(&Change::name, "name", "Name of the account.")
                              .required(&Change::value, field, "The new value."),
                          run);
}

}  // namespace

std::vector<Function> shadow_functions() {
  using C = Change;
  const auto name = Schema<C>().required(&C::name, "name", "Name of the user.");
  const auto member = Schema<C>()
                          .required(&C::group, "name", "Name of the group.")
                          .required(&C::name, "username", "Name of the user.");
  return {
      function<C>("shadow.info", "The password entry of a user; an empty map when there is none.", name, info),
      function<C>("shadow.set_password", "Sets the hashed password of a user.",
                  Schema<C>(name).required(&C::password, "password", "The hash, as in /etc/shadow.").secret(), set_password),
      function<C>("shadow.del_password", "Removes the password: the user needs none.", name,
                  [](const C& a, Call& c) { return tell(a, c, {"passwd", "-d"}, false); }),
      function<C>("shadow.lock_password", "Locks the password.", name,
                  [](const C& a, Call& c) { return tell(a, c, {"usermod", "-L"}, false); }),
      function<C>("shadow.unlock_password", "Unlocks the password.", name,
                  [](const C& a, Call& c) { return tell(a, c, {"usermod", "-U"}, false); }),
      setter("shadow.set_date", "Sets the day of the last change, as days since 1970 or YYYY-MM-DD.", "date",
             [](const C& a, Call& c) { return tell(a, c, {"chage", "-d"}); }),
      setter("shadow.set_expire", "Sets the day on which the account expires.", "expire",
             [](const C& a, Call& c) { return tell(a, c, {"chage", "-E"}); }),
      setter("shadow.set_inactdays", "Sets the days after expiry until the password is locked.", "inactdays",
             [](const C& a, Call& c) { return tell(a, c, {"chage", "-I"}); }),
      setter("shadow.set_mindays", "Sets the least days between changes of the password.", "mindays",
             [](const C& a, Call& c) { return tell(a, c, {"chage", "-m"}); }),
      setter("shadow.set_maxdays", "Sets the days after which the password must be changed.", "maxdays",
             [](const C& a, Call& c) { return tell(a, c, {"chage", "-M"}); }),
      setter("shadow.set_warndays", "Sets the days of warning before that.", "warndays",
             [](const C& a, Call& c) { return tell(a, c, {"chage", "-W"}); }),
      state_backed({"user.add", "Makes a user; takes the arguments of user.present.", "user.present"}),
      state_backed({.name = "user.delete", .doc = "Removes a user.", .state = "user.absent",
                    .order = {"name", "remove", "force"}, .renames = {{"remove", "purge"}}}),
      function<C>("user.primary_group", "The primary group of a user.", name, primary_group),
      setter("user.chuid", "Changes the id of a user.", "uid",
             [](const C& a, Call& c) { return tell(a, c, {"usermod", "-u"}); }),
      setter("user.chgid", "Changes the primary group of a user.", "gid",
             [](const C& a, Call& c) { return tell(a, c, {"usermod", "-g"}); }),
      setter("user.chshell", "Changes the login shell of a user.", "shell",
             [](const C& a, Call& c) { return tell(a, c, {"usermod", "-s"}); }),
      function<C>("user.chhome", "Changes the home of a user.",
                  Schema<C>(name)
                      .required(&C::value, "home", "The new home.")
                      .optional(&C::persist, "persist", "Move the files along."),
                  [](const C& a, Call& c) {
                    return tell(a, c, a.persist ? Argv{"usermod", "-m", "-d"} : Argv{"usermod", "-d"});
                  }),
      state_backed({"group.add", "Makes a group; takes the arguments of group.present.", "group.present"}),
      state_backed({"group.delete", "Removes a group.", "group.absent"}),
      setter("group.chgid", "Changes the id of a group.", "gid",
             [](const C& a, Call& c) { return tell(a, c, {"groupmod", "-g"}); }),
      function<C>("group.adduser", "Adds a user to a group.", member,
                  [](const C& a, Call& c) -> Value {
                    c.tools.host.run({"gpasswd", "-a", checked(a.name), checked(a.group)});
                    return true;
                  }),
      function<C>("group.deluser", "Takes a user from a group.", member,
                  [](const C& a, Call& c) -> Value {
                    c.tools.host.run({"gpasswd", "-d", checked(a.name), checked(a.group)});
                    return true;
                  }),
  };
}

}  // namespace halite::minion
