// halite-key: which minions are trusted.
#include <algorithm>
#include <array>

#include "common/base/strings.h"
#include "common/config/program.h"
#include "common/control/client.h"
#include "common/wire/messages/key.h"
#include "master/cli/commands.h"
#include "master/cli/key_import.h"
#include "master/cli/printer.h"
#include "master/cli/tool.h"

namespace halite::cli {
namespace {

struct KeyClass {
  const char* state;     // on the wire
  const char* internal;  // in Salt's output
  const char* word;      // for a person
  std::array<const char*, 3> names;  // for -l
};

constexpr std::array<KeyClass, 4> key_classes{{
    {"accepted", "minions", "accepted", {"acc", "accepted", ""}},
    {"denied", "minions_denied", "denied", {"den", "denied", ""}},
    {"pending", "minions_pre", "unaccepted", {"pre", "un", "unaccepted"}},
    {"rejected", "minions_rejected", "rejected", {"rej", "rejected", ""}},
}};

const KeyClass& class_of(const std::string& state) {
  for (const auto& candidate : key_classes)
    if (state == candidate.state) return candidate;
  throw Error(ErrorKind::internal, "the master says '{}', which is no state of a key", state);
}

// What to do, and to which keys.
struct Decision {
  std::string verb;     // "accept", "reject" or "delete"
  std::string match;
  std::vector<std::string> states;
};

std::vector<std::string> states_to_decide(const ParsedOptions& options, const std::string& verb) {
  if (verb == "delete") return {};
  std::vector<std::string> states{"pending"};
  const bool all = options.has("include-all");
  if (verb == "reject" && (all || options.has("include-accepted"))) states.push_back("accepted");
  if (verb == "accept" && (all || options.has("include-rejected"))) states.push_back("rejected");
  if (all || options.has("include-denied")) states.push_back("denied");
  return states;
}

std::optional<Decision> decision_from(const ParsedOptions& options) {
  std::optional<Decision> decision;
  for (const char* verb : {"accept", "reject", "delete"}) {
    const bool all = options.has(std::string(verb) + "-all");
    if (!all && !options.has(verb)) continue;
    if (decision) throw UsageError("--{} and --{} at once: choose one", decision->verb, verb);
    decision = Decision{verb, all ? "*" : options.text_or(verb, ""), states_to_decide(options, verb)};
  }
  return decision;
}

class KeyTool {
 public:
  KeyTool(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options)
      : screen_(screen), options_(options), printer_(screen, settings, options), client_(control_socket(settings)),
        hash_type_(options.text_or("finger-type", "sha256")) {}

  int run() {
    if (const auto directory = options_.text("import")) return import(*directory);
    if (const auto decision = decision_from(options_)) return decide(*decision);
    if (options_.has("finger") || options_.has("finger-all")) return show_fingerprints();
    if (options_.has("print") || options_.has("print-all")) return show_keys();
    return list();
  }

 private:
  wire::KeyList ask(const std::string& command, const wire::KeySelection& selection) {
    return wire::decode_message<wire::KeyList>(client_.call(command, wire::encode_message(selection)), "the master's reply");
  }

  wire::KeySelection selection(const std::string& match, std::vector<std::string> states = {}) const {
    wire::KeySelection result;
    if (match != "*") result.match = {match};
    result.states = std::move(states);
    result.hash_type = hash_type_;
    return result;
  }

  void show(const Map& by_class) {
    if (!options_.has("quiet")) printer_.show(by_class, "key");
  }
  void say(const std::string& text) const {
    if (!options_.has("quiet")) screen_.out(text + "\n");
  }

  int list() {
    const std::string name = options_.text_or("list", "all");
    std::vector<const KeyClass*> wanted;
    for (const auto& candidate : key_classes)
      for (const auto* known : candidate.names)
        if (name == "all" || (*known && name == known)) {
          wanted.push_back(&candidate);
          break;
        }
    if (wanted.empty())
      throw UsageError("option --list: '{}' must be one of: all, pre, un, unaccepted, acc, accepted, rej, rejected, den, denied", name);
    std::vector<std::string> states;
    for (const auto* key_class : wanted) states.emplace_back(key_class->state);
    Map by_class;
    for (const auto* key_class : wanted) by_class.set(key_class->internal, List());
    for (const auto& key : ask("key.list", selection("*", states)).keys)
      by_class[class_of(key.state).internal].edit_list().emplace_back(key.id);
    show(by_class);
    return exit_code::ok;
  }

  Map by_class(const wire::KeyList& keys, const std::string wire::KeyInfo::*member) const {
    Map result;
    for (const auto& key : keys.keys) {
      Value& ids = result[class_of(key.state).internal];
      if (ids.is_null()) ids = Map();
      ids.edit_map().set(key.id, key.*member);
    }
    return result;
  }

  int show_fingerprints() {
    const bool all = options_.has("finger-all");
    const bool only_master = all && options_.arguments() == std::vector<std::string>{"master"};
    const std::string match = all ? "*" : options_.text_or("finger", "");
    Map shown;
    if (!only_master) shown = by_class(ask("key.list", selection(match)), &wire::KeyInfo::fingerprint);
    if (shown.empty() && !all) return nothing_to_show(match);
    if (all) {
      const Value reply = client_.call("key.master", wire::encode_message(wire::KeyFormat{hash_type_}));
      const auto master = wire::decode_message<wire::MasterKey>(reply, "the master's reply");
      shown.set("local", Map{{"master.pem", master.private_fingerprint}, {"master.pub", master.fingerprint}});
    }
    show(shown);
    return exit_code::ok;
  }

  int show_keys() {
    const std::string match = options_.has("print-all") ? "*" : options_.text_or("print", "");
    wire::KeySelection wanted = selection(match);
    wanted.with_pem = true;
    const Map shown = by_class(ask("key.list", wanted), &wire::KeyInfo::pem);
    if (shown.empty() && match != "*") return nothing_to_show(match);
    show(shown);
    return exit_code::ok;
  }

  // Beside the output, which stays empty for programs.
  int nothing_to_show(const std::string& match) const {
    if (!options_.has("quiet")) screen_.err(fmt::format("The key glob '{}' does not match any keys.\n", escape_control(match)));
    return exit_code::ok;
  }

  int decide(const Decision& decision) {
    const auto found = ask("key.list", selection(decision.match, decision.states));
    if (found.keys.empty()) {
      say(no_match(decision));
      if (const std::string where = elsewhere(decision); !where.empty()) say(where);
      return exit_code::ok;
    }
    if (options_.has("finger") && found.keys.size() > 1)
      throw Error(ErrorKind::invalid, "a fingerprint is that of one key, but '{}' means {} keys", decision.match, found.keys.size());
    Map ids;
    for (const auto& key : found.keys) {
      Value& list = ids[class_of(key.state).internal];
      if (list.is_null()) list = List();
      list.edit_list().emplace_back(key.id);
    }
    const std::string past = decision.verb == "delete" ? "deleted" : decision.verb + "ed";
    say("The following keys are going to be " + past + ":");
    show(ids);
    if (!options_.has("yes") && !is_confirmed(decision.verb == "delete")) return exit_code::ok;
    for (const auto& key : found.keys) {
      decide_one(decision.verb, key);
      say(fmt::format("Key for minion {} {}.", escape_control(key.id), past));
    }
    return exit_code::ok;
  }

  int import(const std::string& directory) {
    const SaltKeys found = read_salt_keys(directory);
    Map ids;
    for (const auto& key : found.keys) {
      Value& list = ids[class_of(key.state).internal];
      if (list.is_null()) list = List();
      list.edit_list().emplace_back(key.id);
    }
    if (found.keys.empty()) {
      say("There are no keys of minions in " + directory + ".");
      return exit_code::ok;
    }
    say("The following keys are going to be taken over:");
    show(ids);
    if (!options_.has("yes") && !is_confirmed(false)) return exit_code::ok;
    const wire::KeyImportReport report = send_keys(found.keys);
    say(fmt::format("{} keys taken over, {} were on record already.", report.imported.size(), report.known.size()));
    for (const auto& [id, reason] : report.refused)
      screen_.err(fmt::format("ERROR: {} is not taken over: {}\n", escape_control(id), escape_control(reason)));
    if (found.master_pem) warn_of_other_master(*found.master_pem, directory);
    return report.refused.empty() ? exit_code::ok : exit_code::generic;
  }

  // In parts, for a message has a limit.
  wire::KeyImportReport send_keys(const std::vector<wire::KeyOffer>& keys) {
    constexpr std::size_t part_size = 500;
    wire::KeyImportReport all;
    for (std::size_t i = 0; i < keys.size(); i += part_size) {
      wire::KeyImport part;
      part.keys.assign(keys.begin() + static_cast<std::ptrdiff_t>(i),
                       keys.begin() + static_cast<std::ptrdiff_t>(std::min(i + part_size, keys.size())));
      const auto report = wire::decode_message<wire::KeyImportReport>(client_.call("key.import", wire::encode_message(part)), "the master's reply");
      all.imported.insert(all.imported.end(), report.imported.begin(), report.imported.end());
      all.known.insert(all.known.end(), report.known.begin(), report.known.end());
      all.refused.insert(report.refused.begin(), report.refused.end());
    }
    return all;
  }

  void warn_of_other_master(const std::string& pem, const std::string& directory) {
    const Value reply = client_.call("key.master", wire::encode_message(wire::KeyFormat{hash_type_}));
    const auto master = wire::decode_message<wire::MasterKey>(reply, "the master's reply");
    if (split_words(pem) == split_words(master.pem)) return;
    screen_.err(fmt::format("WARNING: this master has another key of its own than the one in {}: minions that know that one will refuse "
                            "this master. To keep it, stop halite-master and copy master.pem and master.pub into its pki_dir.\n",
                            directory));
  }

  // The key is named by the fingerprint that was given or listed, so one swapped in meanwhile is not taken.
  void decide_one(const std::string& verb, const wire::KeyInfo& key) {
    wire::KeySelection one = selection(key.id, {key.state});
    const std::string given = to_lower(options_.text_or("finger", key.fingerprint));
    if (!given.empty()) one.fingerprint = given;
    if (ask("key." + verb, one).keys.empty())
      throw Error(ErrorKind::not_found, "the {} key of '{}' is not there any more; 'halite-key -L' shows what is",
                  class_of(key.state).word, key.id);
  }

  bool is_confirmed(bool no_is_default) const {
    const auto answer = screen_.ask(no_is_default ? "Proceed? [N/y] " : "Proceed? [n/Y] ");
    if (!answer) {
      screen_.err("\nNo answer, so nothing is done; -y does it without a question.\n");
      return false;
    }
    if (answer->empty()) return !no_is_default;
    return to_lower(*answer).starts_with("y");
  }

  std::string no_match(const Decision& decision) const {
    std::vector<std::string> words;
    for (const auto& state : decision.states) words.emplace_back(class_of(state).word);
    if (words.empty()) words = {"accepted", "denied", "unaccepted", "rejected"};
    const std::string last = words.back();
    words.pop_back();
    return fmt::format("The key glob '{}' does not match any {}{}{} keys.", escape_control(decision.match), join(words, ", "),
                       words.empty() ? "" : " or ", last);
  }

  // A host that was rebuilt has another key, which is denied: say so, and how to go on.
  std::string elsewhere(const Decision& decision) {
    if (decision.states.empty() || decision.match == "*") return "";
    std::vector<std::string> found;
    bool is_denied = false;
    for (const auto& key : ask("key.list", selection(decision.match)).keys) {
      const std::string word = class_of(key.state).word;
      if (std::find(found.begin(), found.end(), word) == found.end()) found.push_back(word);
      is_denied = is_denied || key.state == "denied";
    }
    if (found.empty()) return "";
    return fmt::format("It matches keys that are {}{}.", join(found, " and "),
                       is_denied && decision.verb == "accept" ? ".\n--include-denied takes the denied one: the host that has it is trusted from then\non, and the one before is not" : "");
  }

  const Screen& screen_;
  const ParsedOptions& options_;
  Printer printer_;
  control::Client client_;
  std::string hash_type_;
};

}  // namespace

int key_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options) {
  const bool may_have_word = options.has("finger-all");
  if (!options.arguments().empty() && !may_have_word)
    throw UsageError("'{}' is neither an option nor the value of one", options.arguments().front());
  if (is_about_tokens(options)) return token_command(screen, settings, options);
  if (options.has("valid-for")) throw UsageError("option --valid-for is about tokens: give --new-token too");
  return KeyTool(screen, settings, options).run();
}

}  // namespace halite::cli
