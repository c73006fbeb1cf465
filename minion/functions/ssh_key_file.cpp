// ssh.*: all keys of a file at once.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/providers/authorized_keys.h"
#include "states/providers/sources.h"

namespace halite::minion {
namespace {

struct KeyFile {
  std::string user, source, config = ".ssh/authorized_keys", saltenv = "base";
  Value fingerprint_hash_type;
};

// Nothing when there is no such file.
std::optional<std::vector<states::AuthorizedKey>> keys_in(const KeyFile& args, Call& call) {
  states::World world = make_world(call);
  world.environment = args.saltenv;
  std::string text;
  try {
    text = states::read_source({.sources = {args.source}, .skip_verify = true}, world).content;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return std::nullopt;
  }
  std::vector<states::AuthorizedKey> keys;
  for (const auto& line : split_lines(text))
    if (auto key = states::parse_authorized_key(line)) keys.push_back(std::move(*key));
  if (keys.empty()) throw Error(ErrorKind::invalid, "No keys detected in {}. Is file properly formatted?", args.source);
  return keys;
}

// The function for one key, for each of them.
std::vector<std::pair<std::string, std::string>> each(const std::string& function, const std::vector<states::AuthorizedKey>& keys, const KeyFile& args,
                                                      Call& call) {
  std::vector<std::pair<std::string, std::string>> said;
  for (const auto& key : keys) {
    Map named{{"user", args.user}, {"key", key.key}, {"config", args.config}};
    if (function != "ssh.rm_auth_key") {
      named.set("enc", key.type);
      named.set("comment", key.comment);
      if (!key.options.empty()) named.set("options", key.options);
    }
    said.emplace_back(key.key, call_function(call, function, {}, named).as_string(function));
  }
  return said;
}

// The first of these words that any key was answered with, else the last.
Value summary(const std::vector<std::pair<std::string, std::string>>& said, const std::vector<std::string>& words) {
  for (const auto& word : words)
    if (std::any_of(said.begin(), said.end(), [&](const auto& one) { return one.second == word; })) return word;
  return said.back().second;
}

Value check_key_file(const KeyFile& args, Call& call) {
  const auto keys = keys_in(args, call);
  Map all;
  if (keys)
    for (const auto& [key, answer] : each("ssh.check_key", *keys, args, call)) all.set(key, answer);
  return all;
}

Value set_keys(const KeyFile& args, Call& call) {
  const auto keys = keys_in(args, call);
  if (!keys) throw Error(ErrorKind::not_found, "Failed to pull key file from salt file server");
  return summary(each("ssh.set_auth_key", *keys, args, call), {"fail", "replace", "new", "no change"});
}

Value remove_keys(const KeyFile& args, Call& call) {
  const auto keys = keys_in(args, call);
  if (!keys) throw Error(ErrorKind::not_found, "Failed to pull key file from salt file server");
  return summary(each("ssh.rm_auth_key", *keys, args, call), {"Key not removed", "Key removed", "Key not present"});
}

}  // namespace

std::vector<Function> ssh_key_file_functions() {
  const auto file = Schema<KeyFile>()
                        .required(&KeyFile::user, "user", "The user.")
                        .required(&KeyFile::source, "source", "File of keys: salt:// or a full path.")
                        .optional(&KeyFile::config, "config", "File of the keys that may log in, from the user's home.")
                        .optional(&KeyFile::saltenv, "saltenv", "Environment.")
                        .optional(&KeyFile::fingerprint_hash_type, "fingerprint_hash_type", "Kept for Salt's callers.");
  return {
      function<KeyFile>("ssh.check_key_file", "What ssh.set_auth_key_from_file would do with each key: add, update, or exists.", file, check_key_file),
      function<KeyFile>("ssh.set_auth_key_from_file", "Lets every key of a file log in: new, replace, no change, or fail.", file, set_keys),
      function<KeyFile>("ssh.rm_auth_key_from_file", "Lets no key of a file log in any more.", file, remove_keys),
  };
}

}  // namespace halite::minion
