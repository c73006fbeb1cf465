// Low chunks read once: who they are, which function they mean, and what they ask of other chunks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/data/value.h"
#include "states/registry.h"

namespace halite::states {

struct Requisite {
  std::string kind;                 // "require", "onchanges_any", ...
  std::string type;                 // "file", "sls", "id"
  std::string pattern;              // a glob over names and ids
  std::vector<std::size_t> chunks;  // those it names, by their place in the run
};

struct Chunk {
  Map low;
  std::string state, fun, name, id, sls, tag;
  const Function* function = nullptr;  // null: there is no such function,
  std::string near_names;              // and this suggests one: "; did you mean 'file.managed'?"
  std::vector<Requisite> requisites;   // without `listen` and `listen_in`
  std::vector<Requisite> listens;      // whose changes it hears of at the end,
  std::vector<Requisite> tells;        // and who hears of its own: `listen_in`
  std::vector<std::size_t> prereq_of;  // chunks that run first if this one would change something
  std::optional<Map> joined;           // the arguments together with those of later chunks, by `aggregate`
};

// Requisites are bound to the chunks they name. Throws Error(invalid) for a chunk or a requisite that is malformed.
std::vector<Chunk> read_chunks(const List& low, const Registry& registry);

// What a state function is given: the chunk without what the engine alone understands.
Map arguments_of(const Chunk& chunk);

}  // namespace halite::states
