#include "states/providers/apt_sources.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/directories.h"

namespace halite::states {
namespace {

constexpr const char* main_file = "/etc/apt/sources.list";
constexpr const char* directory = "/etc/apt/sources.list.d";

// "[arch=amd64 signed-by=/k]" at the front of `text`, with spaces inside as people write them.
bool take_options(std::string& text, AptSource& source) {
  text = trim(text);
  if (!text.starts_with('[')) return true;
  const std::size_t end = text.find(']');
  if (end == std::string::npos) return false;
  for (const auto& word : split_words(text.substr(1, end - 1))) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) return false;
    source.options[word.substr(0, equals)] = word.substr(equals + 1);
  }
  text.erase(0, end + 1);
  return true;
}

std::string without_slash(std::string uri) {
  while (uri.ends_with('/')) uri.pop_back();
  return uri;
}

}  // namespace

std::string AptSource::option(const std::string& name) const {
  const auto found = options.find(name);
  return found == options.end() ? "" : found->second;
}

bool AptSource::is_same_repository(const AptSource& other) const {
  if (type != other.type || dist != other.dist || without_slash(uri) != without_slash(other.uri)) return false;
  if (components.empty() || other.components.empty()) return true;
  return std::any_of(components.begin(), components.end(), [&](const std::string& one) {
    return std::find(other.components.begin(), other.components.end(), one) != other.components.end();
  });
}

std::optional<AptSource> parse_apt_source(const std::string& line) {
  AptSource source;
  std::string text(trim(line));
  if (text.starts_with('#')) {
    source.is_disabled = true;
    text = trim(text.substr(1));
  }
  if (const std::size_t hash = text.find('#'); hash != std::string::npos) {
    source.comment = trim(text.substr(hash + 1));
    text.resize(hash);
  }
  for (const char* type : {"deb-src", "deb"})
    if (text.starts_with(type) && text.size() > std::string_view(type).size() &&
        (text[std::string_view(type).size()] == ' ' || text[std::string_view(type).size()] == '\t')) {
      source.type = type;
      text.erase(0, source.type.size());
      break;
    }
  if (source.type.empty() || !take_options(text, source)) return std::nullopt;
  const auto words = split_words(text);
  if (words.size() < 2 || words[0].find(':') == std::string::npos) return std::nullopt;
  source.uri = words[0];
  source.dist = words[1];
  source.components.assign(words.begin() + 2, words.end());
  return source;
}

std::string apt_source_line(const AptSource& source) {
  std::vector<std::string> options;
  for (const auto& [name, value] : source.options) options.push_back(name + "=" + value);
  std::vector<std::string> words;
  if (source.is_disabled) words.push_back("#");
  words.push_back(source.type);
  if (!options.empty()) words.push_back("[" + join(options, " ") + "]");
  words.insert(words.end(), {source.uri, source.dist});
  words.insert(words.end(), source.components.begin(), source.components.end());
  if (!source.comment.empty()) words.push_back("#" + source.comment);
  return join(words, " ");
}

std::string canonical_line(AptSource source) {
  source.comment.clear();
  source.uri = without_slash(source.uri);
  std::sort(source.components.begin(), source.components.end());
  for (auto& [name, value] : source.options) {
    auto parts = split(value, ',');
    std::sort(parts.begin(), parts.end());
    value = join(parts, ",");
  }
  return apt_source_line(source);
}

AptSources::AptSources(Host& host) : host_(host) {
  std::vector<std::string> paths{main_file};
  if (host.status_of_target(directory))
    for (const auto& name : host.list_directory(directory))
      if (name.ends_with(".list")) paths.push_back(std::string(directory) + "/" + name);
  for (const auto& path : paths) {
    const auto text = host.read_file_if_exists(path);
    if (!text) continue;
    File& file = files_[path];
    for (const auto& line : split_lines(*text)) file.lines.push_back({line, parse_apt_source(line)});
  }
}

std::vector<AptSources::Found> AptSources::all() const {
  std::vector<Found> result;
  for (const auto& [path, file] : files_)
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      if (file.lines[i].source) result.push_back({path, i, *file.lines[i].source});
  return result;
}

std::vector<AptSources::Found> AptSources::find(const AptSource& like) const {
  auto result = all();
  std::erase_if(result, [&](const Found& found) { return !found.source.is_same_repository(like); });
  // A line in use says more than one that is switched off.
  std::stable_partition(result.begin(), result.end(), [](const Found& found) { return !found.source.is_disabled; });
  return result;
}

void AptSources::set_line(const Found& found, const AptSource& source) {
  File& file = files_.at(found.file);
  file.lines.at(found.line) = {apt_source_line(source), source};
  file.is_changed = true;
}

// The line stays, empty of meaning, until it is saved: other places keep their numbers.
void AptSources::remove(const Found& found) {
  File& file = files_.at(found.file);
  file.lines.at(found.line) = {"\n", std::nullopt};
  file.is_changed = true;
}

void AptSources::add(const std::string& path, const AptSource& source) {
  if (!path.starts_with('/') || !path.ends_with(".list"))
    throw Error(ErrorKind::invalid, "the file of a repository must be a full path that ends with .list, not '{}'",
                escape_control(path));
  File& file = files_[path];
  file.lines.push_back({apt_source_line(source), source});
  file.is_changed = true;
}

void AptSources::clear(const std::string& path) {
  File& file = files_[path];
  file.is_changed = !file.lines.empty();
  file.lines.clear();
}

void AptSources::save() {
  for (auto& [path, file] : files_) {
    if (!file.is_changed) continue;
    std::erase_if(file.lines, [](const AptSourceLine& line) { return line.text == "\n"; });
    file.is_changed = false;
    const bool has_entry = std::any_of(file.lines.begin(), file.lines.end(),
                                       [](const AptSourceLine& line) { return line.source.has_value(); });
    if (!has_entry && path != main_file) {
      if (host_.status(path)) host_.remove_file(path);
      continue;
    }
    std::string text;
    for (const auto& line : file.lines) text += line.text + "\n";
    make_directories(host_, parent_directory(path));
    host_.replace_file(path, text, host_.status(path) ? FileAttributes{} : FileAttributes{.mode = 0644});
  }
}

}  // namespace halite::states
