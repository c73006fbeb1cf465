#include "common/crypto/hash.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/crypto/openssl.h"

namespace halite::crypto {
namespace {

struct Named {
  HashType type;
  std::string_view name;
};
constexpr std::array<Named, 6> table{{{HashType::md5, "md5"},
                                      {HashType::sha1, "sha1"},
                                      {HashType::sha224, "sha224"},
                                      {HashType::sha256, "sha256"},
                                      {HashType::sha384, "sha384"},
                                      {HashType::sha512, "sha512"}}};

const Named& row(HashType type) { return table[static_cast<std::size_t>(type)]; }

}  // namespace

const EVP_MD* digest_of(HashType type) {
  static const auto found = [] {
    std::array<const EVP_MD*, table.size()> digests{};
    for (const Named& known : table) digests[static_cast<std::size_t>(known.type)] = EVP_MD_fetch(nullptr, known.name.data(), nullptr);
    ERR_clear_error();
    return digests;
  }();
  const EVP_MD* digest = found[static_cast<std::size_t>(type)];
  if (!digest) throw Error(ErrorKind::unavailable, "the OpenSSL of this machine does not offer {}", to_string(type));
  return digest;
}

std::string_view to_string(HashType type) { return row(type).name; }

HashType hash_type_from(std::string_view name) {
  std::vector<std::string> names;
  for (const Named& known : table) {
    if (known.name == name) return known.type;
    names.emplace_back(known.name);
  }
  throw Error(ErrorKind::invalid, "the hash type '{}' is unknown; there are {}{}", escape_control(name), join(names, ", "),
              did_you_mean(name, names));
}

struct Hasher::State {
  DigestContext context{EVP_MD_CTX_new()};
};

Hasher::Hasher(HashType type) : state_(std::make_unique<State>()) {
  must(state_->context && EVP_DigestInit_ex(state_->context.get(), digest_of(type), nullptr) == 1, "starting a digest");
}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::string_view data) {
  must(EVP_DigestUpdate(state_->context.get(), data.data(), data.size()) == 1, "hashing");
}

std::string Hasher::finish_bytes() {
  std::string result(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  must(EVP_DigestFinal_ex(state_->context.get(), bytes_of(result), &size) == 1, "finishing a digest");
  result.resize(size);
  return result;
}

std::string Hasher::finish_hex() { return to_hex(finish_bytes()); }

std::string hash_bytes(HashType type, std::string_view data) {
  Hasher hasher(type);
  hasher.update(data);
  return hasher.finish_bytes();
}

std::string hash_hex(HashType type, std::string_view data) { return to_hex(hash_bytes(type, data)); }

std::string hash_parts_hex(HashType type, const std::function<std::string_view()>& next_part) {
  Hasher hasher(type);
  for (auto part = next_part(); !part.empty(); part = next_part()) hasher.update(part);
  return hasher.finish_hex();
}

std::string hash_file_hex(HashType type, const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw system_error(errno, fmt::format("opening {}", path));
  Hasher hasher(type);
  std::string block(std::size_t{64} << 10, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), block.data(), block.size());
    if (got == 0) return hasher.finish_hex();
    if (got > 0) hasher.update({block.data(), static_cast<std::size_t>(got)});
    else if (errno != EINTR) throw system_error(errno, fmt::format("reading {}", path));
  }
}

}  // namespace halite::crypto
