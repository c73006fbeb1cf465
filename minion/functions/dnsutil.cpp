// dnsutil.*: what the DNS says, by the program dig, and the lines of /etc/hosts.
#include <algorithm>
#include <ctime>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "minion/functions/function_list.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "minion/grains/addresses.h"
#include "states/providers/paths.h"

namespace halite::minion {
namespace {

struct Question {
  std::string host, nameserver, record = "SPF";
  bool resolve = false;
};
struct NameServers {
  std::string domain, nameserver;
  bool resolve = true;
};
struct HostsFile {
  std::string hostsfile = "/etc/hosts", ip_addr, entries, hosts;
};
struct Address {
  std::string ip_addr;
};
struct Zone {
  std::string zone;
  bool update = false;
};

constexpr const char* no_dig = "This function requires dig, which is not currently available";
constexpr int most_redirections = 10;  // as RFC 7208 has it for includes

bool is_address(const std::string& text) {
  return text.find('/') == std::string::npos ? parse_address(text).has_value() : parse_network(text).has_value();
}

// A name from outside must not be an option or a server of dig's.
void check_name(const std::string& name) {
  if (name.empty() || name[0] == '-' || name[0] == '+' || name[0] == '@' || name.find_first_of(" \t\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name to look up", escape_control(name));
}

bool has_dig(Call& call) { return call.tools.host.find_program("dig").has_value(); }

// The lines of dig's short answer; nothing when it failed.
std::optional<std::vector<std::string>> ask(const std::string& name, const std::string& type, const std::string& server, Call& call) {
  check_name(name);
  Command command{.argv = {"dig", "+short", name, type}};
  if (!server.empty()) {
    check_name(server);
    command.argv.push_back("@" + server);
  }
  command.timeout = std::chrono::seconds(60);
  command.is_cancelled = call.is_cancelled;
  const CommandResult result = call.tools.host.execute(command);
  if (result.exit_code != 0) {
    log::warning("dig ended with code {}: {}", result.exit_code, trim(result.output + result.error));
    return std::nullopt;
  }
  std::vector<std::string> lines;
  for (const auto& line : split_lines(result.output))
    if (!trim(line).empty() && line[0] != ';') lines.emplace_back(trim(line));
  return lines;
}

List addresses_of(const std::string& name, const std::string& type, const std::string& server, Call& call) {
  List found;
  for (const auto& line : ask(name, type, server, call).value_or(std::vector<std::string>()))
    if (is_address(line)) found.push_back(line);
  return found;
}

// Without dig the resolver of this machine answers, where no other server is asked for.
Value look_up(const Question& args, const std::string& type, Call& call) {
  if (has_dig(call)) return addresses_of(args.host, type, args.nameserver, call);
  if (!args.nameserver.empty()) return no_dig;
  List found;
  for (const auto& address : call.tools.grains.probe().addresses(args.host, type == "AAAA")) found.push_back(address);
  return found.empty() ? Value("Unable to resolve " + args.host) : Value(found);
}

Value a(const Question& args, Call& call) { return look_up(args, "A", call); }
Value aaaa(const Question& args, Call& call) { return look_up(args, "AAAA", call); }

Value ns(const NameServers& args, Call& call) {
  if (!has_dig(call)) return no_dig;
  List found;
  for (const auto& server : ask(args.domain, "NS", args.nameserver, call).value_or(std::vector<std::string>())) {
    if (!args.resolve) found.push_back(server);
    else
      for (const auto& address : addresses_of(server, "A", args.nameserver, call)) found.push_back(address);
  }
  return found;
}

Value mx(const Question& args, Call& call) {
  if (!has_dig(call)) return no_dig;
  List found;
  for (const auto& line : ask(args.host, "MX", args.nameserver, call).value_or(std::vector<std::string>())) {
    const auto words = split_words(line);  // priority and name
    if (words.size() != 2) continue;
    std::string server = words[1];
    if (args.resolve) {
      const List addresses = addresses_of(server, "A", args.nameserver, call);
      if (!addresses.empty()) server = addresses[0].as_string();
    }
    found.push_back(List{words[0], server});
  }
  return found;
}

void add_senders(List& found, const std::string& domain, const std::string& record, const std::string& server, int depth, Call& call) {
  if (depth > most_redirections) throw Error(ErrorKind::invalid, "the SPF records of '{}' include each other without end", domain);
  auto lines = ask(domain, record, server, call);
  if (lines && lines->empty() && record == "SPF") return add_senders(found, domain, "TXT", server, depth, call);
  std::vector<std::string> words;
  for (const auto& line : lines.value_or(std::vector<std::string>())) {
    // A long record comes in several quoted parts that belong together.
    words = split_words(replace_all(replace_all(line, "\" \"", ""), "\"", ""));
    if (!words.empty() && words[0] == "v=spf1") break;
    words.clear();
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string word = words[i];
    if (word.starts_with("redirect=")) {
      add_senders(found, word.substr(9), "SPF", server, depth + 1, call);
      continue;
    }
    if (word[0] == '+' || word[0] == '~') word.erase(0, 1);
    if (word.starts_with("include:")) add_senders(found, word.substr(8), "SPF", server, depth + 1, call);
    const bool is_network = word.starts_with("ip4:") || word.starts_with("ip6:");
    if (is_network && is_address(word.substr(4))) found.push_back(word.substr(4));
  }
}

Value spf(const Question& args, Call& call) {
  if (!has_dig(call)) return no_dig;
  if (args.record != "SPF" && args.record != "TXT") throw Error(ErrorKind::invalid, "'record' is SPF or TXT, not '{}'", args.record);
  List found;
  add_senders(found, args.host, args.record, args.nameserver, 0, call);
  return found;
}

Value check_ip(const Address& args, Call&) { return is_address(args.ip_addr); }

// Address -> names, in the file's order.
Map hosts_in(const std::string& text) {
  Map hosts;
  for (const auto& line : split_lines(text)) {
    const auto words = split_words(line.substr(0, line.find('#')));
    if (words.empty()) continue;
    Value& names = hosts[words[0]];
    if (!names.is_list()) names = List{};
    for (std::size_t i = 1; i < words.size(); ++i) names.edit_list().push_back(words[i]);
  }
  return hosts;
}

Value parse_hosts(const HostsFile& args, Call& call) {
  if (!args.hosts.empty()) return hosts_in(args.hosts);
  const auto text = call.tools.host.read_file_if_exists(args.hostsfile);
  return text ? Value(hosts_in(*text)) : Value("Error: hosts data was not found");
}

std::vector<std::string> names_of(const HostsFile& args) {
  std::vector<std::string> names;
  for (const auto& part : split(args.entries, ','))
    if (!trim(part).empty()) names.emplace_back(trim(part));
  if (names.empty()) throw Error(ErrorKind::invalid, "'entries' names no host; it is a name or several with commas between");
  for (const auto& name : names)
    if (name.find_first_of(" \t\n#") != std::string::npos) throw Error(ErrorKind::invalid, "'{}' is no name of a host", escape_control(name));
  return names;
}

void write_hosts(const HostsFile& args, const std::string& text, Call& call) {
  states::World world = make_world(call);
  call.tools.host.replace_file(states::follow_link(states::full_path(args.hostsfile, world), world), text, {});
}

Value hosts_append(const HostsFile& args, Call& call) {
  if (!parse_address(args.ip_addr)) throw Error(ErrorKind::invalid, "'{}' is no IP address", escape_control(args.ip_addr));
  std::vector<std::string> names = names_of(args);
  std::string text = call.tools.host.read_file_if_exists(args.hostsfile).value_or("");
  const Map hosts = hosts_in(text);
  if (const Value* known = hosts.find(args.ip_addr))
    std::erase_if(names, [&](const std::string& name) {
      const List& list = known->as_list();
      return std::find(list.begin(), list.end(), Value(name)) != list.end();
    });
  if (names.empty()) return "No additional hosts were added to " + args.hostsfile;
  if (!text.empty() && !text.ends_with('\n')) text += "\n";
  const std::string line = args.ip_addr + " " + join(names, " ");
  write_hosts(args, text + line + "\n", call);
  return fmt::format("The following line was added to {}:\n{}", args.hostsfile, line);
}

// A line that would name an address alone goes; all others keep their form.
Value hosts_remove(const HostsFile& args, Call& call) {
  const std::vector<std::string> names = names_of(args);
  const auto is_named = [&](const std::string& word) { return std::find(names.begin(), names.end(), word) != names.end(); };
  std::string text;
  for (const auto& line : split_lines(call.tools.host.read_file(args.hostsfile))) {
    auto words = split_words(line);
    const bool is_entry = words.size() > 1 && words[0][0] != '#' && std::any_of(words.begin() + 1, words.end(), is_named);
    if (!is_entry) {
      text += line + "\n";
      continue;
    }
    words.erase(std::remove_if(words.begin() + 1, words.end(), is_named), words.end());
    if (words.size() > 1 && words[1][0] != '#') text += join(words, " ") + "\n";
  }
  write_hosts(args, text, call);
  return {};
}

Value serial(const Zone& args, Call& call) {
  const std::string key = args.zone.empty() ? "dnsserial" : "dnsserial_" + args.zone;
  const Value stored = call.tools.grains.get(key);
  const std::int64_t known = stored.is_int() ? stored.as_int() : stored.is_string() ? parse_int(*stored.if_string()).value_or(0) : 0;
  const std::time_t now = std::chrono::system_clock::to_time_t(call.tools.host.now());
  std::tm local{};
  ::localtime_r(&now, &local);
  const std::int64_t today = ((local.tm_year + 1900) * 10000LL + (local.tm_mon + 1) * 100LL + local.tm_mday) * 100 + 1;
  if (!args.update) return std::to_string(known > 0 ? known : today);
  const std::string next = std::to_string(known >= today ? known + 1 : today);
  call_function(call, "grains.setval", {}, {{"key", key}, {"val", next}});
  return next;
}

}  // namespace

std::vector<Function> dnsutil_functions() {
  const auto question = [](const char* name) {
    return Schema<Question>()
        .required(&Question::host, name, "The name to look up.")
        .optional(&Question::nameserver, "nameserver", "The server to ask. Unset: this machine's own.");
  };
  const auto records = [&](const char* name) {
    return Schema<Question>().required(&Question::host, name, "The name to look up.");
  };
  const char* server = "The server to ask. Unset: this machine's own.";
  const auto hosts = Schema<HostsFile>().optional(&HostsFile::hostsfile, "hostsfile", "The file.");
  return {
      function<Question>("dnsutil.A", "The IPv4 addresses of a name: dnsutil.A www.example.org.", question("host"), a),
      function<Question>("dnsutil.AAAA", "The IPv6 addresses of a name: dnsutil.AAAA www.example.org.", question("host"), aaaa),
      function<NameServers>("dnsutil.NS", "The name servers of a domain: dnsutil.NS example.org resolve=False.",
                            Schema<NameServers>()
                                .required(&NameServers::domain, "domain", "The domain.")
                                .optional(&NameServers::resolve, "resolve", "Their addresses instead of their names.")
                                .optional(&NameServers::nameserver, "nameserver", server),
                            ns),
      function<Question>("dnsutil.MX", "The mail servers of a domain, each with its priority: dnsutil.MX example.org.",
                         records("domain")
                             .optional(&Question::resolve, "resolve", "The first address of each instead of its name.")
                             .optional(&Question::nameserver, "nameserver", server),
                         mx),
      function<Question>("dnsutil.SPF", "The networks that may send mail for a domain, those of included domains too.",
                         records("domain")
                             .optional(&Question::record, "record", "SPF, which falls back to TXT, or TXT.")
                             .optional(&Question::nameserver, "nameserver", server),
                         spf),
      function<Address>("dnsutil.check_ip", "Is this an address, or a network? dnsutil.check_ip 192.0.2.0/24.",
                        Schema<Address>().required(&Address::ip_addr, "ip_addr", "The text."), check_ip),
      function<HostsFile>("dnsutil.parse_hosts", "The addresses of a hosts file with their names.",
                          Schema<HostsFile>(hosts).optional(&HostsFile::hosts, "hosts", "The content itself, instead of a file."),
                          parse_hosts),
      function<HostsFile>("dnsutil.hosts_append", "Adds a line: dnsutil.hosts_append /etc/hosts 192.0.2.7 web,www.",
                          Schema<HostsFile>(hosts)
                              .required(&HostsFile::ip_addr, "ip_addr", "The address.")
                              .required(&HostsFile::entries, "entries", "Its names, with commas between."),
                          hosts_append),
      function<HostsFile>("dnsutil.hosts_remove", "Removes names, and lines that have no other: dnsutil.hosts_remove /etc/hosts web,www.",
                          Schema<HostsFile>(hosts).required(&HostsFile::entries, "entries", "The names, with commas between."),
                          hosts_remove),
      function<Zone>("dnsutil.serial",
                     "The serial of a zone, YYYYMMDDnn, as the grain `dnsserial_ZONE` has it, or today's first: dnsutil.serial example.org "
                     "update=True.",
                     Schema<Zone>()
                         .optional(&Zone::zone, "zone", "The zone.")
                         .optional(&Zone::update, "update", "Raise it, and keep it in the grain."),
                     serial),
  };
}

}  // namespace halite::minion
