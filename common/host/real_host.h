// This machine.
#pragma once

#include <memory>

#include "common/host/host.h"

namespace halite {

std::unique_ptr<Host> make_real_host();

}  // namespace halite
