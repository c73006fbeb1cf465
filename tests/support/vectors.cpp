#include "tests/support/vectors.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::test {
namespace {

constexpr const char* document_path = HALITE_SOURCE_DIR "/../shared/salt-wire-protocol.md";

const std::string& document() {
  static const std::string text = [] {
    std::ifstream file(document_path);
    std::ostringstream content;
    content << file.rdbuf();
    if (content.str().empty()) std::cerr << "WARNING: no " << document_path << ": the protocol's test vectors are NOT checked\n";
    return content.str();
  }();
  return text;
}

std::string fence(const std::string& kind, const std::string& name) {
  const std::string opening = "\n```" + kind + " " + name + "\n";
  const auto start = document().find(opening);
  if (start == std::string::npos) throw Error(ErrorKind::not_found, "the document has no fence '{} {}'", kind, name);
  const auto from = start + opening.size();
  return document().substr(from, document().find("\n```", from) - from);
}

}  // namespace

bool has_vectors() { return !document().empty(); }

std::optional<std::string> vector_bytes(const std::string& name) {
  if (!has_vectors()) return std::nullopt;
  return from_hex(replace_all(fence("hex", name), "\n", ""));
}

std::optional<std::string> vector_pem(const std::string& name) {
  if (!has_vectors()) return std::nullopt;
  return fence("pem", name);
}

}  // namespace halite::test
