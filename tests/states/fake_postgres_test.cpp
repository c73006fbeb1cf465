#include "tests/states/fake_postgres.h"

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

std::string option(const Argv& words, const std::string& name) {
  const auto at = std::find(words.begin(), words.end(), name);
  return at == words.end() ? "" : *(at + 1);
}

// What the first parenthesis of the pattern matches; empty when it does not.
std::string found(const std::string& text, const std::string& pattern) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(pattern)) ? match[1].str() : "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string truth(bool value) { return value ? "t" : "f"; }

}  // namespace

void FakePostgres::install(FakeHost& host) {
  host_ = &host;
  host.files["/etc/passwd"] += "postgres:x:101:104::/var/lib/postgresql:/bin/bash\n";
  host.programs["psql"] = [this](const Command& command) { return psql(command); };
  host.programs["pg_lsclusters"] = [this](const Command&) {
    std::string text;
    for (const auto& [id, rest] : clusters) text += replace_all(id, "/", " ") + " " + rest + "\n";
    return FakeHost::result(0, text);
  };
  host.programs["pg_createcluster"] = [this](const Command& command) {
    const auto& argv = command.argv;
    const auto end = std::find(argv.begin(), argv.end(), "--");
    const std::string port = option(argv, "--port"), data = option(argv, "--datadir");
    const std::string version = *(end - 2), name = *(end - 1);
    clusters[version + "/" + name] = fmt::format("{} down postgres {} /var/log/x.log", port.empty() ? "5432" : port,
                                                 data.empty() ? "/var/lib/postgresql/" + version + "/" + name : data);
    ++host_->changes;
    return CommandResult{};
  };
  host.programs["pg_dropcluster"] = [this](const Command& command) {
    clusters.erase(*(command.argv.end() - 2) + "/" + command.argv.back());
    ++host_->changes;
    return CommandResult{};
  };
}

CommandResult FakePostgres::psql(const Command& command) {
  commands.push_back(command);
  const std::string name = option(command.argv, "--dbname");
  if (is_down) return FakeHost::result(2, "", "psql: error: connection to server failed: No such file or directory\n");
  if (!databases.count(name)) return FakeHost::result(2, "", "psql: error: FATAL:  database \"" + name + "\" does not exist\n");
  try {
    if (command.input.empty()) return FakeHost::result(0, select(command.argv.back(), databases[name]));
    ++host_->changes;
    for (const auto& line : split_lines(command.input)) statement(line, databases[name]);
    return {};
  } catch (const std::runtime_error& error) {
    return FakeHost::result(3, "", std::string("psql:<stdin>:2: ERROR:  ") + error.what() + "\n");
  }
}

std::string FakePostgres::select(const std::string& query, Database& database) {
  if (has(query, "password_encryption")) return "setting\n" + password_encryption + "\n";
  if (has(query, "pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid")) {
    const auto& groups = roles[found(query, "r.rolname = '([^']*)'")].groups;
    const bool is_in = std::find(groups.begin(), groups.end(), found(query, "g.rolname = '([^']*)'")) != groups.end();
    return is_in ? "admin\nf\n" : "admin\n";
  }
  if (has(query, "rolcreaterole")) {
    const std::string header = "superuser,inherit,createroles,createdb,login,replication,valid_until,valid_as_asked,password,groups\n";
    const auto role = roles.find(found(query, "r.rolname = '([^']*)'"));
    if (role == roles.end()) return header;
    const auto flag = [&](const char* name) { return truth(role->second.flags.count(name) != 0); };
    const std::string asked = found(query, "::timestamp\\(0\\) = '([^']*)'");
    return header + fmt::format("{},{},{},{},{},{},{},{},{},\"{{{}}}\"\n", flag("SUPERUSER"), flag("INHERIT"), flag("CREATEROLE"),
                                flag("CREATEDB"), flag("LOGIN"), flag("REPLICATION"), role->second.valid_until,
                                asked.empty() ? "" : truth(asked == role->second.valid_until),
                                has(query, "r.rolpassword") ? role->second.password : "", join(role->second.groups, ","));
  }
  if (has(query, "pg_encoding_to_char")) {
    const auto one = databases.find(found(query, "d.datname = '([^']*)'"));
    const std::string header = "owner,encoding,lc_collate,lc_ctype,tablespace\n";
    if (one == databases.end()) return header;
    return header + fmt::format("{},{},C.UTF-8,C.UTF-8,{}\n", one->second.owner, one->second.encoding, one->second.tablespace);
  }
  if (has(query, "pg_extension e")) {
    const auto one = database.extensions.find(found(query, "e.extname = '([^']*)'"));
    return one == database.extensions.end() ? "version,schema\n" : "version,schema\n1.8," + one->second + "\n";
  }
  if (has(query, "aclexplode")) {
    const std::string role = found(query, "a.grantee = \\(SELECT oid FROM pg_catalog.pg_roles WHERE rolname = '([^']*)'");
    const std::string object = found(query, "(?:relname|datname|nspname) = '([^']*)'\\) TO STDOUT");
    if (object == "none") return "owns,privileges\n";
    const auto& held = grants[role + " " + object];
    return fmt::format("owns,privileges\nf,\"{{{}}}\"\n", join({held.begin(), held.end()}, ","));
  }
  if (has(query, "pg_tablespace t JOIN pg_catalog")) {
    const auto one = tablespaces.find(found(query, "t.spcname = '([^']*)'"));
    const std::string header = "owner,directory,options\n";
    if (one == tablespaces.end()) return header;
    std::vector<std::string> options;
    for (const auto& [name, value] : one->second.options) options.push_back(name + "=" + value);
    return header + fmt::format("{},{},\"{}\"\n", one->second.owner, one->second.directory, options.empty() ? "" : "{" + join(options, ",") + "}");
  }
  if (has(query, "pg_language")) return database.languages.count(found(query, "lanname = '([^']*)'")) ? "one\n1\n" : "one\n";
  if (has(query, "extname FROM") || has(query, "pg_extension WHERE")) return database.extensions.count(found(query, "extname = '([^']*)'")) ? "one\n1\n" : "one\n";
  if (has(query, "nspowner")) {
    const auto one = database.schemas.find(found(query, "n.nspname = '([^']*)'"));
    return one == database.schemas.end() ? "owner\n" : "owner\n" + one->second + "\n";
  }
  throw std::runtime_error("the fake knows no such query: " + query);
}

void FakePostgres::statement(const std::string& text, Database& database) {
  if (text == "BEGIN;" || text == "COMMIT;" || text.starts_with("\\o") || text.starts_with("SELECT pg_terminate") ||
      text.starts_with("REVOKE CONNECT ON DATABASE"))
    return;
  const std::string name = found(text, "(?:ROLE|DATABASE|SCHEMA|EXTENSION|EXISTS|TABLESPACE|LANGUAGE) \"([^\"]*)\"");
  const std::string owner = found(text, "(?:OWNER TO|OWNER =|OWNER|AUTHORIZATION|SCHEMA) \"([^\"]*)\"");
  if (text.starts_with("CREATE ROLE") || text.starts_with("ALTER ROLE")) {
    Role& role = roles[name];
    for (const char* flag : {"INHERIT", "CREATEDB", "CREATEROLE", "SUPERUSER", "REPLICATION", "LOGIN"}) {
      if (has(text, std::string(" NO") + flag)) role.flags.erase(flag);
      else if (has(text, std::string(" ") + flag)) role.flags.insert(flag);
    }
    if (has(text, "PASSWORD NULL")) role.password.clear();
    if (const auto password = found(text, "PASSWORD '([^']*)'"); !password.empty()) role.password = password;
    if (const auto until = found(text, "VALID UNTIL '([^']*)'"); !until.empty()) role.valid_until = until;
  } else if (text.starts_with("DROP ROLE")) {
    roles.erase(name);
  } else if (text.starts_with("CREATE TABLESPACE") || text.starts_with("ALTER TABLESPACE")) {
    Tablespace& one = tablespaces[name];
    if (!owner.empty()) one.owner = owner;
    if (const auto directory = found(text, "LOCATION '([^']*)'"); !directory.empty()) one.directory = directory;
    for (const auto& option : split(found(text, "(?:WITH|SET) \\((.*)\\)"), ','))
      if (has(option, "=")) one.options[found(option, "\"([^\"]*)\"")] = found(option, "'([^']*)'");
  } else if (text.starts_with("DROP TABLESPACE")) {
    tablespaces.erase(name);
  } else if (text.starts_with("CREATE LANGUAGE")) {
    database.languages.insert(name);
  } else if (text.starts_with("DROP LANGUAGE")) {
    database.languages.erase(name);
  } else if (text.starts_with("CREATE DATABASE")) {
    databases[name] = Database{.owner = owner.empty() ? "postgres" : owner};
    if (const auto encoding = found(text, "ENCODING = '([^']*)'"); !encoding.empty()) databases[name].encoding = encoding;
  } else if (text.starts_with("ALTER DATABASE")) {
    databases[name].owner = owner;
  } else if (text.starts_with("DROP DATABASE")) {
    databases.erase(name);
  } else if (text.starts_with("CREATE SCHEMA") || text.starts_with("ALTER SCHEMA")) {
    database.schemas[name] = owner.empty() || owner == name ? "postgres" : owner;
  } else if (text.starts_with("DROP SCHEMA")) {
    database.schemas.erase(name);
  } else if (text.starts_with("CREATE EXTENSION") || text.starts_with("ALTER EXTENSION")) {
    if (name == "nonesuch") throw std::runtime_error("extension \"nonesuch\" is not available");
    database.extensions[name] = owner.empty() ? "public" : owner;
  } else if (text.starts_with("DROP EXTENSION")) {
    database.extensions.erase(name);
  } else if (const auto to = found(text, "^GRANT .* TO \"([^\"]*)\""); !to.empty()) {
    if (const auto group = found(text, "^GRANT \"([^\"]*)\" TO"); !group.empty()) {
      if (!roles.count(group)) throw std::runtime_error("role \"" + group + "\" does not exist");
      roles[to].groups.push_back(group);
    } else {
      for (const auto& privilege : split(found(text, "^GRANT (.*) ON "), ','))
        grants[to + " " + found(text, "\"([^\"]*)\" TO ")].insert(std::string(trim(privilege)));
    }
  } else if (const auto from = found(text, "^REVOKE .* FROM \"([^\"]*)\""); !from.empty()) {
    if (const auto group = found(text, "^REVOKE \"([^\"]*)\" FROM"); !group.empty()) std::erase(roles[from].groups, group);
    for (const auto& privilege : split(found(text, "^REVOKE (.*) ON "), ','))
      grants[from + " " + found(text, "\"([^\"]*)\" FROM ")].erase(std::string(trim(privilege)));
  } else {
    throw std::runtime_error("the fake knows no such statement: " + text);
  }
}

}  // namespace halite::states
