// Words in a low chunk that the engine understands, whatever the state function.
#pragma once

#include <string_view>

namespace halite::states {

bool is_requisite_word(std::string_view word);
// Requisites, guards, order and the bookkeeping of the compiler.
bool is_engine_word(std::string_view word);

}  // namespace halite::states
