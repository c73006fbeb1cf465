// What pillar templates may call without a machine, a network or another minion: pillar.*, grains.*, match.*, config.*, and
// what works on its arguments alone (plain_functions.h).
#pragma once

#include <map>
#include <string>

#include "common/render/renderer.h"
#include "common/target/target.h"

namespace halite::pillar {

// For one minion. `grains`, `pillar` and `opts` (a master's options without its secrets) are maps whose containers are those the templates see as variables, as in Salt:
// what a template changes in what pillar.get gave is changed. The rest must outlive this. Names it does not know are
// looked up in `more`.
class PillarFunctions : public render::FunctionTable {
 public:
  PillarFunctions(const std::string& minion_id, Value grains, Value pillar, Value opts, const target::Nodegroups& nodegroups,
                  const render::FunctionTable* more);
  PillarFunctions(const PillarFunctions&) = delete;  // its functions refer to it
  PillarFunctions& operator=(const PillarFunctions&) = delete;

  const render::Function* find(std::string_view name) const override;
  std::vector<std::string> names() const override;
  std::string why_missing(std::string_view name) const override;

 private:
  void add_look_up(const std::string& module, const Value& data);
  void add_match(const std::string& name, target::Kind kind);
  void add_filter_by();
  void add_config();
  bool matches(target::Kind kind, const Value& expression, const std::string& id, std::string_view delimiter) const;

  const std::string& minion_id_;
  const Value grains_;
  const Value pillar_;
  const Value opts_;
  const target::Nodegroups& nodegroups_;
  const render::FunctionTable* more_;
  std::map<std::string, render::Function, std::less<>> functions_;
};

}  // namespace halite::pillar
