// Who this minion is: its id, its key, and the master's key it trusts.
#pragma once

#include <optional>
#include <string>

#include "common/config/load_settings.h"
#include "common/crypto/rsa.h"
#include "common/host/host.h"
#include "common/wire/master_connection.h"
#include "minion/grains/probe.h"

namespace halite::minion {

// The option `id`, else the file minion_id beside the configuration, else the host's full name (kept in that file when
// `minion_id_caching` is on). Throws Error(invalid) for an id that may not be one, naming where it comes from.
std::string find_id(Host& host, Probe& probe, const LoadedSettings<MinionSettings>& config);

// minion.pem of `pki_dir`; made on first use (0400, its public part in minion.pub, the directory 0700). Throws
// Error(denied) for a key that others may read.
crypto::PrivateKey load_key(Host& host, const std::string& pki_dir, int bits);

// minion_master.pub of `pki_dir`, and whether that master ever gave session keys.
class FilePinStore : public wire::PinStore {
 public:
  explicit FilePinStore(std::string pki_dir) : pki_dir_(std::move(pki_dir)) {}
  std::optional<std::string> public_pem() override;
  void set_public_pem(const std::string& pem) override;
  bool saw_session_keys() override;
  void set_saw_session_keys() override;

 private:
  std::string path() const { return pki_dir_ + "/minion_master.pub"; }
  std::string mark() const { return pki_dir_ + "/minion_master.v3"; }
  std::string pki_dir_;
};

// "name", "name:4506", "[::1]:4506" and "::1".
struct MasterAddress {
  std::string host;
  int port = 4506;
};
MasterAddress parse_master(const std::string& text, int standard_port);

wire::MasterOptions master_options(const MinionSettings& settings, const Map& grains);

}  // namespace halite::minion
