// What is asked of a user, made comparable, and what the user database says.
#include <algorithm>

#include "common/base/strings.h"
#include "states/modules/user/account.h"
#include "states/providers/password_hash.h"

namespace halite::states {
namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_text(const std::string& what, const std::string& text, std::string_view refused) {
  if (text.find_first_of(refused) != std::string::npos || text.find('\n') != std::string::npos)
    throw Error(ErrorKind::invalid, "Unsupported char '{}' in {}", refused, what);
}

void check_texts(const User& asked) {
  if (asked.name.empty() || asked.name[0] == '-' || asked.name.find_first_of(":/\n,") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name for a user", escape_control(asked.name));
  for (const auto& field : {asked.fullname, asked.roomnumber, asked.workphone}) {
    if (field) check_text(field->text, field->text, ",");
    if (field) check_text(field->text, field->text, ":");
  }
  for (const auto& field : {asked.homephone, asked.other})
    if (field) check_text(field->text, field->text, ":");
}

void check_groups(const User& asked, World& world) {
  if (!asked.groups_asked) return;
  std::vector<std::string> missing;
  for (const auto& group : asked.groups_asked->items)
    if (!world.accounts.gid(group) && !world.plan.has("group", group)) missing.push_back(group);
  if (!missing.empty())
    throw Error(ErrorKind::not_found, "The following group(s) are not present: {}", join(missing, ","));
}

std::string hash_of(const std::string& clear, const Shadow* known) {
  return known && is_password(clear, known->password) ? known->password : hash_password(clear);
}

// Debian's mark of an account that never had a password.
bool is_default_hash(const std::string& hash) {
  return hash == "!" || hash == "*" || hash == "!!";
}

std::string without_lock(std::string hash) {
  const std::size_t start = hash.find_first_not_of('!');
  return start == std::string::npos ? hash : hash.substr(start);
}

void prepare_password(User& asked, const Shadow* known) {
  if (asked.empty_password) {
    asked.password = "";
    return;
  }
  if (!asked.password_asked || asked.password_asked->empty()) return;
  if (known && !asked.enforce_password && !is_default_hash(known->password)) return;
  asked.password = asked.hash_password ? hash_of(*asked.password_asked, known) : *asked.password_asked;
  if (asked.password->find_first_of(":\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "the password of '{}' is no hash as /etc/shadow holds it", asked.name);
}

void prepare_primary_group(User& asked, World& world) {
  if (asked.usergroup && world.accounts.group(asked.name))
    asked.gid = asked.name;
  else if (asked.gid_asked && !asked.gid_asked->text.empty())
    asked.gid = asked.gid_asked->text;
}

// Names of the primary group, now and as asked: neither counts as a supplementary one.
std::vector<std::string> primary_groups(const User& asked, const Account* now, World& world) {
  std::vector<std::string> names;
  if (asked.gid)
    if (const auto gid = world.accounts.gid(*asked.gid))
      if (auto name = world.accounts.group_holding(*gid)) names.push_back(*name);
  if (now && (!asked.gid || names.empty()))
    if (auto name = world.accounts.group_holding(now->gid)) names.push_back(*name);
  return names;
}

void prepare_groups(User& asked, const Account* now, World& world) {
  if (!asked.groups_asked && !asked.optional_groups) return;
  std::vector<std::string> wanted = asked.groups_asked ? asked.groups_asked->items : std::vector<std::string>();
  if (asked.optional_groups)
    for (const auto& group : asked.optional_groups->items)
      if (world.accounts.gid(group)) wanted.push_back(group);
  if (!asked.remove_groups && now)
    for (const auto& group : world.accounts.supplementary_groups(asked.name)) wanted.push_back(group);
  const auto primary = primary_groups(asked, now, world);
  std::erase_if(wanted, [&](const std::string& group) { return has(primary, group); });
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  asked.groups = std::move(wanted);
}

void check_id_changes(const User& asked, const Account& now, World& world) {
  std::vector<std::string> problems;
  const char* advice =
      "not permitted, set allow_{}_change to True to force this change. Note that this will not change file ownership.";
  if (asked.uid && !asked.allow_uid_change && asked.uid->value != now.uid)
    problems.push_back(
        fmt::format("Changing uid ({} -> {}) {}", now.uid, asked.uid->value, fmt::format(fmt::runtime(advice), "uid")));
  if (asked.gid && !asked.allow_gid_change && world.accounts.gid(*asked.gid) != now.gid)
    problems.push_back(
        fmt::format("Changing gid ({} -> {}) {}", now.gid, *asked.gid, fmt::format(fmt::runtime(advice), "gid")));
  if (!problems.empty())
    throw Error(ErrorKind::invalid, "Encountered error checking for needed changes: {}", join(problems, " "));
}

// The comment field: full name, room, work and home telephone, and the rest.
void read_comment(const std::string& gecos, User& user) {
  std::optional<Text>* fields[] = {&user.fullname, &user.roomnumber, &user.workphone, &user.homephone, &user.other};
  std::size_t start = 0;
  for (std::size_t i = 0; i < std::size(fields); ++i) {
    const bool is_last = i + 1 == std::size(fields);
    const std::size_t comma = is_last || start == std::string::npos ? std::string::npos : gecos.find(',', start);
    *fields[i] =
        Text{start == std::string::npos ? "" : gecos.substr(start, comma == std::string::npos ? comma : comma - start)};
    start = comma == std::string::npos ? comma : comma + 1;
  }
}

void read_shadow(const Shadow& shadow, const User& asked, User& user) {
  const bool is_locked = shadow.password.starts_with('!');
  user.password = asked.password_lock ? without_lock(shadow.password) : shadow.password;
  user.password_lock = is_locked;
  user.date = Number{shadow.last_change_days};
  user.mindays = Number{shadow.min_days};
  user.maxdays = Number{shadow.max_days};
  user.warndays = Number{shadow.warn_days};
  user.inactdays = Number{shadow.inactive_days};
  user.expire = Number{shadow.expire_days};
}

// What useradd gives a user for whom nothing else is asked.
void expect_usual(User& asked, World& world) {
  std::string homes = "/home";
  asked.usual_shell = "/bin/sh";
  for (const auto& line : split_lines(world.host.read_file_if_exists("/etc/default/useradd").value_or(""))) {
    if (line.starts_with("SHELL=")) asked.usual_shell = line.substr(6);
    if (line.starts_with("HOME=")) homes = line.substr(5);
  }
  asked.usual_home = homes + "/" + asked.name;
}

}  // namespace

std::optional<Outcome> prepare_user(User& asked, World& world) {
  check_texts(asked);
  check_groups(asked, world);
  const Account* now = world.accounts.user(asked.name);
  prepare_primary_group(asked, world);
  if (now) check_id_changes(asked, *now, world);
  prepare_groups(asked, now, world);
  prepare_password(asked, world.accounts.shadow(asked.name));
  if (asked.createhome) asked.home_exists = true;
  if (!now) expect_usual(asked, world);
  return std::nullopt;
}

std::optional<User> read_user(const User& asked, World& world) {
  const Account* now = world.accounts.user(asked.name);
  if (!now) return std::nullopt;
  User user;
  user.name = now->name;
  user.uid = Number{now->uid};
  const bool is_as_asked = asked.gid && world.accounts.gid(*asked.gid) == now->gid;
  user.gid = is_as_asked ? *asked.gid : std::to_string(now->gid);
  user.groups = world.accounts.supplementary_groups(asked.name);
  const auto primary = primary_groups(asked, now, world);
  std::erase_if(*user.groups, [&](const std::string& group) {
    const bool is_own = group == asked.name && asked.groups && !has(*asked.groups, group);
    return has(primary, group) || is_own;
  });
  user.home = now->home;
  user.shell = now->shell;
  const auto home = world.host.status_of_target(asked.home.value_or(now->home));
  user.home_exists = home && home->type == FileType::directory;
  read_comment(now->gecos, user);
  if (const Shadow* shadow = world.accounts.shadow(asked.name)) read_shadow(*shadow, asked, user);
  return user;
}

}  // namespace halite::states
