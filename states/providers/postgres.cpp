#include "states/providers/postgres.h"

#include <memory>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/private_file.h"
#include "states/providers/shell.h"

namespace halite::states {
namespace {

// An option of the minion, or empty.
std::string option(const char* name, World& world) {
  if (!world.call) return "";
  const Value value = world.call("config.option", {std::string("postgres.") + name}, {});
  return value.is_string() || value.is_int() ? python_text(value) : "";
}

void complete(std::string& text, const char* name, World& world) {
  if (text.empty()) text = option(name, world);
}

bool is_local(const std::string& host) { return host.empty() || host.starts_with('/'); }

// A line of a password file; ':' and '\' are its special characters.
std::string password_line(const std::string& password) {
  std::string text = "*:*:*:*:";
  for (const char c : password) {
    if (c == ':' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\n";
}

}  // namespace

Postgres::Postgres(const PostgresAccess& access, World& world) : access_(access), world_(world) {
  complete(access_.db_user, "user", world);
  complete(access_.db_host, "host", world);
  complete(access_.db_password, "pass", world);
  complete(access_.maintenance_db, "maintenance_db", world);
  if (access_.maintenance_db.empty()) access_.maintenance_db = "postgres";
  if (!access_.db_port)
    if (const auto port = parse_int(option("port", world))) access_.db_port = Number{*port};
  if (access_.user.empty() && is_local(access_.db_host)) access_.user = "postgres";
  program_ = "psql";
  if (!world.host.find_program(program_))
    if (const std::string directory = option("bins_dir", world); !directory.empty()) program_ = directory + "/psql";
}

CommandResult Postgres::run(Argv words, const std::string& input) const {
  Argv argv{program_, "--no-align", "--no-readline", "--no-psqlrc", "--no-password", "--quiet", "--set", "ON_ERROR_STOP=1"};
  if (!access_.db_user.empty()) argv.insert(argv.end(), {"--username", access_.db_user});
  if (!access_.db_host.empty()) argv.insert(argv.end(), {"--host", access_.db_host});
  if (access_.db_port) argv.insert(argv.end(), {"--port", std::to_string(access_.db_port->value)});
  argv.insert(argv.end(), {"--dbname", access_.maintenance_db});
  argv.insert(argv.end(), words.begin(), words.end());
  ShellOptions options;
  options.run_as = access_.user;
  options.clean_environment = true;
  options.input = input;
  std::unique_ptr<PrivateFile> password;
  if (!access_.db_password.empty()) {
    password = std::make_unique<PrivateFile>("pgpass", password_line(access_.db_password), 0600, access_.user, world_);
    options.environment = Map{{"PGPASSFILE", password->path()}};
  }
  return world_.host.execute(program_command(argv, options, world_));
}

namespace {

void require_success(const CommandResult& result) {
  if (result.exit_code == 0) return;
  std::string text(trim(result.error));
  if (text.starts_with("psql:<stdin>:"))
    if (const std::size_t end = text.find(": ", std::string_view("psql:<stdin>:").size()); end != std::string::npos)
      text = text.substr(end + 2);
  throw Error(ErrorKind::unavailable, "{}", text.empty() ? fmt::format("psql ended with code {}", result.exit_code) : text);
}

}  // namespace

std::vector<Postgres::Row> Postgres::query(const std::string& select) const {
  std::string_view inner = trim(select);
  while (inner.ends_with(';')) inner = trim(inner.substr(0, inner.size() - 1));
  const CommandResult result = run({"--command", "SET datestyle = 'ISO, MDY'", "--command",
                                    fmt::format("COPY ({}) TO STDOUT WITH CSV HEADER", inner)}, "");
  require_success(result);
  return rows_of_csv(result.output);
}

void Postgres::execute(const std::string& statements) const { require_success(run({"--file", "-"}, statements)); }

std::string sql_name(std::string_view name) {
  if (name.empty() || name.find('\0') != std::string_view::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name in PostgreSQL", escape_control(name));
  return "\"" + replace_all(std::string(name), "\"", "\"\"") + "\"";
}

// With a backslash the form is the one in which it is the same whatever standard_conforming_strings says.
std::string sql_text(std::string_view text) {
  std::string quoted = replace_all(std::string(text), "'", "''");
  if (text.find('\\') == std::string_view::npos) return "'" + quoted + "'";
  return "E'" + replace_all(std::move(quoted), "\\", "\\\\") + "'";
}

namespace {

// One record; `at` moves behind it.
std::vector<std::string> csv_record(std::string_view text, std::size_t& at) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quoted) {
      if (c != '"') fields.back() += c;
      else if (at + 1 < text.size() && text[at + 1] == '"') fields.back() += text[++at];
      else is_quoted = false;
    } else if (c == '"') {
      is_quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

std::vector<Postgres::Row> rows_of_csv(std::string_view text) {
  std::vector<Postgres::Row> rows;
  std::size_t at = 0;
  if (text.empty()) return rows;
  const auto names = csv_record(text, at);
  while (at < text.size()) {
    const auto fields = csv_record(text, at);
    Postgres::Row row;
    for (std::size_t i = 0; i < names.size() && i < fields.size(); ++i) row[names[i]] = fields[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> sql_array(std::string_view text) {
  std::vector<std::string> items;
  if (text.size() < 2 || !text.starts_with('{') || !text.ends_with('}')) return items;
  text = text.substr(1, text.size() - 2);
  if (text.empty()) return items;
  std::string item;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) item += text[++i];
    else if (c == '"') is_quoted = !is_quoted;
    else if (c == ',' && !is_quoted) items.push_back(std::exchange(item, {}));
    else item += c;
  }
  items.push_back(item);
  return items;
}

}  // namespace halite::states
