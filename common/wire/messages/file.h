// The file server's requests (salt-wire-protocol.md, sections 7.3 and 11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
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

// _file_recv: a part of a file that a minion pushes.
struct PushedPart {
  std::vector<std::string> path;
  std::int64_t loc = 0;
  std::int64_t size = 0;
  Value data;  // text or bytes, as Salt's wire has it
  std::string sha256;

  std::string_view bytes() const {
    if (const auto* text = data.if_string()) return *text;
    if (const auto* raw = data.if_bytes()) return raw->data;
    throw Error(ErrorKind::invalid, "the data of a pushed file is neither text nor bytes");
  }

  static const Schema<PushedPart>& schema() {
    static const auto schema = Schema<PushedPart>()
                                   .required(&PushedPart::path, "path", "The parts of its path.")
                                   .required(&PushedPart::loc, "loc", "Where this part begins, in bytes.")
                                   .required(&PushedPart::size, "size", "Bytes of the whole file.")
                                   .required(&PushedPart::data, "data", "The part itself.")
                                   .optional(&PushedPart::sha256, "sha256", "Of the whole file; checked with its last part.");
    return schema;
  }
};

}  // namespace halite::wire
