// What templates may call that works on its arguments alone: checksums, base64, merging, formats of data.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/render/renderer.h"

namespace halite::pillar {

using Functions = std::map<std::string, render::Function, std::less<>>;

// hashutil.*, random.hash, slsutil.* and defaults.*, as Salt has them but for what reads files.
const Functions& plain_functions();

// grains.filter_by and pillar.filter_by: the entry of a map that fits the value at a path of `data`.
Value filter_by(const Value& data, const std::vector<Value>& positional, const Map& named, std::string_view path_name, const char* standard_path);

}  // namespace halite::pillar
