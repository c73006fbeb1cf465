// The outputter `highstate`: what each state of a run did, and a summary.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/formats.h"
#include "common/output/highstate_summary.h"
#include "common/output/python_text.h"
#include "common/output/safe_text.h"
#include "common/output/state_result.h"
#include "common/output/wrap.h"

namespace halite::formats {
namespace {

constexpr int change_column = 14;
std::string show_hosts(const Map& data, const OutputOptions& options, int depth);

// The return inside the envelopes in which runners wrap it.
const Value* unwrapped(const Value* data) {
  for (const char* wrapper : {"return", "data"})
    if (const Value* inner = data->find(wrapper)) data = inner;
  return data;
}

bool is_orchestration(const StateResult& state) {
  return state.state_name == "state.orch" || state.state_name == "state.orchestrate" || state.state_name == "state.sls";
}

struct Changes {
  bool any = false;
  std::string text;  // with a newline in front
};

class HostReport {
 public:
  HostReport(const OutputOptions& options, int depth) : options_(options), colors_(colors(options.color)), depth_(depth) {}

  std::string show(const std::string& host, const Value& data) {
    if (const auto* map = data.if_map()) show_run(host, *map);
    else if (const auto* list = data.if_list()) show_errors(*list);
    else show_text(data);
    const std::string head = fmt::format("{}{}:{}", host_color_, safe_line(host), colors_.end);
    blocks_.insert(blocks_.begin(), head);
    return join(blocks_, "\n");
  }
  bool has_changes() const { return summary_.changed > 0; }

 private:
  void colored(std::string_view color, std::string_view text) { blocks_.push_back(fmt::format("{}{}{}", color, text, colors_.end)); }

  // A function's result rather than a state's: always a change.
  void show_text(const Value& data) {
    summary_.changed = 1;
    for (const auto& line : python_lines(python_str(data))) colored(colors_.green, "    " + safe_line(line));
    host_color_ = colors_.cyan;
  }

  void show_errors(const List& errors) {
    host_color_ = colors_.light_red;
    blocks_.push_back(fmt::format("    {}Data failed to compile:{}", host_color_, colors_.end));
    for (const auto& error : errors) colored(host_color_, "----------\n    " + safe_text(python_str(error)));
  }

  void show_run(const std::string& host, const Map& data) {
    host_color_ = colors_.green;
    for (const auto& [tag, info] : data) {
      const auto* map = info.if_map();
      if (!map || map->empty() || map->contains("__run_num__") || python_str(tag) == "changes") continue;
      blocks_.push_back("The State execution failed to record the order in which all states were executed. The state "
                        "return missing data is:");
      blocks_.push_back(safe_text(python_pformat(info)));
    }
    auto states = read_states(data);
    if (options_.state_compress_ids) states = compress_ids(std::move(states));
    for (const auto& state : states) show_state(state);
    append_summary(blocks_, host, summary_, options_);
  }

  void show_state(const StateResult& state) {
    const Changes changes = format_changes(state);
    summary_.count(state, changes.any);
    if (state.is_true() && !changes.any && (options_.state_output_diff || !options_.state_verbose)) return;
    const std::string_view color = color_of(state, changes.any);
    if (is_hidden(state)) return;
    if (is_terse(state, changes.any)) return show_terse(state, color);
    show_full(state, changes, color);
  }

  // Also remembers the worst for the line of the host.
  std::string_view color_of(const StateResult& state, bool changed) {
    if (state.is_false()) return host_color_ = colors_.red;
    if (state.result.is_null()) {
      if (host_color_ != colors_.red) host_color_ = colors_.light_yellow;
      return colors_.light_yellow;
    }
    return changed ? colors_.cyan : colors_.green;
  }

  bool is_named(const std::vector<std::string>& results, const StateResult& state) const {
    return options_.state_output.starts_with("filter") &&
           std::find(results.begin(), results.end(), python_str(state.result)) != results.end();
  }
  bool is_hidden(const StateResult& state) const {
    return is_named(options_.state_output_exclude, state) && !is_named(options_.state_output_terse, state);
  }
  bool is_terse(const StateResult& state, bool changed) const {
    const std::string& mode = options_.state_output;
    return mode.starts_with("terse") || (mode.starts_with("mixed") && !state.is_false()) ||
           (mode.starts_with("changes") && state.is_true() && !changed) || is_named(options_.state_output_terse, state);
  }

  std::string shown_name(const StateResult& state) const {
    return safe_line(options_.state_output.ends_with("_id") ? state.id : state.name);
  }

  void show_full(const StateResult& state, const Changes& changes, std::string_view color) {
    const auto line = [&](std::string_view label, std::string_view text) {
      blocks_.push_back(fmt::format("    {}{}{}{}", color, label, text, colors_.end));
    };
    const std::string id = safe_line(state.id);
    colored(color, "----------");
    line("      ID: ", id);
    line("Function: ", safe_line(state.module + "." + state.function));
    if (shown_name(state) != id) line("    Name: ", shown_name(state));
    line("  Result: ", python_str(state.result));
    line(" Comment: ", replace_all(safe_text(state.comment), "\n", "\n" + std::string(change_column, ' ')));
    if (options_.state_output_profile && state.has_times) {
      line(" Started: ", safe_line(state.started));
      line("Duration: ", state.duration.empty() ? "" : safe_line(state.duration) + " ms");
    }
    colored(color, "     Changes:   " + changes.text);
    if (state.warnings.empty()) return;
    blocks_.push_back(fmt::format("   {} Warnings: {}{}", colors_.light_red,
                                  trim(wrap_text(safe_text(join(state.warnings, "\n")), 80, change_column)), colors_.end));
  }

  void show_terse(const StateResult& state, std::string_view color) {
    // Salt puts a warning and the line behind it on one line; here each has its own.
    if (!state.warnings.empty()) colored(colors_.light_red, "Warnings:\n" + safe_text(join(state.warnings, "\n")));
    const bool has_text = has_any(state.changes);
    const std::string_view result = state.is_false() ? "Failed" : state.result.is_null() ? "Differs" : has_text ? "Changed" : "Clean";
    const bool times = options_.state_output_profile && state.has_times;
    const std::string module = safe_line(state.module), function = safe_line(state.function);
    if (options_.state_tabular.is_bool() && options_.state_tabular.as_bool()) {
      const std::string when = times ? fmt::format("{} [{:>7} ms] ", safe_line(state.started), safe_line(state.duration)) : "";
      colored(color, fmt::format("{}{:>10}.{:<10} {:7}   Name: {}", when, module, function, result, shown_name(state)));
      return;
    }
    const std::string when =
        times ? fmt::format(" - Started: {} - Duration: {} ms", safe_line(state.started), safe_line(state.duration)) : "";
    blocks_.push_back(fmt::format(" {} Name: {} - Function: {}.{} - Result: {}{}{}", color, shown_name(state), module, function,
                                  result, when, colors_.end));
  }

  static bool has_any(const Value& changes) {
    if (const auto* map = changes.if_map()) return !map->empty();
    if (const auto* list = changes.if_list()) return !list->empty();
    if (const auto* text = changes.if_string()) return !text->empty();
    return !changes.is_null() && changes != Value(false) && changes != Value(0);
  }

  Changes format_changes(const StateResult& state) {
    if (!has_any(state.changes)) return {};
    const auto* map = state.changes.if_map();
    if (!map) return {true, "Invalid Changes data: " + safe_text(python_str(state.changes))};
    const Value* returned = unwrapped(&state.changes);
    if (is_orchestration(state) && returned->is_map())
      return {true, indented("\n" + show_hosts(*returned->if_map(), options_, depth_ + 1), depth_)};
    const Value* inner = map->find("ret");
    const Value* wanted = map->find("out");
    if (inner && inner->is_map() && wanted && *wanted == Value("highstate")) return nested_runs(*inner->if_map());
    OutputOptions options = options_;
    options.nested_indent = change_column;
    options.retcode = 0;
    return {true, "\n" + std::string(trim_right(nested(state.changes, options)))};
  }

  Changes nested_runs(const Map& hosts) {
    Changes changes;
    for (const auto& [host, data] : hosts) {
      HostReport report(options_, depth_ + 1);
      for (const auto& line : python_lines(report.show(python_str(host), data)))
        changes.text += "\n" + std::string(change_column, ' ') + line;
      changes.any = changes.any || report.has_changes();
    }
    return changes;
  }

  static std::string indented(const std::string& text, int depth) {
    const std::string indent(static_cast<std::size_t>(change_column * depth), ' ');
    return indent + replace_all(text, "\n", "\n" + indent);
  }

  const OutputOptions& options_;
  const Colors& colors_;
  int depth_;
  std::string_view host_color_;
  std::vector<std::string> blocks_;
  StateSummary summary_;
};

std::string show_hosts(const Map& data, const OutputOptions& options, int depth) {
  constexpr int depth_limit = 10;
  if (depth > depth_limit) throw Error(ErrorKind::invalid, "state returns are nested too deeply");
  std::vector<std::string> reports;
  for (const auto& [host, host_data] : data) {
    if (python_str(host) == "retcode" && !host_data.is_map() && data.size() > 1) continue;  // of an orchestration
    reports.push_back(HostReport(options, depth).show(python_str(host), host_data));
  }
  return join(reports, "\n");
}

}  // namespace

std::string highstate(const Value& data, const OutputOptions& options) {
  const Value* inner = unwrapped(&data);
  if (!inner->is_map()) return safe_text(python_str(*inner));
  return show_hosts(*inner->if_map(), options, 1);
}

}  // namespace halite::formats
