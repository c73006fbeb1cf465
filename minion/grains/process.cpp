// Grains of this process: who it runs as, where, with which path, shell and locale.
#include "common/base/strings.h"
#include "minion/grains/families.h"

namespace halite::minion {

Map process_grains(const GrainSource& source) {
  const std::string path(trim(source.probe.environment("PATH").value_or("")));
  const auto user = source.host.user(source.probe.uid());
  const auto group = source.host.group(source.probe.gid());
  return {{"path", path},
          {"systempath", split(path, ':')},
          {"shell", source.probe.environment("SHELL").value_or("/bin/sh")},
          {"cwd", source.probe.working_directory()},
          {"pid", source.probe.pid()},
          {"uid", std::int64_t{source.probe.uid()}},
          {"username", user ? user->name : ""},
          {"gid", std::int64_t{source.probe.gid()}},
          {"groupname", group ? group->name : ""}};
}

// "de_DE.UTF-8" is language "de_DE" and encoding "UTF-8"; "C" has neither.
Map locale_grains(const GrainSource& source) {
  std::string locale;
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG", "LANGUAGE"}) {
    locale = source.probe.environment(variable).value_or("");
    if (!locale.empty()) break;
  }
  locale = locale.substr(0, locale.find(':'));
  const auto dot = locale.find('.');
  std::string language = locale.substr(0, dot);
  std::string encoding = dot == std::string::npos ? "" : locale.substr(dot + 1, locale.find('@') - dot - 1);
  if (to_lower(encoding) == "utf8" || to_lower(encoding) == "utf-8") encoding = "UTF-8";
  if (language == "C" && encoding == "UTF-8") language = "en_US";  // as Python's table of locales has it
  const bool has_language = !language.empty() && language != "C" && language != "POSIX";
  return {{"locale_info", Map{{"defaultlanguage", has_language ? Value(language) : Value()},
                              {"defaultencoding", encoding.empty() ? Value() : Value(encoding)},
                              {"detectedencoding", "utf-8"},
                              {"timezone", source.probe.timezone()}}}};
}

}  // namespace halite::minion
