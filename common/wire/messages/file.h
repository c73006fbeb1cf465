// The file server's requests (salt-wire-protocol.md, sections 7.3 and 11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/wire/messages/message.h"

namespace halite::wire {

// _file_list, _file_list_emptydirs, _dir_list, _symlink_list.
struct ListFiles {
  std::string saltenv = "base";
  std::string prefix;

  static const Schema<ListFiles>& schema() {
    static const auto schema = Schema<ListFiles>()
                                   .optional(&ListFiles::saltenv, "saltenv", "Environment.")
                                   .optional(&ListFiles::prefix, "prefix", "Only what is below this folder.");
    return schema;
  }
};

// _file_hash, _file_hash_and_stat, _file_find.
struct FindFile {
  std::string path;
  std::string saltenv = "base";

  static const Schema<FindFile>& schema() {
    static const auto schema = Schema<FindFile>()
                                   .required(&FindFile::path, "path", "Relative path.")
                                   .optional(&FindFile::saltenv, "saltenv", "Environment.");
    return schema;
  }
};

// _serve_file.
struct ServeFile {
  std::string path;
  std::string saltenv = "base";
  std::int64_t loc = 0;
  std::optional<std::int64_t> gzip;

  static const Schema<ServeFile>& schema() {
    static const auto schema = Schema<ServeFile>()
                                   .required(&ServeFile::path, "path", "Relative path.")
                                   .optional(&ServeFile::saltenv, "saltenv", "Environment.")
                                   .optional(&ServeFile::loc, "loc", "Offset in bytes.")
                                   .optional(&ServeFile::gzip, "gzip", "Compress at this level, 1 to 9.");
    return schema;
  }
};

}  // namespace halite::wire
