// External pillar `backup_ssh`: the keys with which hosts send their backups.
#include <algorithm>
#include <cctype>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "pillar/external/externals.h"

namespace halite::pillar {
namespace {

// It becomes a file name and an argument of a program.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name.front() != '-' && name.front() != '.' &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

std::vector<std::string> target_users(const Map& directories) {
  std::vector<std::string> users;
  for (const auto& [name, directory] : directories) {
    const auto* user = directory.find("target_user");
    if (!user || !user->is_string() || !is_plain_name(user->as_string()))
      throw Error(ErrorKind::invalid,
                  "the backup directory '{}' must have a target_user of letters, digits, '-' and '_'",
                  name.is_string() ? name.as_string() : "?");
    if (std::find(users.begin(), users.end(), user->as_string()) == users.end()) users.push_back(user->as_string());
  }
  return users;
}

// The pair's files; what is missing is made.
Map key_pair(Host& host, const std::string& folder, const std::string& user, bool with_private) {
  const auto secret = folder + "/" + user;
  const auto open = secret + ".pub";
  if (!host.status_of_target(secret))
    host.run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", user + "@backup", "-f", secret});
  if (!host.status_of_target(open))
    host.replace_file(open, host.run({"ssh-keygen", "-y", "-f", secret}), {.mode = 0644, .uid = {}, .gid = {}});
  Map pair{{"public", host.read_file(open)}};
  if (with_private) pair.set("private", host.read_file(secret));
  return pair;
}

}  // namespace

ExternalPillar backup_ssh_pillar(const Value& arguments, const ExternalTools& tools) {
  const auto* given = arguments.find("base_path");
  auto folder = given ? given->as_string("base_path") : "/etc/backup_keys";
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return [folder, &host = tools.host](const PillarRequest&, Map& pillar) -> Map {
    make_folders(host, folder);
    const auto* backup = pillar.find("backup");
    const auto* server = backup ? backup->find("server") : nullptr;
    const bool is_server = server && *server == Value(true);
    const auto* found = backup ? backup->find("directories") : nullptr;
    const auto directories = found ? *found : Value(Map{});
    Map keys;
    for (const auto& user : target_users(directories.as_map("backup:directories")))
      keys.set(user, key_pair(host, folder, user, !is_server));
    // So that the server does not run its clients' states.
    if (is_server && found) {
      pillar.edit("backup")->edit_map().erase(Value("directories"));
      pillar.set("backup_directories", directories);
    }
    return {{"backup_keys", std::move(keys)}};
  };
}

}  // namespace halite::pillar
