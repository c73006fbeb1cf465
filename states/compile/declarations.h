// One rendered SLS file brought into the form of high data: short and dotted declarations spelled out, extend and
// exclude set aside, and every state numbered.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/data/value.h"

namespace halite::states {

struct SlsPlace {
  std::string sls;
  std::string environment;
};

// Moves "extend" and "exclude" to "__extend__" and "__exclude__".
void set_aside_extend(Map& state, const SlsPlace& place, std::vector<std::string>& errors);
void set_aside_exclude(Map& state, const SlsPlace& place, std::vector<std::string>& errors);

// "id: pkg.installed" and "id: {pkg.installed: [...]}" become "id: {pkg: [..., installed]}". A dotted key goes behind
// the others of its id. Every id gets __sls__ and __env__.
void spell_out(Map& state, const SlsPlace& place, std::vector<std::string>& errors);

// Gives every state without an `order` the next number.
void number_states(Map& state, std::int64_t& next_order);

// Adds the states of `from` to `high`; an id that both have with different content is an error.
void merge_states(Map& high, Map from, std::vector<std::string>& errors);

}  // namespace halite::states
