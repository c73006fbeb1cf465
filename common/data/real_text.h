// Reals as text, the same in every format.
#pragma once

#include <string>

namespace halite {

// As Python's repr: the shortest digits that read back, "1.0", "1e+16", "inf", "-inf", "nan".
std::string real_text(double number);

}  // namespace halite
