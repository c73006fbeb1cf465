// halite-key
#include "common/config/program.h"
#include "common/crypto/rsa.h"
#include "master/cli/commands.h"
#include "master/cli/option_tables.h"
#include "master/cli/tool.h"

int main(int argc, char** argv) {
  using namespace halite;
  const auto make_key_pair = [](int bits) {
    const auto key = crypto::PrivateKey::generate(bits);
    return cli::KeyPair{key.pem(), key.public_key().pem(), key.public_key().fingerprint()};
  };
  const auto body = [&](const ParsedOptions& options) {
    const auto settings = cli::tool_settings(options);
    if (cli::is_about_key_pairs(options)) return cli::key_pair_command(cli::real_screen(), settings, options, make_key_pair);
    return cli::key_command(cli::real_screen(), settings, options);
  };
  return run_program(cli::key_command_line(), argc, argv, body, exit_code::generic);
}
