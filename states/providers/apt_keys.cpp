#include "states/providers/apt_keys.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/directories.h"

namespace halite::states {
namespace {

constexpr std::string_view armor_begin = "-----BEGIN PGP";
constexpr std::string_view armor_end = "-----END PGP";

}  // namespace

bool is_armored(const std::string& key) {
  return trim(key).starts_with(armor_begin);
}

// A block is a headline, header fields, an empty line, base64, and perhaps "=" with a checksum.
std::string remove_armor(const std::string& text) {
  std::string keys, base64;
  enum class In { nothing, header, data } in = In::nothing;
  for (const auto& raw : split_lines(text)) {
    const std::string line(trim(raw));
    if (line.starts_with(armor_begin)) {
      in = In::header;
    } else if (line.starts_with(armor_end)) {
      const auto bytes = from_base64(base64);
      if (!bytes || bytes->empty()) throw Error(ErrorKind::invalid, "the armored key is damaged");
      keys += *bytes;
      base64.clear();
      in = In::nothing;
    } else if (in == In::header) {
      if (line.empty()) in = In::data;
    } else if (in == In::data && !line.starts_with('=')) {
      base64 += line;
    }
  }
  if (keys.empty() || in != In::nothing)
    throw Error(ErrorKind::invalid, "this is no armored key: a block from BEGIN to END is missing");
  return keys;
}

std::string key_for_file(const std::string& key, const std::string& path) {
  const bool wants_armor = path.ends_with(".asc");
  if (is_armored(key)) return wants_armor ? key : remove_armor(key);
  if (wants_armor) throw Error(ErrorKind::invalid, "the key for {} is not armored: name the file .gpg", path);
  return key;
}

void write_key(const std::string& key, const std::string& path, Host& host) {
  make_directories(host, parent_directory(path));
  host.replace_file(path, key_for_file(key, path), {.mode = 0644, .uid = 0, .gid = 0});
}

void receive_key(const std::vector<std::string>& ids, const std::string& server, const std::string& path, Host& host) {
  make_directories(host, parent_directory(path));
  Command command;
  command.argv = {"gpg", "--batch", "--no-default-keyring", "--keyring", "gnupg-ring:" + path, "--keyserver", server,
                  "--recv-keys"};
  command.argv.insert(command.argv.end(), ids.begin(), ids.end());
  command.timeout = std::chrono::minutes(2);
  const CommandResult result = host.execute(command);
  if (result.exit_code != 0 || result.timed_out)
    throw Error(ErrorKind::unavailable, "Error: key retrieval failed: {}", trim(result.error));
  if (host.status(path)) host.set_attributes(path, {.mode = 0644});
}

std::vector<std::string> files_with_key(const std::string& id, Host& host) {
  std::vector<std::string> result;
  const std::string wanted = to_lower(id.starts_with("0x") ? id.substr(2) : id);
  for (const char* directory : {"/etc/apt/keyrings", "/etc/apt/trusted.gpg.d"}) {
    if (!host.status(directory)) continue;
    for (const auto& name : host.list_directory(directory)) {
      const std::string path = std::string(directory) + "/" + name;
      Command command;
      command.argv = {"gpg", "--batch", "--show-keys", "--with-colons", path};
      for (const auto& line : split_lines(host.execute(command).output)) {
        const auto fields = split(line, ':');
        const std::size_t column = fields[0] == "pub" || fields[0] == "sub" ? 4 : fields[0] == "fpr" ? 9 : 0;
        if (column == 0 || fields.size() <= column || !to_lower(fields[column]).ends_with(wanted)) continue;
        result.push_back(path);
        break;
      }
    }
  }
  return result;
}

}  // namespace halite::states
