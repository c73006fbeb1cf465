// Names in /etc/hosts: present, absent and only.
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/hosts_file.h"
#include "states/resource.h"

namespace halite::states {
namespace {

using Pairs = std::vector<std::string>;

struct HostName {
  std::string name;
  TextList ip, hostnames;
  std::string comment;
  bool clean = false;

  // Derived: addresses that have the name, of those asked for (with `clean`: of all), and comments of these.
  std::optional<Pairs> addresses;
  std::optional<std::map<std::string, std::string>> comments;
  std::optional<std::string> names;
};

void check_address(const std::string& address, const std::string& name) {
  if (!is_ip_address(address))
    throw Error(ErrorKind::invalid, "Invalid IP Address for {} ({})", name, escape_control(address));
}

void check_name(const std::string& name) {
  if (name.empty() || name.find_first_of(" \t\n#") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a host", escape_control(name));
}

bool contains(const Pairs& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

std::optional<Outcome> prepare_present(HostName& asked, World& world) {
  check_name(asked.name);
  for (const auto& address : asked.ip.items) check_address(address, asked.name);
  if (asked.comment.find('\n') != std::string::npos) throw Error(ErrorKind::invalid, "a comment is one line");
  asked.addresses = asked.ip.items;
  // Other addresses that have the name keep it, unless it is to be cleaned.
  if (!asked.clean)
    for (const auto& entry : HostsFile(world.host).entries())
      if (contains(entry.names, asked.name) && !contains(*asked.addresses, entry.address))
        asked.addresses->push_back(entry.address);
  std::sort(asked.addresses->begin(), asked.addresses->end());
  if (asked.comment.empty()) return std::nullopt;
  asked.comments.emplace();
  for (const auto& address : asked.ip.items) (*asked.comments)[address] = asked.comment;
  return std::nullopt;
}

std::optional<HostName> read_present(const HostName& asked, World& world) {
  HostName now;
  now.name = asked.name;
  now.addresses.emplace();
  const HostsFile file(world.host);
  for (const auto& entry : file.entries())
    if (contains(entry.names, asked.name)) now.addresses->push_back(entry.address);
  std::sort(now.addresses->begin(), now.addresses->end());
  if (!asked.comments) return now;
  now.comments.emplace();
  for (const auto& [address, comment] : *asked.comments) {
    const auto entry = file.find(address);
    (*now.comments)[address] = entry ? entry->comment : "";
  }
  return now;
}

void apply_present(const std::optional<HostName>& now, const std::optional<HostName>& want, World& world) {
  HostsFile file(world.host);
  for (const auto& address : *now->addresses)
    if (!contains(*want->addresses, address)) file.remove(address, want->name);
  for (const auto& address : *want->addresses) file.add(address, want->name);
  if (want->comments)
    for (const auto& [address, comment] : *want->comments) file.set_comment(address, comment);
  file.save();
}

// Each address with what happens to it.
template <class Tell>
void for_each_step(const Change<HostName>& change, Tell tell) {
  const auto& before = *change.before->addresses;
  const auto& after = *change.after->addresses;
  for (const auto& address : change.asked.ip.items)
    if (contains(before, address) && contains(after, address)) tell("kept", address);
  for (const auto& address : after)
    if (!contains(before, address)) tell("added", address);
  if (change.before->comments && change.after->comments)
    for (const auto& [address, comment] : *change.after->comments)
      if (change.before->comments->at(address) != comment) tell("comment", address);
  for (const auto& address : before)
    if (!contains(after, address)) tell("removed", address);
}

std::string present_comment(const Change<HostName>& change, bool is_planned) {
  std::vector<std::string> lines;
  const auto& [name, comment] = std::tie(change.asked.name, change.asked.comment);
  for_each_step(change, [&](std::string_view step, const std::string& address) {
    if (step == "kept") lines.push_back(fmt::format("Host {} ({}) already present", name, address));
    if (step == "added")
      lines.push_back(is_planned ? fmt::format("Host {} ({}) would be added", name, address)
                                 : fmt::format("Added host {} ({})", name, address));
    if (step == "comment")
      lines.push_back(is_planned ? fmt::format("Comment for {} ({}) would be added", address, comment)
                                 : fmt::format("Set comment for host {} ({})", address, comment));
    if (step == "removed")
      lines.push_back(is_planned ? fmt::format("Host {} ({}) would be removed", name, address)
                                 : fmt::format("Removed host {} ({})", name, address));
  });
  return join(lines, "\n");
}

Map present_changes(const Change<HostName>& change) {
  Map changes;
  for_each_step(change, [&](std::string_view step, const std::string& address) {
    if (step == "kept") return;
    const std::string key = step == "comment" ? "comment_added" : std::string(step);
    const Value* held = changes.find(key);
    Map inner = held ? held->as_map() : Map();
    inner.set(address, List{step == "comment" ? change.asked.comment : change.asked.name});
    changes.set(key, std::move(inner));
  });
  return changes;
}

// Absent.
std::optional<HostName> read_absent(const HostName& asked, World& world) {
  HostName now;
  now.name = asked.name;
  now.addresses.emplace();
  const HostsFile file(world.host);
  for (const auto& address : asked.ip.items)
    if (file.has(address, asked.name)) now.addresses->push_back(address);
  return now;
}

void apply_absent(const std::optional<HostName>& now, const std::optional<HostName>&, World& world) {
  HostsFile file(world.host);
  for (const auto& address : *now->addresses) file.remove(address, now->name);
  file.save();
}

std::string absent_comment(const Change<HostName>& change, bool is_planned) {
  std::vector<std::string> lines;
  for (const auto& address : change.asked.ip.items) {
    const std::string where = fmt::format("{} ({})", change.asked.name, address);
    if (!contains(*change.before->addresses, address))
      lines.push_back(fmt::format("Host {} already absent", where));
    else
      lines.push_back(is_planned ? fmt::format("Host {} needs to be removed", where)
                                 : fmt::format("Removed host {}", where));
  }
  return join(lines, "\n");
}

// Only.
std::optional<Outcome> prepare_only(HostName& asked, World&) {
  check_address(asked.name, asked.name);
  std::vector<std::string> names;
  for (const auto& item : asked.hostnames.items)
    for (const auto& name : split_words(item)) {
      check_name(name);
      names.push_back(name);
    }
  asked.names = join(names, " ");
  return std::nullopt;
}

std::optional<HostName> read_only(const HostName& asked, World& world) {
  HostName now;
  now.name = asked.name;
  const auto entry = HostsFile(world.host).find(asked.name);
  now.names = entry ? join(entry->names, " ") : "";
  return now;
}

void apply_only(const std::optional<HostName>&, const std::optional<HostName>& want, World& world) {
  HostsFile file(world.host);
  file.set(want->name, split_words(*want->names));
  file.save();
}

Function present() {
  Resource<HostName> host{.name = "host",
                          .schema = Schema<HostName>()
                                        .key(&HostName::name, "name", "Name of a host.")
                                        .parameter(&HostName::ip, "ip", "Its address, or a list of them.")
                                        .parameter(&HostName::comment, "comment", "Comment behind the address.")
                                        .parameter(&HostName::clean, "clean", "No other address has the name."),
                          .read = read_present,
                          .apply = apply_present};
  host.derived = Schema<HostName>()
                     .property(&HostName::addresses, "addresses", "The addresses.")
                     .property(&HostName::comments, "comments", "The comments.");
  host.prepare = prepare_present;
  Wording<HostName> words;
  words.correct = [](const HostName& asked) {
    std::vector<std::string> lines;
    for (const auto& address : asked.ip.items)
      lines.push_back(fmt::format("Host {} ({}) already present", asked.name, address));
    return join(lines, "\n");
  };
  words.planned = [](const Change<HostName>& change) { return present_comment(change, true); };
  words.done = [](const Change<HostName>& change) { return present_comment(change, false); };
  words.changes = present_changes;
  return host.ensure("present", "/etc/hosts gives the name these addresses.", {{"name", "db1"}, {"ip", "10.0.0.5"}},
                     as_given<HostName>, words);
}

Function absent() {
  Resource<HostName> host{.name = "host",
                          .schema = Schema<HostName>()
                                        .key(&HostName::name, "name", "Name of a host.")
                                        .parameter(&HostName::ip, "ip", "Addresses that must not have the name."),
                          .read = read_absent,
                          .apply = apply_absent};
  host.derived = Schema<HostName>().property(&HostName::addresses, "addresses", "The addresses that have it.");
  const auto target = [](const HostName& asked) -> std::optional<HostName> {
    HostName want = asked;
    want.addresses.emplace();
    return want;
  };
  Wording<HostName> words;
  words.correct = [](const HostName& asked) {
    std::vector<std::string> lines;
    for (const auto& address : asked.ip.items)
      lines.push_back(fmt::format("Host {} ({}) already absent", asked.name, address));
    return join(lines, "\n");
  };
  words.planned = [](const Change<HostName>& change) { return absent_comment(change, true); };
  words.done = [](const Change<HostName>& change) { return absent_comment(change, false); };
  words.changes = [](const Change<HostName>& change) { return Map{{"host", change.asked.name}}; };
  return host.ensure("absent", "/etc/hosts does not give the name these addresses.",
                     {{"name", "db1"}, {"ip", "10.0.0.5"}}, target, words);
}

Function only() {
  Resource<HostName> host{
      .name = "host",
      .schema = Schema<HostName>()
                    .key(&HostName::name, "name", "An address.")
                    .parameter(&HostName::hostnames, "hostnames", "The names that it has, and no others; none removes it."),
      .read = read_only,
      .apply = apply_only};
  host.derived = Schema<HostName>().property(&HostName::names, "names", "The names.");
  host.prepare = prepare_only;
  Wording<HostName> words;
  words.correct = [](const HostName& asked) {
    return fmt::format("IP address {} already set to \"{}\"", asked.name, *asked.names);
  };
  words.planned = [](const Change<HostName>& change) {
    return fmt::format("Would change {} from \"{}\" to \"{}\"", change.asked.name, *change.before->names,
                       *change.after->names);
  };
  words.done = [](const Change<HostName>& change) {
    return fmt::format("successfully changed {} from \"{}\" to \"{}\"", change.asked.name, *change.before->names,
                       *change.after->names);
  };
  words.changes = [](const Change<HostName>& change) {
    return Map{{change.asked.name, Map{{"old", *change.before->names}, {"new", *change.after->names}}}};
  };
  return host.ensure("only", "The address has exactly these names.",
                     {{"name", "10.0.0.5"}, {"hostnames", List{"db1", "db1.example.org"}}}, as_given<HostName>, words);
}

}  // namespace

Module host() {
  return {"host", "Names in /etc/hosts.", {present(), absent(), only()}};
}

}  // namespace halite::states
