#include "master/cli/key_import.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_key_bytes = 16 << 10;  // an RSA key of 16,384 bits has 3 KB

// Salt's folders, and what their names mean.
constexpr std::pair<const char*, const char*> folders[] = {
    {"minions", "accepted"}, {"minions_pre", "pending"}, {"minions_rejected", "rejected"}, {"minions_denied", "denied"}};

std::string read_key(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::unavailable, "{}: can't be read", path.string());
  std::string text(largest_key_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > largest_key_bytes) throw Error(ErrorKind::invalid, "{}: no public key has more than {} bytes", path.string(), largest_key_bytes);
  return text;
}

std::vector<wire::KeyOffer> read_folder(const fs::path& folder, const char* state) {
  std::vector<wire::KeyOffer> keys;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string id = entry.path().filename().string();
    if (id.starts_with(".") || !entry.is_regular_file()) continue;  // .key_cache and the like
    keys.push_back({id, state, read_key(entry.path())});
  }
  if (error && error != std::errc::no_such_file_or_directory)
    throw Error(ErrorKind::unavailable, "{}: {}", folder.string(), error.message());
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return keys;
}

}  // namespace

SaltKeys read_salt_keys(const std::string& directory) {
  fs::path root(directory);
  if (!fs::is_directory(root / "minions") && fs::is_directory(root / "master" / "minions")) root /= "master";
  if (!fs::is_directory(root / "minions"))
    throw Error(ErrorKind::not_found, "{} holds no keys of a Salt master: there is no folder 'minions' in it. The usual place is /etc/salt/pki/master", directory);
  SaltKeys found;
  for (const auto& [name, state] : folders) {
    auto keys = read_folder(root / name, state);
    std::move(keys.begin(), keys.end(), std::back_inserter(found.keys));
  }
  if (fs::exists(root / "master.pub")) found.master_pem = read_key(root / "master.pub");
  return found;
}

}  // namespace halite::cli
