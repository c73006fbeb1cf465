// What the tools do once their command line is parsed; each gives the exit code. Settings name the control socket.
#pragma once

#include <functional>
#include <string>

#include "common/config/master_settings.h"
#include "common/config/options.h"
#include "master/cli/screen.h"

namespace halite::cli {

int halite_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options);
int key_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options);
// --new-token, --list-tokens, --revoke-token; part of key_command.
bool is_about_tokens(const ParsedOptions& options);
int token_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options);

struct KeyPair {
  std::string private_pem, public_pem, fingerprint;
};
// --gen-keys and --preseed. `make` makes a key pair of so many bits.
bool is_about_key_pairs(const ParsedOptions& options);
int key_pair_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options,
                     const std::function<KeyPair(int)>& make);
int run_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options);

}  // namespace halite::cli
