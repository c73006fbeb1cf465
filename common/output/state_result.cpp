#include "common/output/state_result.h"

#include <algorithm>
#include <cstdlib>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/real_text.h"
#include "common/output/python_text.h"

namespace halite::formats {
namespace {

std::vector<std::string> split_tag(std::string_view tag) {
  constexpr std::string_view separator = "_|-";
  std::vector<std::string> parts;
  for (;;) {
    const auto found = tag.find(separator);
    parts.emplace_back(tag.substr(0, found));
    if (found == std::string_view::npos) return parts;
    tag.remove_prefix(found + separator.size());
  }
}

double as_number(const Value* value) {
  if (!value) return 0;
  if (value->is_int() || value->is_real()) return value->as_real();
  // Salt's older minions say "12.3 ms".
  return value->is_string() ? std::strtod(value->if_string()->c_str(), nullptr) : 0;
}

std::string comment_text(const Map& info) {
  const Value* comment = info.find("comment");
  std::string text;
  if (comment && comment->is_list()) {
    std::vector<std::string> lines;
    for (const auto& line : *comment->if_list()) lines.push_back(python_str(line));
    text = join(lines, "\n");
  } else if (comment) {
    text = python_str(*comment);
  }
  text = std::string(trim(text));
  const Value* data = info.find("data");
  if (!data) return text;
  if (const auto* list = data->if_list()) {
    for (const auto& item : *list) text += " " + python_str(item);
  } else if (const auto* map = data->if_map()) {
    for (const auto& [key, value] : *map) text += "\n\t\t" + python_str(key) + ": " + python_str(value);
  } else {
    text += " " + python_str(*data);
  }
  return text;
}

StateResult read_state(std::string_view tag, const Map& info) {
  StateResult state;
  auto parts = split_tag(tag);
  state.function = parts.back();
  parts.resize(4);
  state.module = parts[0];
  state.id = parts[1];
  state.name = parts[2];
  state.result = *info.find("result");
  if (const Value* name = info.find("name")) state.state_name = python_str(*name);
  if (const Value* changes = info.find("changes")) state.changes = *changes;
  state.comment = comment_text(info);
  const Value* started = info.find("start_time");
  const Value* duration = info.find("duration");
  state.has_times = started != nullptr;
  if (started) state.started = python_str(*started);
  if (duration) state.duration = python_str(*duration);
  state.duration_ms = as_number(duration);
  state.is_parallel = info.contains("__parallel__");
  state.run_number = as_number(info.find("__run_num__"));
  if (const Value* warnings = info.find("warnings"); warnings && warnings->is_list())
    for (const auto& warning : *warnings->if_list()) state.warnings.push_back(python_str(warning));
  return state;
}

bool has_changes(const StateResult& state) {
  return (state.changes.is_map() && !state.changes.if_map()->empty()) || state.changes.is_string();
}

void absorb(StateResult& into, const StateResult& state) {
  if (has_changes(state)) {
    Map by_name;
    if (into.compressed > 1 && into.changes.is_map()) {
      if (const Value* earlier = into.changes.find("compressed changes")) by_name = *earlier->if_map();
    } else if (has_changes(into)) {
      by_name.set(into.name, into.changes);
    }
    by_name.set(state.name, state.changes);
    into.changes = Map{{"compressed changes", by_name}};
  }
  ++into.compressed;
  into.duration_ms = static_cast<double>(static_cast<std::int64_t>((into.duration_ms + state.duration_ms) * 1000 + 0.5)) / 1000;
  into.duration = real_text(into.duration_ms);
  into.started = std::min(into.started, state.started);
  into.run_number = std::min(into.run_number, state.run_number);
}

}  // namespace

std::vector<StateResult> read_states(const Map& data) {
  std::vector<StateResult> states;
  for (const auto& [tag, info] : data)
    if (info.is_map() && info.if_map()->contains("result")) states.push_back(read_state(python_str(tag), *info.if_map()));
  std::stable_sort(states.begin(), states.end(), [](const auto& a, const auto& b) { return a.run_number < b.run_number; });
  return states;
}

std::vector<StateResult> compress_ids(std::vector<StateResult> states) {
  std::vector<StateResult> compressed;
  for (auto& state : states) {
    const auto same = std::find_if(compressed.begin(), compressed.end(), [&](const StateResult& other) {
      return other.module == state.module && other.id == state.id && other.result == state.result;
    });
    if (same == compressed.end()) compressed.push_back(std::move(state));
    else absorb(*same, state);
  }
  for (auto& state : compressed)
    if (state.compressed > 1) state.id = state.name = fmt::format("{} ({})", state.id, state.compressed);
  return compressed;
}

}  // namespace halite::formats
