// postgres.*: privileges, tablespaces, languages and extensions.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/postgres_server.h"
#include "minion/functions/state_backed.h"
#include "minion/functions/world.h"
#include "states/providers/postgres_objects.h"

namespace halite::minion {
namespace {

using states::sql_name;
using states::sql_text;
using Server = PostgresServer;

struct Name : Server {
  std::string name;
};
struct Grant : Server {
  std::string name, object_name, object_type, prepend = "public";
  Value privileges;
  bool grant_option = false;
};
struct Tablespace : Name {
  std::string location;
  Value options, owner;
  std::string new_name, new_owner, reset_option;
  Map set_option;
};
struct Extension : Name {
  Value if_not_exists, schema, ext_version, from_version, if_exists, restricts, cascade;
};
struct Owner : Server {
  std::string dbname, ownername;
};

Map state_arguments(const Server& server, const std::string& name) {
  Map map = server.as_state();
  map.set("name", name);
  map.set("maintenance_db", server.maintenance_db.empty() ? Value() : Value(server.maintenance_db));
  return map;
}

// ---- privileges ----

Value privileges_list(const Grant& args, Call& call) {
  const std::string type_name = to_lower(args.object_type);
  Map found;
  if (type_name == "group") {
    for (const auto& row : args.ask(call, "SELECT r.rolname AS role, m.admin_option AS admin FROM pg_catalog.pg_auth_members m JOIN "
                                          "pg_catalog.pg_roles r ON m.member = r.oid JOIN pg_catalog.pg_roles g ON m.roleid = g.oid WHERE "
                                          "g.rolname = " + sql_text(args.name) + " ORDER BY 1"))
      found.set(row.at("role"), row.at("admin") == "t");
    return found;
  }
  const auto& type = states::postgres_object_type(type_name);
  const auto rows = args.ask(
      call, fmt::format("SELECT coalesce(r.rolname, 'public') AS role, a.privilege_type AS privilege, a.is_grantable AS grantable FROM "
                        "pg_catalog.{} CROSS JOIN LATERAL aclexplode(coalesce(o.{}, acldefault('{}', o.{}))) a LEFT JOIN pg_catalog.pg_roles "
                        "r ON r.oid = a.grantee WHERE {} ORDER BY 1, 2",
                        type.relation, type.acl, type.kind, type.owner, states::postgres_object_condition(type, args.name, args.prepend)));
  for (const auto& row : rows) {
    const Value* known = found.find(row.at("role"));
    Map privileges = known ? known->as_map() : Map();
    privileges.set(row.at("privilege"), row.at("grantable") == "t");
    found.set(row.at("role"), privileges);
  }
  return found;
}

Map grant_arguments(const Grant& args) {
  Map map = state_arguments(args, args.name);
  map.set("object_name", args.object_name);
  map.set("object_type", to_lower(args.object_type));
  map.set("privileges", args.privileges);
  map.set("prepend", args.prepend);
  if (args.grant_option) map.set("grant_option", true);
  return map;
}

Value has_privileges(const Grant& args, Call& call) { return is_state(call, "postgres_privileges.present", grant_arguments(args)); }
// False when the role has them already.
Value privileges_grant(const Grant& args, Call& call) { return !run_state(call, "postgres_privileges.present", grant_arguments(args)).empty(); }
// False when the role does not have them.
Value privileges_revoke(const Grant& args, Call& call) { return !run_state(call, "postgres_privileges.absent", grant_arguments(args)).empty(); }

Value owner_to(const Owner& args, Call& call) {
  args.tell(call, fmt::format("ALTER DATABASE {} OWNER TO {};\n", sql_name(args.dbname), sql_name(args.ownername)));
  states::World world = make_world(call);
  states::give_database_contents(args.access(), args.dbname, args.ownername, world);
  return true;
}

// ---- tablespaces ----

Map tablespaces(const Server& args, Call& call) {
  return by_name(args.ask(call, "SELECT spcname AS \"Name\", r.rolname AS \"Owner\", spcacl AS \"ACL\", spcoptions AS \"Opts\", "
                                "pg_tablespace_location(t.oid) AS \"Location\" FROM pg_tablespace t JOIN pg_roles r ON r.oid = t.spcowner"),
                 "Name");
}
Value tablespace_list(const Server& args, Call& call) { return tablespaces(args, call); }
Value tablespace_exists(const Name& args, Call& call) { return tablespaces(args, call).contains(args.name); }

Value tablespace_create(const Tablespace& args, Call& call) {
  Map map = state_arguments(args, args.name);
  map.set("directory", args.location);
  map.set("options", args.options);
  map.set("owner", args.owner);
  return !run_state(call, "postgres_tablespace.present", map).empty();
}

Value tablespace_alter(const Tablespace& args, Call& call) {
  const std::string alter = "ALTER TABLESPACE " + sql_name(args.name);
  std::string statements;
  if (!args.new_owner.empty()) statements += alter + " OWNER TO " + sql_name(args.new_owner) + ";\n";
  for (const auto& [option, value] : args.set_option)
    statements += fmt::format("{} SET ({} = {});\n", alter, sql_name(option.as_string("the name of an option")), sql_text(states::python_text(value)));
  if (!args.reset_option.empty()) statements += alter + " RESET (" + sql_name(args.reset_option) + ");\n";
  if (!args.new_name.empty()) statements += alter + " RENAME TO " + sql_name(args.new_name) + ";\n";
  if (!statements.empty()) args.tell(call, statements);
  return true;
}

Value tablespace_remove(const Name& args, Call& call) {
  return !run_state(call, "postgres_tablespace.absent", state_arguments(args, args.name)).empty();
}

// ---- languages ----

Map languages(const Server& args, Call& call) {
  Map names;
  for (const auto& row : args.ask(call, "SELECT lanname AS name FROM pg_language")) names.set(row.at("name"), row.at("name"));
  return names;
}
Value language_list(const Server& args, Call& call) { return languages(args, call); }
Value language_exists(const Name& args, Call& call) { return languages(args, call).contains(args.name); }
Value language_create(const Name& args, Call& call) {
  return !run_state(call, "postgres_language.present", state_arguments(args, args.name)).empty();
}
Value language_remove(const Name& args, Call& call) {
  return !run_state(call, "postgres_language.absent", state_arguments(args, args.name)).empty();
}

// ---- extensions ----

Map installed(const Server& args, Call& call) {
  Map found;
  for (const auto& row : args.ask(call, "SELECT e.*, n.nspname AS schema_name FROM pg_extension e JOIN pg_namespace n ON e.extnamespace = n.oid"))
    found.set(row.at("extname"), as_map(row));
  return found;
}
Map available(const Server& args, Call& call) {
  Map found;
  for (const auto& row : args.ask(call, "SELECT * FROM pg_available_extensions()")) found.set(row.at("name"), as_map(row));
  return found;
}
Value one_of(const Map& all, const std::string& name) {
  const Value* found = all.find(name);
  return found ? *found : Value();
}

Value installed_extensions(const Server& args, Call& call) { return installed(args, call); }
Value get_installed_extension(const Name& args, Call& call) { return one_of(installed(args, call), args.name); }
Value is_installed_extension(const Name& args, Call& call) { return installed(args, call).contains(args.name); }
Value available_extensions(const Server& args, Call& call) { return available(args, call); }
Value get_available_extension(const Name& args, Call& call) { return one_of(available(args, call), args.name); }
Value is_available_extension(const Name& args, Call& call) { return available(args, call).contains(args.name); }

Value create_extension(const Extension& args, Call& call) {
  Map map = state_arguments(args, args.name);
  map.set("schema", args.schema);
  map.set("ext_version", args.ext_version);
  map.set("from_version", args.from_version);
  run_state(call, "postgres_extension.present", map);
  return true;
}

Value drop_extension(const Extension& args, Call& call) {
  Map map = state_arguments(args, args.name);
  map.set("cascade", args.cascade);
  run_state(call, "postgres_extension.absent", map);
  return true;
}

Schema<Grant> grant_schema(const char* verb) {
  return with_server(Schema<Grant>()
                         .required(&Grant::name, "name", "The role; public is everybody.")
                         .required(&Grant::object_name, "object_name", "The object; ALL is every table or sequence of the schema.")
                         .required(&Grant::object_type, "object_type",
                                   "What it is: table, sequence, schema, tablespace, language, database, group or function.")
                         .optional(&Grant::privileges, "privileges", verb)
                         .optional(&Grant::grant_option, "grant_option", "With the right to hand them on.")
                         .optional(&Grant::prepend, "prepend", "Schema of the object."));
}

std::vector<Function> privilege_functions() {
  const auto revoke = with_server(Schema<Grant>()
                                      .required(&Grant::name, "name", "The role; public is everybody.")
                                      .required(&Grant::object_name, "object_name", "The object; ALL is every table or sequence of the schema.")
                                      .required(&Grant::object_type, "object_type",
                                                "What it is: table, sequence, schema, tablespace, language, database, group or function.")
                                      .optional(&Grant::privileges, "privileges", "What it shall not do any longer, with commas, or ALL.")
                                      .optional(&Grant::prepend, "prepend", "Schema of the object."));
  return {
      function<Grant>("postgres.privileges_list", "Roles and their privileges on an object; true: they may hand it on.",
                      with_server(Schema<Grant>()
                                      .required(&Grant::name, "name", "The object.")
                                      .required(&Grant::object_type, "object_type",
                                                "What it is: table, sequence, schema, tablespace, language, database, group or function.")
                                      .optional(&Grant::prepend, "prepend", "Schema of the object.")),
                      privileges_list),
      function<Grant>("postgres.has_privileges", "Has the role all these privileges? An owner has.",
                      grant_schema("What it must be able to do, with commas, or ALL."), has_privileges),
      function<Grant>("postgres.privileges_grant", "Gives a role privileges; false when it has them.",
                      grant_schema("What it may do, with commas, or ALL."), privileges_grant),
      function<Grant>("postgres.privileges_revoke", "Takes privileges from a role; false when it has none of them.", revoke, privileges_revoke),
      function<Owner>("postgres.owner_to", "Gives a database and everything in it to a role. Gives true.",
                      with_server(Schema<Owner>()
                                      .required(&Owner::dbname, "dbname", "The database.")
                                      .required(&Owner::ownername, "ownername", "The role.")),
                      owner_to),
  };
}

std::vector<Function> tablespace_functions() {
  const auto name = Schema<Tablespace>().required(static_cast<std::string Tablespace::*>(&Name::name), "name", "The tablespace.");
  return {
      function<Server>("postgres.tablespace_list", "The tablespaces.", with_server(Schema<Server>()), tablespace_list),
      function<Name>("postgres.tablespace_exists", "Is there such a tablespace?", with_server(Schema<Name>().required(&Name::name, "name", "The tablespace.")),
                     tablespace_exists),
      function<Tablespace>("postgres.tablespace_create", "Makes a tablespace; false when it is there.",
                           with_server(Schema<Tablespace>(name)
                                           .required(&Tablespace::location, "location", "Its directory: empty, and the server's own.")
                                           .optional(&Tablespace::options, "options", "seq_page_cost, random_page_cost and their values.")
                                           .optional(&Tablespace::owner, "owner", "The role that owns it.")),
                           tablespace_create),
      function<Tablespace>("postgres.tablespace_alter", "Changes a tablespace. Gives true.",
                           with_server(name)
                               .optional(&Tablespace::new_name, "new_name", "Its new name.")
                               .optional(&Tablespace::new_owner, "new_owner", "The role that owns it.")
                               .optional(&Tablespace::set_option, "set_option", "Options and their values.")
                               .optional(&Tablespace::reset_option, "reset_option", "Option that is the server's own again."),
                           tablespace_alter),
      function<Name>("postgres.tablespace_remove", "Removes an empty tablespace; false when it is not there.",
                     with_server(Schema<Name>().required(&Name::name, "name", "The tablespace.")), tablespace_remove),
  };
}

std::vector<Function> language_functions() {
  const auto text = [](std::string Server::*member) { return static_cast<std::string Name::*>(member); };
  const auto language = Schema<Name>()
                            .required(&Name::name, "name", "The language.")
                            .required(text(&Server::maintenance_db), "maintenance_db", "The database it is in.")
                            .optional(text(&Server::user), "user", "Role to connect as.")
                            .optional(text(&Server::host), "host", "Server, or the directory of its socket.")
                            .optional(static_cast<std::optional<states::Number> Name::*>(&Server::port), "port", "Port of the server.")
                            .optional(text(&Server::password), "password", "Password to connect with.")
                            .optional(text(&Server::runas), "runas", "User of the machine to run psql as.");
  return {
      function<Server>("postgres.language_list", "The languages of a database.", with_server(Schema<Server>()), language_list),
      function<Name>("postgres.language_exists", "Has the database this language?", language, language_exists),
      function<Name>("postgres.language_create", "Brings a language to a database; false when it has it.", language, language_create),
      function<Name>("postgres.language_remove", "Takes a language from a database; false when it does not have it.", language, language_remove),
  };
}

std::vector<Function> extension_functions() {
  const auto server = with_server(Schema<Server>());
  const auto name = with_server(Schema<Name>().required(&Name::name, "name", "The extension."));
  const auto extension = Schema<Extension>().required(static_cast<std::string Extension::*>(&Name::name), "name", "The extension.");
  return {
      function<Server>("postgres.installed_extensions", "The extensions of a database.", server, installed_extensions),
      function<Name>("postgres.get_installed_extension", "What is known of an installed extension; none when it is not.", name,
                     get_installed_extension),
      function<Name>("postgres.is_installed_extension", "Has the database this extension?", name, is_installed_extension),
      function<Server>("postgres.available_extensions", "The extensions that could be installed.", server, available_extensions),
      function<Name>("postgres.get_available_extension", "What is known of an extension that could be installed; none when it could not.", name,
                     get_available_extension),
      function<Name>("postgres.is_available_extension", "Could this extension be installed?", name, is_available_extension),
      function<Extension>("postgres.create_extension", "Installs an extension, or brings it to this version and schema. Gives true.",
                          with_server(Schema<Extension>(extension)
                                          .optional(&Extension::if_not_exists, "if_not_exists", "Kept for Salt's callers.")
                                          .optional(&Extension::schema, "schema", "Schema that its objects are in.")
                                          .optional(&Extension::ext_version, "ext_version", "Its version.")
                                          .optional(&Extension::from_version, "from_version", "Version that an older module without extension had.")),
                          create_extension),
      function<Extension>("postgres.drop_extension", "Removes an extension. Gives true.",
                          with_server(Schema<Extension>(extension)
                                          .optional(&Extension::if_exists, "if_exists", "Kept for Salt's callers.")
                                          .optional(&Extension::restricts, "restrict", "Kept for Salt's callers: without cascade it is so.")
                                          .optional(&Extension::cascade, "cascade", "Remove what depends on it too.")),
                          drop_extension),
  };
}

}  // namespace

std::vector<Function> postgres_objects_functions() {
  std::vector<Function> all;
  for (const auto group : {privilege_functions, tablespace_functions, language_functions, extension_functions})
    for (auto& one : group()) all.push_back(std::move(one));
  return all;
}

}  // namespace halite::minion
