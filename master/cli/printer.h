// Shows results: which outputter, with which options, to the screen or to --out-file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/config/master_settings.h"
#include "common/config/options.h"
#include "common/output/outputter.h"
#include "master/cli/screen.h"

namespace halite::cli {

// From the settings and the flags of output_options(). Throws Error(invalid) for a bad value.
OutputOptions output_options_from(const MasterSettings& settings, const ParsedOptions& options, const Screen& screen);

class Printer {
 public:
  Printer(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options);

  // `wanted`: the outputter the data asks for.
  void show(const Value& data, std::string_view wanted = "", std::int64_t retcode = 0);
  // A line of text for a person.
  void line(std::string_view text) const;
  // What --out or the setting asks for; empty: nothing.
  const std::string& asked() const { return asked_; }
  OutputOptions& options() { return options_; }

 private:
  void write(const std::string& text);

  const Screen& screen_;
  std::string asked_;
  std::string file_;
  bool append_;
  OutputOptions options_;
};

}  // namespace halite::cli
