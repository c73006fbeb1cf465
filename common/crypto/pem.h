// The PEM wrapping (RFC 7468) of one DER object.
#pragma once

#include <string>
#include <string_view>

namespace halite::crypto {

struct PemBlock {
  std::string label;  // "RSA PRIVATE KEY"
  std::string der;
};

// Exactly one block and nothing around it but white space; any line ends. Throws Error(invalid) that names WHAT and shows
// nothing of the content.
PemBlock read_pem(std::string_view text, std::size_t limit_bytes, std::string_view what);
// 64 columns, LF, a newline at the end.
std::string write_pem(std::string_view label, std::string_view der);

}  // namespace halite::crypto
