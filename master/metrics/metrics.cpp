#include "master/metrics/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <numeric>
#include <sstream>

namespace halite::master {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;

Value number(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

std::uint64_t count_of(const Timings& timings) { return std::accumulate(timings.counts.begin(), timings.counts.end(), std::uint64_t{0}); }

ClientMetric histogram(const Timings& timings) {
  ClientMetric metric;
  metric.histogram.sample_count = count_of(timings);
  metric.histogram.sample_sum = timings.sum_s;
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < timings.limits_s.size(); ++i) {
    so_far += timings.counts[i];
    metric.histogram.bucket.push_back({so_far, timings.limits_s[i]});
  }
  return metric;
}

}  // namespace

void Metrics::add(std::string name, std::string help, Read read) {
  add_labelled(std::move(name), std::move(help), "", [read = std::move(read)] { return std::vector<Labelled>{{"", read()}}; });
}

void Metrics::add_labelled(std::string name, std::string help, std::string label, std::function<std::vector<Labelled>()> read) {
  entries_.push_back({std::move(name), std::move(help), std::move(label), std::move(read)});
}

void Metrics::add_timings(std::string name, std::string help, const Timings& timings) {
  entries_.push_back({std::move(name), std::move(help), "", {}, &timings});
}

Map Metrics::as_map() const {
  Map map;
  for (const auto& entry : entries_) {
    if (entry.timings) {
      const auto count = count_of(*entry.timings);
      const double mean_ms = count == 0 ? 0 : std::round(entry.timings->sum_s * 1e6 / static_cast<double>(count)) / 1e3;
      map.set(entry.name, Map{{"count", static_cast<std::int64_t>(count)}, {"mean_ms", mean_ms}});
      continue;
    }
    const auto values = entry.read();
    Map by_label;
    for (const auto& [label, value] : values) by_label.set(label, number(value));
    map.set(entry.name, entry.label.empty() ? number(values.at(0).value) : Value(std::move(by_label)));
  }
  return map;
}

std::string Metrics::as_text() const {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& entry : entries_) {
    const bool is_counter = entry.name.ends_with("_total");
    prometheus::MetricFamily family;
    family.name = "halite_" + entry.name;
    family.help = entry.help;
    family.type = entry.timings ? MetricType::Histogram : is_counter ? MetricType::Counter : MetricType::Gauge;
    if (entry.timings) family.metric.push_back(histogram(*entry.timings));
    else
      for (const auto& [label, value] : entry.read()) {
        ClientMetric metric;
        if (!entry.label.empty()) metric.label.push_back({entry.label, label});
        (is_counter ? metric.counter.value : metric.gauge.value) = value;
        family.metric.push_back(std::move(metric));
      }
    families.push_back(std::move(family));
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

std::map<std::string, std::string> Metrics::sentences() const {
  std::map<std::string, std::string> sentences;
  for (const auto& entry : entries_) sentences[entry.name] = entry.help;
  return sentences;
}

}  // namespace halite::master
