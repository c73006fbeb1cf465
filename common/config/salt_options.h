// The names of Salt's options that Halite does not have, so that they are told from typing errors.
#pragma once

#include <string_view>

namespace halite {

enum class SaltOption {
  unknown,      // not an option of Salt
  harmless,     // tunes something that Halite does otherwise; leaving it out changes nothing a person relies on
  unsupported,  // does something in Salt that Halite does not do (yet): worth a warning
};

SaltOption salt_option(std::string_view name);

}  // namespace halite
