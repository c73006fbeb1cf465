#include "common/crypto/x931.h"

#include "common/crypto/openssl.h"

namespace halite::crypto {
namespace {

constexpr char head_padded = '\x6b', head_full = '\x6a', fill = '\xbb', stop = '\xba', tail = '\xcc';

Number number_from(std::string_view bytes) {
  Number number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
  must(number != nullptr, "reading a number");
  return number;
}

std::string to_bytes(const BIGNUM* number, std::size_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  must(BN_bn2binpad(number, bytes_of(bytes), static_cast<int>(size_bytes)) >= 0, "writing a number");
  return bytes;
}

std::string complement(std::string_view raw, const BIGNUM* modulus) {
  const Number number = number_from(raw);
  must(BN_sub(number.get(), modulus, number.get()) == 1, "subtracting");
  return to_bytes(number.get(), raw.size());
}

}  // namespace

std::string x931_pad(std::string_view message, std::size_t size_bytes) {
  if (message.size() + 2 > size_bytes)
    throw Error(ErrorKind::invalid, "{} bytes don't fit into an X9.31 block of {}", message.size(), size_bytes);
  std::string block;
  if (message.size() + 2 == size_bytes) {
    block += head_full;
  } else {
    block += head_padded;
    block.append(size_bytes - message.size() - 3, fill);
    block += stop;
  }
  block += message;
  block += tail;
  return block;
}

std::string x931_smaller(std::string_view raw, const BIGNUM* modulus) {
  std::string other = complement(raw, modulus);
  return std::string_view(other) < raw ? other : std::string(raw);
}

std::optional<std::string> x931_unpad(std::string_view raw, const BIGNUM* modulus) {
  std::string block(raw);
  if ((static_cast<unsigned char>(block.back()) & 0x0f) != 0x0c) {
    if (BN_cmp(number_from(raw).get(), modulus) > 0) return std::nullopt;
    block = complement(raw, modulus);
  }
  if (block.back() != tail) return std::nullopt;
  std::size_t start = 1;
  if (block.front() == head_padded) {
    while (start < block.size() && block[start] == fill) ++start;
    if (start >= block.size() || block[start] != stop) return std::nullopt;
    ++start;
  } else if (block.front() != head_full) {
    return std::nullopt;
  }
  if (start >= block.size()) return std::nullopt;
  return block.substr(start, block.size() - 1 - start);
}

}  // namespace halite::crypto
