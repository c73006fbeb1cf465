#include "common/output/highstate_summary.h"

#include <algorithm>
#include <cmath>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/real_text.h"
#include "common/output/safe_text.h"

namespace halite::formats {
namespace {

constexpr std::size_t label_width = 9;  // of "Succeeded"

std::string percentage(std::int64_t part, std::int64_t whole) {
  return real_text(std::round(static_cast<double>(part) / static_cast<double>(whole) * 10000) / 100);
}

std::string run_time(double duration_ms, std::size_t width) {
  const bool in_seconds = duration_ms > 999;
  return fmt::format("Total run time: {:>{}} {}", fmt::format("{:.3f}", in_seconds ? duration_ms / 1000 : duration_ms), width,
                     in_seconds ? "s" : "ms");
}

}  // namespace

void StateSummary::count(const StateResult& state, bool has_changes) {
  (state.is_false() ? failed : state.result.is_null() ? unchanged : succeeded) += state.compressed;
  if (!state.warnings.empty()) ++warned;
  if (has_changes) {
    const Value* parts = state.compressed > 1 ? state.changes.find("compressed changes") : nullptr;
    changed += parts && parts->is_map() ? static_cast<std::int64_t>(parts->if_map()->size()) : 1;
  }
  if (state.is_parallel) longest_parallel_ms = std::max(longest_parallel_ms, state.duration_ms);
  else sequential_ms += state.duration_ms;
}

void append_summary(std::vector<std::string>& blocks, const std::string& host, const StateSummary& summary,
                    const OutputOptions& options) {
  const Colors& color = colors(options.color);
  const auto largest = std::max({summary.succeeded, summary.unchanged, summary.failed, summary.warned});
  const bool is_empty = summary.total() == 0;
  const std::size_t width = label_width + 2 + (is_empty ? 0 : std::to_string(largest).size());
  const auto colored = [&](std::string_view name, std::string_view text) { return fmt::format("{}{}{}", name, text, color.end); };
  const auto counts = [&](std::string_view label, std::string_view count) {
    return fmt::format("{}: {:>{}}", label, count, width - label.size() - 2);
  };
  const std::string line(width, '-');

  blocks.push_back(colored(color.cyan, fmt::format("\nSummary for {}\n{}", safe_line(host), line)));
  std::vector<std::string> details;
  if (summary.unchanged > 0) details.push_back(colored(color.light_yellow, fmt::format("unchanged={}", summary.unchanged)));
  if (summary.changed > 0) details.push_back(colored(color.green, fmt::format("changed={}", summary.changed)));
  blocks.push_back(colored(color.green, counts("Succeeded", std::to_string(summary.succeeded + summary.unchanged))) +
                   (details.empty() ? "" : " (" + join(details, ", ") + ")"));
  const std::string_view failed_color = summary.failed > 0 ? color.red : color.cyan;
  blocks.push_back(colored(failed_color, counts("Failed", std::to_string(summary.failed))));
  if (options.state_output_pct && !is_empty) {
    blocks.push_back(colored(color.green, counts("Success %", percentage(summary.succeeded + summary.unchanged, summary.total()))));
    blocks.push_back(colored(failed_color, counts("Failure %", percentage(summary.failed, summary.total()))));
  }
  if (summary.warned > 0) blocks.push_back(colored(color.light_red, counts("Warnings", std::to_string(summary.warned))));
  blocks.push_back(colored(color.cyan, fmt::format("{}\nTotal states run: {:>{}}", line, summary.total(), width - 7)));
  if (options.state_output_profile)
    blocks.push_back(colored(color.cyan, run_time(summary.sequential_ms + summary.longest_parallel_ms, width - 5)));
}

}  // namespace halite::formats
