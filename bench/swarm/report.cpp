#include "bench/swarm/report.h"

#include <algorithm>

#include "common/data/json.h"

namespace halite::swarm {
namespace {

double rounded(double value) { return static_cast<double>(static_cast<std::int64_t>(value * 100 + 0.5)) / 100; }

std::string latency_text(const Latencies& latencies) {
  return fmt::format("p50 {:.1f}, p99 {:.1f}, max {:.1f} ms", latencies.quantile(0.5), latencies.quantile(0.99), latencies.max());
}

double rate_of(std::size_t count, double seconds) { return seconds > 0 ? static_cast<double>(count) / seconds : 0; }

Map counts(const std::map<std::string, std::uint64_t>& by_reason) {
  Map result;
  for (const auto& [reason, count] : by_reason) result.set(reason, count);
  return result;
}

Map json_of(const Series& series, double seconds) {
  Map result{{"count", series.latencies.count()},
             {"rate_per_s", rounded(rate_of(series.latencies.count(), seconds))},
             {"p50_ms", rounded(series.latencies.quantile(0.5))},
             {"p99_ms", rounded(series.latencies.quantile(0.99))},
             {"max_ms", rounded(series.latencies.max())},
             {"errors", counts(series.errors)},
             {"retries", counts(series.retries)}};
  if (series.bytes > 0) result.set("bytes", series.bytes);
  return result;
}

bool lost_work(const StepReport& report) {
  return std::any_of(report.measures.begin(), report.measures.end(), [](const auto& entry) { return entry.second.error_count() > 0; });
}

// The master's share of the step.
Map target_json(const StepReport& report) {
  // A master that was restarted begins at zero.
  const double before_s = report.before && report.before->processor_s <= report.after->processor_s ? report.before->processor_s : 0;
  const double used_s = report.after->processor_s - before_s;
  return {{"processor_s", rounded(used_s)},
          {"processor_percent", rounded(report.seconds > 0 ? used_s * 100 / report.seconds : 0)},
          {"pss_mb", rounded(report.after->memory_mb)},
          {"pss_max_mb", rounded(std::max(report.target_memory_max_mb, report.after->memory_mb))},
          {"descriptors", report.after->descriptors},
          {"descriptors_max", std::max(report.target_descriptors_max, report.after->descriptors)},
          {"processes", report.after->processes}};
}

}  // namespace

bool StepReport::is_good() const { return failures.empty() && !lost_work(*this); }

Map json_of(const StepReport& report) {
  Map result{{"step", report.step}, {"ok", report.is_good()}, {"seconds", rounded(report.seconds)}};
  for (const auto& [name, value] : report.figures) result.set(name, value);
  Map series;
  for (const auto& [name, measured] : report.measures) series.set(name, json_of(measured, report.seconds));
  result.set("series", std::move(series));
  if (report.after) result.set("target", target_json(report));
  result.set("generator_processor_s", rounded(report.own_processor_s));
  result.set("failures", Value(report.failures));
  return result;
}

std::string text_of(const StepReport& report) {
  std::string text = fmt::format("{:<16} {:.2f} s", report.step, report.seconds);
  if (const auto found = report.measures.find(report.main_series); found != report.measures.end()) {
    const auto& latencies = found->second.latencies;
    text += fmt::format("  {} {}, {:.0f}/s; {}", latencies.count(), report.unit, rate_of(latencies.count(), report.seconds), latency_text(latencies));
  }
  text += "\n";
  for (const auto& [name, value] : report.figures) text += fmt::format("    {}: {}\n", name, to_json(value));
  for (const auto& [name, series] : report.measures) {
    if (name != report.main_series && series.latencies.count() > 0)
      text += fmt::format("    {}: {}; {}\n", name, series.latencies.count(), latency_text(series.latencies));
    for (const auto& [reason, count] : series.retries) text += fmt::format("    {} tried again, {} times: {}\n", name, count, reason);
    for (const auto& [reason, count] : series.errors) text += fmt::format("    {} FAILED, {} times: {}\n", name, count, reason);
  }
  if (report.after) {
    const Map target = target_json(report);
    text += fmt::format("    master: {} s of processor ({} % of a core), PSS {} MB (at most {}), {} descriptors, {} processes\n",
                        to_json(target.at("processor_s")), to_json(target.at("processor_percent")), to_json(target.at("pss_mb")),
                        to_json(target.at("pss_max_mb")), to_json(target.at("descriptors")), to_json(target.at("processes")));
  }
  text += fmt::format("    generator: {:.2f} s of processor\n", report.own_processor_s);
  for (const auto& failure : report.failures) text += fmt::format("    FAILED: {}\n", failure);
  return text;
}

}  // namespace halite::swarm
