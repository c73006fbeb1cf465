// ssh.*: keys that may log in, keys of users and of this host. Changes are the state module ssh_auth's.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "states/arguments.h"
#include "states/providers/authorized_keys.h"

namespace halite::minion {
namespace {

struct Keys {
  Value user;
  std::string key, enc = "ssh-rsa", comment, config = ".ssh/authorized_keys";
  Value options;
  std::string fingerprint_hash_type;
};
struct Host {
  std::string keydir = "/etc/ssh";
  bool with_private = true, certs = true;
};
struct UserKeys {
  Value user, pubfile, prvfile;
};

std::vector<std::string> users_of(const Value& user, Call& call) {
  if (!user.is_null()) return Convert<states::TextList>::decode(user).items;
  std::vector<std::string> all;
  for (const auto& line : split_lines(call.tools.host.read_file("/etc/passwd")))
    if (line.find(':') != std::string::npos) all.push_back(line.substr(0, line.find(':')));
  return all;
}

std::string path_of(const Account& account, const std::string& config) {
  const std::string path =
      replace_all(replace_all(replace_all(config, "%u", account.name), "%h", account.home), "%%", "%");
  return path.starts_with('/') ? path : account.home + "/" + path;
}

// The user's own access, so that a link planted there shows nothing that the user may not see.
std::optional<std::string> read_as(const Account& account, const std::string& path, Call& call) {
  std::optional<std::string> text;
  try {
    call.tools.host.as_user(account, [&] { text = call.tools.host.read_file_if_exists(path); });
  } catch (const Error&) {
  }
  return text;
}

std::string fingerprint(const std::string& key, const std::string& hash) {
  const auto bytes = from_base64(key);
  if (!bytes) return "";
  const std::string hex = crypto::hash_hex(crypto::hash_type_from(hash.empty() ? "sha256" : hash), *bytes);
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) text += (i ? ":" : "") + hex.substr(i, 2);
  return text;
}

Map keys_in(const std::string& text, const std::string& hash) {
  Map keys;
  for (const auto& line : split_lines(text)) {
    const auto key = states::parse_authorized_key(line);
    if (!key) continue;
    keys.set(key->key, Map{{"enc", key->type}, {"comment", key->comment}, {"options", key->options}, {"fingerprint", fingerprint(key->key, hash)}});
  }
  return keys;
}

Map keys_of(const std::string& user, const Keys& args, Call& call) {
  const auto account = call.tools.host.user(user);
  const auto text = account ? read_as(*account, path_of(*account, args.config), call) : std::nullopt;
  return text ? keys_in(*text, args.fingerprint_hash_type) : Map();
}

Value auth_keys(const Keys& args, Call& call) {
  if (args.user.is_string()) return keys_of(args.user.as_string(), args, call);
  Map all;
  for (const auto& user : users_of(args.user, call))
    if (const auto account = call.tools.host.user(user); account && read_as(*account, path_of(*account, args.config), call))
      all.set(user, keys_of(user, args, call));
  return all;
}

states::AuthorizedKey asked_key(const Keys& args) {
  states::AuthorizedKey key;
  key.type = states::key_type(args.enc);
  key.key = args.key;
  key.comment = args.comment;
  if (!args.options.is_null()) key.options = Convert<states::TextList>::decode(args.options).items;
  return key;
}

Value check_key(const Keys& args, Call& call) {
  const std::string user = args.user.as_string("user");
  const auto account = call.tools.host.user(user);
  const auto text = account ? read_as(*account, path_of(*account, args.config), call) : std::nullopt;
  const states::AuthorizedKey asked = asked_key(args);
  for (const auto& line : split_lines(text.value_or("")))
    if (const auto key = states::parse_authorized_key(line); key && key->key == asked.key)
      return states::to_line(*key) == states::to_line(asked) ? "exists" : "update";
  return "add";
}

Map state_arguments(const Keys& args) {
  return {{"name", args.key}, {"user", args.user}, {"enc", args.enc}, {"comment", args.comment}, {"options", args.options}, {"config", args.config}};
}

Value set_auth_key(const Keys& args, Call& call) {
  if (split_words(args.key).size() != 1) return "invalid";
  if (!call.tools.host.user(args.user.as_string("user"))) return "fail";
  if (!states::is_valid(asked_key(args))) return "Invalid public key";
  const Value status = check_key(args, call);
  if (status == Value("exists")) return "no change";
  run_state(call, "ssh_auth.present", state_arguments(args));
  return status == Value("update") ? "replace" : "new";
}

Value rm_auth_key(const Keys& args, Call& call) {
  const Map keys = keys_of(args.user.as_string("user"), args, call);
  const Value* known = keys.find(args.key);
  if (!known) return "Key not present";
  run_state(call, "ssh_auth.absent",
            {{"name", args.key}, {"user", args.user}, {"config", args.config}, {"enc", known->as_map().at("enc")}});
  return "Key removed";
}

Value host_keys(const Host& args, Call& call) {
  Map keys;
  constexpr std::string_view start = "ssh_host_";
  for (const auto& name : call.tools.host.list_directory(args.keydir)) {
    const std::size_t end = name.rfind("_key");
    if (!name.starts_with(start) || end == std::string::npos) continue;
    const std::string rest = name.substr(end + 4);
    if (rest.empty() ? !args.with_private : rest == "-cert.pub" ? !args.certs : rest != ".pub") continue;
    keys.set(name.substr(start.size(), end - start.size()) + rest, std::string(trim(call.tools.host.read_file(args.keydir + "/" + name))));
  }
  return keys;
}

std::vector<std::string> file_names(const Value& asked, const char* ending) {
  if (asked == Value(false)) return {};
  if (!asked.is_null()) return {states::python_text(asked)};
  std::vector<std::string> names;
  for (const char* kind : {"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"}) names.push_back(std::string(kind) + ending);
  return names;
}

Value user_keys(const UserKeys& args, Call& call) {
  Map all;
  for (const auto& user : users_of(args.user, call)) {
    const auto account = call.tools.host.user(user);
    if (!account) continue;
    Map keys;
    auto names = file_names(args.pubfile, ".pub");
    for (auto& name : file_names(args.prvfile, "")) names.push_back(std::move(name));
    for (const auto& name : names) {
      const std::string path = name.starts_with('/') ? name : account->home + "/.ssh/" + name;
      if (const auto text = read_as(*account, path, call)) keys.set(name.substr(name.rfind('/') + 1), std::string(trim(*text)));
    }
    if (!keys.empty()) all.set(user, keys);
  }
  return all;
}

struct KeyFile {
  std::string key;
};

// OpenSSH's own format names the cipher at its beginning; PEM says so in a line.
Value key_is_encrypted(const KeyFile& args, Call& call) {
  const std::string text = call.tools.host.read_file(args.key);
  if (text.find("ENCRYPTED") != std::string::npos) return true;
  std::string inner;
  for (const auto& line : split_lines(text))
    if (!line.starts_with("-----")) inner += trim(line);
  const auto bytes = from_base64(inner);
  constexpr std::string_view magic("openssh-key-v1\0", 15);
  if (!bytes || !bytes->starts_with(magic) || bytes->size() < magic.size() + 8) return false;
  return bytes->substr(magic.size() + 4, 4) != "none";
}

}  // namespace

std::vector<Function> ssh_functions() {
  const auto user = Schema<Keys>().required(&Keys::user, "user", "The user.").required(&Keys::key, "key", "The key, in base64.");
  const auto file = [](Schema<Keys> schema) {
    return schema.optional(&Keys::config, "config", "The keys' file: in the user's home, or a full path.")
        .optional(&Keys::fingerprint_hash_type, "fingerprint_hash_type", "Hash of fingerprints: sha256 or md5.");
  };
  const auto whole = [&] {
    return file(Schema<Keys>(user)
                    .optional(&Keys::enc, "enc", "Type of the key.")
                    .optional(&Keys::comment, "comment", "Its comment.")
                    .optional(&Keys::options, "options", "Its options."));
  };
  return {
      function<Keys>("ssh.auth_keys", "Keys that may log in as a user, or as each of several.",
                     file(Schema<Keys>().optional(&Keys::user, "user", "A user, or a list; every one when unset.")), auth_keys),
      function<Keys>("ssh.check_key", "What ssh.set_auth_key would do: add, update, or exists.", whole(), check_key),
      function<Keys>("ssh.set_auth_key", "Lets a key log in: new, replace, no change, or why not.", whole(), set_auth_key),
      function<Keys>("ssh.rm_auth_key", "Lets a key log in no more.", file(user), rm_auth_key),
      function<Host>("ssh.host_keys", "The keys of this host.",
                     Schema<Host>()
                         .optional(&Host::keydir, "keydir", "Where they are.")
                         .optional(&Host::with_private, "private", "Private keys too.")
                         .optional(&Host::certs, "certs", "Certificates too."),
                     host_keys),
      function<UserKeys>("ssh.user_keys", "Keys of users, private ones too.",
                         Schema<UserKeys>()
                             .optional(&UserKeys::user, "user", "A user, or a list; every one when unset.")
                             .optional(&UserKeys::pubfile, "pubfile", "File of the public key; false: none.")
                             .optional(&UserKeys::prvfile, "prvfile", "File of the private key; false: none."),
                         user_keys),
      function<KeyFile>("ssh.key_is_encrypted", "Does the private key need a passphrase?",
                        Schema<KeyFile>().required(&KeyFile::key, "key", "File of the key."), key_is_encrypted),
  };
}

}  // namespace halite::minion
