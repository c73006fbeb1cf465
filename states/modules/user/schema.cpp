#include "states/modules/user/account.h"

namespace halite::states {

Schema<User> user_schema() {
  return Schema<User>()
      .key(&User::name, "name", "User to manage.")
      .property(&User::uid, "uid", "Numeric id. Unset: keep its own, or take the next free one.")
      .parameter(&User::gid_asked, "gid",
                 "Primary group, by name or number. Unset: keep its own, or the system's default.")
      .parameter(&User::usergroup, "usergroup", "The primary group is a group of the user's own name.")
      .alias("gid_from_name")
      .parameter(&User::groups_asked, "groups", "Supplementary groups, which must exist; an empty list means none.")
      .parameter(&User::optional_groups, "optional_groups", "Supplementary groups, as far as they exist.")
      .parameter(&User::remove_groups, "remove_groups", "Leave every group that is not listed.")
      .property(&User::home, "home", "Home directory. Unset: keep it, or the system's default.")
      .parameter(&User::createhome, "createhome", "Make the home directory when it is not there.")
      .parameter(&User::password_asked, "password", "Hash of the password, as in /etc/shadow.")
      .secret()
      .parameter(&User::hash_password, "hash_password", "The password is given in clear text: hash it (SHA-512).")
      .parameter(&User::enforce_password, "enforce_password", "Also set the password of a user that has another one.")
      .parameter(&User::empty_password, "empty_password", "No password at all: everybody may log in as this user.")
      .property(&User::shell, "shell", "Login shell. Unset: keep it, or the system's default.")
      .parameter(&User::unique, "unique", "Refuse a numeric id that another user has.")
      .parameter(&User::system, "system", "A new user is a system user, with an id from that range.")
      .property(&User::fullname, "fullname", "Full name of the person.")
      .property(&User::roomnumber, "roomnumber", "Room number.")
      .property(&User::workphone, "workphone", "Work telephone.")
      .property(&User::homephone, "homephone", "Home telephone.")
      .property(&User::other, "other", "What else the comment field holds.")
      .property(&User::date, "date", "Day of the last password change, in days since 1970-01-01.")
      .property(&User::mindays, "mindays", "Days between password changes at least.")
      .property(&User::maxdays, "maxdays", "Days after which the password must be changed.")
      .property(&User::inactdays, "inactdays", "Days after the password's end until the account is locked.")
      .property(&User::warndays, "warndays", "Days of warning before the password ends.")
      .property(&User::expire, "expire", "Day the account ends, in days since 1970-01-01; -1: never.")
      .parameter(&User::nologinit, "nologinit", "Keep a new user out of the lastlog and faillog databases.")
      .parameter(&User::allow_uid_change, "allow_uid_change", "An existing user may get another numeric id.")
      .parameter(&User::allow_gid_change, "allow_gid_change", "An existing user may get another primary group.")
      .property(&User::password_lock, "password_lock", "Lock or unlock the password.");
}

Schema<User> user_derived() {
  return Schema<User>()
      .property(&User::gid, "gid", "Primary group of the user.")
      .property(&User::groups, "groups", "Supplementary groups.")
      .property(&User::password, "passwd", "Hash of the password.")
      .secret()
      .property(&User::home_exists, "home directory", "The home directory is there.");
}

}  // namespace halite::states
