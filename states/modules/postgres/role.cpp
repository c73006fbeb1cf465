// postgres_user and postgres_group: roles of a server. The two differ in what a new role may do: a user logs in.
#include <algorithm>
#include <memory>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/postgres/common.h"
#include "states/providers/postgres_password.h"

namespace halite::states {
namespace {

struct Role : PostgresAccess {
  std::string name;
  std::optional<bool> createdb, createroles, superuser, replication, inherit, login;
  Value password, default_password, encrypted;
  bool refresh_password = false;
  std::optional<Text> valid_until;
  std::optional<TextList> groups;

  // What is compared besides.
  std::optional<bool> has_password;  // the one that is asked
  std::optional<std::vector<std::string>> missing_groups;
  std::string method;                  // how the server keeps passwords
  std::shared_ptr<bool> is_refreshed;  // the password that can't be looked at was set
};

struct Kind {
  const char* word;     // "user"
  const char* capital;  // "User"
  bool logs_in;
};
constexpr Kind user_kind{"user", "User", true};
constexpr Kind group_kind{"group", "Group", false};

Schema<Role> schema(const Kind& kind) {
  Schema<Role> schema =
      Schema<Role>()
          .key(&Role::name, "name", "Name of the role.")
          .property(&Role::createdb, "createdb", "It may create databases.")
          .property(&Role::createroles, "createroles", "It may create roles.")
          .property(&Role::superuser, "superuser", "It may do everything.")
          .property(&Role::replication, "replication", "It may replicate.")
          .property(&Role::inherit, "inherit", "It has the rights of the roles it is a member of. A new role does.")
          .property(&Role::login, "login", "It may connect. Unset: a new user may, a new group may not.")
          .parameter(&Role::password, "password", "Its password, or the verifier that the server keeps; false: none.")
          .secret()
          .parameter(&Role::refresh_password, "refresh_password",
                     "Set the password each time without a look at the present one, which only a superuser may see.")
          .parameter(&Role::encrypted, "encrypted",
                     "How the server keeps the password: md5 (or true), or scram-sha-256. Unset: as it does by itself; a "
                     "password that is right stays as it is kept.")
          .parameter(&Role::groups, "groups", "Roles it must be a member of, others may be: a list, or text with commas.");
  if (kind.logs_in)
    schema.parameter(&Role::default_password, "default_password", "Password of a new user for which none is given.")
        .secret()
        .property(&Role::valid_until, "valid_until", "Until when the password can be used, as the server reads times.");
  return with_postgres_access(std::move(schema));
}

std::string method_of(const Value& encrypted) {
  if (encrypted.is_null() || encrypted == Value(false)) return "";
  if (encrypted == Value(true)) return "md5";
  const std::string method = to_lower(python_text(encrypted));
  if (method != "md5" && method != "scram-sha-256")
    throw Error(ErrorKind::invalid, "Unknown password algorithm: {}", method);
  return method;
}

std::optional<Outcome> prepare(Role& asked, World&) {
  asked.method = method_of(asked.encrypted);
  asked.is_refreshed = std::make_shared<bool>(false);
  if (asked.password == Value("")) asked.password = {};
  if (!asked.password.is_null()) asked.has_password = true;
  if (asked.groups) {
    if (asked.groups->items.size() == 1) asked.groups->items = split(asked.groups->items[0], ',');
    asked.missing_groups.emplace();
  }
  return std::nullopt;
}

constexpr const char* role_query =
    "SELECT r.rolsuper AS superuser, r.rolinherit AS inherit, r.rolcreaterole AS createroles, r.rolcreatedb AS createdb, "
    "r.rolcanlogin AS login, r.rolreplication AS replication, r.rolvaliduntil::timestamp(0) AS valid_until, "
    "{} AS valid_as_asked, {} AS password, "
    "ARRAY(SELECT g.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON m.roleid = g.oid "
    "WHERE m.member = r.oid) AS groups FROM pg_catalog.{} r WHERE r.rolname = {}";

// Whether the password that the server keeps is the one asked for.
bool has_password(const Role& asked, const std::string& kept) {
  if (asked.refresh_password) return *asked.is_refreshed;
  if (asked.password == Value(false)) return kept.empty();
  const bool is_kept_so = asked.method.empty() || (asked.method == "md5" ? kept.starts_with("md5") : kept.starts_with("SCRAM"));
  return is_kept_so && is_password_of(asked.name, python_text(asked.password), kept);
}

std::optional<Role> look(const Role& asked, World& world) {
  const bool sees_password = !asked.password.is_null() && !asked.refresh_password;
  const std::string valid = asked.valid_until
                                ? fmt::format("(r.rolvaliduntil::timestamp(0) = {}::timestamp(0))", sql_text(asked.valid_until->text))
                                : "NULL";
  const auto rows = Postgres(asked, world).query(fmt::format(fmt::runtime(role_query), valid, sees_password ? "r.rolpassword" : "NULL",
                                                             sees_password ? "pg_authid" : "pg_roles", sql_text(asked.name)));
  if (rows.empty()) return std::nullopt;
  const Postgres::Row& row = rows[0];
  Role found;
  static_cast<PostgresAccess&>(found) = asked;
  found.name = asked.name;
  const std::pair<const char*, std::optional<bool> Role::*> flags[] = {
      {"superuser", &Role::superuser}, {"inherit", &Role::inherit}, {"createroles", &Role::createroles},
      {"createdb", &Role::createdb},   {"login", &Role::login},     {"replication", &Role::replication}};
  for (const auto& [column, member] : flags) found.*member = row.at(column) == "t";
  found.valid_until = row.at("valid_as_asked") == "t" ? asked.valid_until : Text{row.at("valid_until")};
  if (!asked.password.is_null()) found.has_password = has_password(asked, row.at("password"));
  found.missing_groups.emplace();
  const auto groups = sql_array(row.at("groups"));
  if (asked.groups)
    for (const auto& group : asked.groups->items)
      if (std::find(groups.begin(), groups.end(), group) == groups.end()) found.missing_groups->push_back(group);
  return found;
}

std::optional<Role> read(const Role& asked, World& world) {
  return look_at_server<Role>(world, [&] { return look(asked, world); });
}

std::string flag(const std::optional<bool>& now, const std::optional<bool>& want, const char* word) {
  if (!want || now == want) return "";
  return fmt::format(" {}{}", *want ? "" : "NO", word);
}

std::string flags_of(const Role& now, const Role& want) {
  return flag(now.inherit, want.inherit, "INHERIT") + flag(now.createdb, want.createdb, "CREATEDB") +
         flag(now.createroles, want.createroles, "CREATEROLE") + flag(now.superuser, want.superuser, "SUPERUSER") +
         flag(now.replication, want.replication, "REPLICATION") + flag(now.login, want.login, "LOGIN");
}

std::string password_words(const Role& want, const Value& password, World& world) {
  if (password.is_null()) return "";
  if (password == Value(false)) return " PASSWORD NULL";
  std::string method = want.method;
  if (method.empty()) {
    const auto rows = Postgres(want, world).query("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'password_encryption'");
    method = !rows.empty() && rows[0].at("setting") == "scram-sha-256" ? "scram-sha-256" : "md5";
  }
  return " PASSWORD " + sql_text(password_verifier(want.name, python_text(password), method));
}

void apply(const std::optional<Role>& now, const std::optional<Role>& want, World& world, const Kind& kind) {
  const bool is_new = !now;
  Role wanted = *want;
  if (is_new) {
    if (!wanted.inherit) wanted.inherit = true;
    if (!wanted.login) wanted.login = kind.logs_in;
  }
  const bool sets_password = is_new || now->has_password != want->has_password;
  const Value& password = is_new && wanted.password.is_null() ? wanted.default_password : wanted.password;
  std::string words = flags_of(is_new ? Role() : *now, wanted);
  if (sets_password) words += password_words(wanted, password, world);
  if (wanted.valid_until && (is_new || !(now->valid_until == wanted.valid_until)))
    words += " VALID UNTIL " + sql_text(wanted.valid_until->text);
  std::string statements = "BEGIN;\n";
  if (!words.empty() || is_new)
    statements += fmt::format("{} ROLE {}{}{};\n", is_new ? "CREATE" : "ALTER", sql_name(wanted.name), words.empty() ? "" : " WITH", words);
  const auto& groups = is_new ? (wanted.groups ? wanted.groups->items : std::vector<std::string>()) : *now->missing_groups;
  if (wanted.groups)
    for (const auto& group : groups) statements += fmt::format("GRANT {} TO {};\n", sql_name(group), sql_name(wanted.name));
  failing_as(fmt::format("Failed to {} {} {}", is_new ? "create" : "update", kind.word, wanted.name),
             [&] { Postgres(wanted, world).execute(statements + "COMMIT;\n"); });
  *want->is_refreshed = true;
}

void drop(const Role& role, World& world, const Kind& kind) {
  failing_as(fmt::format("{} {} failed to be removed", kind.capital, role.name),
             [&] { Postgres(role, world).execute("DROP ROLE " + sql_name(role.name) + ";\n"); });
}

Map changes(const Change<Role>& change) {
  if (change.creates()) return named_change(change.asked.name, "Present");
  Map updated;
  for (const Difference& difference : change.differences) {
    if (difference.field == "password") updated.set("password", true);
    else if (difference.field == "groups") updated.set("groups", difference.before);
    else updated.set(difference.field, difference.after);
  }
  return {{change.asked.name, updated}};
}

Wording<Role> present_words(const Kind& kind) {
  const auto verb = [](const Change<Role>& change) { return change.creates() ? "created" : "updated"; };
  Wording<Role> words;
  words.correct = [kind](const Role& asked) { return fmt::format("{} {} is already present", kind.capital, asked.name); };
  words.planned = [kind, verb](const Change<Role>& change) {
    return fmt::format("{} {} is set to be {}", kind.capital, change.asked.name, verb(change));
  };
  words.done = [kind, verb](const Change<Role>& change) {
    return fmt::format("The {} {} has been {}", kind.word, change.asked.name, verb(change));
  };
  words.changes = changes;
  return words;
}

Wording<Role> absent_words(const Kind& kind) {
  Wording<Role> words;
  words.correct = [kind](const Role& asked) {
    return fmt::format("{} {} is not present, so it cannot be removed", kind.capital, asked.name);
  };
  words.planned = [kind](const Change<Role>& change) {
    return fmt::format("{} {} is set to be removed", kind.capital, change.asked.name);
  };
  words.done = [kind](const Change<Role>& change) {
    return fmt::format("{} {} has been removed", kind.capital, change.asked.name);
  };
  words.changes = [](const Change<Role>& change) { return named_change(change.asked.name, "Absent"); };
  return words;
}

Function present(const Kind& kind) {
  Resource<Role> role{.name = std::string("postgres_") + kind.word, .schema = schema(kind), .read = read, .apply = nullptr};
  role.apply = [kind](const std::optional<Role>& now, const std::optional<Role>& want, World& world) {
    apply(now, want, world, kind);
  };
  role.derived = Schema<Role>()
                     .property(&Role::has_password, "password", "Whether the password is the one asked for.")
                     .property(&Role::missing_groups, "groups", "Roles of which it is no member yet.");
  role.prepare = prepare;
  return role.ensure("present", fmt::format("The role exists, as a {}, with these rights.", kind.word),
                     {{"name", "web"}, {"createdb", true}, {"password", "swordfish"}}, as_given<Role>, present_words(kind));
}

Function absent(const Kind& kind) {
  Resource<Role> role{.name = std::string("postgres_") + kind.word,
                      .schema = with_postgres_access(Schema<Role>().key(&Role::name, "name", "Name of the role.")),
                      .read = read,
                      .apply = nullptr};
  role.apply = [kind](const std::optional<Role>& now, const std::optional<Role>&, World& world) { drop(*now, world, kind); };
  return role.ensure("absent", "The role does not exist.", {{"name", "web"}}, nothing<Role>, absent_words(kind));
}

}  // namespace

Module postgres_user() {
  return {"postgres_user", "Roles of a PostgreSQL server that log in.", {present(user_kind), absent(user_kind)}};
}

Module postgres_group() {
  return {"postgres_group", "Roles of a PostgreSQL server that others are members of.", {present(group_kind), absent(group_kind)}};
}

}  // namespace halite::states
