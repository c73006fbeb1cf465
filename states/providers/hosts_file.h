// /etc/hosts: addresses with names. Lines that nobody asked to change stay as they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

class HostsFile {
 public:
  explicit HostsFile(Host& host);

  struct Entry {
    std::string address;
    std::vector<std::string> names;
    std::string comment;
  };
  // Every address once, with the names of all its lines, in order.
  std::vector<Entry> entries() const;
  std::optional<Entry> find(const std::string& address) const;
  bool has(const std::string& address, const std::string& name) const;
  // Comment lines and empty ones, as they are.
  std::vector<std::string> comment_lines() const;

  void add(const std::string& address, const std::string& name);
  void remove(const std::string& address, const std::string& name);
  // Exactly these names; none removes the address. `comment` empty: that of the first line stays.
  void set(const std::string& address, const std::vector<std::string>& names, const std::string& comment = "");
  void set_comment(const std::string& address, const std::string& comment);
  void save();

 private:
  struct Line {
    std::string text;
    std::optional<Entry> entry;
  };
  static Line line_of(Entry entry);

  Host& host_;
  std::vector<Line> lines_;
};

bool is_ip_address(const std::string& text);

}  // namespace halite::states
