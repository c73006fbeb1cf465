// ssh.*: keys of other hosts that a user or this machine trusts. Changes are the state module ssh_known_hosts'.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "states/providers/known_hosts.h"

namespace halite::minion {
namespace {

struct Known {
  std::optional<std::string> user;
  std::string hostname, key, fingerprint, enc, config, fingerprint_hash_type;
  std::optional<std::int64_t> port;
  bool hash_known_hosts = true;
  std::int64_t timeout = 5;
};

Map failure(std::string why) { return {{"status", "error"}, {"error", std::move(why)}}; }

// Whose file it is, and where; throws Error(invalid) for a relative place that is nobody's.
struct Place {
  std::optional<Account> account;
  std::string path;
};

Place place_of(const Known& args, Call& call) {
  Place place;
  std::string config = args.config;
  if (config.empty()) config = args.user ? ".ssh/known_hosts" : "/etc/ssh/ssh_known_hosts";
  if (args.user) {
    place.account = call.tools.host.user(*args.user);
    if (!place.account) throw Error(ErrorKind::not_found, "User {} does not exist", *args.user);
  }
  if (config.starts_with('/')) {
    place.path = config;
  } else {
    if (!place.account) throw Error(ErrorKind::invalid, "'config' must be a full path where no user is given, not '{}'", config);
    place.path = place.account->home + "/" + config;
  }
  return place;
}

// A user's file is read and written with that user's own access, so that a link planted there leads nowhere.
void with_access(const Place& place, Call& call, const std::function<void()>& work) {
  if (place.account && place.path.starts_with(place.account->home + "/")) call.tools.host.as_user(*place.account, work);
  else work();
}

std::optional<std::string> read_file(const Place& place, Call& call) {
  std::optional<std::string> text;
  with_access(place, call, [&] { text = call.tools.host.read_file_if_exists(place.path); });
  return text;
}

List entries_of(const Known& args, Call& call) {
  const std::string text = read_file(place_of(args, call), call).value_or("");
  return states::shown_keys(states::keys_of_host(text, states::host_and_port(args.hostname, args.port)), args.fingerprint_hash_type);
}

bool is_among(const List& entries, const char* field, const std::string& wanted) {
  return std::any_of(entries.begin(), entries.end(), [&](const Value& one) { return one.as_map().at(field) == Value(wanted); });
}

List keys_in(const List& entries) {
  List keys;
  for (const auto& one : entries) keys.push_back(one.as_map().at("key"));
  return keys;
}

Value get_known_host_entries(const Known& args, Call& call) {
  const List entries = entries_of(args, call);
  return entries.empty() ? Value() : Value(entries);
}

std::int64_t checked_timeout(const Known& args) {
  if (args.timeout < 1 || args.timeout > 3600)
    throw Error(ErrorKind::invalid, "'timeout' must be from 1 to 3600 seconds, not {}", args.timeout);
  return args.timeout;
}

Value recv_known_host_entries(const Known& args, Call& call) {
  auto keys = states::scan_host(call.tools.host, args.hostname, args.port, args.enc, checked_timeout(args));
  if (args.hash_known_hosts)
    for (auto& key : keys) key.host = split_words(states::known_hosts_line(key, true)).at(0);
  return keys.empty() ? Value() : Value(states::shown_keys(keys, args.fingerprint_hash_type));
}

Value check_known_host(const Known& args, Call& call) {
  if (args.hostname.empty()) return failure("hostname argument required");
  const List entries = entries_of(args, call);
  if (entries.empty()) return "add";
  if (!args.key.empty()) return is_among(entries, "key", args.key) ? "exists" : "update";
  if (!args.fingerprint.empty()) return is_among(entries, "fingerprint", args.fingerprint) ? "exists" : "update";
  return "exists";
}

Map state_arguments(const Known& args) {
  Map map{{"name", args.hostname}};
  if (args.user) map.set("user", *args.user);
  if (args.port) map.set("port", *args.port);
  if (!args.config.empty()) map.set("config", args.config);
  return map;
}

Value set_known_host(const Known& args, Call& call) {
  if (args.hostname.empty()) return failure("hostname argument required");
  const List before = entries_of(args, call);
  Map wanted = state_arguments(args);
  for (const auto& [name, text] : {std::pair{"key", &args.key}, std::pair{"fingerprint", &args.fingerprint}, std::pair{"enc", &args.enc},
                                   std::pair{"fingerprint_hash_type", &args.fingerprint_hash_type}})
    if (!text->empty()) wanted.set(name, *text);
  wanted.set("hash_known_hosts", args.hash_known_hosts);
  wanted.set("timeout", args.timeout);
  try {
    if (run_state(call, "ssh_known_hosts.present", wanted).empty()) return Map{{"status", "exists"}, {"keys", keys_in(before)}};
  } catch (const Error& error) {
    call.retcode = 1;
    return failure(error.what());
  }
  return Map{{"status", "updated"}, {"old", before.empty() ? Value() : Value(before)}, {"new", entries_of(args, call)}};
}

Value rm_known_host(const Known& args, Call& call) {
  if (args.hostname.empty()) return failure("hostname argument required");
  const Place place = place_of(args, call);
  if (!read_file(place, call)) return failure(fmt::format("Known hosts file {} does not exist", place.path));
  const bool has_changed = !run_state(call, "ssh_known_hosts.absent", state_arguments(args)).empty();
  const std::string host = states::host_and_port(args.hostname, args.port);
  return Map{{"status", "removed"},
             {"comment", has_changed ? fmt::format("{} was removed from {}", host, place.path)
                                     : fmt::format("{} was not in {}", host, place.path)}};
}

// Names that stand open become hashes, one line each; hashed and marked lines and comments stay.
std::string with_hashes(const std::string& text, std::size_t& changed) {
  std::string result;
  for (const auto& line : split_lines(text)) {
    const auto words = split_words(line);
    const bool is_entry = words.size() >= 3 && words[0][0] != '#' && words[0][0] != '@' && words[0][0] != '|';
    // A pattern can't be hashed: only whole names are looked up by their hash.
    if (!is_entry || words[0].find_first_of("*?!") != std::string::npos) {
      result += line + "\n";
      continue;
    }
    ++changed;
    const std::string rest(trim(std::string_view(line).substr(line.find(words[0]) + words[0].size())));
    for (const auto& name : split(words[0], ',')) {
      const std::string hashed = states::known_hosts_line({name, words[1], words[2]}, true);
      result += split_words(hashed).at(0) + " " + rest + "\n";
    }
  }
  return result;
}

Value hash_known_hosts(const Known& args, Call& call) {
  const Place place = place_of(args, call);
  const auto text = read_file(place, call);
  if (!text) return failure(fmt::format("Known hosts file {} does not exist", place.path));
  std::size_t changed = 0;
  const std::string hashed = with_hashes(*text, changed);
  if (changed > 0) with_access(place, call, [&] { call.tools.host.replace_file(place.path, hashed, {}); });
  return Map{{"status", "updated"}, {"comment", fmt::format("{} lines of {} were hashed", changed, place.path)}};
}

}  // namespace

std::vector<Function> ssh_known_hosts_functions() {
  using Part = Schema<Known> (*)(Schema<Known>);
  const Part file = [](Schema<Known> schema) {
    return schema.optional(&Known::config, "config",
                           "The file: below the user's home, or a full path. Unset: .ssh/known_hosts, or /etc/ssh/ssh_known_hosts.");
  };
  const Part server = [](Schema<Known> schema) {
    return schema.optional(&Known::port, "port", "Port of the server, when it is not 22.")
        .optional(&Known::fingerprint_hash_type, "fingerprint_hash_type", "Hash of fingerprints: sha256 or md5.");
  };
  const Part scan = [](Schema<Known> schema) {
    return schema.optional(&Known::enc, "enc", "Type of the key, such as ssh-ed25519.")
        .optional(&Known::hash_known_hosts, "hash_known_hosts", "Keep the server's name as a hash alone.")
        .optional(&Known::timeout, "timeout", "Seconds to wait for the server.");
  };
  const Part which = [](Schema<Known> schema) {
    return schema.optional(&Known::key, "key", "The key, in base64.")
        .optional(&Known::fingerprint, "fingerprint", "Its fingerprint.");
  };
  const auto whose = [] {
    return Schema<Known>()
        .optional(&Known::user, "user", "The user who trusts it. Unset: the whole machine.")
        .optional(&Known::hostname, "hostname", "Name or address of the server.");
  };
  return {
      function<Known>("ssh.get_known_host_entries", "What a known_hosts file has of a server: ssh.get_known_host_entries root github.com.",
                      server(file(Schema<Known>()
                                      .required(&Known::user, "user", "The user who trusts it.")
                                      .required(&Known::hostname, "hostname", "Name or address of the server."))),
                      get_known_host_entries),
      function<Known>("ssh.recv_known_host_entries", "The keys that a server shows: ssh.recv_known_host_entries github.com enc=ssh-ed25519.",
                      server(scan(Schema<Known>().required(&Known::hostname, "hostname", "Name or address of the server."))),
                      recv_known_host_entries),
      function<Known>("ssh.check_known_host", "What ssh.set_known_host would do: add, update, or exists.",
                      server(file(which(whose()))), check_known_host),
      function<Known>("ssh.set_known_host",
                      "Trusts a server's key: the one given, or what it shows, if its fingerprint is the one given. A port goes "
                      "with hashed names too.",
                      server(scan(file(which(whose())))), set_known_host),
      function<Known>("ssh.rm_known_host", "Trusts no key of a server: ssh.rm_known_host root github.com.", server(file(whose())),
                      rm_known_host),
      function<Known>("ssh.hash_known_hosts", "Hides the names in a known_hosts file behind hashes; those that are patterns stay.",
                      file(Schema<Known>().optional(&Known::user, "user", "Whose file. Unset: the whole machine's.")),
                      hash_known_hosts),
  };
}

}  // namespace halite::minion
