// Reading gitfs_remotes as Salt's configuration writes them.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/schema.h"
#include "pillar/git/environments.h"

namespace halite::pillar {
namespace {

// The options of one entry, all of them optional; what is not said is as in the defaults.
struct RemoteOptions {
  std::optional<std::string> base, root, mountpoint, fallback, all_saltenvs, user, password, privkey, pubkey, passphrase, name;
  std::optional<std::vector<std::string>> ref_types, saltenv_whitelist, saltenv_blacklist;
  std::optional<bool> disable_saltenv_mapping;
  Value saltenv;

  static const Schema<RemoteOptions>& schema() {
    using O = RemoteOptions;
    static const auto schema =
        Schema<O>()
            .optional(&O::base, "base", "Branch that is the base environment.")
            .optional(&O::root, "root", "Directory inside the repository.")
            .optional(&O::mountpoint, "mountpoint", "Prefix under which the files appear.")
            .optional(&O::fallback, "fallback", "Branch for environments that have none.")
            .optional(&O::all_saltenvs, "all_saltenvs", "Branch that is served in every environment.")
            .optional(&O::user, "user", "User for HTTP.")
            .optional(&O::password, "password", "Password for HTTP.").secret()
            .optional(&O::privkey, "privkey", "Private key file for ssh.")
            .optional(&O::pubkey, "pubkey", "Kept for Salt's configuration; ssh needs the private key alone.")
            .optional(&O::passphrase, "passphrase", "Passphrase of the private key.").secret()
            .optional(&O::name, "name", "Kept for Salt's configuration.")
            .optional(&O::ref_types, "ref_types", "What can be an environment: branch, tag, sha.")
            .optional(&O::saltenv_whitelist, "saltenv_whitelist", "Environments that are served.")
            .optional(&O::saltenv_blacklist, "saltenv_blacklist", "Environments that are not.")
            .optional(&O::disable_saltenv_mapping, "disable_saltenv_mapping", "Serve only what `saltenv` names.")
            .optional(&O::saltenv, "saltenv", "Options of single environments.");
    return schema;
  }
};

// A list of maps with one key each, or a map, as one map; one text where a list is wanted is a list of one.
Map flattened(const Value& options, const std::string& what) {
  Map all;
  const auto add = [&](const Map& map) {
    for (const auto& [key, value] : map) {
      const auto& name = key.as_string("an option of " + what);
      const bool is_list = name == "ref_types" || name.starts_with("saltenv_");
      all.set(name, is_list && value.is_string() ? Value(List{value}) : value);
    }
  };
  if (const auto* map = options.if_map())
    add(*map);
  else
    for (const auto& option : options.as_list("the options of " + what)) add(option.as_map("an option of " + what));
  return all;
}

template <class T>
void set(T& member, const std::optional<T>& given) {
  if (given) member = *given;
}

void check_types(const EnvironmentsRemote& remote) {
  static const std::vector<std::string> known{"branch", "tag", "sha"};
  for (const auto& type : remote.reference_types)
    if (std::find(known.begin(), known.end(), type) == known.end())
      throw Error(ErrorKind::invalid, "the git remote '{}': there is no reference type '{}'; there are branch, tag, sha{}",
                  remote.remote.url, type, did_you_mean(type, known));
}

EnvironmentsRemote remote_from(const std::string& url, const Value& given, const EnvironmentsRemote& defaults) {
  const auto what = "the git remote '" + escape_control(url) + "'";
  const auto options = RemoteOptions::schema().decode(flattened(given, what), Unknown::refuse, what);
  auto remote = defaults;
  remote.remote.url = url;
  set(remote.remote.base, options.base);
  set(remote.remote.fallback, options.fallback);
  set(remote.remote.user, options.user);
  set(remote.remote.password, options.password);
  set(remote.remote.private_key, options.privkey);
  set(remote.remote.passphrase, options.passphrase);
  set(remote.served_everywhere, options.all_saltenvs);
  set(remote.reference_types, options.ref_types);
  set(remote.allowed, options.saltenv_whitelist);
  set(remote.denied, options.saltenv_blacklist);
  set(remote.is_mapping_disabled, options.disable_saltenv_mapping);
  if (options.root) remote.remote.root = plain_folder(*options.root);
  if (options.mountpoint) remote.remote.mountpoint = plain_folder(*options.mountpoint);
  if (!options.saltenv.is_null())
    for (auto& [environment, place] : environment_places_from(options.saltenv)) remote.places[environment] = std::move(place);
  remote.remote.branch = remote.remote.base;
  check(remote.remote);
  check_types(remote);
  return remote;
}

}  // namespace

std::map<std::string, EnvironmentPlace> environment_places_from(const Value& entries) {
  std::map<std::string, EnvironmentPlace> places;
  for (const auto& entry : entries.as_list("the list of environments"))
    for (const auto& [name, options] : entry.as_map("an environment")) {
      auto& place = places[name.as_string("an environment's name")];
      for (const auto& [key, value] : flattened(options, "environment '" + name.as_string() + "'")) {
        const auto& option = key.as_string();
        const auto& text = value.as_string("option '" + option + "'");
        if (option == "ref")
          place.reference = text;
        else if (option == "root")
          place.root = plain_folder(text);
        else if (option == "mountpoint")
          place.mountpoint = plain_folder(text);
        else
          throw Error(ErrorKind::invalid, "environment '{}' has an unknown option '{}'{}", name.as_string(), option,
                      did_you_mean(option, {"ref", "root", "mountpoint"}));
      }
    }
  return places;
}

std::vector<EnvironmentsRemote> environments_remotes_from(const Value& entries, const EnvironmentsRemote& defaults) {
  std::vector<EnvironmentsRemote> remotes;
  for (const auto& entry : entries.as_list("the list of git remotes")) {
    if (const auto* url = entry.if_string())
      remotes.push_back(remote_from(*url, Map{}, defaults));
    else
      for (const auto& [url, options] : entry.as_map("a git remote"))
        remotes.push_back(remote_from(url.as_string("a git remote"), options, defaults));
  }
  return remotes;
}

}  // namespace halite::pillar
