// Files from http://, https:// and ftp://, by the program curl, into the cache.
//
// A program and not libcurl: linked, the library costs every start of ours 29 ms and 1.4 MB of memory of its own, in
// the idle daemon too (measured on Debian 12; a plain program starts in 1 ms). As a child it has a deadline, dies with
// the job, and keeps a hostile server's bytes out of our address space.
#pragma once

#include <optional>
#include <string>

#include "states/providers/source_hash.h"
#include "states/world.h"

namespace halite::states {

bool is_download(const std::string& address);

struct DownloadRequest {
  std::string url;
  bool verify_ssl = true;
  std::optional<SourceHash> hash = {};  // that it must have
  std::string hash_subject = {};        // what messages call it; empty: the address
  bool use_etag = false;                // asks the server whether it changed since the file in the cache came
};

// Where the cache keeps it: CACHE/extrn_files/ENVIRONMENT/HOST/PATH. Throws Error(invalid) for an address that names no
// file below that.
std::string download_place(const std::string& url, World& world);

// Throws Error(invalid) in Salt's words when the content has another checksum.
void check_hash(const std::string& content, const SourceHash& wanted, const std::string& subject);

// Fetches into the cache and gives the place. What is there is replaced when all has come, and kept when the server
// says that it did not change. Throws Error(unavailable) with the reason; passwords in addresses are not shown.
std::string download(const DownloadRequest& request, World& world);

}  // namespace halite::states
