// dnsutil.parse_zone: a zone file as data.
#include <cctype>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/providers/paths.h"

namespace halite::minion {
namespace {

struct ZoneFile {
  std::string zonefile, zone;
};

struct Entry {
  bool has_name = false;  // else it is that of the entry before
  std::vector<std::string> words;
};

// Entries of a zone file (RFC 1035, section 5): a line each, or several in parentheses; a semicolon begins a comment.
std::vector<Entry> entries_of(const std::string& text) {
  std::vector<Entry> all;
  int open = 0;
  for (const auto& line : split_lines(text)) {
    if (open == 0) all.push_back({.has_name = !line.empty() && !std::isspace(static_cast<unsigned char>(line[0])), .words = {}});
    auto& words = all.back().words;
    bool is_quoted = false, is_inside = false;
    for (const char c : line) {
      if (c == ';' && !is_quoted) break;
      if (c == '"') is_quoted = !is_quoted;
      if (!is_quoted && (c == '(' || c == ')')) open += c == '(' ? 1 : -1;
      if (!is_quoted && (c == '(' || c == ')' || std::isspace(static_cast<unsigned char>(c)))) {
        is_inside = false;
        continue;
      }
      if (!std::exchange(is_inside, true)) words.emplace_back();
      words.back() += c;
    }
    if (open < 0) throw Error(ErrorKind::invalid, "a ')' without a '(' in a zone: {}", escape_control(line));
  }
  if (open > 0) throw Error(ErrorKind::invalid, "a '(' in a zone is never closed");
  std::erase_if(all, [](const Entry& entry) { return entry.words.empty(); });
  return all;
}

// "1h30m" is 5400.
std::optional<std::int64_t> seconds_of(const std::string& text) {
  std::int64_t total = 0, number = 0;
  bool has_digits = false;
  for (const char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)) && number < 1'000'000'000'000) {
      number = number * 10 + (c - '0');
      has_digits = true;
      continue;
    }
    const auto unit = std::string_view("smhdw").find(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    if (!has_digits || unit == std::string_view::npos) return std::nullopt;
    constexpr std::int64_t lengths[] = {1, 60, 3600, 86400, 604800};
    total += number * lengths[unit];
    number = 0;
    has_digits = false;
  }
  if (text.empty()) return std::nullopt;
  return total + number;
}

class Zone {
 public:
  void add(const Entry& entry) {
    words_ = entry.words;
    if (words_[0].starts_with('$')) {
      map_.set(words_[0].substr(1), word(1));
      return;
    }
    std::size_t at = 0;
    if (entry.has_name) name_ = full(words_[at++]);
    std::string ttl, network;
    for (; at < words_.size(); ++at) {
      if (words_[at] == "IN" || words_[at] == "CH" || words_[at] == "HS") network = words_[at];
      else if (std::isdigit(static_cast<unsigned char>(words_[at][0])) && seconds_of(words_[at])) ttl = words_[at];
      else break;
    }
    const std::string type = word(at);
    words_.erase(words_.begin(), words_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    record(type, ttl, network);
  }
  const Map& map() const { return map_; }

 private:
  const std::string& word(std::size_t i) const {
    if (i >= words_.size()) throw Error(ErrorKind::invalid, "an entry of the zone ends too early: {}", escape_control(join(words_, " ")));
    return words_[i];
  }
  std::string origin() const {
    const Value* origin = map_.find("ORIGIN");
    return origin ? origin->as_string() : "";
  }
  std::string full(const std::string& name) const {
    if (name == "@") return origin();
    if (name.ends_with('.') || origin().empty()) return name;
    return name + "." + origin();
  }

  void record(const std::string& type, const std::string& ttl, const std::string& network) {
    if (type == "SOA") return start_of_authority(network);
    if (type == "NS") return append(type, word(0));
    if (type == "MX") return append(type, Map{{"priority", word(0)}, {"host", word(1)}});
    const bool is_address = type == "A" || type == "AAAA";
    const Value* known = map_.find(type);
    Map records = known ? known->as_map() : Map();
    const std::string data = is_address ? word(0) : join(words_, " ");
    records.set(name_, is_address && !ttl.empty() ? Value(Map{{"TARGET", data}, {"TTL", ttl}}) : Value(data));
    map_.set(type, records);
  }

  void append(const std::string& type, Value value) {
    const Value* known = map_.find(type);
    List list = known ? known->as_list() : List();
    list.push_back(std::move(value));
    map_.set(type, list);
  }

  void start_of_authority(const std::string& network) {
    std::string contact = word(1);
    if (const auto dot = contact.find('.'); dot != std::string::npos) contact[dot] = '@';
    map_.set("ORIGIN", name_);
    map_.set("NETWORK", network.empty() ? "IN" : network);
    map_.set("SOURCE", word(0));
    map_.set("CONTACT", contact);
    map_.set("SERIAL", word(2));
    std::size_t i = 3;
    for (const char* name : {"REFRESH", "RETRY", "EXPIRE", "MINTTL"}) {
      const auto seconds = seconds_of(word(i));
      if (!seconds) throw Error(ErrorKind::invalid, "'{}' in the zone's SOA is no time", escape_control(word(i)));
      map_.set(name, *seconds);
      ++i;
    }
  }

  Map map_;
  std::vector<std::string> words_;
  std::string name_;
};

Value parse_zone(const ZoneFile& args, Call& call) {
  std::string text = args.zone;
  if (!args.zonefile.empty()) {
    states::World world = make_world(call);
    if (auto read = world.host.read_file_if_exists(states::full_path(args.zonefile, world))) text = *read;
  }
  if (text.empty()) return "Error: Zone data was not found";
  Zone zone;
  for (const auto& entry : entries_of(text)) zone.add(entry);
  return zone.map();
}

}  // namespace

std::vector<Function> dnsutil_zone_functions() {
  return {function<ZoneFile>("dnsutil.parse_zone", "A zone file as data: its SOA, and the records by type and name.",
                             Schema<ZoneFile>()
                                 .optional(&ZoneFile::zonefile, "zonefile", "Full path of the file.")
                                 .optional(&ZoneFile::zone, "zone", "The zone's text instead."),
                             parse_zone)};
}

}  // namespace halite::minion
