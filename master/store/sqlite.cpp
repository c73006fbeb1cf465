#include "master/store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>

#include <functional>
#include <map>

#include "common/base/error.h"
#include "common/base/unique_fd.h"

namespace halite::master {
namespace {

ErrorKind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM: return ErrorKind::unavailable;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY: return ErrorKind::denied;
    default: return ErrorKind::internal;
  }
}

[[noreturn]] void fail(sqlite3* database, int code) {
  const char* file = database ? sqlite3_db_filename(database, "main") : nullptr;
  const char* text = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  throw Error(kind_of(code), "the store {} says: {}", file && *file ? file : "in memory", text);
}

// SQLite makes files with the umask's mode; this one holds session keys and pillars.
void create_private(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw system_error(errno, "opening the store " + path);
}

}  // namespace

// Statements that nobody uses, by their text. Parsing one takes as long as running it.
struct StatementCache {
  std::map<std::string, sqlite3_stmt*, std::less<>> idle;
};

void Statement::GiveBack::operator()(sqlite3_stmt* statement) const {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  const auto [at, is_kept] = cache->idle.emplace(sqlite3_sql(statement), statement);
  if (!is_kept) sqlite3_finalize(statement);  // the same text was used twice at a time
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail(database_, code);
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), next_++, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  check(sqlite3_bind_text64(statement_.get(), next_++, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  check(sqlite3_bind_blob64(statement_.get(), next_++, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(statement_.get(), next_++));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(database_, code);
  return false;
}

int Statement::run() {
  while (step()) {
  }
  return sqlite3_changes(database_);
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string Statement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data ? std::string(static_cast<const char*>(data), size) : std::string();
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Database::Database(std::string path) : path_(std::move(path)), statements_(std::make_unique<StatementCache>()) {
  if (path_ != ":memory:") create_private(path_);
  const int code = sqlite3_open_v2(path_.c_str(), &database_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  try {
    if (code != SQLITE_OK) fail(database_, code);
    sqlite3_extended_result_codes(database_, 1);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    // A small cache: the working set is one batch. synchronous=FULL: an acknowledged write is on disk.
    execute("PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA cache_size=-1024; PRAGMA temp_store=MEMORY");
  } catch (...) {
    sqlite3_close_v2(database_);
    throw;
  }
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_->idle) sqlite3_finalize(statement);
  sqlite3_close_v2(database_);
}

void Database::execute(const char* sql) {
  if (const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr); code != SQLITE_OK) fail(database_, code);
}

Statement Database::prepare(std::string_view sql) {
  if (const auto known = statements_->idle.find(sql); known != statements_->idle.end()) {
    Statement statement(database_, {known->second, Statement::GiveBack{statements_.get()}});
    statements_->idle.erase(known);
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(database_, code);
  return Statement(database_, {statement, Statement::GiveBack{statements_.get()}});
}

std::int64_t Database::user_version() {
  Statement statement = prepare("PRAGMA user_version");
  return statement.step() ? statement.integer(0) : 0;
}

void Database::set_user_version(std::int64_t version) {
  // A pragma takes no bound values; this one is a number of ours.
  execute(fmt::format("PRAGMA user_version={}", version).c_str());
}

std::string Database::quick_check() {
  Statement statement = prepare("PRAGMA quick_check(1)");
  const std::string result = statement.step() ? statement.text(0) : "no answer";
  return result == "ok" ? "" : result;
}

}  // namespace halite::master
