#include "pillar/decrypt.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/render/gpg.h"

namespace halite::pillar {
namespace {

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

Decryption decryption_from(const CompileSettings& settings) {
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
  return decryption;
}

void decrypt(Map& pillar, const Decryption& decryption, const render::Decryptor& open, std::vector<std::string>& errors) {
  for (const auto& key : decryption.keys) {
    try {
      if (auto* found = at_path(pillar, key, decryption.delimiter)) *found = render::decrypted(*found, open);
    } catch (const Error& error) {
      errors.push_back(fmt::format("Failed to decrypt pillar key '{}': {}", key, error.what()));
    }
  }
}

}  // namespace halite::pillar
