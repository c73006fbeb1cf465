// /etc/fstab: what is mounted at boot. Lines that nobody asked to change stay as they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

struct FstabEntry {
  std::string device, place, type, options;  // spaces as \040, as in the file
  std::string dump = "0", pass = "0";

  // The same, with options in any order.
  bool is_same(const FstabEntry& other) const;
  std::string field(const std::string& name) const;  // by Salt's names: device, name, fstype, opts, dump, pass_num
};

class Fstab {
 public:
  // Throws Error(not_found) when there is no such file.
  Fstab(const std::string& path, Host& host);

  std::vector<FstabEntry> entries() const;
  // The entries that are equal to `like` in these fields.
  std::vector<FstabEntry> find(const FstabEntry& like, const std::vector<std::string>& fields) const;
  // Replaces those, or adds a line.
  void set(const FstabEntry& entry, const std::vector<std::string>& fields);
  void remove(const FstabEntry& like, const std::vector<std::string>& fields);
  void save();

 private:
  struct Line {
    std::string text;
    std::optional<FstabEntry> entry;
  };
  std::string path_;
  Host& host_;
  std::vector<Line> lines_;
};

// Salt's `match_on`: "auto" is the place for file systems without a device, else the device.
std::vector<std::string> fstab_fields(const std::vector<std::string>& match_on, const std::string& type);
// "a b" as the file has it: a\040b.
std::string fstab_text(const std::string& text);

}  // namespace halite::states
