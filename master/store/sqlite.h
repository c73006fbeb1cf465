// SQLite with owners and errors of ours. Private to this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace halite::master {

class Database;
struct StatementCache;

// One prepared statement, the database's again when it is destroyed. Values are bound, never part of the text.
class Statement {
 public:
  Statement& bind(std::int64_t value);
  Statement& bind(int value) { return bind(std::int64_t{value}); }
  Statement& bind(bool value) { return bind(std::int64_t{value}); }
  Statement& bind(std::string_view text);
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind(const char* text) { return bind(std::string_view(text)); }
  Statement& bind_blob(std::string_view bytes);
  Statement& bind_null();

  // True while there is a row. Throws Error as Database does.
  bool step();
  // Runs to the end; gives the number of rows changed.
  int run();

  std::int64_t integer(int column) const;
  std::string text(int column) const;  // of a text or blob
  bool is_null(int column) const;

 private:
  friend class Database;
  struct GiveBack {
    StatementCache* cache;
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3* database, std::unique_ptr<sqlite3_stmt, GiveBack> statement) : database_(database), statement_(std::move(statement)) {}
  void check(int code) const;
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, GiveBack> statement_;
  int next_ = 1;
};

// For one thread at a time. Throws Error(unavailable) when the disk is full or fails, Error(denied) when the file can't be
// opened or written, Error(internal) else; each names the file.
class Database {
 public:
  // ":memory:" keeps everything in memory. A new file has mode 0600.
  explicit Database(std::string path);
  ~Database();
  Database(const Database&) = delete;

  void execute(const char* sql);
  // Parsed at its first use, then kept: so `sql` has to be one of a few texts. Destroy the statement before the database.
  Statement prepare(std::string_view sql);
  std::int64_t user_version();
  void set_user_version(std::int64_t version);
  // Empty when the file is sound, else what is wrong with it.
  std::string quick_check();

 private:
  std::string path_;
  std::unique_ptr<StatementCache> statements_;
  sqlite3* database_ = nullptr;
};

}  // namespace halite::master
