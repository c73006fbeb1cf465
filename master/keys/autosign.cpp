#include "master/keys/autosign.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/convert.h"
#include "common/data/regex.h"

namespace halite::master {
namespace {

bool is_trustworthy(Host& host, const std::string& path, const AutosignOptions& options) {
  const auto status = host.status_of_target(path);
  if (!status || status->type != FileType::regular) return false;
  const unsigned forbidden = options.permissive_pki_access ? 0002 : 0022;
  if ((status->mode & forbidden) == 0 && (status->uid == 0 || status->uid == options.owner)) return true;
  log::warning("{} decides about trust but others can write it (mode {:04o}, owner {}); it is not used", path, status->mode,
               status->uid);
  return false;
}

// Lines without comments; none when the file is not there or not believed.
std::vector<std::string> trusted_lines(Host& host, const std::string& path, const AutosignOptions& options) {
  if (!is_trustworthy(host, path, options)) return {};
  std::vector<std::string> lines;
  for (const auto& line : split_lines(host.read_file(path)))
    if (const auto text = trim(line); !text.empty() && !text.starts_with('#')) lines.emplace_back(text);
  return lines;
}

// A line is an id, a glob, or a regular expression for the whole id.
bool line_means(const std::string& line, const std::string& id) {
  if (line == id || glob_match(line, id)) return true;
  try {
    return Regex::compile(line).full_match(id).has_value();
  } catch (const Error&) {
    return false;  // a glob that is no regular expression
  }
}

bool is_listed(Host& host, const std::optional<std::string>& path, const AutosignOptions& options, const std::string& id) {
  if (!path) return false;
  for (const auto& line : trusted_lines(host, *path, options))
    if (line_means(line, id)) return true;
  return false;
}

std::vector<std::string> names_in(Host& host, const std::string& directory) {
  const auto status = host.status_of_target(directory);
  return status && status->type == FileType::directory ? host.list_directory(directory) : std::vector<std::string>{};
}

// Used up by this call.
bool has_ticket(Host& host, const AutosignOptions& options, const std::string& id) {
  if (options.autosign_dir.empty()) return false;
  for (const auto& name : names_in(host, options.autosign_dir)) {
    if (name != id) continue;
    const std::string path = options.autosign_dir + "/" + name;
    if (!is_trustworthy(host, path, options)) return false;
    const auto status = host.status(path);
    const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(host.now().time_since_epoch()).count();
    const bool is_fresh = status && now_s - status->mtime_s <= std::chrono::seconds(options.autosign_timeout).count();
    host.remove_file(path);
    return is_fresh;
  }
  return false;
}

std::string grain_text(const Value& value) {
  const auto* text = value.if_string();
  return text ? *text : short_text(value);
}

bool has_signed_grain(Host& host, const AutosignOptions& options, const Map& grains) {
  if (!options.autosign_grains_dir) return false;
  for (const auto& name : names_in(host, *options.autosign_grains_dir)) {
    const Value* offered = grains.find(name);
    if (!offered) continue;
    for (const auto& line : trusted_lines(host, *options.autosign_grains_dir + "/" + name, options))
      if (line == grain_text(*offered)) return true;
  }
  return false;
}

}  // namespace

Verdict autosign_verdict(Host& host, const AutosignOptions& options, const std::string& id, const Map& grains) {
  if (is_listed(host, options.autoreject_file, options, id)) return Verdict::reject;
  if (is_listed(host, options.autosign_file, options, id) || has_ticket(host, options, id) ||
      has_signed_grain(host, options, grains))
    return Verdict::sign;
  return Verdict::ask_operator;
}

}  // namespace halite::master
