// The grain `dns`: resolv.conf(5), systemd-resolved's real one before its stub.
#include <algorithm>

#include "common/base/strings.h"
#include "minion/grains/addresses.h"
#include "minion/grains/families.h"

namespace halite::minion {
namespace {

struct Resolver {
  std::vector<std::string> servers, ipv4_servers, ipv6_servers, search, sort_list, options;
  std::string domain;
};

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

void read_line(Resolver& resolver, const std::string& line) {
  std::vector<std::string> words;
  for (const auto& word : split_words(line)) {
    if (word[0] == '#' || word[0] == ';') break;
    words.push_back(word);
  }
  if (words.size() < 2) return;
  const std::string directive = to_lower(words[0]);
  if (directive == "domain") resolver.domain = words[1];
  if (directive == "search") resolver.search.assign(words.begin() + 1, words.end());
  if (directive == "options") add_once(resolver.options, words[1]);
  if (directive == "sortlist")
    for (std::size_t i = 1; i < words.size(); ++i) add_once(resolver.sort_list, words[i]);
  if (directive == "nameserver") {
    const auto address = parse_address(words[1]);
    if (!address) return;
    add_once(resolver.servers, to_text(*address));
    add_once(address->is_v6 ? resolver.ipv6_servers : resolver.ipv4_servers, to_text(*address));
  }
}

}  // namespace

Map dns_grains(const GrainSource& source) {
  auto text = source.host.read_file_if_exists("/run/systemd/resolve/resolv.conf");
  if (!text) text = source.host.read_file_if_exists("/etc/resolv.conf");
  if (!text) return {};
  Resolver resolver;
  for (const auto& line : split_lines(*text)) read_line(resolver, line);
  return {{"dns", Map{{"nameservers", resolver.servers},
                      {"ip4_nameservers", resolver.ipv4_servers},
                      {"ip6_nameservers", resolver.ipv6_servers},
                      {"sortlist", resolver.sort_list},
                      {"domain", resolver.domain},
                      {"search", resolver.search},
                      {"options", resolver.options}}}};
}

}  // namespace halite::minion
