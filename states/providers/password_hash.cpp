#include "states/providers/password_hash.h"

#include <crypt.h>

#include <map>
#include <memory>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

// Empty when crypt refuses the setting.
std::string hashed(const std::string& clear, const std::string& setting) {
  const auto data = std::make_unique<crypt_data>();
  const char* made = ::crypt_r(clear.c_str(), setting.c_str(), data.get());
  return made && made[0] != '*' ? made : "";
}

std::string random_setting(const std::string& prefix) {
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (!::crypt_gensalt_rn(prefix.c_str(), 0, nullptr, 0, setting, sizeof setting))
    throw Error(ErrorKind::internal, "no salt could be made for a password");
  return setting;
}

}  // namespace

std::string hash_password(const std::string& clear, const std::string& algorithm, const std::string& salt) {
  static const std::map<std::string, std::string> prefixes{{"md5", "$1$"},    {"blowfish", "$2b$"}, {"sha256", "$5$"},
                                                           {"sha512", "$6$"}, {"yescrypt", "$y$"},  {"crypt", ""}};
  const auto known = prefixes.find(algorithm);
  if (known == prefixes.end()) {
    std::vector<std::string> names;
    for (const auto& [name, prefix] : prefixes) names.push_back(name);
    throw Error(ErrorKind::invalid, "Cannot hash using '{}' hash algorithm. Natively supported algorithms are: {}", escape_control(algorithm),
                join(names, ", "));
  }
  const std::string hash = hashed(clear, salt.empty() ? random_setting(known->second) : known->second + salt);
  if (hash.empty()) throw Error(ErrorKind::invalid, "'{}' is no salt for {}", escape_control(salt), algorithm);
  return hash;
}

bool is_password(const std::string& clear, const std::string& hash) { return hash.starts_with("$") && hashed(clear, hash) == hash; }

}  // namespace halite::states
