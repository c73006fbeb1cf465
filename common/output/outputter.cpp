#include "common/output/outputter.h"

#include <array>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/formats.h"

namespace halite {
namespace {

struct Outputter {
  std::string_view name;
  std::string (*format)(const Value&, const OutputOptions&);
};

constexpr std::array outputters{
    Outputter{"nested", formats::nested},   Outputter{"json", formats::json},
    Outputter{"yaml", formats::yaml},       Outputter{"txt", formats::txt},
    Outputter{"text", formats::txt},        Outputter{"raw", formats::raw},
    Outputter{"pprint", formats::pprint},   Outputter{"newline_values_only", formats::newline_values_only},
    Outputter{"quiet", formats::quiet},     Outputter{"table", formats::table},
    Outputter{"key", formats::key_list},    Outputter{"highstate", formats::highstate},
    Outputter{"no_return", formats::no_return},
};

const Outputter* find(std::string_view name) {
  for (const auto& outputter : outputters)
    if (outputter.name == name) return &outputter;
  return nullptr;
}

}  // namespace

std::vector<std::string> outputter_names() {
  std::vector<std::string> names;
  for (const auto& outputter : outputters) names.emplace_back(outputter.name);
  return names;
}

std::string choose_outputter(std::string_view asked, std::string_view wanted) {
  if (!asked.empty() && !find(asked))
    throw Error(ErrorKind::invalid, "there is no outputter '{}'{}", asked, did_you_mean(asked, outputter_names()));
  if (!asked.empty() && asked != "highstate") return std::string(asked);
  return find(wanted) ? std::string(wanted) : "nested";
}

std::string format_output(const Value& data, std::string_view outputter, const OutputOptions& options) {
  const Outputter* chosen = find(outputter);
  std::string text;
  try {
    text = (chosen ? chosen : &outputters.front())->format(data, options);
  } catch (const Error&) {  // the data has another shape than this outputter shows
    text = formats::nested(data, options);
  }
  return std::string(trim_right(text));
}

}  // namespace halite
