// key.*: fingerprints of this minion's key and of the master's.
#include "common/base/error.h"
#include "common/crypto/rsa.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Hash {
  std::string hash_type;
};

Value fingerprint_of(const char* file, const Hash& args, Call& call) {
  const MinionSettings& settings = call.tools.config.settings;
  const std::string path = settings.pki_dir + "/" + file;
  const auto pem = call.tools.host.read_file_if_exists(path);
  if (!pem) throw Error(ErrorKind::not_found, "there is no {} yet", path);
  return crypto::pem_fingerprint(*pem, crypto::hash_type_from(args.hash_type.empty() ? settings.hash_type : args.hash_type));
}

Value finger(const Hash& args, Call& call) { return fingerprint_of("minion.pub", args, call); }
Value finger_master(const Hash& args, Call& call) { return fingerprint_of("minion_master.pub", args, call); }

}  // namespace

std::vector<Function> key_functions() {
  const auto hash = Schema<Hash>().optional(&Hash::hash_type, "hash_type", "Kind of the fingerprint. Unset: the minion's own.");
  return {function<Hash>("key.finger", "The fingerprint of this minion's public key.", hash, finger).light(),
          function<Hash>("key.finger_master", "The fingerprint of the master's public key that this minion trusts.", hash,
                         finger_master).light()};
}

}  // namespace halite::minion
