#include "states/run/chunk.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/run/keywords.h"
#include "states/run/run.h"

namespace halite::states {
namespace {

std::string text_at(const Map& low, const char* key) {
  const Value* value = low.find(key);
  return value && !value->is_null() ? python_text(*value) : "";
}

// A requisite is {type: pattern}, {type.function: pattern} or a bare id.
Requisite read_requisite(const std::string& kind, const Value& entry, const Chunk& chunk) {
  if (entry.is_string()) return {kind, "id", *entry.if_string(), {}};
  const Map* map = entry.if_map();
  if (!map || map->size() != 1 || !map->begin()->key.is_string())
    throw Error(ErrorKind::invalid, "'{}' of state '{}' in SLS '{}' must list items such as 'file: NAME', not {}", kind,
                chunk.id, chunk.sls, short_text(entry));
  const Value& pattern = map->begin()->value;
  if (!pattern.is_string())
    throw Error(ErrorKind::invalid, "'{}' of state '{}' in SLS '{}' names {}, which is no text", kind, chunk.id,
                chunk.sls, short_text(pattern));
  return {kind, split(map->begin()->key.as_string(), '.')[0], *pattern.if_string(), {}};
}

std::vector<Requisite> read_requisites(const std::string& kind, const Value& value, const Chunk& chunk) {
  std::vector<Requisite> result;
  if (value.is_null()) return result;
  if (!value.is_list()) return {read_requisite(kind, value, chunk)};
  for (const Value& entry : value.as_list())
    if (!(entry.is_map() && entry.as_map().size() == 1 && entry.as_map().begin()->value.is_null()))
      result.push_back(read_requisite(kind, entry, chunk));
  return result;
}

Chunk read_chunk(const Value& value, const Registry& registry) {
  Chunk chunk;
  chunk.low = value.as_map("a low chunk");
  chunk.state = text_at(chunk.low, "state");
  chunk.fun = text_at(chunk.low, "fun");
  chunk.id = text_at(chunk.low, "__id__");
  chunk.name = chunk.low.contains("name") ? text_at(chunk.low, "name") : chunk.id;
  chunk.sls = text_at(chunk.low, "__sls__");
  chunk.tag = low_tag(chunk.low);
  chunk.function = registry.find(chunk.state, chunk.fun);
  if (!chunk.function) chunk.near_names = did_you_mean(chunk.state + "." + chunk.fun, registry.names());
  for (const auto& [key, argument] : chunk.low) {
    const std::string* word = key.if_string();
    if (word && is_requisite_word(*word))
      for (auto& requisite : read_requisites(*word, argument, chunk)) chunk.requisites.push_back(std::move(requisite));
  }
  std::stable_sort(chunk.requisites.begin(), chunk.requisites.end(),
                   [](const Requisite& a, const Requisite& b) { return requisite_rank(a.kind) < requisite_rank(b.kind); });
  if (const Value* listen = chunk.low.find("listen")) chunk.listens = read_requisites("listen", *listen, chunk);
  if (const Value* listen = chunk.low.find("listen_in")) chunk.tells = read_requisites("listen_in", *listen, chunk);
  return chunk;
}

bool is_glob(const std::string& pattern) {
  return pattern.find_first_of("*?[") != std::string::npos;
}

// Finds chunks by name, id or SLS without a look at each of them, as most requisites are no globs.
class Index {
 public:
  explicit Index(const std::vector<Chunk>& chunks) : chunks_(chunks) {
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      by_name_[chunks[i].name].push_back(i);
      if (chunks[i].id != chunks[i].name) by_name_[chunks[i].id].push_back(i);
    }
  }

  std::vector<std::size_t> find(const Requisite& requisite) const {
    std::vector<std::size_t> result;
    if (requisite.type != "sls" && !is_glob(requisite.pattern)) {
      const auto found = by_name_.find(requisite.pattern);
      if (found == by_name_.end()) return result;
      for (const std::size_t i : found->second)
        if (is_of_type(chunks_[i], requisite)) result.push_back(i);
      return result;
    }
    for (std::size_t i = 0; i < chunks_.size(); ++i)
      if (is_of_type(chunks_[i], requisite) && matches(chunks_[i], requisite)) result.push_back(i);
    return result;
  }

 private:
  static bool is_of_type(const Chunk& chunk, const Requisite& requisite) {
    return requisite.type == "sls" || requisite.type == "id" || chunk.state == requisite.type;
  }
  static bool matches(const Chunk& chunk, const Requisite& requisite) {
    if (requisite.type == "sls") return glob_match(requisite.pattern, chunk.sls);
    return glob_match(requisite.pattern, chunk.name) || glob_match(requisite.pattern, chunk.id);
  }

  const std::vector<Chunk>& chunks_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
};

}  // namespace

std::string low_tag(const Map& chunk) {
  const std::string id = text_at(chunk, "__id__");
  const std::string name = chunk.contains("name") ? text_at(chunk, "name") : id;
  return text_at(chunk, "state") + "_|-" + id + "_|-" + name + "_|-" + text_at(chunk, "fun");
}

std::vector<Chunk> read_chunks(const List& low, const Registry& registry) {
  std::vector<Chunk> chunks;
  chunks.reserve(low.size());
  for (const Value& value : low) chunks.push_back(read_chunk(value, registry));
  const Index index(chunks);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    for (Requisite& requisite : chunks[i].requisites) {
      requisite.chunks = index.find(requisite);
      if (requisite.kind == "prereq")
        for (const std::size_t target : requisite.chunks) chunks[target].prereq_of.push_back(i);
      // A state without an answer to a watched change requires what it watches.
      const bool can_refresh = chunks[i].function && chunks[i].function->on_refresh;
      if (!can_refresh && requisite.kind == "watch") requisite.kind = "require";
      if (!can_refresh && requisite.kind == "watch_any") requisite.kind = "require_any";
    }
    for (Requisite& listen : chunks[i].listens) listen.chunks = index.find(listen);
    for (Requisite& listen : chunks[i].tells) listen.chunks = index.find(listen);
  }
  return chunks;
}

Map arguments_of(const Chunk& chunk) {
  if (chunk.joined) return *chunk.joined;
  Map args;
  for (const auto& [key, value] : chunk.low) {
    const std::string* word = key.if_string();
    const bool is_engines = word && is_engine_word(*word) && !(chunk.function && chunk.function->takes(*word));
    if (!is_engines) args.set(key, value);
  }
  if (!args.contains("name")) args.set("name", chunk.name);
  return args;
}

}  // namespace halite::states
