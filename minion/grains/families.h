// One function a family of grains; the list of what each provides is in families.cpp.
#pragma once

#include "minion/grains/grains.h"

namespace halite::minion {

Map cpu_grains(const GrainSource& source);
Map disk_grains(const GrainSource& source);
Map dns_grains(const GrainSource& source);
Map gateway_grains(const GrainSource& source);
Map graphics_grains(const GrainSource& source);
Map hardware_grains(const GrainSource& source);
Map identity_grains(const GrainSource& source);
Map init_grains(const GrainSource& source);
Map interface_grains(const GrainSource& source);
Map kernel_grains(const GrainSource& source);
Map kernel_parameter_grains(const GrainSource& source);
Map locale_grains(const GrainSource& source);
Map memory_grains(const GrainSource& source);
Map name_grains(const GrainSource& source);
Map name_address_grains(const GrainSource& source);
Map os_grains(const GrainSource& source);
Map os_architecture_grains(const GrainSource& source);
Map process_grains(const GrainSource& source);
Map reverse_name_grains(const GrainSource& source);
Map storage_grains(const GrainSource& source);
Map systemd_grains(const GrainSource& source);
Map version_grains(const GrainSource& source);
Map virtual_grains(const GrainSource& source);

// The first line of a file, trimmed; empty when it can't be read.
std::string first_line(Host& host, const std::string& path);
// How a program ends, in ten seconds at most; nothing when it is not there.
std::optional<CommandResult> result_of(Host& host, const Argv& argv);
// Standard output of a program, trimmed; nothing when it is not there or fails.
std::optional<std::string> output_of(Host& host, const Argv& argv);

}  // namespace halite::minion
