// postgres_privileges: what a role may do with an object, and which groups it is in.
#include <algorithm>
#include <map>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/postgres/common.h"
#include "states/providers/postgres_objects.h"

namespace halite::states {
namespace {

struct Grant : PostgresAccess {
  std::string name, object_name, object_type, prepend = "public";
  TextList privileges;
  bool grant_option = false;

  std::vector<std::string> wanted;  // in capitals
  std::optional<std::vector<std::string>> missing, held;

  bool is_group() const { return object_type == "group"; }
  bool is_every() const { return (object_type == "table" || object_type == "sequence") && to_lower(object_name) == "all"; }
};

Schema<Grant> schema() {
  return with_postgres_access(
      Schema<Grant>()
          .key(&Grant::name, "name", "The role; public is everybody.")
          .key(&Grant::object_name, "object_name",
               "The object; ALL is every table or sequence of the schema. A function with the types of its arguments.")
          .key(&Grant::object_type, "object_type", "What kind of object it is.")
          .one_of({"table", "sequence", "schema", "tablespace", "language", "database", "group", "function"})
          .parameter(&Grant::privileges, "privileges", "Such as SELECT or ALL. Not for a group.")
          .parameter(&Grant::grant_option, "grant_option", "The role may hand them on; of a group, it may add members.")
          .parameter(&Grant::prepend, "prepend", "Schema of the object."));
}

std::string role_condition(const std::string& column, const std::string& role) {
  if (to_lower(role) == "public") return column + " = 0";
  return fmt::format("{} = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = {})", column, sql_text(role));
}

// A row an object, with the privileges that the role has on it.
std::string privilege_query(const Grant& asked) {
  const PostgresObjectType& type = postgres_object_type(asked.object_type);
  PostgresObjectType picked = type;
  if (asked.is_every()) picked.where = replace_all(picked.where, " AND o.relname = {0}", "");
  const std::string where = postgres_object_condition(picked, asked.object_name, asked.prepend);
  return fmt::format(
      "SELECT {0} AS owns, ARRAY(SELECT a.privilege_type FROM aclexplode(coalesce(o.{1}, acldefault('{2}', o.{3}))) a WHERE {4}{5}) "
      "AS privileges FROM pg_catalog.{6} WHERE {7}",
      role_condition("o." + type.owner, asked.name), type.acl, type.kind, type.owner, role_condition("a.grantee", asked.name),
      asked.grant_option ? " AND a.is_grantable" : "", type.relation, where);
}

std::string membership_query(const Grant& asked) {
  return fmt::format(
      "SELECT bool_or(m.admin_option) AS admin FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid JOIN "
      "pg_catalog.pg_roles r ON r.oid = m.member WHERE g.rolname = {} AND r.rolname = {} GROUP BY g.oid",
      sql_text(asked.object_name), sql_text(asked.name));
}

std::optional<Outcome> prepare(Grant& asked, World&) {
  if (asked.is_group()) {
    if (!asked.privileges.items.empty())
      throw Error(ErrorKind::invalid, "The privileges option should not be set for object_type group");
    asked.wanted = {"MEMBER"};
    return std::nullopt;
  }
  const auto& known = postgres_object_type(asked.object_type).privileges;
  for (const auto& item : asked.privileges.items)
    for (const auto& word : split(item, ',')) {
      std::string privilege(trim(word));
      std::transform(privilege.begin(), privilege.end(), privilege.begin(), [](unsigned char c) { return std::toupper(c); });
      if (privilege == "TEMP") privilege = "TEMPORARY";
      if (privilege == "ALL") asked.wanted = known;
      else if (std::find(known.begin(), known.end(), privilege) == known.end())
        throw Error(ErrorKind::invalid, "Invalid privilege(s): {} provided for object {}{}", privilege, asked.object_type,
                    did_you_mean(privilege, known));
      else asked.wanted.push_back(privilege);
    }
  if (asked.wanted.empty()) throw Error(ErrorKind::invalid, "'privileges' is missing: which of {}", join(known, ", "));
  if (asked.object_type == "function" && asked.object_name.find_first_of(";\\'\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no function", escape_control(asked.object_name));
  return std::nullopt;
}

void add(std::optional<std::vector<std::string>>& list, const std::string& word) {
  if (std::find(list->begin(), list->end(), word) == list->end()) list->push_back(word);
}

// An owner may do everything, whatever the object says; what can be taken away is only what it says.
std::optional<Grant> look(const Grant& asked, World& world) {
  Grant found;
  static_cast<PostgresAccess&>(found) = asked;
  found.missing.emplace();
  found.held.emplace();
  const auto rows = Postgres(asked, world).query(asked.is_group() ? membership_query(asked) : privilege_query(asked));
  if (asked.is_group()) {
    const bool is_member = !rows.empty() && (!asked.grant_option || rows[0].at("admin") == "t");
    (is_member ? found.held : found.missing)->push_back("MEMBER");
    return found;
  }
  if (rows.empty() && !asked.is_every())
    throw Error(ErrorKind::not_found, "There is no {} {}", asked.object_type, asked.object_name);
  for (const auto& row : rows) {
    const auto privileges = sql_array(row.at("privileges"));
    for (const auto& wanted : asked.wanted) {
      const bool has = std::find(privileges.begin(), privileges.end(), wanted) != privileges.end();
      if (has) add(found.held, wanted);
      else if (row.at("owns") != "t") add(found.missing, wanted);
    }
  }
  return found;
}

// Nothing is there to look at yet: then everything is missing, and nothing is held.
std::optional<Grant> read(const Grant& asked, World& world) {
  auto found = look_at_server<Grant>(world, [&] { return look(asked, world); });
  if (found) return found;
  found = asked;
  found->missing = asked.wanted;
  found->held.emplace();
  return found;
}

std::string role(const Grant& grant) { return to_lower(grant.name) == "public" ? "PUBLIC" : sql_name(grant.name); }

std::string object(const Grant& grant) {
  std::string type = grant.object_type;
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::toupper(c); });
  if (grant.is_every()) return fmt::format("ALL {}S IN SCHEMA {}", type, sql_name(grant.prepend));
  if (grant.object_type == "function") return type + " " + grant.object_name;
  const bool has_schema = grant.object_type == "table" || grant.object_type == "sequence";
  return type + " " + (has_schema ? sql_name(grant.prepend) + "." : "") + sql_name(grant.object_name);
}

std::string shown(const Grant& grant) {
  return grant.is_group() ? grant.object_name : join(grant.privileges.items, ",");
}

void grant(const std::optional<Grant>&, const std::optional<Grant>& want, World& world) {
  const std::string statement =
      want->is_group() ? fmt::format("GRANT {} TO {}{}", sql_name(want->object_name), role(*want), want->grant_option ? " WITH ADMIN OPTION" : "")
                       : fmt::format("GRANT {} ON {} TO {}{}", join(want->wanted, ", "), object(*want), role(*want),
                                     want->grant_option ? " WITH GRANT OPTION" : "");
  failing_as(fmt::format("Failed to grant privilege(s): {} to {}", shown(*want), want->name),
             [&] { Postgres(*want, world).execute(statement + ";\n"); });
}

void revoke(const std::optional<Grant>&, const std::optional<Grant>& want, World& world) {
  const std::string statement = want->is_group()
                                    ? fmt::format("REVOKE {} FROM {}", sql_name(want->object_name), role(*want))
                                    : fmt::format("REVOKE {} ON {} FROM {}", join(want->wanted, ", "), object(*want), role(*want));
  failing_as(fmt::format("Failed to revoke privilege(s): {} from {}", shown(*want), want->name),
             [&] { Postgres(*want, world).execute(statement + ";\n"); });
}

std::optional<Grant> with_all(const Grant& asked) {
  Grant want = asked;
  want.missing.emplace();
  return want;
}
std::optional<Grant> with_none(const Grant& asked) {
  Grant want = asked;
  want.held.emplace();
  return want;
}

Wording<Grant> words(const char* correct, const char* verb, const char* direction, const char* word) {
  Wording<Grant> words;
  words.correct = [correct](const Grant&) -> std::string { return correct; };
  words.planned = [verb, direction](const Change<Grant>& change) {
    return fmt::format("The privilege(s): {} are set to be {} {} {}", shown(change.asked), verb, direction, change.asked.name);
  };
  words.done = [verb, direction](const Change<Grant>& change) {
    return fmt::format("The privilege(s): {} have been {} {} {}", shown(change.asked), verb, direction, change.asked.name);
  };
  words.changes = [word](const Change<Grant>& change) { return named_change(change.asked.name, word); };
  return words;
}

}  // namespace

Module postgres_privileges() {
  Resource<Grant> grants{.name = "postgres_privileges", .schema = schema(), .read = read, .apply = grant};
  grants.derived = Schema<Grant>()
                       .property(&Grant::missing, "missing", "Privileges that the role does not have yet.")
                       .property(&Grant::held, "held", "Privileges that the role has.");
  grants.prepare = prepare;
  Resource<Grant> revokes = grants;
  revokes.apply = revoke;
  const Map example{{"name", "web"}, {"object_name", "web"}, {"object_type", "database"}, {"privileges", List{"CONNECT"}}};
  return {"postgres_privileges",
          "What roles of a PostgreSQL server may do with its objects.",
          {grants.ensure("present", "The role has these privileges; others it may have too.", example, with_all,
                         words("The requested privilege(s) are already set", "granted", "to", "Present")),
           revokes.ensure("absent", "The role does not have these privileges.", example, with_none,
                          words("The requested privilege(s) are not set so cannot be revoked", "revoked", "from", "Absent"))}};
}

}  // namespace halite::states
