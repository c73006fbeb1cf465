#include "master/keys/master_key.h"

#include "common/base/error.h"
#include "common/base/log.h"

namespace halite::master {
namespace {

void check_private(Host& host, const std::string& path) {
  const auto status = host.status_of_target(path);
  if (status && (status->mode & 0077) != 0)
    throw Error(ErrorKind::denied, "{} holds the master's private key, but others may use it (mode {:04o}); run: chmod 0400 {}",
                path, status->mode, path);
}

void write_public(Host& host, const std::string& path, const crypto::PublicKey& key) {
  const std::string pem = key.pem() + "\n";
  if (host.read_file_if_exists(path) != pem) host.replace_file(path, pem, {.mode = 0644, .uid = {}, .gid = {}});
}

}  // namespace

crypto::PrivateKey load_or_make_key(Host& host, const std::string& pki_dir, const std::string& name, int bits) {
  const std::string private_path = pki_dir + "/" + name + ".pem";
  const std::string public_path = pki_dir + "/" + name + ".pub";
  if (host.status_of_target(private_path)) {
    check_private(host, private_path);
    auto key = crypto::PrivateKey::from_pem(host.read_file(private_path), private_path);
    write_public(host, public_path, key.public_key());
    return key;
  }
  log::info("making the {}-bit key {}", bits, private_path);
  auto key = crypto::PrivateKey::generate(bits);
  host.replace_file(private_path, key.pem(), {.mode = 0400, .uid = {}, .gid = {}});
  write_public(host, public_path, key.public_key());
  return key;
}

}  // namespace halite::master
