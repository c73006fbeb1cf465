#include "states/providers/firewall_words.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/arguments.h"

namespace halite::states {
namespace {

// Options that belong to the target and stand behind it.
constexpr std::string_view behind_jump[]{
    "j", "jump", "add-set", "and-mark", "and-tos", "checksum-fill", "clamp-mss-to-pmtu", "clustermac", "ctevents",
    "ctmask", "del-set", "ecn-tcp-remove", "exist", "expevents", "gateway", "hash-init", "hashmode", "helper", "label",
    "local-node", "log-ip-options", "log-level", "log-prefix", "log-tcp-options", "log-tcp-sequence", "log-uid", "mask",
    "new", "nfmask", "nflog-group", "nflog-prefix", "nflog-range", "nflog-threshold", "nodst", "notrack", "on-ip",
    "on-port", "or-mark", "or-tos", "persistent", "queue-balance", "queue-bypass", "queue-num", "random",
    "rateest-ewmalog", "rateest-interval", "rateest-name", "reject-with", "restore", "restore-mark", "save-mark",
    "selctx", "set-class", "set-dscp", "set-dscp-class", "set-mark", "set-mss", "set-tos", "set-xmark", "strip-options",
    "timeout", "to", "to-destination", "to-ports", "to-source", "total-nodes", "tproxy-mark", "ttl-dec", "ttl-inc",
    "ttl-set", "type", "ulog-cprange", "ulog-nlgroup", "ulog-prefix", "ulog-qthreshold", "xor-mark", "xor-tos", "zone",
    "dst-pfx", "hl-dec", "hl-inc", "hl-set", "hmark-dport-mask", "hmark-dst-prefix", "hmark-mod", "hmark-offset",
    "hmark-proto-mask", "hmark-rnd", "hmark-spi-mask", "hmark-sport-mask", "hmark-src-prefix", "hmark-tuple",
    "led-always-blink", "led-delay", "led-trigger-id", "queue-cpu-fanout", "src-pfx", "to-port", "addr", "prefix",
    "reset", "reuse", "set-mac", "shift", "static", "and-mask", "or-mask", "delude", "honeypot", "tarpit", "tname", "ttl"};

std::string text_of(const Value& value) {
  return value.is_null() ? "" : python_text(value);
}

std::vector<std::string> listed(const Value& value) {
  std::vector<std::string> items;
  if (!value.is_list()) return {text_of(value)};
  for (const Value& item : value.as_list()) items.push_back(text_of(item));
  return items;
}

// "!x", "! x", "not x": x, and true.
bool take_negation(std::string& text) {
  for (const std::string_view mark : {"!", "not"})
    if (text.starts_with(mark)) {
      text.erase(0, mark.size());
      if (text.starts_with(' ')) text.erase(0, 1);
      return true;
    }
  return false;
}

class RuleBuilder {
 public:
  explicit RuleBuilder(Map options) : options_(std::move(options)) {
    if (const auto target = options_.erase(Value("target"))) options_.set("jump", *target);
  }

  FirewallRule build() {
    take("if", "-i");
    take("of", "-o");
    const Value* match = options_.find("match");
    const bool is_policy = match && *match == Value("policy");
    if (!is_policy)
      if (const auto proto = options_.erase(Value("proto"))) options_.set("protocol", *proto);
    const bool has_protocol = options_.contains("protocol");
    take("protocol", "-p");
    take_matches(is_policy);
    take_sets();
    if (options_.contains("connstate")) {
      if (!is_there_) add("-m state");
      take("connstate", "--state");
    }
    take("dport", "--dport");
    take("sport", "--sport");
    take_ports(has_protocol);
    if (const auto comment = options_.erase(Value("comment"))) {
      if (rule_.text.find("-m comment") == std::string::npos) add("-m comment");
      add_quoted("--comment", text_of(*comment));
    }
    if (const Value* set = options_.find("set"); set && !text_of(*set).empty()) take("set", "--match-set");
    options_.erase(Value("set"));
    const FirewallRule behind = take_behind_jump();
    for (const auto& name : options_.keys()) take(name, (name.size() == 1 ? "-" : "--") + name);
    if (!rule_.text.empty() && !behind.text.empty()) rule_.text += " ";
    rule_.text += behind.text;
    rule_.words.insert(rule_.words.end(), behind.words.begin(), behind.words.end());
    return rule_;
  }

 private:
  void add(const std::string& text) {
    if (!rule_.text.empty()) rule_.text += " ";
    rule_.text += text;
    for (auto& word : split_words(text)) rule_.words.push_back(word);
  }

  void add_quoted(const std::string& flag, const std::string& value) {
    if (!rule_.text.empty()) rule_.text += " ";
    rule_.text += flag + " \"" + value + "\"";
    rule_.words.insert(rule_.words.end(), {flag, value});
  }

  void take(const std::string& name, const std::string& flag) {
    const auto value = options_.erase(Value(name));
    if (!value) return;
    std::string text = join(listed(*value), ",");
    const std::string negation = take_negation(text) ? "! " : "";
    add(negation + flag + (text.empty() ? "" : " " + text));
  }

  void take_matches(bool is_policy) {
    const auto matches = options_.erase(Value("match"));
    if (!matches) return;
    const auto names = matches->is_list() ? listed(*matches) : split(text_of(*matches), ',');
    for (const auto& match : names) {
      const std::string name(trim(match));
      add("-m " + name);
      is_there_ = is_there_ || name == "state";
      if (name == "pknock" || name == "quota2" || name == "recent")
        if (const auto called = options_.erase(Value("name_"))) add("--name " + text_of(*called));
    }
    if (is_policy) take("proto", "--proto");
  }

  void take_sets() {
    const auto sets = options_.erase(Value("match-set"));
    if (!sets) return;
    for (std::string set : listed(*sets)) {
      const std::string negation = take_negation(set) ? "! " : "";
      add("-m set " + negation + "--match-set " + set);
    }
  }

  void take_ports(bool has_protocol) {
    for (const char* name : {"dports", "sports"}) {
      const auto value = options_.erase(Value(name));
      if (!value) continue;
      if (!has_protocol) throw Error(ErrorKind::invalid, "Error: protocol must be specified");
      if (rule_.text.find("-m multiport") == std::string::npos) add("-m multiport");
      auto ports = listed(*value);
      bool is_negated = false;
      for (auto& port : ports) is_negated = take_negation(port) || is_negated;
      add(std::string(is_negated ? "! " : "") + "--" + name + " " + join(ports, ","));
    }
  }

  FirewallRule take_behind_jump() {
    FirewallRule before = std::exchange(rule_, {});
    for (const auto& name : behind_jump) {
      const auto value = options_.erase(Value(name));
      if (!value) continue;
      const std::string text = text_of(*value), flag = "--" + std::string(name);
      if (text.find_first_of(" \t") != std::string::npos)
        add_quoted(flag, text);
      else
        add(text.empty() ? flag : flag + " " + text);
    }
    return std::exchange(rule_, std::move(before));
  }

  Map options_;
  FirewallRule rule_;
  bool is_there_ = false;  // -m state
};

// "1024:2048" is a range.
std::string ports_text(const Value& value) {
  std::vector<std::string> ports;
  for (const auto& item : listed(value))
    for (const auto& port : split(item, ',')) ports.push_back(replace_all(std::string(trim(port)), ":", "-"));
  return join(ports, ", ");
}

}  // namespace

FirewallRule iptables_rule(const Map& options) {
  return RuleBuilder(options).build();
}

std::string nftables_rule(const Map& options) {
  std::vector<std::string> words;
  const auto text = [&](const char* name) {
    const Value* value = options.find(name);
    return value ? join(listed(*value), ", ") : "";
  };
  const auto either = [&](const char* first, const char* second) {
    return text(first).empty() ? text(second) : text(first);
  };
  const auto add = [&](const std::string& before, const std::string& value, const char* after = "") {
    if (!value.empty()) words.push_back(before + value + after);
  };
  const std::string proto = either("proto", "protocol");
  const auto port = [&](const char* direction, const char* one, const char* many) {
    const Value* value = options.find(one) ? options.find(one) : options.find(many);
    if (!value) return;
    if (proto.empty()) throw Error(ErrorKind::invalid, "Error: protocol must be specified");
    words.push_back(fmt::format("{} {} {{ {} }}", proto, direction, ports_text(*value)));
  };
  add("meta iifname ", text("if"));
  add("meta oifname ", text("of"));
  add("ct state { ", to_lower(text("connstate")), " }");
  add("icmp type { ", text("icmp-type"), " }");
  add("meta pkttype { ", text("pkttype"), " }");
  add("ip saddr ", either("saddr", "source"));
  add("ip daddr ", either("daddr", "destination"));
  port("dport", "dport", "dports");
  port("sport", "sport", "sports");
  if (options.contains("counter")) words.emplace_back("counter");
  add("", either("jump", "target"));
  add("", text("j"));
  add("redirect to ", either("redirect-to", "to-port"));
  add("", text("to-source"));
  add("", text("to-destination"));
  add("reject with ", text("reject-with"));
  return join(words, " ");
}

}  // namespace halite::states
