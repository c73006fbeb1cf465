// External pillar `dc`: which data centre a minion stands in.
#include "common/base/error.h"
#include "pillar/external/externals.h"

namespace halite::pillar {

ExternalPillar dc_pillar(const Value& arguments, const ExternalTools& tools) {
  const auto mapping = arguments.as_map("the mapping of patterns to data centres");
  std::vector<std::pair<target::Matcher, Value>> places;
  for (const auto& [pattern, name] : mapping)
    places.emplace_back(target::Matcher::compile(target::Kind::compound, pattern, ":", tools.nodegroups), name);
  return [places](const PillarRequest& request, Map&) -> Map {
    for (const auto& [matcher, name] : places)
      if (matcher.matches({request.minion_id, &request.grains, nullptr})) return {{"dc", name}};
    return {};
  };
}

}  // namespace halite::pillar
