#include "master/files/tops.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/yaml.h"

namespace halite::master {
namespace {

constexpr std::chrono::seconds time_limit{60};
constexpr std::size_t output_limit_bytes = std::size_t{1} << 20;

}  // namespace

Tops::Tops(const Map& configured, Host& host) : host_(host) {
  for (const auto& [kind, program] : configured) {
    const auto& name = kind.as_string("a kind of master_tops");
    if (name != "ext_nodes")
      throw Error(ErrorKind::invalid, "master_tops: there is no kind '{}'; there is ext_nodes{}", name, did_you_mean(name, {"ext_nodes"}));
    program_ = split_words(program.as_string("the program of master_tops ext_nodes"));
    if (program_.empty()) throw Error(ErrorKind::invalid, "master_tops: ext_nodes names no program");
  }
}

Map Tops::of(const std::string& minion_id) const {
  if (program_.empty()) return {};
  Command command;
  command.argv = program_;
  command.argv.push_back(minion_id);
  command.timeout = time_limit;
  command.output_limit_bytes = output_limit_bytes;
  const auto result = host_.execute(command);
  if (result.timed_out) throw Error(ErrorKind::timeout, "master_tops: '{}' took longer than {} s", program_[0], time_limit.count());
  if (result.exit_code != 0 || result.output_cut)
    throw Error(ErrorKind::unavailable, "master_tops: '{}' ended with code {}", program_[0], result.exit_code);
  const Value printed = from_yaml(result.output, program_[0]);
  if (printed.is_null()) return {};
  const Map& node = printed.as_map("the output of '" + program_[0] + "'");
  const Value* classes = node.find("classes");
  if (!classes || classes->is_null()) return {};
  const Value* environment = node.find("environment");
  List names;
  if (const auto* map = classes->if_map())
    for (const auto& [name, arguments] : *map) names.push_back(name.as_string("a class"));
  else
    for (const auto& name : classes->as_list("the classes")) names.push_back(name.as_string("a class"));
  return {{environment ? environment->as_string("the environment") : "base", std::move(names)}};
}

}  // namespace halite::master
