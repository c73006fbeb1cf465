#include "states/text/serialize.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/msgpack.h"
#include "common/data/yaml.h"
#include "common/render/pretty_print.h"
#include "states/arguments.h"

namespace halite::states {
namespace {

const std::vector<std::string>& known_serializers() {
  static const std::vector<std::string> names{"yaml", "json", "python", "configparser", "msgpack"};
  return names;
}

// Takes the options one by one; what is left at the end is not known.
class Options {
 public:
  explicit Options(Map given) : given_(std::move(given)) {}

  template <class T>
  void take(const char* name, T& target) {
    const Value* value = given_.find(name);
    if (!value) return;
    target = during([&] { return Convert<T>::decode(*value); }, "reading the option {}", name);
    given_.erase(name);
  }

  void finish(const std::string& serializer) const {
    if (!given_.empty())
      throw Error(ErrorKind::invalid, "the {} serializer has no option '{}'", serializer,
                  python_text(given_.begin()->key));
  }

 private:
  Map given_;
};

std::string yaml(const Value& data, Options options) {
  YamlStyle style;
  std::int64_t indent = style.indent, width = style.width;
  bool block = false;
  options.take("default_flow_style", block);
  options.take("indent", indent);
  options.take("width", width);
  options.take("sort_keys", style.sort_keys);
  bool ignored = true;
  options.take("allow_unicode", ignored);
  options.finish("yaml");
  style.block = !block;
  style.indent = static_cast<int>(indent);
  style.width = static_cast<int>(width);
  std::string text = to_yaml(data, style);
  if (text.ends_with("\n...\n")) text.resize(text.size() - 5);
  return std::string(text.ends_with('\n') ? text.substr(0, text.size() - 1) : text);
}

std::string json(const Value& data, Options options) {
  JsonStyle style{.indent = 2, .sort_keys = true, .ascii_only = false};
  std::int64_t indent = style.indent;
  options.take("indent", indent);
  options.take("sort_keys", style.sort_keys);
  options.take("ensure_ascii", style.ascii_only);
  options.finish("json");
  style.indent = static_cast<int>(indent);
  return to_json(data, style);
}

// As Python's ConfigParser writes it: names of options in lower case.
std::string ini(const Value& data, const Options& options) {
  options.finish("configparser");
  std::string text;
  for (const auto& [section, values] : data.as_map("the dataset")) {
    text += "[" + python_text(section) + "]\n";
    for (const auto& [key, value] : values.as_map("a section"))
      text += to_lower(python_text(key)) + " = " + replace_all(python_text(value), "\n", "\n\t") + "\n";
    text += "\n";
  }
  return text;
}

}  // namespace

std::string serialize(const Value& data, const std::string& serializer, const Map& options) {
  if (serializer == "yaml") return yaml(data, Options(options));
  if (serializer == "json") return json(data, Options(options));
  if (serializer == "configparser") return ini(data, Options(options));
  if (serializer == "python" || serializer == "msgpack") {
    Options(options).finish(serializer);
    return serializer == "python" ? render::pretty_printed(data) : to_msgpack(data);
  }
  throw Error(ErrorKind::invalid,
              "The {} serializer could not be found. It either does not exist or its prerequisites are not installed; "
              "there are {}{}",
              serializer, join(known_serializers(), ", "), did_you_mean(serializer, known_serializers()));
}

std::optional<Value> deserialize(const std::string& text, const std::string& serializer,
                                 const std::string& source_name) {
  if (serializer == "yaml") return from_yaml(text, source_name);
  if (serializer == "json") return from_json(text, source_name);
  if (serializer == "msgpack") return from_msgpack(text);
  return std::nullopt;
}

}  // namespace halite::states
