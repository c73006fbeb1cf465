// What the master counts: one list, for `halite-run status.master`, for Prometheus and for the documentation.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/base/timings.h"
#include "common/data/value.h"

namespace halite::master {

// Names follow Prometheus' rules (https://prometheus.io/docs/practices/naming/): what only ever grows ends in "_total", units
// are base units. "halite_" is put in front for Prometheus.
class Metrics {
 public:
  using Read = std::function<double()>;
  struct Labelled {
    std::string label;
    double value = 0;
  };

  void add(std::string name, std::string help, Read read);
  // Several values, told apart by the label `label`.
  void add_labelled(std::string name, std::string help, std::string label, std::function<std::vector<Labelled>()> read);
  // The timings must outlive this.
  void add_timings(std::string name, std::string help, const Timings& timings);

  // name -> number, or label -> number; of timings {"count", "mean_ms"}. Whole numbers are integers.
  Map as_map() const;
  // In Prometheus' text format, version 0.0.4.
  std::string as_text() const;
  // name -> what it says.
  std::map<std::string, std::string> sentences() const;

 private:
  struct Entry {
    std::string name, help, label;
    std::function<std::vector<Labelled>()> read;  // nothing for timings
    const Timings* timings = nullptr;
  };
  std::vector<Entry> entries_;
};

}  // namespace halite::master
