#include "common/crypto/pem.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/bytes.h"
#include "common/crypto/rsa.h"

namespace halite::crypto {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ", end_mark = "-----END ", dashes = "-----";
constexpr std::size_t columns = 64;

std::string_view label_of(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark) || !line.ends_with(dashes) || line.size() < mark.size() + dashes.size()) return {};
  return line.substr(mark.size(), line.size() - mark.size() - dashes.size());
}

}  // namespace

std::string clean_pem(std::string_view pem) {
  return std::string(trim(replace_all(replace_all(std::string(pem), "\r\n", "\n"), "\r", "\n")));
}

PemBlock read_pem(std::string_view text, std::size_t limit_bytes, std::string_view what) {
  if (text.size() > limit_bytes)
    throw Error(ErrorKind::invalid, "{} has {} bytes, more than any key we take ({})", what, text.size(), limit_bytes);
  const std::string cleaned = clean_pem(text);
  const auto lines = split_lines(cleaned);
  if (lines.size() < 3 || label_of(lines.front(), begin_mark).empty())
    throw Error(ErrorKind::invalid, "{} is no PEM: it must begin with a line '-----BEGIN ...-----'", what);
  PemBlock block{std::string(label_of(lines.front(), begin_mark)), {}};
  if (label_of(lines.back(), end_mark) != block.label)
    throw Error(ErrorKind::invalid, "{} is cut short: its last line is not '-----END {}-----'", what, escape_control(block.label));
  std::string body;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) body += trim(lines[i]);
  auto der = from_base64(body);
  wipe(body);
  if (!der) throw Error(ErrorKind::invalid, "{} is damaged: what is between its BEGIN and END lines is no base64", what);
  block.der = std::move(*der);
  return block;
}

std::string write_pem(std::string_view label, std::string_view der) {
  std::string body = to_base64(der);
  std::string result = fmt::format("-----BEGIN {}-----\n", label);
  for (std::size_t at = 0; at < body.size(); at += columns) {
    result += std::string_view(body).substr(at, columns);
    result += '\n';
  }
  wipe(body);
  return result + fmt::format("-----END {}-----\n", label);
}

std::string pem_fingerprint(std::string_view pem, HashType type) {
  const auto lines = split_lines(clean_pem(pem));
  Hasher hasher(type);
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) hasher.update(lines[i] + "\n");
  const std::string hex = hasher.finish_hex();
  std::string result;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    if (at > 0) result += ':';
    result += hex.substr(at, 2);
  }
  return result;
}

}  // namespace halite::crypto
