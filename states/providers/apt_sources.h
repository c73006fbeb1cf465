// The one-line entries of /etc/apt/sources.list and its sources.list.d.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

// "deb [arch=amd64 signed-by=/k.gpg] http://host/debian bookworm main contrib # comment"
struct AptSource {
  bool is_disabled = false;
  std::string type;                            // "deb" or "deb-src"
  std::map<std::string, std::string> options;  // "arch" -> "amd64,arm64"
  std::string uri, dist;
  std::vector<std::string> components;
  std::string comment;

  std::string option(const std::string& name) const;
  // Same type, place and distribution, and a common component where both have any.
  bool is_same_repository(const AptSource& other) const;
};

// Nothing for comments, empty lines and other text.
std::optional<AptSource> parse_apt_source(const std::string& line);
std::string apt_source_line(const AptSource& source);
// The same for two lines that mean the same: options and components in order.
std::string canonical_line(AptSource source);

struct AptSourceLine {
  std::string text;
  std::optional<AptSource> source;
};

class AptSources {
 public:
  explicit AptSources(Host& host);

  struct Found {
    std::string file;
    std::size_t line = 0;
    AptSource source;
  };
  std::vector<Found> find(const AptSource& like) const;
  std::vector<Found> all() const;

  void set_line(const Found& found, const AptSource& source);
  void remove(const Found& found);
  void add(const std::string& file, const AptSource& source);
  void clear(const std::string& file);
  // Writes what changed. A file of sources.list.d without an entry is removed.
  void save();

 private:
  struct File {
    std::vector<AptSourceLine> lines;
    bool is_changed = false;
  };

  Host& host_;
  std::map<std::string, File> files_;
};

}  // namespace halite::states
