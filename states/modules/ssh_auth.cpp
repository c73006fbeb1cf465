// Keys that may log in as a user: ssh_auth.present, ssh_auth.absent and ssh_auth.manage.
//
// Files below a user's home are read and written with that user's file access, so that no link the user plants can
// make us read or write anything else.
#include <algorithm>

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/authorized_keys.h"
#include "states/providers/sources.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Keys {
  std::string name, user;
  std::string enc = "ssh-rsa", comment, source, config = ".ssh/authorized_keys", fingerprint_hash_type;
  std::optional<TextList> options;
  TextList ssh_keys;
  // Derived.
  std::optional<Account> account;  // nothing: an earlier state of this dry run would make the user
  std::string path;
  std::vector<AuthorizedKey> wanted;
  std::optional<std::map<std::string, std::string>> lines;  // key -> its line
};

Schema<Keys> schema() {
  return Schema<Keys>()
      .key(&Keys::name, "name", "The key: base64 alone, or a whole line with type, comment and options.")
      .key(&Keys::user, "user", "User who may log in with it.")
      .parameter(&Keys::enc, "enc", "Type of a key that is given as base64 alone.")
      .parameter(&Keys::comment, "comment", "Comment of a key that is given without one.")
      .parameter(&Keys::source, "source", "File of keys to take instead of the name (salt:// or a full path).")
      .parameter(&Keys::options, "options", "Options of the key, such as no-pty or command=\"...\".")
      .parameter(&Keys::config, "config",
                 "The keys' file: in the user's home, or a full path; %u is the user, %h the home.")
      .parameter(&Keys::fingerprint_hash_type, "fingerprint_hash_type",
                 "Kept for Salt's trees; fingerprints are not shown.")
      .one_of({"", "md5", "sha256"});
}

AuthorizedKey key_of(const std::string& text, const Keys& asked) {
  const auto defaults = [&](AuthorizedKey key) {
    if (key.options.empty() && asked.options) key.options = asked.options->items;
    if (key.comment.empty()) key.comment = asked.comment;
    return key;
  };
  AuthorizedKey key;
  if (auto line = parse_authorized_key(text)) {
    key = defaults(std::move(*line));
  } else {
    const auto words = split_words(text);
    if (words.empty()) throw Error(ErrorKind::invalid, "an SSH key is empty");
    key.type = key_type(asked.enc);
    key.key = words[0];
    for (std::size_t i = 1; i < words.size(); ++i) key.comment += (i > 1 ? " " : "") + words[i];
    key = defaults(std::move(key));
  }
  const std::string line = to_line(key);
  if (!is_valid(key) || line.find_first_of("\n\r") != std::string::npos)
    throw Error(ErrorKind::invalid, "Invalid public ssh key, most likely has spaces or invalid syntax");
  return key;
}

// What comes into the same file once: of a key given twice the last counts.
void want(AuthorizedKey key, Keys& asked) {
  std::erase_if(asked.wanted, [&](const AuthorizedKey& known) { return known.key == key.key; });
  asked.wanted.push_back(std::move(key));
}

std::string keys_path(const Keys& asked) {
  const std::string home = asked.account ? asked.account->home : "/home/" + asked.user;
  std::string config = replace_all(replace_all(asked.config, "%u", asked.user), "%h", home);
  config = replace_all(config, "%%", "%");
  return config.starts_with('/') ? config : home + "/" + config;
}

void find_file(Keys& asked, World& world) {
  asked.account = world.host.user(asked.user);
  if (!asked.account && !world.plan.has("user", asked.user))
    throw Error(ErrorKind::not_found, "User {} is not available: its keys can't be managed", asked.user);
  asked.path = keys_path(asked);
  if (asked.account && !has_directory(world, asked.account->home))
    throw Error(ErrorKind::not_found,
                "Failed to add the ssh key. Is the home directory available, and/or does the key file exist?");
}

std::optional<Outcome> prepare(Keys& asked, World& world) {
  find_file(asked, world);
  if (asked.source.empty()) {
    want(key_of(asked.name, asked), asked);
    return std::nullopt;
  }
  for (const auto& line : split_lines(read_source({.sources = {asked.source}}, world).content))
    if (!trim(line).empty() && !trim(line).starts_with('#')) want(key_of(line, asked), asked);
  return std::nullopt;
}

// Below the home with the user's own access; a file elsewhere (AuthorizedKeysFile /etc/ssh/keys/%u) is the system's.
void with_access(const Keys& asked, World& world, const std::function<void()>& work) {
  const bool is_at_home = asked.account && asked.path.starts_with(asked.account->home + "/");
  if (is_at_home)
    world.host.as_user(*asked.account, work);
  else
    work();
}

std::string read_text(const Keys& asked, World& world) {
  std::string text;
  with_access(asked, world, [&] { text = world.host.read_file_if_exists(asked.path).value_or(""); });
  return text;
}

bool is_asked(const Keys& asked, const std::string& key) {
  return std::any_of(asked.wanted.begin(), asked.wanted.end(),
                     [&](const AuthorizedKey& one) { return one.key == key; });
}

std::map<std::string, std::string> lines_in(const std::string& text) {
  std::map<std::string, std::string> lines;
  for (const auto& line : split_lines(text))
    if (const auto key = parse_authorized_key(line)) {
      // A second line of the same key is a difference, whatever it says.
      auto [at, is_new] = lines.emplace(key->key, to_line(*key));
      if (!is_new) at->second += "\n" + to_line(*key);
    }
  return lines;
}

std::optional<Keys> read_asked(const Keys& asked, World& world) {
  Keys keys;
  keys.lines = asked.account ? lines_in(read_text(asked, world)) : std::map<std::string, std::string>();
  std::erase_if(*keys.lines, [&](const auto& line) { return !is_asked(asked, line.first); });
  return keys;
}

std::optional<Keys> read_all(const Keys& asked, World& world) {
  Keys keys;
  keys.lines = asked.account ? lines_in(read_text(asked, world)) : std::map<std::string, std::string>();
  return keys;
}

std::optional<Keys> wants_present(const Keys& asked) {
  Keys keys = asked;
  keys.lines.emplace();
  for (const AuthorizedKey& key : asked.wanted) (*keys.lines)[key.key] = to_line(key);
  return keys;
}

std::optional<Keys> wants_absent(const Keys& asked) {
  Keys keys = asked;
  keys.lines.emplace();
  return keys;
}

void write_text(const Keys& asked, const std::string& text, World& world) {
  const FileAttributes owner{.mode = 0600, .uid = asked.account->uid, .gid = asked.account->gid};
  with_access(asked, world, [&] {
    const std::string directory = asked.path.substr(0, asked.path.rfind('/'));
    if (!world.host.status_of_target(directory)) {
      FileAttributes attributes = owner;
      attributes.mode = 0700;
      world.host.make_directory(directory, attributes);
    }
    // A file that is there keeps its mode; a symlink to it is followed, with the user's own access.
    std::string path = asked.path;
    if (const auto status = world.host.status(path); status && status->type == FileType::symlink) {
      const std::string target = world.host.read_symlink(path);
      path = target.starts_with('/') ? target : directory + "/" + target;
    }
    const bool is_there = world.host.status(path).has_value();
    world.host.replace_file(path, text,
                            is_there ? FileAttributes{.mode = {}, .uid = owner.uid, .gid = owner.gid} : owner);
  });
}

void apply(const std::optional<Keys>& now, const std::optional<Keys>& want, World& world) {
  const std::string text = read_text(*want, world);
  std::vector<std::string> gone;
  for (const auto& [key, line] : *now->lines)
    if (!want->lines->count(key)) gone.push_back(key);
  std::vector<AuthorizedKey> set;
  for (const AuthorizedKey& key : want->wanted)
    if (want->lines->count(key.key)) set.push_back(key);
  write_text(*want, with_keys(without_keys(text, gone), set), world);
}

Map changes(const Change<Keys>& change) {
  Map shown;
  static const std::map<std::string, std::string> none;
  const auto& before = change.before && change.before->lines ? *change.before->lines : none;
  const auto& after = change.after && change.after->lines ? *change.after->lines : none;
  for (const auto& [key, line] : after) {
    const auto old = before.find(key);
    if (old == before.end())
      shown.set(key, "New");
    else if (old->second != line)
      shown.set(key, "Updated");
  }
  for (const auto& [key, line] : before)
    if (!after.count(key)) shown.set(key, "Removed");
  return shown;
}

std::string shown_key(const Keys& asked) {
  return asked.wanted.size() == 1 ? asked.wanted[0].key : asked.source;
}

std::string word_of(const Change<Keys>& change) {
  const Map all = changes(change);
  return all.empty() ? "Updated" : all.begin()->value.as_string();
}

Wording<Keys> present_words() {
  Wording<Keys> words;
  words.correct = [](const Keys& asked) {
    if (!asked.source.empty()) return fmt::format("All host keys in file {} are already present", asked.source);
    return fmt::format("The authorized host key {} is already present for user {}", shown_key(asked), asked.user);
  };
  words.planned = [](const Change<Keys>& change) {
    return fmt::format("Key {} for user {} is set to be {}", shown_key(change.asked), change.asked.user,
                       word_of(change) == "New" ? "added" : "updated");
  };
  words.done = [](const Change<Keys>& change) {
    return fmt::format("The authorized host key {} for user {} was {}", shown_key(change.asked), change.asked.user,
                       word_of(change) == "New" ? "added" : "updated");
  };
  words.changes = changes;
  return words;
}

Wording<Keys> absent_words() {
  Wording<Keys> words;
  words.correct = [](const Keys&) -> std::string { return "Key is already absent"; };
  words.planned = [](const Change<Keys>& change) {
    return fmt::format("Key {} for user {} is set for removal", shown_key(change.asked), change.asked.user);
  };
  words.done = [](const Change<Keys>&) -> std::string { return "Key removed"; };
  words.changes = changes;
  return words;
}

Wording<Keys> manage_words() {
  Wording<Keys> words;
  words.correct = [](const Keys& asked) {
    return fmt::format("The authorized keys of user {} are as they should be", asked.user);
  };
  words.planned = [](const Change<Keys>& change) {
    return fmt::format("The authorized keys of user {} are set to be changed", change.asked.user);
  };
  words.done = [](const Change<Keys>& change) {
    return fmt::format("The authorized keys of user {} were changed", change.asked.user);
  };
  words.changes = changes;
  return words;
}

Resource<Keys> resource(Schema<Keys> arguments) {
  Resource<Keys> keys{.name = "ssh_auth", .schema = std::move(arguments), .read = read_asked, .apply = apply};
  keys.derived = Schema<Keys>().property(&Keys::lines, "keys", "The lines of the keys.");
  keys.prepare = prepare;
  return keys;
}

// A user that is not there has no keys to take away.
Resource<Keys> removal() {
  Resource<Keys> keys = resource(schema());
  keys.prepare = [](Keys& asked, World& world) -> std::optional<Outcome> {
    if (!world.host.user(asked.user)) return unchanged("Key is already absent");
    // A key is known by its own text; its type need not be said.
    if (const std::string type = type_inside(asked.name); !type.empty()) asked.enc = type;
    return prepare(asked, world);
  };
  return keys;
}

Resource<Keys> management() {
  Resource<Keys> keys =
      resource(schema().parameter(&Keys::ssh_keys, "ssh_keys", "The keys; every other one is removed."));
  keys.read = read_all;
  keys.prepare = [](Keys& asked, World& world) -> std::optional<Outcome> {
    find_file(asked, world);
    for (const auto& key : asked.ssh_keys.items) want(key_of(key, asked), asked);
    if (!asked.source.empty())
      for (const auto& line : split_lines(read_source({.sources = {asked.source}}, world).content))
        if (!trim(line).empty() && !trim(line).starts_with('#')) want(key_of(line, asked), asked);
    return std::nullopt;
  };
  return keys;
}

}  // namespace

Module ssh_auth() {
  const std::string key =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2Z2GZ0mW4T0eF3jzJzW1tTQj3kM9jvGz6N2vV5cXo1 alice@laptop";
  return {"ssh_auth",
          "SSH keys that may log in as a user.",
          {resource(schema()).ensure("present", "The key may log in as the user.", {{"name", key}, {"user", "alice"}},
                                     wants_present, present_words()),
           removal().ensure("absent", "The key may not log in as the user.", {{"name", key}, {"user", "alice"}},
                            wants_absent, absent_words()),
           management().ensure("manage", "These keys and no others may log in as the user.",
                               {{"name", "keys of alice"}, {"user", "alice"}, {"ssh_keys", List{key}}}, wants_present,
                               manage_words())}};
}

}  // namespace halite::states
