// Grains: what a minion knows about its machine, with the names and shapes Salt has on Debian and Ubuntu.
// A family is computed when one of its grains is first asked for, and kept until refresh().
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/host/host.h"
#include "minion/grains/probe.h"

namespace halite::minion {

struct GrainSettings {
  std::string id;
  Value master = "";                // as the option says: a name or a list
  std::string file;                 // "/etc/halite/grains": grains that people and grains.setval set
  Map fixed;                        // the option `grains:`; it wins over the file, the file over the computed ones
  bool enable_fqdns = true;         // reverse look-ups of every address
  bool enable_lspci = true;         // graphics cards; runs lspci
  std::string server_id_use_crc;    // "crc32", "adler32" or empty: Python's string hash
  std::optional<std::string> append_domain;
  std::string cache_directory;      // what programs say is kept below it; empty: nowhere
  std::vector<std::string> blacklist = {};  // globs of names that nobody is told
};

class Grains;

// What a family computes from. `grains` gives those of other families.
struct GrainSource {
  Host& host;
  Probe& probe;
  const GrainSettings& settings;
  Grains& grains;
};

struct GrainFamily {
  std::string name;
  std::vector<std::string> provides;  // every name it may give
  Map (*compute)(const GrainSource& source);
};

// The list of families: grains/families.cpp.
const std::vector<GrainFamily>& grain_families();

// May be used from several threads.
class Grains {
 public:
  Grains(Host& host, Probe& probe, GrainSettings settings);

  // One top-level grain; null value when there is none. Computes only its family.
  Value get(const std::string& name);
  // "a:b:c" goes into maps and list positions, as grains.get does; nothing when there is no such thing.
  std::optional<Value> get_path(const std::string& path, const std::string& delimiter = ":");
  // Every grain.
  const Map& all();
  // What another process has already computed.
  void seed(const Map& computed);
  // Forgets everything computed, and reads the grains file anew.
  void refresh();

  const GrainSettings& settings() const { return settings_; }
  Probe& probe() { return probe_; }

  // The grains file's content. A file that is no map is an Error(invalid).
  Map read_file();
  // Replaces the file (0600) and forgets what was cached.
  void write_file(const Map& content);

 private:
  const Map& fixed();
  void compute(std::size_t family);
  bool is_hidden(const std::string& name) const;

  std::recursive_mutex mutex_;
  Host& host_;
  Probe& probe_;
  GrainSettings settings_;
  std::optional<Map> fixed_;
  int computing_ = 0;  // families under way: they may ask for what is hidden from others
  std::vector<bool> is_computed_;
  Map computed_;
  std::optional<Map> all_;
};

}  // namespace halite::minion
