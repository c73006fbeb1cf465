// key.*: fingerprints of this minion's key and of the master's.
#include "common/base/error.h"
#include "common/crypto/rsa.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

Value fingerprint_of(const char* file, Call& call) {
  const MinionSettings& settings = call.tools.config.settings;
  const std::string path = settings.pki_dir + "/" + file;
  const auto pem = call.tools.host.read_file_if_exists(path);
  if (!pem) throw Error(ErrorKind::not_found, "there is no {} yet", path);
  return crypto::pem_fingerprint(*pem, crypto::hash_type_from(settings.hash_type));
}

Value finger(const None&, Call& call) { return fingerprint_of("minion.pub", call); }
Value finger_master(const None&, Call& call) { return fingerprint_of("minion_master.pub", call); }

}  // namespace

std::vector<Function> key_functions() {
  return {function("key.finger", "The fingerprint of this minion's public key.", finger).light(),
          function("key.finger_master", "The fingerprint of the master's public key that this minion trusts.", finger_master).light()};
}

}  // namespace halite::minion
