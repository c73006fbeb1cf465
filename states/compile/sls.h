// SLS files with all they include, rendered into one map of high data.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "states/compile/compile.h"
#include "states/compile/declarations.h"

namespace halite::states {

// Renders for one compile: numbers go on from file to file, and a file is rendered once however often it is named.
class SlsReader {
 public:
  explicit SlsReader(const CompileContext& context);

  // `matches`: environment -> list of SLS names or globs. Gives high data with __extend__ and __exclude__ still in it.
  Map read(const Map& matches, std::vector<std::string>& errors);

 private:
  struct Include;

  Map sls(const SlsPlace& place, std::vector<std::string>& errors);
  Map rendered(const SlsFile& file, const SlsPlace& place, std::vector<std::string>& errors);
  void include(Map& state, const Value& item, const SlsFile& file, const SlsPlace& place,
               std::vector<std::string>& errors);
  // The absolute name of an include; empty, with an error noted, when a relative one leads above the top.
  std::string absolute(const std::string& name, const SlsFile& file, const SlsPlace& place,
                       std::vector<std::string>& errors) const;
  std::vector<std::string> environments_with(const std::string& environment, const std::string& name);
  const std::vector<std::string>& available(const std::string& environment);
  bool is_environment(const std::string& environment) const;

  const CompileContext& context_;
  std::vector<std::string> environments_;
  std::map<std::string, std::vector<std::string>> available_;
  Map matches_;
  std::set<std::pair<std::string, std::string>> done_;  // environment, SLS
  std::int64_t next_order_ = 10000;
};

}  // namespace halite::states
