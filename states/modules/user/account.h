// What user.present asks for and what the user database says: one struct for both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "states/arguments.h"
#include "states/resource.h"

namespace halite::states {

struct User {
  std::string name;
  // As asked.
  std::optional<Text> gid_asked;
  std::optional<TextList> groups_asked, optional_groups;
  bool usergroup = false, remove_groups = true, createhome = true;
  std::optional<std::string> password_asked;
  bool hash_password = false, enforce_password = true, empty_password = false;
  bool unique = true, system = false, nologinit = false, allow_uid_change = false, allow_gid_change = false;

  // Compared.
  std::optional<Number> uid;
  std::optional<std::string> gid;                  // a name or a number, spelled as it was asked
  std::optional<std::vector<std::string>> groups;  // sorted, without the primary group
  std::optional<std::string> home, shell;
  std::optional<bool> home_exists;
  std::string usual_home, usual_shell;  // of a new user, for a dry run
  std::optional<Text> fullname, roomnumber, workphone, homephone, other;
  std::optional<std::string> password;  // the hash; without the mark of a lock when locking is asked for too
  std::optional<bool> password_lock;
  std::optional<Number> date, mindays, maxdays, inactdays, warndays, expire;
};

Schema<User> user_schema();
// The compared properties that are no arguments as they stand.
Schema<User> user_derived();

std::optional<Outcome> prepare_user(User& asked, World& world);
std::optional<User> read_user(const User& asked, World& world);
void apply_user(const std::optional<User>& now, const std::optional<User>& want, World& world);

}  // namespace halite::states
