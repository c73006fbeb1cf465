#include "minion/grains/grains.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/path.h"
#include "common/data/yaml.h"

namespace halite::minion {

Grains::Grains(Host& host, Probe& probe, GrainSettings settings)
    : host_(host), probe_(probe), settings_(std::move(settings)), is_computed_(grain_families().size()) {}

void Grains::refresh() {
  const std::lock_guard lock(mutex_);
  fixed_.reset();
  all_.reset();
  computed_.clear();
  is_computed_.assign(grain_families().size(), false);
}

void Grains::seed(const Map& computed) {
  const std::lock_guard lock(mutex_);
  computed_ = computed;
  is_computed_.assign(grain_families().size(), true);
}

Map Grains::read_file() {
  if (settings_.file.empty()) return {};
  const auto text = host_.read_file_if_exists(settings_.file);
  if (!text) return {};
  const Value content = from_yaml(*text, settings_.file);
  if (content.is_null()) return {};
  return content.as_map(settings_.file);
}

void Grains::write_file(const Map& content) {
  host_.replace_file(settings_.file, to_yaml(content), {.mode = 0600, .uid = {}, .gid = {}});
  refresh();
}

// A broken grains file must not silence a minion: it is named in the log, and the other grains stand.
const Map& Grains::fixed() {
  if (fixed_) return *fixed_;
  Map merged;
  try {
    merged = read_file();
  } catch (const Error& error) {
    log::error("the grains file is not used: {}", error.what());
  }
  for (const auto& [name, value] : settings_.fixed) merged.set(name, value);
  fixed_ = std::move(merged);
  return *fixed_;
}

bool Grains::is_hidden(const std::string& name) const {
  return std::any_of(settings_.blacklist.begin(), settings_.blacklist.end(), [&](const auto& glob) { return glob_match(glob, name); });
}

void Grains::compute(std::size_t family) {
  if (is_computed_[family]) return;
  is_computed_[family] = true;  // first, so that families that ask each other end
  const GrainFamily& chosen = grain_families()[family];
  ++computing_;
  try {
    const Map found = chosen.compute({host_, probe_, settings_, *this});
    for (const auto& [name, value] : found) computed_.set(name, value);
  } catch (const Error& error) {
    log::warning("the grains of '{}' are missing: {}", chosen.name, error.what());
  }
  --computing_;
}

Value Grains::get(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (computing_ == 0 && is_hidden(name)) return {};
  if (const Value* value = fixed().find(name)) return *value;
  for (std::size_t i = 0; i < grain_families().size(); ++i)
    for (const auto& provided : grain_families()[i].provides)
      if (provided == name) compute(i);
  const Value* value = computed_.find(name);
  return value ? *value : Value();
}

const Map& Grains::all() {
  const std::lock_guard lock(mutex_);
  if (all_) return *all_;
  for (std::size_t i = 0; i < grain_families().size(); ++i) compute(i);
  Map merged = computed_;
  for (const auto& [name, value] : fixed()) merged.set(name, value);
  for (const auto& name : merged.keys())
    if (is_hidden(name)) merged.erase(name);
  all_ = std::move(merged);
  return *all_;
}

std::optional<Value> Grains::get_path(const std::string& path, const std::string& delimiter) {
  const std::lock_guard lock(mutex_);
  const std::string first = path.substr(0, path.find(delimiter));
  Value top = get(first);
  // A grain whose name holds the delimiter, or one under a name we do not compute singly.
  if (top.is_null()) return find_path(all(), path, delimiter);
  Map one;
  one.set(first, std::move(top));
  return find_path(one, path, delimiter);
}

}  // namespace halite::minion
