// The test vectors of Salt's wire protocol, read from the project's shared document.
#pragma once

#include <optional>
#include <string>

namespace halite::test {

// Bytes of the fence ```hex NAME, or the text of ```pem NAME. Nothing when the document is not on this machine.
// Throws Error(not_found) when the document has no such fence.
std::optional<std::string> vector_bytes(const std::string& name);
std::optional<std::string> vector_pem(const std::string& name);
// Whether the document is there; prints a loud warning the first time it is not.
bool has_vectors();

// Fixed inputs of appendix A.
inline const std::string vector_shared_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc=";
inline const std::string vector_session_key = "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmps=";
inline const std::string vector_token = "ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2BhYmNkZWZnaGlqa2xtbm8=";
inline const std::string vector_nonce = "0123456789abcdef0123456789abcdef";

}  // namespace halite::test
