// Modules of the kernel: what is loaded (read without a child process), and what is loaded at boot.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

// "-" and "_" are one. Throws Error(invalid) for what is no name; parameters may follow it.
std::string kernel_module_name(const std::string& text);

std::set<std::string> loaded_kernel_modules(Host& host);    // built-in ones too
std::set<std::string> boot_kernel_modules(Host& host);      // of the file that we write
// Throws Error(unavailable) in the tool's words.
void load_kernel_module(const std::string& text, Host& host);
void unload_kernel_module(const std::string& name, Host& host);

void load_at_boot(const std::string& text, Host& host);
// The line is commented out, or goes.
void forget_at_boot(const std::string& name, bool comment, Host& host);

}  // namespace halite::states
