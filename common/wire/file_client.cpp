#include "common/wire/file_client.h"

#include <zlib.h>

#include "common/base/error.h"
#include "common/wire/fields.h"

namespace halite::wire {
namespace {

constexpr std::size_t chunk_limit_bytes = std::size_t{64} << 20;
constexpr int gzip_level = 5;

std::vector<std::string> texts_of(const Value& value, std::string_view what) {
  std::vector<std::string> texts;
  for (const Value& item : value.as_list(what)) texts.push_back(item.as_string(what));
  return texts;
}

// One gzip member (RFC 1952), which must end where the data ends.
std::string unzip(const std::string& packed) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw Error(ErrorKind::internal, "zlib does not start");
  std::string result, block(std::size_t{64} << 10, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int state = Z_OK;
  while (state == Z_OK && result.size() <= chunk_limit_bytes) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    state = inflate(&stream, Z_NO_FLUSH);
    result.append(block, 0, block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END || result.size() > chunk_limit_bytes)
    throw Error(ErrorKind::invalid, "the master sent a part of a file that does not unpack");
  return result;
}

}  // namespace

Task<std::vector<std::string>> FileClient::environments() {
  Map load;
  const Value value = co_await master_.request("_file_envs", std::move(load));
  co_return texts_of(value, "the list of environments");
}

Task<std::vector<std::string>> FileClient::list(std::string environment, std::string prefix) {
  Map load;
  load.set("saltenv", environment);
  load.set("prefix", prefix);
  const Value value = co_await master_.request("_file_list", std::move(load));
  co_return texts_of(value, "the list of files");
}

Task<std::vector<std::string>> FileClient::list_directories(std::string environment, std::string prefix) {
  Map load;
  load.set("saltenv", environment);
  load.set("prefix", prefix);
  const Value value = co_await master_.request("_dir_list", std::move(load));
  co_return texts_of(value, "the list of directories");
}

Task<std::optional<FileHash>> FileClient::hash(std::string path, std::string environment) {
  Map load;
  load.set("path", path);
  load.set("saltenv", environment);
  const Value value = co_await master_.request("_file_hash", std::move(load));
  const Map* map = value.if_map();
  if (!map || map->empty()) co_return std::nullopt;
  co_return FileHash{need_text(*map, "hash_type"), need_text(*map, "hsum")};
}

Task<std::optional<std::uint64_t>> FileClient::fetch(std::string path, std::string environment, std::function<void(std::string_view)> sink,
                                                     std::uint64_t size_limit_bytes) {
  std::uint64_t size = 0;
  for (;;) {
    Map load;
    load.set("path", path);
    load.set("saltenv", environment);
    load.set("loc", static_cast<std::int64_t>(size));
    if (compress_) load.set("gzip", gzip_level);
    const Value value = co_await master_.request("_serve_file", std::move(load));
    const Map& reply = value.as_map("a part of a file");
    if (reply.empty()) co_return std::nullopt;
    const std::string& data = need_raw(reply, "data");
    // The end is an extra reply without data; a short part is not the end.
    if (data.empty()) {
      if (size == 0 && need_raw(reply, "dest").empty()) co_return std::nullopt;
      co_return size;
    }
    const std::string part = reply.contains("gzip") ? unzip(data) : data;
    size += part.size();
    if (part.empty() || size > size_limit_bytes)
      throw Error(ErrorKind::invalid, "the master sends more than the {} bytes that '{}' may have", size_limit_bytes, path);
    sink(part);
  }
}

}  // namespace halite::wire
