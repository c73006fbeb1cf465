// user.info, group.info and the like: local accounts, to look at.
#include <algorithm>

#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "states/providers/accounts.h"

namespace halite::minion {
namespace {

struct Name {
  std::string name;
};

// The five GECOS fields by Salt's names.
void add_gecos(Map& map, const std::string& gecos) {
  auto parts = split(gecos, ',');
  parts.resize(5);
  const char* names[] = {"fullname", "roomnumber", "workphone", "homephone", "other"};
  for (std::size_t i = 0; i < 5; ++i) map.set(names[i], parts[i]);
}

Map shown(const Account& account, states::Accounts& accounts) {
  Map map{{"gid", std::int64_t{account.gid}}, {"groups", accounts.groups_of(account)}, {"home", account.home},
          {"name", account.name},             {"passwd", "x"},                         {"shell", account.shell},
          {"uid", std::int64_t{account.uid}}};
  add_gecos(map, account.gecos);
  return map;
}

Value user_info(const Name& args, Call& call) {
  states::Accounts accounts(call.tools.host);
  const Account* account = accounts.user(args.name);
  return account ? shown(*account, accounts) : Map{};
}

Value user_groups(const Name& args, Call& call) {
  states::Accounts accounts(call.tools.host);
  const Account* account = accounts.user(args.name);
  return account ? Value(accounts.groups_of(*account)) : Value(List{});
}

std::vector<std::string> first_columns(Host& host, const std::string& path) {
  std::vector<std::string> names;
  for (const auto& line : split_lines(host.read_file(path)))
    if (!line.empty() && line[0] != '#' && line.find(':') != std::string::npos) names.push_back(line.substr(0, line.find(':')));
  return names;
}

Value list_users(const None&, Call& call) {
  auto names = first_columns(call.tools.host, "/etc/passwd");
  std::sort(names.begin(), names.end());
  return names;
}

Value users(const None&, Call& call) {
  states::Accounts accounts(call.tools.host);
  List all;
  for (const auto& name : first_columns(call.tools.host, "/etc/passwd"))
    if (const Account* account = accounts.user(name)) all.push_back(shown(*account, accounts));
  return all;
}

Map shown(const AccountGroup& group) {
  return {{"gid", std::int64_t{group.gid}}, {"members", group.members}, {"name", group.name}, {"passwd", "x"}};
}

Value group_info(const Name& args, Call& call) {
  states::Accounts accounts(call.tools.host);
  const AccountGroup* group = accounts.group(args.name);
  return group ? shown(*group) : Map{};
}

Value groups(const None&, Call& call) {
  states::Accounts accounts(call.tools.host);
  List all;
  for (const auto& name : first_columns(call.tools.host, "/etc/group"))
    if (const AccountGroup* group = accounts.group(name)) all.push_back(shown(*group));
  return all;
}

}  // namespace

std::vector<Function> user_functions() {
  const auto user = Schema<Name>().required(&Name::name, "name", "Name of the user.");
  const auto group = Schema<Name>().required(&Name::name, "name", "Name of the group.");
  return {
      function<Name>("user.info", "What is known of a local user; an empty map when there is none.", user, user_info).light(),
      function<Name>("user.list_groups", "The groups of a local user.", user, user_groups).light(),
      function("user.list_users", "Names of the local users.", list_users).light(),
      function("user.getent", "Every local user.", users).light(),
      function<Name>("group.info", "What is known of a local group; an empty map when there is none.", group, group_info).light(),
      function("group.getent", "Every local group.", groups).light(),
  };
}

}  // namespace halite::minion
