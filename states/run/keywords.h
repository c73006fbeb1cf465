// Words in a low chunk that the engine understands, whatever the state function.
#pragma once

#include <cstddef>
#include <string_view>

namespace halite::states {

bool is_requisite_word(std::string_view word);
// The order in which a state's requisites are looked at, by their kinds.
std::size_t requisite_rank(std::string_view word);
// Requisites, guards, order and the bookkeeping of the compiler.
bool is_engine_word(std::string_view word);

}  // namespace halite::states
