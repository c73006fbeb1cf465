// External pillars `cmd_json` and `cmd_yaml`: what a program prints.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "pillar/external/externals.h"

namespace halite::pillar {
namespace {

constexpr std::chrono::seconds time_limit{60};
constexpr std::size_t output_limit_bytes = std::size_t{16} << 20;

using Read = std::function<Value(const std::string& text, const std::string& source)>;

Argv argv_from(const Value& arguments) {
  Argv argv;
  if (const auto* text = arguments.if_string())
    argv = split_words(*text);
  else
    for (const auto& word : arguments.as_list("the program and its arguments"))
      argv.push_back(word.as_string("an argument"));
  if (argv.empty() || argv[0].find('%') != std::string::npos)
    throw Error(ErrorKind::invalid, "an external pillar's command must begin with a program");
  return argv;
}

ExternalPillar command_pillar(const Value& arguments, const ExternalTools& tools, Read read) {
  return [argv = argv_from(arguments), &host = tools.host, read](const PillarRequest& request, Map&) -> Map {
    Command command;
    for (const auto& word : argv) command.argv.push_back(replace_all(word, "%s", request.minion_id));
    command.timeout = time_limit;
    command.output_limit_bytes = output_limit_bytes;
    const auto result = host.execute(command);
    if (result.timed_out) throw Error(ErrorKind::timeout, "'{}' took longer than {} s", argv[0], time_limit.count());
    if (result.output_cut)
      throw Error(ErrorKind::invalid, "'{}' printed more than {} bytes", argv[0], output_limit_bytes);
    if (result.exit_code != 0)
      throw Error(ErrorKind::unavailable, "'{}' ended with code {}", argv[0], result.exit_code);
    auto data = read(result.output, argv[0]);
    return data.is_null() ? Map{} : data.as_map("the output of '" + argv[0] + "'");
  };
}

}  // namespace

ExternalPillar cmd_json_pillar(const Value& arguments, const ExternalTools& tools) {
  return command_pillar(arguments, tools,
                        [](const std::string& text, const std::string& source) { return from_json(text, source); });
}

ExternalPillar cmd_yaml_pillar(const Value& arguments, const ExternalTools& tools) {
  return command_pillar(arguments, tools,
                        [](const std::string& text, const std::string& source) { return from_yaml(text, source); });
}

}  // namespace halite::pillar
