// The outputters that a program reads: json, yaml, txt, raw, pprint, newline_values_only, quiet.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "common/output/formats.h"
#include "common/output/python_text.h"
#include "common/output/safe_text.h"

namespace halite::formats {
namespace {

// JSON may hold DEL and the C1 controls as they are; some terminals obey them.
std::string escape_json_controls(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (byte == 0x7f) out += "\\u007f";
    else if (is_c1) out += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[++i]));
    else out += text[i];
  }
  return out;
}

std::int64_t indent_of(const OutputOptions& options, std::int64_t standard) {
  return options.indent.is_int() ? *options.indent.if_int() : standard;
}

}  // namespace

std::string json(const Value& data, const OutputOptions& options) {
  const std::string* word = options.indent.if_string();
  JsonStyle style;
  style.sort_keys = word && *word == "pretty";
  style.indent = static_cast<int>(std::min<std::int64_t>(indent_of(options, 4), 64));
  return escape_json_controls(to_json(data, style));
}

std::string yaml(const Value& data, const OutputOptions& options) {
  YamlStyle style;
  const std::int64_t indent = indent_of(options, 2);
  style.block = indent >= 0;
  style.indent = style.block ? static_cast<int>(std::min<std::int64_t>(indent, 9)) : 2;
  return to_yaml(data, style);
}

std::string txt(const Value& data, const OutputOptions&) {
  std::string out;
  if (const auto* map = data.if_map()) {
    for (const auto& [key, value] : *map) {
      const std::string id = safe_line(python_str(key));
      if (!value.is_string()) out += id + ": " + safe_line(python_str(value)) + "\n";
      else
        for (const auto& line : python_lines(*value.if_string())) out += id + ": " + safe_line(line) + "\n";
    }
    return out;
  }
  return data.is_string() ? safe_text(*data.if_string()) + "\n" : python_pformat(data) + "\n";
}

std::string raw(const Value& data, const OutputOptions&) { return safe_text(python_str(data)); }

std::string pprint(const Value& data, const OutputOptions& options) {
  return python_pformat(data, static_cast<int>(std::max<std::int64_t>(std::min<std::int64_t>(indent_of(options, 1), 64), 1)));
}

std::string newline_values_only(const Value& data, const OutputOptions&) {
  std::vector<std::string> lines;
  for (const auto& [id, value] : data.as_map("the result")) {
    if (const auto* list = value.if_list())
      for (const auto& item : *list) lines.push_back(safe_text(python_str(item)));
    else
      lines.push_back(safe_text(python_str(value)));
  }
  return join(lines, "\n");
}

std::string quiet(const Value&, const OutputOptions&) { return ""; }

}  // namespace halite::formats
