#include "pillar/decrypt.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::pillar {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN PGP MESSAGE-----", end_mark = "-----END PGP MESSAGE-----";
constexpr std::chrono::seconds time_limit{30};
constexpr std::size_t text_limit_bytes = std::size_t{1} << 20;

std::string run_gpg(Host& host, const std::string& folder, const std::string& message) {
  Command command;
  command.argv = {"gpg", "--homedir", folder, "--batch", "--no-tty", "--quiet", "--decrypt"};
  command.input = message;
  command.timeout = time_limit;
  command.output_limit_bytes = text_limit_bytes;
  const auto result = host.execute(command);
  if (result.timed_out) throw Error(ErrorKind::timeout, "gpg took longer than {} s", time_limit.count());
  if (result.exit_code != 0 || result.output_cut)
    throw Error(ErrorKind::denied, "gpg can't decrypt it with the keys in {} (it ended with code {})", folder, result.exit_code);
  return result.output;
}

// As Salt has it, newlines at the end go where something was decrypted.
std::string decrypted(const std::string& text, const Decryption& decryption) {
  std::string result;
  std::size_t at = 0;
  bool is_changed = false;
  for (;;) {
    const auto begin = text.find(begin_mark, at);
    const auto end = begin == std::string::npos ? begin : text.find(end_mark, begin);
    if (end == std::string::npos) break;
    result += text.substr(at, begin - at);
    result += decryption.decrypt(text.substr(begin, end + end_mark.size() - begin) + "\n");
    at = end + end_mark.size();
    is_changed = true;
  }
  if (!is_changed) return text;
  result += text.substr(at);
  while (result.ends_with('\n')) result.pop_back();
  return result;
}

void decrypt_below(Value& value, const Decryption& decryption) {
  if (const auto* text = value.if_string()) {
    if (text->find(begin_mark) != std::string::npos) value = decrypted(*text, decryption);
  } else if (value.is_list()) {
    for (auto& item : value.edit_list()) decrypt_below(item, decryption);
  } else if (const auto* map = value.if_map()) {
    std::vector<Value> keys;
    for (const auto& entry : *map) keys.push_back(entry.key);
    for (const auto& key : keys) decrypt_below(*value.edit_map().edit(key), decryption);
  }
}

// The value at a path, to be changed in place.
Value* at_path(Map& pillar, const std::string& path, const std::string& delimiter) {
  Map* map = &pillar;
  std::string_view rest = path;
  for (;;) {
    const auto end = rest.find(delimiter);
    Value* found = map->edit(std::string(rest.substr(0, end)));
    if (!found || end == std::string_view::npos) return found;
    if (!found->is_map()) return nullptr;
    map = &found->edit_map();
    rest.remove_prefix(end + delimiter.size());
  }
}

}  // namespace

Decryption decryption_from(const CompileSettings& settings, Host& host) {
  Decryption decryption;
  decryption.delimiter = settings.decrypt_pillar_delimiter;
  if (decryption.delimiter.empty()) throw Error(ErrorKind::invalid, "decrypt_pillar_delimiter is empty");
  const auto add = [&](const Value& key, const Value& renderer) {
    const auto name = renderer.is_null() ? settings.decrypt_pillar_default : renderer.as_string("the renderer of a key of decrypt_pillar");
    const auto& allowed = settings.decrypt_pillar_renderers;
    if (name != "gpg" || std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      throw Error(ErrorKind::invalid, "decrypt_pillar: '{}' can't decrypt '{}'; gpg can", name, key.as_string("a key of decrypt_pillar"));
    decryption.keys.push_back(key.as_string("a key of decrypt_pillar"));
  };
  const auto& option = settings.decrypt_pillar;
  if (const auto* map = option.if_map()) {
    for (const auto& [key, renderer] : *map) add(key, renderer);
  } else if (!option.is_null()) {
    for (const auto& item : option.as_list("decrypt_pillar")) {
      if (const auto* pair = item.if_map())
        for (const auto& [key, renderer] : *pair) add(key, renderer);
      else
        add(item, {});
    }
  }
  decryption.decrypt = [&host, folder = settings.gpg_keydir](const std::string& message) { return run_gpg(host, folder, message); };
  return decryption;
}

void decrypt(Map& pillar, const Decryption& decryption, std::vector<std::string>& errors) {
  for (const auto& key : decryption.keys) {
    try {
      if (auto* found = at_path(pillar, key, decryption.delimiter)) decrypt_below(*found, decryption);
    } catch (const Error& error) {
      errors.push_back(fmt::format("Failed to decrypt pillar key '{}': {}", key, error.what()));
    }
  }
}

}  // namespace halite::pillar
