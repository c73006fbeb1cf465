// The outputters, each a function. Private to this folder; the table is in outputter.cpp.
#pragma once

#include <string>

#include "common/data/value.h"
#include "common/output/outputter.h"

namespace halite::formats {

std::string nested(const Value& data, const OutputOptions& options);
std::string highstate(const Value& data, const OutputOptions& options);
std::string json(const Value& data, const OutputOptions& options);
std::string yaml(const Value& data, const OutputOptions& options);
std::string txt(const Value& data, const OutputOptions& options);
std::string raw(const Value& data, const OutputOptions& options);
std::string pprint(const Value& data, const OutputOptions& options);
std::string newline_values_only(const Value& data, const OutputOptions& options);
std::string quiet(const Value& data, const OutputOptions& options);
std::string table(const Value& data, const OutputOptions& options);
std::string key_list(const Value& data, const OutputOptions& options);
std::string no_return(const Value& data, const OutputOptions& options);

}  // namespace halite::formats
