// user.*, group.*, shadow.*: names, groups and what the user database says beside them.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "states/arguments.h"
#include "states/providers/accounts.h"
#include "states/providers/password_hash.h"

namespace halite::minion {
namespace {

struct Change {
  std::string name, new_name;
  states::Text value;
  states::TextList names;
  bool append = false;
};
struct Password {
  states::Text password;
  std::string salt, algorithm = "sha512";
};

const std::string& checked(const std::string& name) {
  if (name.empty() || name[0] == '-' || name.find_first_of(":,\n\t ") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of an account", escape_control(name));
  return name;
}

// False for a user that is not there, as Salt has it.
Value set_gecos(const Change& args, Call& call, std::size_t place) {
  states::Accounts accounts(call.tools.host);
  const Account* account = accounts.user(args.name);
  if (!account) {
    call.retcode = 1;
    return false;
  }
  // Only the last one may have commas, and nothing a colon.
  if (args.value.text.find_first_of(place == 4 ? ":\n" : ":,\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' can't stand in the user database", escape_control(args.value.text));
  auto parts = split(account->gecos, ',');
  parts.resize(std::max<std::size_t>(parts.size(), 5));
  for (std::size_t i = 5; i < parts.size(); ++i) parts[4] += "," + parts[i];
  parts.resize(5);
  if (parts[place] == args.value.text) return true;
  parts[place] = args.value.text;
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
  call.tools.host.run({"usermod", "-c", join(parts, ","), checked(args.name)});
  return true;
}

std::string name_list(const states::TextList& list) {
  std::vector<std::string> names;
  for (const auto& item : list.items)
    for (const auto& name : split(item, ','))
      if (!trim(name).empty()) names.push_back(checked(std::string(trim(name))));
  return join(names, ",");
}

Value set_groups(const Change& args, Call& call) {
  Argv argv{"usermod", "-G", name_list(args.names)};
  if (args.append) argv.push_back("-a");
  argv.push_back(checked(args.name));
  call.tools.host.run(argv);
  return true;
}

Value rename(const Change& args, Call& call) {
  states::Accounts accounts(call.tools.host);
  if (!accounts.user(args.name)) throw Error(ErrorKind::not_found, "User '{}' does not exist", escape_control(args.name));
  if (accounts.user(args.new_name)) throw Error(ErrorKind::invalid, "User '{}' already exists", escape_control(args.new_name));
  call.tools.host.run({"usermod", "-l", checked(args.new_name), checked(args.name)});
  return true;
}

Value set_members(const Change& args, Call& call) {
  call.tools.host.run({"gpasswd", "-M", name_list(args.names), checked(args.name)});
  return true;
}

Value list_shadow(const None&, Call& call) {
  List names;
  for (const auto& line : split_lines(call.tools.host.read_file("/etc/shadow")))
    if (const auto colon = line.find(':'); colon != std::string::npos && colon > 0) names.push_back(line.substr(0, colon));
  return names;
}

Value default_hash(const None&, Call&) { return "!"; }

Value gen_password(const Password& args, Call&) { return states::hash_password(args.password.text, args.algorithm, args.salt); }

Function gecos(const char* name, const char* doc, const char* field, Value (*run)(const Change&, Call&)) {
  return function<Change>(name, doc,
                          Schema<Change>()
                              .required(&Change::name, "name", "Name of the user.")
                              .required(&Change::value, field, "The new text."),
                          run);
}

}  // namespace

std::vector<Function> user_change_functions() {
  using C = Change;
  const auto user = Schema<C>().required(&C::name, "name", "Name of the user.");
  return {
      gecos("user.chfullname", "Changes the full name of a user.", "fullname", [](const C& a, Call& c) { return set_gecos(a, c, 0); }),
      gecos("user.chroomnumber", "Changes the room of a user.", "roomnumber", [](const C& a, Call& c) { return set_gecos(a, c, 1); }),
      gecos("user.chworkphone", "Changes the work telephone of a user.", "workphone", [](const C& a, Call& c) { return set_gecos(a, c, 2); }),
      gecos("user.chhomephone", "Changes the home telephone of a user.", "homephone", [](const C& a, Call& c) { return set_gecos(a, c, 3); }),
      gecos("user.chother", "Changes the last of a user's texts.", "other", [](const C& a, Call& c) { return set_gecos(a, c, 4); }),
      function<C>("user.chgroups", "Makes a user a member of these groups, and of no others unless `append` is set.",
                  Schema<C>(user)
                      .required(&C::names, "groups", "Groups: a list, or text with commas.")
                      .optional(&C::append, "append", "Leave it in its other groups."),
                  set_groups),
      function<C>("user.rename", "Gives a user another name; home and groups stay.",
                  Schema<C>(user).required(&C::new_name, "new_name", "The new name."), rename),
      function<C>("group.members", "Makes these users the members of a group, and no others.",
                  Schema<C>()
                      .required(&C::name, "name", "Name of the group.")
                      .required(&C::names, "members_list", "Users: a list, or text with commas."),
                  set_members),
      function("shadow.list_users", "Names of the users with a password entry.", list_shadow),
      function("shadow.default_hash", "What stands for a password that nobody has.", default_hash),
      function<Password>("shadow.gen_password", "The hash of a password, for shadow.set_password.",
                         Schema<Password>()
                             .required(&Password::password, "password", "The password.")
                             .secret()
                             .optional(&Password::salt, "crypt_salt", "Salt to use. Unset: a random one.")
                             .optional(&Password::algorithm, "algorithm", "sha512, sha256, yescrypt, blowfish, md5 or crypt."),
                         gen_password),
  };
}

}  // namespace halite::minion
