// ssh_known_hosts.present and ssh_known_hosts.absent: keys of SSH servers that this machine or a user trusts.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/known_hosts.h"
#include "states/providers/paths.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct KnownHost {
  std::string name, fingerprint, key, enc, config, fingerprint_hash_type;
  std::optional<std::string> user;
  std::optional<Number> port;
  bool hash_known_hosts = true;
  Number timeout{5};
  // Derived.
  std::string host;  // with its port
  std::optional<Account> account;
  std::string path;
  std::vector<HostKey> old_keys, new_keys;
  std::optional<std::string> content;
};

Schema<KnownHost> common_schema() {
  return Schema<KnownHost>()
      .key(&KnownHost::name, "name", "Name or address of the server.")
      .parameter(&KnownHost::user, "user", "The user that trusts it. Unset: the whole machine.")
      .parameter(&KnownHost::config, "config",
                 "The file: a full path, or one below the user's home. Unset: .ssh/known_hosts, or "
                 "/etc/ssh/ssh_known_hosts.")
      .parameter(&KnownHost::port, "port", "Port of the server, when it is not 22.");
}

Schema<KnownHost> present_schema() {
  return common_schema()
      .parameter(&KnownHost::fingerprint, "fingerprint",
                 "Fingerprint that the server's key must have; other keys of it are not taken.")
      .parameter(&KnownHost::key, "key", "The key itself, base64; the server is not asked then.")
      .parameter(&KnownHost::enc, "enc", "Type of the key, such as ssh-ed25519; needed with key.")
      .parameter(&KnownHost::hash_known_hosts, "hash_known_hosts", "Keep the name of the server as a hash alone.")
      .parameter(&KnownHost::timeout, "timeout", "Seconds to wait for the server's answer.")
      .parameter(&KnownHost::fingerprint_hash_type, "fingerprint_hash_type",
                 "Hash of the fingerprint: md5 or sha256. Unset: sha256.");
}

// A user's file is read and written with that user's own access to files.
void with_access(const KnownHost& asked, World& world, const std::function<void()>& work) {
  if (asked.account && asked.path.starts_with(asked.account->home + "/"))
    world.host.as_user(*asked.account, work);
  else
    work();
}

std::string read_text(const KnownHost& asked, World& world) {
  std::string text;
  with_access(asked, world, [&] { text = world.host.read_file_if_exists(asked.path).value_or(""); });
  return text;
}

void locate(KnownHost& asked, World& world) {
  if (asked.config.empty()) asked.config = asked.user ? ".ssh/known_hosts" : "/etc/ssh/ssh_known_hosts";
  asked.host = host_and_port(asked.name, asked.port ? std::optional(asked.port->value) : std::nullopt);
  if (asked.user) {
    asked.account = world.host.user(*asked.user);
    // An earlier state of this dry run would make the user, at the usual place.
    if (!asked.account && has_user(world, *asked.user)) asked.account = Account{*asked.user, 0, 0, "", "/home/" + *asked.user, ""};
    if (!asked.account) throw Error(ErrorKind::not_found, "User {} does not exist", *asked.user);
  }
  if (!asked.config.starts_with('/')) {
    if (!asked.user) throw Error(ErrorKind::invalid, "If not specifying a \"user\", specify an absolute \"config\".");
    asked.path = full_path(asked.account->home + "/" + asked.config, world);
  } else {
    asked.path = full_path(asked.config, world);
  }
  asked.old_keys = keys_of_host(read_text(asked, world), asked.host);
}

bool has_key(const std::vector<HostKey>& keys, const std::string& key) {
  return std::any_of(keys.begin(), keys.end(), [&](const HostKey& one) { return one.key == key; });
}

// The keys to write; nothing when those that are there will do.
std::optional<std::vector<HostKey>> keys_to_write(const KnownHost& asked, World& world) {
  const auto matches = [&](const HostKey& key) {
    return has_fingerprint(key, asked.fingerprint, asked.fingerprint_hash_type);
  };
  if (!asked.key.empty()) {
    if (has_key(asked.old_keys, asked.key)) return std::nullopt;
    return std::vector<HostKey>{{asked.host, asked.enc, asked.key}};
  }
  if (!asked.fingerprint.empty() && std::any_of(asked.old_keys.begin(), asked.old_keys.end(), matches))
    return std::nullopt;
  auto keys = scan_host(world.host, asked.name, asked.port ? std::optional(asked.port->value) : std::nullopt, asked.enc,
                        asked.timeout.value);
  if (keys.empty()) throw Error(ErrorKind::unavailable, "Unable to receive remote host keys");
  if (asked.fingerprint.empty()) {
    const bool is_known =
        std::any_of(keys.begin(), keys.end(), [&](const HostKey& key) { return has_key(asked.old_keys, key.key); });
    return is_known ? std::nullopt : std::optional(keys);
  }
  std::erase_if(keys, [&](const HostKey& key) { return !matches(key); });
  if (keys.empty())
    throw Error(ErrorKind::invalid,
                "Remote host public keys found but none of their fingerprints match the one you have provided");
  return keys;
}

std::optional<Outcome> prepare_present(KnownHost& asked, World& world) {
  if (!asked.key.empty() && !asked.fingerprint.empty())
    throw Error(ErrorKind::invalid, "Specify either \"key\" or \"fingerprint\", not both.");
  if (!asked.key.empty() && asked.enc.empty())
    throw Error(ErrorKind::invalid, "Required argument \"enc\" if using \"key\" argument.");
  if (asked.timeout.value < 1 || asked.timeout.value > 3600)
    throw Error(ErrorKind::invalid, "'timeout' must be from 1 to 3600 seconds, not {}", asked.timeout.value);
  locate(asked, world);
  const auto keys = keys_to_write(asked, world);
  if (!keys) return unchanged(fmt::format("{} already exists in {}", asked.name, asked.config));
  asked.new_keys = *keys;
  std::string content = without_host(read_text(asked, world), asked.host, asked.enc);
  for (const HostKey& key : *keys) content += known_hosts_line(key, asked.hash_known_hosts);
  asked.content = content;
  return std::nullopt;
}

std::optional<Outcome> prepare_absent(KnownHost& asked, World& world) {
  if (asked.user && !world.host.user(*asked.user)) return unchanged("Host is already absent");
  locate(asked, world);
  if (asked.old_keys.empty()) return unchanged("Host is already absent");
  asked.content = without_host(read_text(asked, world), asked.host);
  return std::nullopt;
}

std::optional<KnownHost> read(const KnownHost& asked, World& world) {
  KnownHost now;
  now.content = read_text(asked, world);
  return now;
}

void apply(const std::optional<KnownHost>&, const std::optional<KnownHost>& want, World& world) {
  with_access(*want, world, [&] {
    FileAttributes directory{.mode = 0755}, file;
    if (want->account) directory = {.mode = 0700, .uid = want->account->uid, .gid = want->account->gid};
    make_parents(want->path, directory, world);
    // A new file of the machine is for all users to read.
    if (!world.host.status(want->path)) file.mode = want->account ? 0600 : 0644;
    if (want->account) file.uid = want->account->uid, file.gid = want->account->gid;
    world.host.replace_file(want->path, *want->content, file);
  });
}

Resource<KnownHost> resource(Schema<KnownHost> schema) {
  Resource<KnownHost> host{.name = "ssh_known_hosts", .schema = std::move(schema), .read = read, .apply = apply};
  host.derived = Schema<KnownHost>().property(&KnownHost::content, "content", "The content.").show_as_text_diff();
  host.rehearses = true;
  return host;
}

Value old_keys(const KnownHost& asked) {
  return asked.old_keys.empty() ? Value() : Value(shown_keys(asked.old_keys, asked.fingerprint_hash_type));
}

Function present() {
  Resource<KnownHost> host = resource(present_schema());
  host.prepare = prepare_present;
  Wording<KnownHost> words;
  words.planned = [](const Change<KnownHost>& change) {
    const KnownHost& asked = change.asked;
    return asked.old_keys.empty() ? fmt::format("Key for {} is set to be added to {}", asked.name, asked.config)
                                  : fmt::format("Key for {} is set to be updated in {}", asked.name, asked.config);
  };
  words.done = [](const Change<KnownHost>& change) {
    const KnownHost& asked = change.asked;
    if (!asked.key.empty()) return fmt::format("{}'s key saved to {} (key: {})", asked.name, asked.config, asked.key);
    return fmt::format("{}'s key saved to {} (fingerprint: {})", asked.name, asked.config,
                       fingerprint_of(asked.new_keys.front().key, asked.fingerprint_hash_type));
  };
  words.changes = [](const Change<KnownHost>& change) {
    return Map{{"old", old_keys(change.asked)},
               {"new", shown_keys(change.asked.new_keys, change.asked.fingerprint_hash_type)}};
  };
  return host.ensure("present", "The key of an SSH server is known.",
                     {{"name", "git.example.com"},
                      {"enc", "ssh-ed25519"},
                      {"key", "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"}},
                     as_given<KnownHost>, words);
}

Function absent() {
  Resource<KnownHost> host = resource(common_schema());
  host.prepare = prepare_absent;
  Wording<KnownHost> words;
  words.planned = [](const Change<KnownHost>& change) {
    return fmt::format("Key for {} is set to be removed from {}", change.asked.name, change.asked.config);
  };
  words.done = [](const Change<KnownHost>& change) {
    return fmt::format("Key for {} is removed from {}", change.asked.name, change.asked.config);
  };
  words.changes = [](const Change<KnownHost>& change) {
    return Map{{"old", old_keys(change.asked)}, {"new", nullptr}};
  };
  return host.ensure("absent", "No key of an SSH server is known.", {{"name", "git.example.com"}}, as_given<KnownHost>,
                     words);
}

}  // namespace

Module ssh_known_hosts() {
  return {"ssh_known_hosts",
          "Keys of SSH servers that users or the whole machine trust. Of a server whose fingerprint is given, only the "
          "keys that have it are taken; Salt takes all that it offers.",
          {absent(), present()}};
}

}  // namespace halite::states
