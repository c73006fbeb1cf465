#include "common/host/gpg.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

// What gpg says last is why it failed: "gpg: decryption failed: No secret key".
std::string last_line(const std::string& text) {
  std::string last;
  for (const std::string& line : split_lines(text))
    if (!trim(line).empty()) last = trim(line);
  return last.empty() ? "no reason given" : last;
}

}  // namespace

std::string gpg_decrypt(Host& host, const std::string& key_directory, const std::string& message) {
  if (!host.find_program("gpg"))
    throw Error(ErrorKind::not_found, "an encrypted value needs the program gpg; install the package gpg");
  if (!host.status_of_target(key_directory))
    throw Error(ErrorKind::not_found, "an encrypted value needs the keys in {}, which does not exist (option gpg_keydir)", key_directory);
  Command command;
  command.argv = {"gpg", "--homedir", key_directory, "--batch", "--no-tty", "--quiet", "--decrypt"};
  command.input = message;
  command.timeout = std::chrono::seconds(60);
  const CommandResult result = host.execute(command);
  if (result.timed_out) throw Error(ErrorKind::timeout, "gpg did not open an encrypted value within a minute");
  if (result.exit_code != 0)
    throw Error(ErrorKind::denied, "gpg can't open an encrypted value with the keys in {}: {}", key_directory, last_line(result.error));
  return result.output;
}

std::function<std::string(const std::string& message)> gpg_decryptor(Host& host, std::string key_directory) {
  return [&host, key_directory = std::move(key_directory)](const std::string& message) {
    return gpg_decrypt(host, key_directory, message);
  };
}

}  // namespace halite
