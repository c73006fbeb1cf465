// Digests of bytes, streams and files.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace halite::crypto {

enum class HashType { md5, sha1, sha224, sha256, sha384, sha512 };

// "sha256"; the reverse throws Error(invalid) with the list of names.
std::string_view to_string(HashType type);
HashType hash_type_from(std::string_view name);

std::string hash_bytes(HashType type, std::string_view data);
std::string hash_hex(HashType type, std::string_view data);  // lower case

// For data that comes in parts.
class Hasher {
 public:
  explicit Hasher(HashType type);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(std::string_view data);
  std::string finish_bytes();  // once
  std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Of parts until one is empty.
std::string hash_parts_hex(HashType type, const std::function<std::string_view()>& next_part);

// Reads in blocks of 64 KiB. Throws as system_error does, with the path.
std::string hash_file_hex(HashType type, const std::string& path);

}  // namespace halite::crypto
