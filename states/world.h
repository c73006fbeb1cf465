// What a state function may look at and change: the machine, the file tree, pillar, grains, templates.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/host/host.h"
#include "states/providers/accounts.h"
#include "states/providers/packages.h"

namespace halite::states {

struct TemplateRequest {
  std::string engine;  // "jinja"
  std::string text;
  std::string source_name;  // for messages: "salt://users/motd"
  Map context;              // names the template sees beside salt, pillar, grains
  std::string environment;
  std::string sls = {};
};
// Gives the rendered text; throws Error with the template's name and line.
using TemplateRenderer = std::function<std::string(const TemplateRequest&)>;

// Calls a remote function on this minion: ("test.ping", {}, {}).
using FunctionCaller = std::function<Value(const std::string& name, const List& args, const Map& kwargs)>;

// What earlier states of a dry run would have made, so that later ones are judged as the real run would judge them.
class Plan {
 public:
  void add(const std::string& kind, const std::string& name) { made_.insert(kind + ":" + name); }
  bool has(const std::string& kind, const std::string& name) const { return made_.count(kind + ":" + name) != 0; }
  bool has_any(const std::string& kind) const {
    const auto first = made_.lower_bound(kind + ":");
    return first != made_.end() && first->starts_with(kind + ":");
  }
  // True when a state of this type (its function's module), by id or name, would change something.
  bool has_state(const std::string& type, const std::string& id_or_name) const;
  // False once an earlier state would change anything: what can't be looked at yet may be there then.
  bool empty() const { return made_.empty(); }

 private:
  std::set<std::string> made_;
};

struct World {
  Host& host;
  // The same machine for what is ours alone, such as the cache: real in a dry run too.
  Host& own_files;
  FileTree& files;
  TemplateRenderer render;
  FunctionCaller call;
  Value pillar;
  Value grains;
  Accounts accounts;
  std::function<bool()> is_cancelled = {};

  std::string cache_directory = "/var/cache/halite/minion";  // backups of replaced files

  // Of the state that runs now.
  bool dry_run = false;
  std::string environment = "base";
  std::string sls = {};
  std::string id = {};
  std::optional<unsigned> umask = {};
  // "file: ID" of the watched states that changed, while a state refreshes.
  std::vector<std::string> changed = {};
  // Requirements of the state that runs now, as its low chunk gives them (file.directory's `clean` keeps those).
  Value require = {};
  List chunks = {};
  // The same of what it is required by (file.accumulated's texts are for those).
  Value require_in = {}, watch_in = {};
  // Texts that file.accumulated gathered, by file and accumulator, and the ids of the file states that they are for.
  struct Accumulator {
    List texts = {};
    std::set<std::string> takers = {};
  };
  std::map<std::string, std::map<std::string, Accumulator>> accumulated = {};

  Plan plan = {};
  // What login shells of users export, asked once a run.
  std::map<std::string, std::map<std::string, std::string>> login_environments = {};
  // What dpkg knows, read when a state first asks.
  std::optional<Packages> known_packages = {};
  Packages& packages() {
    if (!known_packages) known_packages.emplace(host);
    return *known_packages;
  }
};

// Notes in a dry run what a state would make: {"user", "web"}. A directory is made in the rehearsal.
void foresee(World& world, const std::string& kind, const std::string& name);

// True when the state that runs now requires a pkg state which would install something in this dry run.
bool requires_planned_package(const World& world);
// For the comment of a dry run about a file that is not there: what a package brings is not known before it is here.
std::string package_note(const std::string& path, const World& world);

// A package that would be installed may bring any account and directory, so a dry run takes those for given then.
// True when the account or group is there, or an earlier state of this dry run would make it.
bool has_user(World& world, const std::string& name_or_id);
bool has_group(World& world, const std::string& name_or_id);
// True when the path is a directory (a symlink to one counts), or would be one.
bool has_directory(World& world, const std::string& path);

}  // namespace halite::states
