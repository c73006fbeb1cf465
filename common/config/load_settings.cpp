#include "common/config/load_settings.h"

#include "common/base/log.h"
#include "common/base/returners.h"
#include "common/base/strings.h"
#include "common/config/idle_options.h"
#include "common/config/salt_options.h"
#include "common/data/yaml.h"

namespace halite {
namespace {

struct Findings {
  std::vector<std::string> problems;
  std::vector<std::string> warnings;
};

bool knows(const std::vector<Field>& fields, const std::string& name) {
  for (const auto& field : fields) {
    if (field.name == name) return true;
    for (const auto& alias : field.aliases)
      if (alias == name) return true;
  }
  return false;
}

void judge_unknown(const std::string& name, const std::vector<Field>& fields, const ConfigFiles& files, Findings& findings) {
  const std::string place = files.place_of(name);
  switch (salt_option(name)) {
    case SaltOption::harmless:
      if (!files.is_salts) findings.warnings.push_back(fmt::format("{}: '{}' is an option of Salt that is not needed here", place, name));
      return;
    case SaltOption::unsupported:
      findings.warnings.push_back(fmt::format("{}: '{}' is an option of Salt that has no effect here", place, name));
      return;
    case SaltOption::unknown:
      break;
  }
  const std::string line = place + ": " + unknown_field(name, fields);
  (files.is_salts ? findings.warnings : findings.problems).push_back(line);
}

// Salt's `id: 123` means the text.
Value tolerate(const std::string& name, const Value& value) {
  if (name == "id" && value.is_int()) return std::to_string(*value.if_int());
  return value;
}

template <class T>
T decode_options(const Schema<T>& schema, const ConfigFiles& files, Findings& findings) {
  Map good;
  for (const auto& [key, value] : files.values) {
    const std::string* name = key.if_string();
    if (!name) {
      findings.problems.push_back(fmt::format("{}: an option's name must be text, not {}", files.main_file, key.type_name()));
    } else if (!knows(schema.fields(), *name)) {
      judge_unknown(*name, schema.fields(), files, findings);
    } else if (!value.is_null()) {  // as if it were not written
      const Value wanted = tolerate(*name, value);
      try {
        schema.decode(Map{{*name, wanted}}, Unknown::refuse, files.place_of(*name));
        good.set(*name, wanted);
      } catch (const Error& error) {
        findings.problems.push_back(error.message());
      }
    }
  }
  for (const auto& field : schema.fields())
    if (!field.deprecated.empty() && good.contains(field.name))
      findings.warnings.push_back(fmt::format("{}: '{}' is deprecated: {}", files.place_of(field.name), field.name, field.deprecated));
  return schema.decode(good, Unknown::refuse, files.main_file);
}

void require_port(std::int64_t port, const char* name, const ConfigFiles& files, Findings& findings) {
  if (port < 1 || port > 65535)
    findings.problems.push_back(fmt::format("{}: '{}' must be a port from 1 to 65535, not {}", files.place_of(name), name, port));
}

void check_common(const CommonSettings& settings, std::int64_t keysize, const ConfigFiles& files, Findings& findings) {
  for (const auto& level : {std::optional(settings.log_level), settings.log_level_logfile}) {
    if (!level) continue;
    try {
      log::level_from(*level);
    } catch (const Error& error) {
      findings.problems.push_back(fmt::format("{}: {}", files.place_of("log_level"), error.message()));
    }
  }
  if (keysize < 2048 || keysize > 4096)
    findings.problems.push_back(fmt::format("{}: 'keysize' must be from 2048 to 4096, not {}", files.place_of("keysize"), keysize));
  if (!settings.root_dir.starts_with('/'))
    findings.problems.push_back(fmt::format("{}: 'root_dir' must be an absolute path", files.place_of("root_dir")));
}

void check(MasterSettings& settings, const ConfigFiles& files, Findings& findings) {
  require_port(settings.publish_port, "publish_port", files, findings);
  require_port(settings.ret_port, "ret_port", files, findings);
  if (settings.publish_port == settings.ret_port)
    findings.problems.push_back(fmt::format("{}: 'publish_port' and 'ret_port' must differ", files.place_of("ret_port")));
  if (settings.worker_threads < 1 || settings.worker_threads > 256)
    findings.problems.push_back(fmt::format("{}: 'worker_threads' must be from 1 to 256", files.place_of("worker_threads")));
  check_common(settings, settings.keysize, files, findings);
  if (settings.keep_jobs && !files.values.contains("keep_jobs_seconds"))
    settings.keep_jobs_seconds = std::chrono::milliseconds(static_cast<std::int64_t>(*settings.keep_jobs * 3'600'000));
  for (auto* path : {&settings.autosign_file, &settings.autoreject_file, &settings.autosign_grains_dir})
    if (*path) **path = below_root(settings.root_dir, **path);
}

void check(MinionSettings& settings, const ConfigFiles& files, Findings& findings) {
  require_port(settings.master_port, "master_port", files, findings);
  require_port(settings.publish_port, "publish_port", files, findings);
  check_common(settings, settings.keysize, files, findings);
  if (settings.master.items.empty())
    findings.problems.push_back(fmt::format("{}: 'master' names no master", files.place_of("master")));
  try {
    check_returners(join(settings.returners.items, ","));
  } catch (const Error& error) {
    // A minion that moves here from Salt starts all the same.
    (files.is_salts ? findings.warnings : findings.problems).push_back(fmt::format("{}: 'return': {}", files.place_of("return"), error.message()));
  }
  if (settings.return_file_size < 4096)
    findings.problems.push_back(fmt::format("{}: 'return_file_size' must be 4096 bytes or more, not {}", files.place_of("return_file_size"), settings.return_file_size));
  if (settings.return_file_count < 1 || settings.return_file_count > 1000)
    findings.problems.push_back(fmt::format("{}: 'return_file_count' must be from 1 to 1000, not {}", files.place_of("return_file_count"), settings.return_file_count));
}

// An option that changes nothing must not look as if it did: some of them are there for safety.
template <class T>
void warn_of_idle(const Schema<T>& schema, const T& settings, const std::string& role, const ConfigFiles& files, Findings& findings) {
  const T standard{};
  for (std::size_t i = 0; i < schema.fields().size(); ++i) {
    const std::string& name = schema.fields()[i].name;
    if (is_idle_option(role, name) && schema.get(settings, i) != schema.get(standard, i))
      findings.warnings.push_back(fmt::format("{}: '{}' has no effect yet", files.place_of(name), name));
  }
}

template <class T>
LoadedSettings<T> load(Host& host, const ConfigRequest& request, const Schema<T>& schema) {
  ConfigFiles files = read_config_files(host, request);
  Findings findings{files.problems, files.warnings};
  LoadedSettings<T> loaded;
  loaded.settings = decode_options(schema, files, findings);
  check(loaded.settings, files, findings);
  warn_of_idle(schema, loaded.settings, request.role, files, findings);
  if (!findings.problems.empty()) throw Error(ErrorKind::invalid, "{}", join(findings.problems, "\n"));
  complete_paths(loaded.settings, default_paths(request.role, files.is_salts, files.directory));
  if constexpr (std::is_same_v<T, MinionSettings>)
    loaded.settings.return_file_dir = below_root(
        loaded.settings.root_dir, loaded.settings.return_file_dir.empty() ? loaded.settings.state_dir + "/returned" : loaded.settings.return_file_dir);
  if (loaded.settings.gpg_keydir.empty()) loaded.settings.gpg_keydir = files.directory + "/gpgkeys";
  loaded.values = std::move(files.values);
  loaded.directory = std::move(files.directory);
  loaded.files = std::move(files.files);
  loaded.main_file = std::move(files.main_file);
  loaded.is_salts = files.is_salts;
  loaded.warnings = std::move(findings.warnings);
  return loaded;
}

void append_wrapped(std::string& out, std::string_view text) {
  constexpr std::size_t width = 80;
  std::string line = "#";
  for (const auto& word : split_words(text)) {
    if (line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line = "#";
    }
    line += " " + word;
  }
  out += line + "\n";
}

}  // namespace

LoadedSettings<MasterSettings> load_master_settings(Host& host, const ConfigRequest& request) {
  return load(host, request, master_settings_schema());
}

LoadedSettings<MinionSettings> load_minion_settings(Host& host, const ConfigRequest& request) {
  return load(host, request, minion_settings_schema());
}

template <class T>
std::string example_config(const Schema<T>& schema, std::string_view role) {
  std::string out = fmt::format("# Options of the Halite {0}: /etc/halite/{0}. What is commented out is the default.\n", role);
  append_wrapped(out, fmt::format("Files in /etc/halite/{}.d/*.conf are read after this one, in order of name.", role));
  const T standard{};
  for (std::size_t i = 0; i < schema.fields().size(); ++i) {
    const Field& field = schema.fields()[i];
    if (!field.deprecated.empty()) continue;
    out += "\n";
    append_wrapped(out, fmt::format("{} ({})", field.doc, field.type));
    const Value value = schema.get(standard, i);
    std::string yaml = value.is_null() ? field.name + ":" : std::string(trim_right(to_yaml(Map{{field.name, value}})));
    for (const auto& line : split_lines(yaml)) out += "#" + line + "\n";
  }
  return out;
}

template std::string example_config(const Schema<MasterSettings>&, std::string_view);
template std::string example_config(const Schema<MinionSettings>&, std::string_view);

}  // namespace halite
