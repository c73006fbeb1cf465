#include "tests/states/scene.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

using Lines = std::vector<std::string>;

class Database {
 public:
  Database(FakeHost& host, std::string path) : host_(host), path_(std::move(path)) {
    for (const auto& line : split_lines(host_.files[path_])) rows_.push_back(split(line, ':'));
  }
  ~Database() {
    std::string text;
    for (const auto& row : rows_) text += join(row, ":") + "\n";
    host_.files[path_] = text;
    ++host_.nodes[path_].mtime_s;
    ++host_.changes;
  }
  Lines* find(const std::string& name) {
    for (auto& row : rows_)
      if (row[0] == name) return &row;
    return nullptr;
  }
  void add(Lines row) { rows_.push_back(std::move(row)); }
  void remove(const std::string& name) {
    std::erase_if(rows_, [&](const Lines& row) { return row[0] == name; });
  }
  std::string free_id() {
    int id = 1000;
    for (const auto& row : rows_)
      if (const auto used = parse_int(row[2]); used && *used >= id && *used < 60000) id = static_cast<int>(*used) + 1;
    return std::to_string(id);
  }
  std::vector<Lines>& rows() { return rows_; }

 private:
  FakeHost& host_;
  std::string path_;
  std::vector<Lines> rows_;
};

struct Arguments {
  std::map<std::string, std::string> options;
  std::string name;
  bool has(const std::string& option) const { return options.count(option) != 0; }
};

Arguments parse(const Argv& argv, const std::string& with_value) {
  Arguments result;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    if (argv[i].size() == 2 && argv[i][0] == '-') {
      const std::string& option = argv[i];
      const bool takes = with_value.find(option[1]) != std::string::npos;
      if (takes) ++i;
      result.options[option] = takes ? argv.at(i) : "";
    } else {
      result.name = argv[i];
    }
  }
  return result;
}

void set_groups(FakeHost& host, const std::string& user, const std::string& list) {
  const Lines wanted = list.empty() ? Lines() : split(list, ',');
  Database groups(host, "/etc/group");
  for (auto& row : groups.rows()) {
    Lines members = row[3].empty() ? Lines() : split(row[3], ',');
    std::erase(members, user);
    if (std::find(wanted.begin(), wanted.end(), row[0]) != wanted.end()) members.push_back(user);
    row[3] = join(members, ",");
  }
}

std::string group_id(FakeHost& host, const std::string& name) {
  Database groups(host, "/etc/group");
  const Lines* row = groups.find(name);
  return row ? row->at(2) : name;
}

CommandResult useradd(FakeHost& host, const Argv& argv) {
  const Arguments args = parse(argv, "usgGdc");
  Database users(host, "/etc/passwd");
  if (users.find(args.name)) return FakeHost::result(9, "", "useradd: user '" + args.name + "' already exists\n");
  const std::string uid = args.has("-u") ? args.options.at("-u") : users.free_id();
  std::string gid = args.has("-g") ? group_id(host, args.options.at("-g")) : uid;
  if (!args.has("-g")) Database(host, "/etc/group").add({args.name, "x", gid, ""});
  const auto option = [&](const char* name, const std::string& standard) {
    return args.has(name) ? args.options.at(name) : standard;
  };
  const std::string home = option("-d", "/home/" + args.name);
  users.add({args.name, "x", uid, gid, option("-c", ""), home, option("-s", "/bin/sh")});
  Database(host, "/etc/shadow").add({args.name, "!", "20000", "0", "99999", "7", "", "", ""});
  if (args.has("-G")) set_groups(host, args.name, args.options.at("-G"));
  if (args.has("-m"))
    host.add_directory(home, 0700, static_cast<uid_t>(*parse_int(uid)), static_cast<gid_t>(*parse_int(gid)));
  return {};
}

CommandResult usermod(FakeHost& host, const Argv& argv) {
  const Arguments args = parse(argv, "usgGdc");
  {
    Database users(host, "/etc/passwd");
    Lines* row = users.find(args.name);
    if (!row) return FakeHost::result(6, "", "usermod: user '" + args.name + "' does not exist\n");
    const std::pair<const char*, std::size_t> columns[] = {{"-u", 2}, {"-c", 4}, {"-d", 5}, {"-s", 6}};
    for (const auto& [option, column] : columns)
      if (args.has(option)) (*row)[column] = args.options.at(option);
    if (args.has("-g")) (*row)[3] = group_id(host, args.options.at("-g"));
  }
  if (args.has("-G")) set_groups(host, args.name, args.options.at("-G"));
  if (args.has("-L") || args.has("-U")) {
    Database shadow(host, "/etc/shadow");
    std::string& hash = shadow.find(args.name)->at(1);
    if (args.has("-L") && !hash.starts_with('!')) hash = "!" + hash;
    if (args.has("-U") && hash.starts_with('!')) hash = hash.substr(1);
  }
  return {};
}

CommandResult userdel(FakeHost& host, const Argv& argv) {
  const Arguments args = parse(argv, "");
  {
    Database users(host, "/etc/passwd");
    const Lines* row = users.find(args.name);
    if (!row) return FakeHost::result(6, "", "userdel: user does not exist\n");
    const std::string home = row->at(5);
    if (args.has("-r") && host.status(home)) host.remove_tree(home);
    users.remove(args.name);
  }
  Database(host, "/etc/shadow").remove(args.name);
  set_groups(host, args.name, "");
  return {};
}

CommandResult chage(FakeHost& host, const Argv& argv) {
  const Arguments args = parse(argv, "dmMIWE");
  Database shadow(host, "/etc/shadow");
  Lines* row = shadow.find(args.name);
  const std::pair<const char*, std::size_t> columns[] = {{"-d", 2}, {"-m", 3}, {"-M", 4},
                                                         {"-W", 5}, {"-I", 6}, {"-E", 7}};
  for (const auto& [option, column] : columns)
    if (args.has(option)) (*row)[column] = args.options.at(option);
  return {};
}

CommandResult groupadd(FakeHost& host, const Argv& argv) {
  const Arguments args = parse(argv, "g");
  Database groups(host, "/etc/group");
  groups.add({args.name, "x", args.has("-g") ? args.options.at("-g") : groups.free_id(), ""});
  return {};
}

CommandResult gpasswd(FakeHost& host, const Argv& argv) {
  const Arguments args = parse(argv, "M");
  Database groups(host, "/etc/group");
  groups.find(args.name)->at(3) = args.options.at("-M");
  return {};
}

CommandResult chpasswd(FakeHost& host, const Command& command) {
  const auto parts = split(std::string(trim(command.input)), ':');
  Database(host, "/etc/shadow").find(parts.at(0))->at(1) = parts.at(1);
  return {};
}

}  // namespace

void install_account_programs(FakeHost& host) {
  FakeHost* at = &host;
  host.programs["useradd"] = [at](const Command& command) { return useradd(*at, command.argv); };
  host.programs["usermod"] = [at](const Command& command) { return usermod(*at, command.argv); };
  host.programs["userdel"] = [at](const Command& command) { return userdel(*at, command.argv); };
  host.programs["chage"] = [at](const Command& command) { return chage(*at, command.argv); };
  host.programs["groupadd"] = [at](const Command& command) { return groupadd(*at, command.argv); };
  host.programs["gpasswd"] = [at](const Command& command) { return gpasswd(*at, command.argv); };
  host.programs["chpasswd"] = [at](const Command& command) { return chpasswd(*at, command); };
  host.programs["groupmod"] = [at](const Command& command) {
    const Arguments args = parse(command.argv, "g");
    Database(*at, "/etc/group").find(args.name)->at(2) = args.options.at("-g");
    return CommandResult{};
  };
  host.programs["groupdel"] = [at](const Command& command) {
    Database(*at, "/etc/group").remove(command.argv.at(1));
    return CommandResult{};
  };
  host.programs["passwd"] = [at](const Command& command) {
    Database(*at, "/etc/shadow").find(command.argv.at(2))->at(1) = "";
    return CommandResult{};
  };
}

void install_systemctl(FakeHost& host) {
  host.add_directory("/run/systemd/system");
  host.add_directory("/etc/systemd/system");
  host.units.emplace();
  (*host.units)["ssh.service"] = {"loaded", "inactive", "disabled", false};
  auto known = std::make_shared<std::map<std::string, UnitStatus>>(*host.units);
  FakeHost* at = &host;
  host.programs["systemctl"] = [known, at](const Command& command) {
    std::map<std::string, UnitStatus>& units = at->units ? *at->units : *known;
    const auto has = [&](const char* word) {
      return std::find(command.argv.begin(), command.argv.end(), word) != command.argv.end();
    };
    const std::string& name = command.argv.back();
    if (name == "daemon-reload") {
      for (auto& [unit, status] : units) status.needs_reload = false;
      return CommandResult{};
    }
    const auto found = units.find(name);
    if (has("show")) {
      const UnitStatus status = found == units.end() ? UnitStatus{"not-found", "inactive", "", false} : found->second;
      return FakeHost::result(
          0, fmt::format("LoadState={}\nActiveState={}\nUnitFileState={}\nNeedDaemonReload={}\n", status.load_state,
                         status.active_state, status.unit_file_state, status.needs_reload ? "yes" : "no"));
    }
    if (has("is-enabled"))
      return found == units.end() ? FakeHost::result(1, "", "Failed to get unit file state\n")
                                  : FakeHost::result(0, found->second.unit_file_state + "\n");
    ++at->changes;
    const std::string link = (has("--runtime") ? "/run/systemd/system/" : "/etc/systemd/system/") + name;
    if (has("mask")) at->make_symlink(link, "/dev/null");
    if (has("unmask")) at->remove_file(link);
    if (has("mask") || has("unmask")) return CommandResult{};
    if (found == units.end()) return FakeHost::result(5, "", fmt::format("Unit {} not found.\n", name));
    UnitStatus& unit = found->second;
    if (has("start") || has("restart")) unit.active_state = "active";
    if (has("stop")) unit.active_state = "inactive";
    if (has("enable")) unit.unit_file_state = "enabled";
    if (has("disable")) unit.unit_file_state = "disabled";
    return CommandResult{};
  };
}

void install_apt(FakeHost& host) {
  struct Installed {
    std::string version;
    std::string state = "install ok installed";
  };
  auto packages = std::make_shared<std::map<std::string, Installed>>();
  (*packages)["telnet"] = {"1.0"};
  FakeHost* at = &host;
  const auto write = [packages, at] {
    std::string text;
    for (const auto& [name, package] : *packages)
      text += fmt::format("Package: {}\nStatus: {}\nArchitecture: amd64\nVersion: {}\nDescription: x\n Status: no\n\n",
                          name, package.state, package.version);
    at->files["/var/lib/dpkg/status"] = text;
    ++at->nodes["/var/lib/dpkg/status"].mtime_s;
    ++at->changes;
  };
  write();
  static const std::map<std::string, std::string> available{{"nginx", "1.2"}, {"rsync", "3.0"}, {"telnet", "1.1"}};
  host.programs["apt-get"] = [packages, write, at](const Command& command) {
    std::string verb;
    bool is_simulated = false, only_fetches = false;
    std::string output;
    const auto move = [&](const std::string& name, const std::string& version) {
      const auto now = packages->find(name);
      const bool is_there = now != packages->end() && now->second.state.ends_with("installed");
      const std::string old = is_there ? " [" + now->second.version + "]" : "";
      output += version.empty() ? "Remv " + name + old + "\n" : "Inst " + name + old + " (" + version + " fake [amd64])\n";
      if (!version.empty()) output += "Conf " + name + " (" + version + " fake [amd64])\n";
      if (is_simulated) return;
      const bool is_held = is_there && now->second.state.starts_with("hold");
      if (!version.empty()) (*packages)[name] = {version, is_held ? "hold ok installed" : "install ok installed"};
      else if (verb == "purge") packages->erase(name);
      else (*packages)[name].state = "deinstall ok config-files";
    };
    for (std::size_t i = 1; i < command.argv.size(); ++i) {
      const std::string& word = command.argv[i];
      if (word == "-o" || word == "-t") {
        ++i;
      } else if (word == "-s") {
        is_simulated = true;
      } else if (word == "--download-only") {
        only_fetches = true;
      } else if (word[0] == '-') {
        continue;
      } else if (verb.empty()) {
        verb = word;
      } else {
        const auto parts = split(word, '=');
        const std::string name = word.starts_with('/') ? word.substr(word.rfind('/') + 1, word.size() - word.rfind('/') - 5) : parts[0];
        if (!word.starts_with('/') && !available.count(name))
          return FakeHost::result(100, "", "E: Unable to locate package " + name + "\n");
        const std::string version = word.starts_with('/') ? "9.0" : parts.size() > 1 ? parts[1] : available.at(name);
        if (only_fetches) at->files["/var/cache/apt/archives/" + name + "_" + version + "_amd64.deb"] = "!<arch>";
        else move(name, verb == "install" ? version : "");
      }
    }
    if (verb == "upgrade" || verb == "dist-upgrade")
      for (const auto& [name, package] : std::map(*packages))
        if (available.count(name) && package.state == "install ok installed" && package.version < available.at(name))
          move(name, available.at(name));
    if (verb != "update" && !is_simulated && !only_fetches) write();
    if (only_fetches) ++at->changes;
    return FakeHost::result(0, output);
  };
  host.programs["apt-cache"] = [](const Command& command) {
    std::string text;
    for (const auto& [name, version] : available)
      if (std::find(command.argv.begin(), command.argv.end(), name) != command.argv.end())
        text += name + ":\n  Installed: (none)\n  Candidate: " + version + "\n  Version table:\n     " + version +
                " 500\n        500 http://deb.example.org stable/main\n     1.0 400\n        400 http://old\n";
    return FakeHost::result(0, text);
  };
  host.programs["apt-mark"] = [packages, write](const Command& command) {
    for (std::size_t i = 2; i < command.argv.size(); ++i)
      (*packages)[command.argv[i]].state =
          command.argv.at(1) == "hold" ? "hold ok installed" : "install ok installed";
    write();
    return CommandResult{};
  };
  host.programs["dpkg-deb"] = [](const Command&) { return FakeHost::result(0, "9.0\n"); };
}

Scene::Scene() {
  host.files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\n";
  host.files["/etc/group"] = "root:x:0:\nsudo:x:27:\nusers:x:100:\nalice:x:1000:\n";
  host.files["/etc/shadow"] = "root:*:20000:0:99999:7:::\nalice:!:20000:0:99999:7:::\n";
  host.add_directory("/home/alice", 0755, 1000, 1000);
  host.add_directory("/root", 0700);
  host.add_directory("/srv");
  host.add_directory("/tmp", 01777);
  install_account_programs(host);
  install_systemctl(host);
  install_apt(host);
  install_crontab(host);
  install_sysctl(host);
  install_places(host);
  install_alternatives(host);
  install_kernel_modules(host);
  install_mounts(host);
  install_firewalls(host);
}

RunResult Scene::run(const List& low) {
  const RunContext context{
      .host = host, .files = tree, .render = render, .call = call, .pillar = pillar, .grains = grains, .options = options};
  return run_low(low, registry(), context);
}

Map Scene::state(const std::string& function, const Map& args) {
  return run({chunk(function, "it", args)}).states.begin()->value.as_map();
}

Map Scene::dry(const std::string& function, const Map& args) {
  options.test = true;
  const Map result = state(function, args);
  options.test = false;
  return result;
}

Map chunk(const std::string& function, const std::string& id, const Map& args) {
  const auto parts = split(function, '.');
  Map low{{"state", parts.at(0)}, {"fun", parts.at(1)}, {"__id__", id},
          {"__sls__", "demo"},    {"__env__", "base"},  {"name", id}};
  for (const auto& [key, value] : args) low.set(key, value);
  return low;
}

const Map& result_of(const RunResult& run, const std::string& id) {
  for (const auto& [tag, result] : run.states)
    if (*result.find("__id__") == Value(id)) return result.as_map();
  throw std::runtime_error("no result of " + id);
}

}  // namespace halite::states
