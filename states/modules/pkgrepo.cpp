// Repositories of apt: managed and absent.
#include <algorithm>

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/apt_keys.h"
#include "states/providers/apt_sources.h"
#include "states/providers/sources.h"
#include "states/resource.h"

namespace halite::states {
namespace {

constexpr const char* main_file = "/etc/apt/sources.list";
constexpr const char* trusted_directory = "/etc/apt/trusted.gpg.d/";

struct Repo {
  std::string name;
  std::string ppa, key_url, key_text, keyserver, file, dist, type, ppa_auth, keyid_ppa;
  std::optional<TextList> keyid, comments;
  std::optional<Text> comps, architectures;
  std::optional<Flag> enabled, disabled, refresh;
  Flag aptkey{true}, allow_insecure_key{true};
  bool clean_file = false, consolidate = false;

  // Derived.
  std::optional<std::string> line, remarks, key_file, ppa_state, signedby;
  std::optional<std::vector<std::string>> components, architecture_list;
  std::optional<bool> is_disabled;
  std::optional<AptSource> source;
  std::string shown_line;
  std::optional<std::string> key;  // the content, where it is compared
  std::string key_path;
};

const std::vector<std::pair<std::string, std::string>> other_managers{
    {"humanname", "apt's repositories have no name"}, {"gpgcheck", "apt checks signatures always"},
    {"gpgkey", "it means something to yum alone; use key_url"}, {"copr", "it means something on Fedora alone"},
    {"baseurl", "it means something to yum alone; the line is `name`"},
    {"mirrorlist", "it means something to yum alone"}, {"priority", "use a file in /etc/apt/preferences.d"}};

Schema<Repo> named() {
  return Schema<Repo>()
      .key(&Repo::name, "name", "The line, as in sources.list: deb [options] URI distribution components.")
      .parameter(&Repo::ppa, "ppa", "On Ubuntu: a Launchpad archive OWNER/NAME in place of the line.")
      .parameter(&Repo::keyid, "keyid", "Id of the key that signs it, or a list of them.");
}

Schema<Repo> managed_schema() {
  return named()
      .parameter(&Repo::ppa_auth, "ppa_auth", "Not supported: an error.")
      .parameter(&Repo::file, "file", "File for the line. Unset: where it is, or /etc/apt/sources.list.")
      .parameter(&Repo::comps, "comps", "Components, with commas, in place of those in the line.")
      .parameter(&Repo::architectures, "architectures", "Architectures, with commas, in place of those in the line.")
      .parameter(&Repo::dist, "dist", "Distribution in place of the one in the line.")
      .parameter(&Repo::type, "type", "deb or deb-src in place of the one in the line.")
      .parameter(&Repo::enabled, "enabled", "False: keep the line, switched off.")
      .parameter(&Repo::disabled, "disabled", "True: keep the line, switched off.")
      .parameter(&Repo::comments, "comments", "Comment behind the line.")
      .parameter(&Repo::key_url, "key_url", "Where the key that signs it is: salt://, a path or a URL.")
      .parameter(&Repo::key_text, "key_text", "The key that signs it.")
      .parameter(&Repo::keyserver, "keyserver", "Server to get the key `keyid` from.")
      .parameter(&Repo::aptkey, "aptkey",
                 "False: the key goes to the file that signed-by names alone. True and no signed-by: apt trusts it for "
                 "all repositories.")
      .parameter(&Repo::allow_insecure_key, "allow_insecure_key", "Take a key over plain http.")
      .parameter(&Repo::clean_file, "clean_file", "Empty the file first.")
      .parameter(&Repo::consolidate, "consolidate", "Merge lines of one repository into one.")
      .parameter(&Repo::refresh, "refresh", "Fetch the package lists after a change. Unset: yes.");
}

bool is_ubuntu(const World& world) {
  const Value* os = world.grains.find("os");
  return os && (*os == Value("Ubuntu") || *os == Value("Mint") || *os == Value("neon"));
}

void check_combination(const Repo& asked) {
  const auto exclude = [&](bool both, const char* text) {
    if (both) throw Error(ErrorKind::invalid, "{}", text);
  };
  const bool has_id = asked.keyid || !asked.keyserver.empty();
  exclude(!asked.key_url.empty() && has_id, "You may not use both \"keyid\"/\"keyserver\" and \"key_url\" argument.");
  exclude(!asked.key_text.empty() && has_id, "You may not use both \"keyid\"/\"keyserver\" and \"key_text\" argument.");
  exclude(!asked.key_text.empty() && !asked.key_url.empty(), "You may not use both \"key_url\" and \"key_text\" argument.");
  exclude(asked.enabled && asked.disabled, "Only one of enabled/disabled is allowed");
  exclude(has_id && (!asked.keyid || asked.keyserver.empty()), "both keyserver and keyid options required.");
  exclude(trim(asked.key_url).starts_with("http:") && !asked.allow_insecure_key.value,
          "Cannot have 'key_url' using http with 'allow_insecure_key' set to False");
  exclude(!asked.ppa_auth.empty(), "private archives (ppa_auth) are not supported; give the line and the key instead");
}

bool wants_key(const Repo& asked) {
  return !asked.key_url.empty() || !asked.key_text.empty() || asked.keyid;
}

// A name for a key that no signed-by names: of the file of the repository, or of its host.
std::string own_key_path(const Repo& asked) {
  std::string base = asked.file.empty() ? asked.source->uri : asked.file.substr(asked.file.rfind('/') + 1);
  if (base.ends_with(".list")) base.resize(base.size() - 5);
  if (const std::size_t scheme = base.find("://"); scheme != std::string::npos) base.erase(0, scheme + 3);
  for (char& c : base)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-') c = '-';
  while (base.ends_with('-')) base.pop_back();
  return trusted_directory + base + ".gpg";
}

AptSource parse_asked(const Repo& asked) {
  auto source = parse_apt_source(asked.name);
  if (!source || source->is_disabled)
    throw Error(ErrorKind::invalid,
                "Error: repo '{}' is not a well formatted definition; one looks like: deb http://deb.debian.org/debian "
                "bookworm main",
                escape_control(asked.name));
  const auto listed = [](const std::string& text) {
    std::vector<std::string> parts;
    for (const auto& part : split(text, ','))
      if (!trim(part).empty()) parts.emplace_back(trim(part));
    return parts;
  };
  if (!asked.dist.empty()) source->dist = asked.dist;
  if (!asked.type.empty()) source->type = asked.type;
  if (asked.comps) source->components = listed(asked.comps->text);
  if (asked.architectures) source->options["arch"] = join(listed(asked.architectures->text), ",");
  source->is_disabled = asked.disabled ? asked.disabled->value : asked.enabled && !asked.enabled->value;
  if (asked.comments) source->comment = join(asked.comments->items, " ");
  return *source;
}

// What is compared of a line.
void describe(Repo& repo, const AptSource& source) {
  repo.source = source;
  repo.line = canonical_line(source);
  repo.shown_line = apt_source_line(source);
  repo.components = source.components;
  std::sort(repo.components->begin(), repo.components->end());
  repo.is_disabled = source.is_disabled;
  repo.signedby = source.option("signed-by");
  repo.architecture_list = source.option("arch").empty() ? std::vector<std::string>() : split(source.option("arch"), ',');
  std::sort(repo.architecture_list->begin(), repo.architecture_list->end());
}

void prepare_key(Repo& asked, World& world) {
  const std::string signed_by = asked.source->option("signed-by");
  if (!wants_key(asked)) return;
  if (!asked.aptkey.value && signed_by.empty())
    throw Error(ErrorKind::invalid, "Failed to configure repo '{}': missing 'signedby' option when apt-key is missing",
                asked.name);
  asked.key_path = signed_by.empty() ? own_key_path(asked) : signed_by;
  // Without signed-by the key may be in any of apt's keyrings already: it comes with the line.
  if (signed_by.empty()) return;
  asked.key_file = signed_by;
  if (asked.key_url.starts_with("salt://") || asked.key_url.starts_with('/'))
    asked.key = key_for_file(read_source({.sources = {asked.key_url}}, world).content, signed_by);
}

std::optional<Outcome> prepare(Repo& asked, World& world) {
  check_combination(asked);
  if (is_ubuntu(world) && !asked.ppa.empty()) asked.name = asked.ppa.starts_with("ppa:") ? asked.ppa : "ppa:" + asked.ppa;
  if (asked.name.starts_with("ppa:")) {
    if (!is_ubuntu(world))
      throw Error(ErrorKind::invalid, "cannot parse \"ppa:\" style repo definitions: {}", escape_control(asked.name));
    asked.ppa_state = "present";
    return std::nullopt;
  }
  describe(asked, parse_asked(asked));
  if (asked.comments) asked.remarks = asked.source->comment;
  prepare_key(asked, world);
  return std::nullopt;
}

// In any format: add-apt-repository has written both.
bool has_ppa(const std::string& name, Host& host) {
  const std::string part = "/" + name.substr(4) + "/ubuntu";
  const std::string directory = "/etc/apt/sources.list.d";
  if (!host.status_of_target(directory)) return false;
  for (const auto& file : host.list_directory(directory))
    for (const auto& line : split_lines(host.read_file_if_exists(directory + "/" + file).value_or("")))
      if (!trim(line).starts_with('#') && line.find(part) != std::string::npos) return true;
  return false;
}

std::optional<Repo> read(const Repo& asked, World& world) {
  Repo now;
  now.name = asked.name;
  if (asked.ppa_state) {
    if (!has_ppa(asked.name, world.host)) return std::nullopt;
    now.ppa_state = "present";
    return now;
  }
  const auto found = AptSources(world.host).find(*asked.source);
  if (found.empty()) return std::nullopt;
  describe(now, found[0].source);
  now.remarks = found[0].source.comment;
  if (asked.key_file) {
    const auto key = world.host.read_file_if_exists(*asked.key_file);
    const bool is_right = key && !key->empty() && (!asked.key || key == asked.key);
    now.key_file = is_right ? *asked.key_file : !key ? "" : "another key";
  }
  return now;
}

void bring_key(const Repo& want, World& world) {
  if (!wants_key(want)) return;
  if (want.keyid) return receive_key(want.keyid->items, want.keyserver, want.key_path, world.host);
  const std::string key =
      !want.key_text.empty() ? want.key_text : read_source({.sources = {want.key_url}}, world).content;
  write_key(key, want.key_path, world.host);
}

void refresh_lists(const Repo& asked, World& world) {
  if (asked.refresh && !asked.refresh->value) return world.packages().lists_are_stale();
  world.packages().refresh(true);
}

void add_ppa(const std::string& name, Host& host) {
  Command command;
  command.argv = {"add-apt-repository", "-y", name};
  const CommandResult result = host.execute(command);
  if (result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "Unable to add PPA '{}': add-apt-repository exited with status {}: {}",
                name.substr(4), result.exit_code, trim(result.error));
}

void apply(const std::optional<Repo>&, const std::optional<Repo>& want, World& world) {
  if (want->ppa_state) {
    add_ppa(want->name, world.host);
    return refresh_lists(*want, world);
  }
  bring_key(*want, world);
  AptSources sources(world.host);
  if (want->clean_file && !want->file.empty()) sources.clear(want->file);
  const auto found = sources.find(*want->source);
  AptSource source = *want->source;
  if (!want->comments && !found.empty()) source.comment = found[0].source.comment;
  const bool stays = !found.empty() && (want->file.empty() || found[0].file == want->file);
  if (stays) {
    sources.set_line(found[0], source);
  } else {
    if (!found.empty()) sources.remove(found[0]);
    sources.add(want->file.empty() ? main_file : want->file, source);
  }
  if (want->consolidate)
    for (std::size_t i = 1; i < found.size(); ++i) sources.remove(found[i]);
  sources.save();
  refresh_lists(*want, world);
}

Wording<Repo> managed_words() {
  Wording<Repo> words;
  words.correct = [](const Repo& asked) { return fmt::format("Package repo '{}' already configured", asked.name); };
  words.planned = [](const Change<Repo>& change) {
    return fmt::format(
        "Package repo '{}' would be configured. This may cause pkg states to behave differently than stated if this "
        "action is repeated without test=True, due to the differences in the configured repositories.",
        change.asked.name);
  };
  words.done = [](const Change<Repo>& change) { return fmt::format("Configured package repo '{}'", change.asked.name); };
  words.changes = [](const Change<Repo>& change) {
    if (change.creates()) return Map{{"repo", change.asked.name}};
    Map changes = changes_of(change.differences);
    if (changes.find("line"))
      changes.set("line", Map{{"old", change.before->shown_line}, {"new", change.after->shown_line}});
    return changes;
  };
  return words;
}

// Absent: the components that the line names go, and the rest stays.
std::optional<Outcome> prepare_absent(Repo& asked, World& world) {
  if (is_ubuntu(world) && !asked.ppa.empty()) asked.name = asked.ppa.starts_with("ppa:") ? asked.ppa : "ppa:" + asked.ppa;
  if (asked.name.starts_with("ppa:")) {
    asked.ppa_state = "present";
    return std::nullopt;
  }
  asked.source = parse_asked(asked);
  return std::nullopt;
}

void apply_absent(const std::optional<Repo>& now, const std::optional<Repo>&, World& world) {
  if (now->ppa_state) {
    world.host.run({"add-apt-repository", "-y", "--remove", now->name});
  } else {
    AptSources sources(world.host);
    AptSource gone = parse_asked(*now);
    for (const auto& found : sources.find(gone)) {
      AptSource left = found.source;
      std::erase_if(left.components, [&](const std::string& one) {
        return std::find(gone.components.begin(), gone.components.end(), one) != gone.components.end();
      });
      const bool stays = !left.components.empty() && !gone.components.empty();
      stays ? sources.set_line(found, left) : sources.remove(found);
    }
    sources.save();
  }
  world.packages().refresh(true);
}

// The engine takes away what read gives; the key goes with it.
void apply_absent_with_key(const Repo& asked, World& world) {
  if (!asked.keyid) return;
  for (const auto& id : asked.keyid->items)
    for (const auto& path : files_with_key(id, world.host)) world.host.remove_file(path);
}

Function absent_function() {
  Resource<Repo> repo{.name = "pkgrepo",
                      .schema = named().parameter(&Repo::keyid_ppa, "keyid_ppa", "Not supported; name the keyid."),
                      .read = read,
                      .apply = apply_absent};
  repo.prepare = prepare_absent;
  repo.read = [](const Repo& asked, World& world) -> std::optional<Repo> {
    Repo now = asked;
    if (asked.ppa_state) return has_ppa(asked.name, world.host) ? std::optional(now) : std::nullopt;
    return AptSources(world.host).find(*asked.source).empty() ? std::nullopt : std::optional(now);
  };
  repo.apply = [](const std::optional<Repo>& now, const std::optional<Repo>& want, World& world) {
    apply_absent_with_key(*now, world);
    apply_absent(now, want, world);
  };
  repo.ignored = other_managers;
  Wording<Repo> words;
  words.correct = [](const Repo& asked) { return fmt::format("Package repo {} is absent", asked.name); };
  words.planned = [](const Change<Repo>& change) {
    return fmt::format(
        "Package repo '{}' will be removed. This may cause pkg states to behave differently than stated if this action "
        "is repeated without test=True, due to the differences in the configured repositories.",
        change.asked.name);
  };
  const auto ids = [](const Repo& asked) { return asked.keyid ? join(asked.keyid->items, ", ") : ""; };
  words.done = [ids](const Change<Repo>& change) {
    const std::string keys = ids(change.asked);
    return fmt::format("Removed repo {}{}", change.asked.name, keys.empty() ? "" : ", and keyid " + keys);
  };
  words.changes = [ids](const Change<Repo>& change) {
    Map changes{{"repo", change.asked.name}};
    if (change.asked.keyid) changes.set("keyid", ids(change.asked));
    return changes;
  };
  return repo.ensure("absent", "The repository is not configured.",
                     {{"name", "deb http://deb.example.org/debian stable main"}}, nothing<Repo>, words);
}

}  // namespace

Module pkgrepo() {
  Resource<Repo> repo{.name = "pkgrepo",
                      .schema = managed_schema().alias("refresh_db"),
                      .read = read,
                      .apply = apply};
  repo.derived = Schema<Repo>()
                     .property(&Repo::line, "line", "The line.")
                     .property(&Repo::components, "comps", "The components.")
                     .property(&Repo::architecture_list, "architectures", "The architectures.")
                     .property(&Repo::signedby, "signedby", "The key that signs it.")
                     .property(&Repo::is_disabled, "disabled", "It is switched off.")
                     .property(&Repo::remarks, "comments", "The comment.")
                     .property(&Repo::key_file, "key_file", "The file with the key.")
                     .property(&Repo::ppa_state, "ppa", "The archive.");
  repo.prepare = prepare;
  repo.ignored = other_managers;
  repo.provides = [](const Repo&) {
    return std::vector<std::pair<std::string, std::string>>{{"repository", "any"}};
  };
  return {"pkgrepo",
          "Repositories of apt.",
          {repo.ensure("managed", "The repository is configured, with its key.",
                       {{"name", "deb [signed-by=/etc/apt/keyrings/example.gpg] http://deb.example.org/debian stable main"},
                        {"file", "/etc/apt/sources.list.d/example.list"},
                        {"key_url", "salt://example.asc"},
                        {"aptkey", false}},
                       as_given<Repo>, managed_words()),
           absent_function()}};
}

}  // namespace halite::states
