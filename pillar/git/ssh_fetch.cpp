#include "pillar/git/ssh_fetch.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"

namespace halite::pillar {
namespace {

constexpr std::string_view scheme = "ssh://";

// Prints the passphrase that stands in its environment, whatever the question; no shell and no secret on disk.
constexpr const char* answer_program = "#!/usr/bin/awk -f\nBEGIN { print ENVIRON[\"HALITE_PASSPHRASE\"] }\n";

bool is_name(std::string_view text, std::string_view others) {
  return !text.empty() && text.front() != '-' && text.front() != '.' && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return std::isalnum(c) || others.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// ssh's words, which git hands to a shell: the key's path is the only one that is not ours.
std::string ssh_command(const GitRemote& remote) {
  std::string command = "ssh -o StrictHostKeyChecking=yes -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no";
  if (remote.passphrase.empty()) command += " -o BatchMode=yes";
  if (!remote.private_key.empty()) command += " -o IdentitiesOnly=yes -o IdentityAgent=none -i " + shell_quote(remote.private_key);
  return command;
}

std::string answer_file(Host& host, const std::string& store) {
  const auto path = store.substr(0, store.rfind('/')) + "/passphrase";
  if (host.read_file_if_exists(path) != answer_program) host.replace_file(path, answer_program, {.mode = 0700});
  return path;
}

// The last lines that git and ssh wrote; the first ones are git's own view of it.
std::string said(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto& line : split_lines(text))
    if (const auto plain = trim(line); !plain.empty()) lines.push_back(escape_control(plain));
  return join(lines, "; ").substr(0, 500);
}

[[noreturn]] void explain(const GitRemote& remote, const CommandResult& result) {
  const auto has = [&](std::string_view words) { return result.error.find(words) != std::string::npos; };
  const auto address = ssh_address(remote.url);
  if (has("Host key verification failed"))
    throw Error(ErrorKind::denied,
                "the git remote '{}': the key of {} is not the one in known_hosts, or is not there; compare 'ssh-keyscan {}{}' with what the "
                "server's owner says, and put it into /etc/ssh/ssh_known_hosts",
                remote.url, address.host, address.port.empty() ? "" : "-p " + address.port + " ", address.host);
  if (has("Permission denied"))
    throw Error(ErrorKind::denied, "the git remote '{}' refuses us: {}", remote.url,
                remote.private_key.empty() ? "name a key with the option privkey" : "it does not take the key " + remote.private_key + ", or the passphrase is wrong");
  if (has("signal 25") || has("File too large"))
    throw Error(ErrorKind::invalid, "fetching '{}' would bring more than {} bytes", remote.url, remote.size_limit_bytes);
  throw Error(ErrorKind::unavailable, "fetching '{}' failed: {}", remote.url, said(result.error));
}

}  // namespace

bool is_ssh(std::string_view url) {
  if (url.starts_with(scheme)) return true;
  const auto colon = url.find(':');
  return colon != std::string_view::npos && url.substr(0, colon).find('/') == std::string_view::npos && url.substr(colon, 2) != "::" &&
         url.substr(colon, 3) != "://";
}

SshAddress ssh_address(const std::string& url) {
  SshAddress address;
  std::string place;
  if (url.starts_with(scheme)) {
    const auto rest = url.substr(scheme.size());
    const auto slash = std::min(rest.find('/'), rest.size());
    place = rest.substr(0, slash);
    address.path = rest.substr(slash);
    if (const auto colon = place.rfind(':'); colon != std::string::npos) {
      address.port = place.substr(colon + 1);
      place.erase(colon);
    }
  } else {
    const auto colon = url.find(':');
    place = url.substr(0, colon);
    address.path = url.substr(colon + 1);
  }
  const auto at = place.rfind('@');
  if (at != std::string::npos) address.user = place.substr(0, at);
  address.host = place.substr(at == std::string::npos ? 0 : at + 1);
  const auto refuse = [&](std::string_view why) {
    throw Error(ErrorKind::invalid, "the git remote '{}' has a bad {}; over ssh it is ssh://[USER@]HOST[:PORT]/PATH or [USER@]HOST:PATH",
                escape_control(url), why);
  };
  const auto port = parse_int(address.port);
  if (!is_name(address.host, ".-")) refuse("host name");
  if (at != std::string::npos && !is_name(address.user, "._-")) refuse("user");
  if (!address.port.empty() && (!port || *port < 1 || *port > 65535)) refuse("port");
  if (address.path.empty() || address.path == "/" || address.path.front() == '-') refuse("path");
  return address;
}

void fetch_over_ssh(Host& host, const GitRemote& remote, const std::string& store, const std::vector<std::string>& refspecs) {
  if (!remote.private_key.empty() && !host.status_of_target(remote.private_key))
    throw Error(ErrorKind::not_found, "the private key '{}' of the git remote '{}' is not there", remote.private_key, remote.url);
  Command command;
  command.argv = {"prlimit", fmt::format("--fsize={}", remote.size_limit_bytes), "--", "git", "-c", "protocol.allow=never", "-c",
                  "protocol.ssh.allow=always", "-c", "fetch.unpackLimit=1", "--git-dir", store, "fetch", "--quiet", "--no-tags", "--prune",
                  "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--end-of-options", remote.url};
  command.argv.insert(command.argv.end(), refspecs.begin(), refspecs.end());
  command.environment = {{"GIT_TERMINAL_PROMPT", "0"}, {"GIT_CONFIG_NOSYSTEM", "1"}, {"GIT_CONFIG_GLOBAL", "/dev/null"}, {"LC_ALL", "C.UTF-8"}};
  command.environment["GIT_SSH_COMMAND"] = ssh_command(remote);
  if (!remote.passphrase.empty()) {
    command.environment["SSH_ASKPASS"] = answer_file(host, store);
    command.environment["SSH_ASKPASS_REQUIRE"] = "force";
    command.environment["HALITE_PASSPHRASE"] = remote.passphrase;
  }
  command.timeout = remote.timeout;
  command.output_limit_bytes = 64 << 10;
  const auto result = host.execute(command);
  if (result.timed_out)
    throw Error(ErrorKind::timeout, "fetching '{}' took longer than {} s", remote.url, static_cast<double>(remote.timeout.count()) / 1000);
  if (result.exit_code != 0) explain(remote, result);
}

}  // namespace halite::pillar
