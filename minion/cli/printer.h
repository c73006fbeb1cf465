// Shows one result: outputter and options from settings and flags, to the screen or to --out-file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/config/common_settings.h"
#include "common/config/options.h"
#include "common/output/outputter.h"

namespace halite::minion {

class Printer {
 public:
  // Throws Error(invalid) for a bad value, before anything runs.
  Printer(const CommonSettings& settings, const ParsedOptions& options);
  void show(const Value& data, std::string_view wanted, std::int64_t retcode);

 private:
  void write(const std::string& text) const;

  std::string asked_, file_;
  bool appends_;
  OutputOptions output_;
};

}  // namespace halite::minion
