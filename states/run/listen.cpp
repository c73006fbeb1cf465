#include "states/run/listen.h"

#include <algorithm>

namespace halite::states {

Listening find_listeners(const std::vector<Chunk>& chunks, const std::function<bool(std::size_t)>& has_changed) {
  Listening found;
  const auto hears = [&](std::size_t i) {
    if (std::find(found.heard.begin(), found.heard.end(), i) == found.heard.end()) found.heard.push_back(i);
  };
  const auto is_lost = [&](const Requisite& requisite) {
    if (!requisite.chunks.empty()) return false;
    const bool is_known = std::any_of(found.lost.begin(), found.lost.end(), [&](const Requisite& other) {
      return other.type == requisite.type && other.pattern == requisite.pattern;
    });
    if (!is_known) found.lost.push_back(requisite);
    return true;
  };
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    for (const Requisite& listen : chunks[i].listens)
      if (!is_lost(listen) && std::any_of(listen.chunks.begin(), listen.chunks.end(), has_changed)) hears(i);
    for (const Requisite& listen : chunks[i].tells)
      if (has_changed(i) && !is_lost(listen))
        for (const std::size_t listener : listen.chunks) hears(listener);
  }
  return found;
}

}  // namespace halite::states
