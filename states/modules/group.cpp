// Local groups: group.present and group.absent.
#include <algorithm>

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Group {
  std::string name;
  std::optional<Number> gid;
  std::optional<std::vector<std::string>> members;
  bool system = false, non_unique = false;
  std::optional<TextList> addusers, delusers, members_asked;
};

Schema<Group> schema() {
  return Schema<Group>()
      .key(&Group::name, "name", "Group to manage.")
      .property(&Group::gid, "gid", "Numeric id. Unset: keep its own, or take the next free one.")
      .parameter(&Group::members_asked, "members",
                 "Exactly these users are members. Not together with addusers or delusers.")
      .parameter(&Group::addusers, "addusers", "Users that must be members; others may be too.")
      .parameter(&Group::delusers, "delusers", "Users that must not be members.")
      .parameter(&Group::system, "system", "A new group is a system group, with an id from that range.")
      .parameter(&Group::non_unique, "non_unique", "Allow an id that another group has.");
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Who is to be a member, from the three ways to say it.
std::optional<Outcome> prepare(Group& asked, World& world) {
  const AccountGroup* now = world.accounts.group(asked.name);
  if (!now && asked.gid && !asked.non_unique)
    if (const auto holder = world.accounts.group_holding(static_cast<gid_t>(asked.gid->value)))
      throw Error(ErrorKind::invalid, "Group {} is not present but gid {} is already taken by group {}", asked.name,
                  asked.gid->value, *holder);
  if (asked.members_asked && (asked.addusers || asked.delusers))
    throw Error(
        ErrorKind::invalid,
        "Error: Conflicting options \"members\" with \"addusers\" and/or \"delusers\" can not be used together.");
  if (asked.members_asked) {
    asked.members = sorted(asked.members_asked->items);
    return std::nullopt;
  }
  if (!asked.addusers && !asked.delusers) return std::nullopt;
  std::vector<std::string> members = now ? now->members : std::vector<std::string>();
  if (asked.addusers) {
    for (const auto& user : asked.addusers->items) {
      if (asked.delusers && has(asked.delusers->items, user))
        throw Error(ErrorKind::invalid, "Error. Same user(s) can not be added and deleted simultaneously");
      members.push_back(user);
    }
  }
  if (asked.delusers) std::erase_if(members, [&](const std::string& user) { return has(asked.delusers->items, user); });
  asked.members = sorted(std::move(members));
  return std::nullopt;
}

std::optional<Group> read(const Group& asked, World& world) {
  const AccountGroup* now = world.accounts.group(asked.name);
  if (!now) return std::nullopt;
  Group group;
  group.name = now->name;
  group.gid = Number{now->gid};
  group.members = sorted(now->members);
  return group;
}

void create(const Group& want, World& world) {
  Argv argv{"groupadd"};
  if (want.gid) argv.insert(argv.end(), {"-g", std::to_string(want.gid->value)});
  if (want.non_unique) argv.push_back("-o");
  if (want.system) argv.push_back("-r");
  argv.push_back(want.name);
  world.host.run(argv);
}

void apply(const std::optional<Group>& now, const std::optional<Group>& want, World& world) {
  const auto forget = [&] { world.accounts.forget(); };
  if (!want) {
    world.host.run({"groupdel", now->name});
    return forget();
  }
  if (!now) {
    create(*want, world);
  } else if (want->gid && now->gid != want->gid) {
    Argv argv{"groupmod", "-g", std::to_string(want->gid->value)};
    if (want->non_unique) argv.push_back("-o");
    argv.push_back(want->name);
    world.host.run(argv);
  }
  forget();
  const auto members = now && now->members ? *now->members : std::vector<std::string>();
  if (!want->members || *want->members == members) return;
  world.host.run({"gpasswd", "-M", join(*want->members, ","), want->name});
  forget();
}

// A new group is shown whole, as Salt's group.info has it; of a known one what differs.
Map changes(const Change<Group>& change) {
  if (change.removes()) return {{change.before->name, ""}};
  if (!change.creates()) return changes_of(change.differences);
  const Group& made = *change.after;
  return {{"name", made.name},
          {"passwd", "x"},
          {"gid", made.gid ? Value(made.gid->value) : Value()},
          {"members", made.members ? Value(*made.members) : Value(List{})}};
}

std::string planned(const Change<Group>& change) {
  if (change.creates()) return fmt::format("Group {} set to be added", change.asked.name);
  if (change.removes()) return fmt::format("Group {} is set for removal", change.asked.name);
  return "The following group attributes are set to be changed:\n" + describe(change.differences);
}

std::string done(const Change<Group>& change) {
  if (change.creates()) return fmt::format("New group {} created", change.asked.name);
  if (change.removes()) return fmt::format("Removed group {}", change.asked.name);
  return fmt::format("Group {} updated", change.asked.name);
}

}  // namespace

Module group() {
  Resource<Group> group{.name = "group", .schema = schema(), .read = read, .apply = apply};
  group.derived = Schema<Group>().property(&Group::members, "members", "Who is a member.");
  group.prepare = prepare;
  group.provides = [](const Group& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"group", asked.name}};
  };
  const auto present = [](const Group& asked) { return fmt::format("Group {} is present and up to date", asked.name); };
  const auto absent = [](const Group&) -> std::string { return "Group not present"; };
  Resource<Group> gone = group;
  gone.schema = Schema<Group>().key(&Group::name, "name", "Group to remove.");
  gone.prepare = nullptr;
  return {"group",
          "Local user groups.",
          {group.ensure("present", "The group exists, with these properties.", {{"name", "web"}, {"gid", 1001}},
                        as_given<Group>, {present, planned, done, changes}),
           gone.ensure("absent", "The group does not exist.", {{"name", "web"}}, nothing<Group>,
                       {absent, planned, done, changes})}};
}

}  // namespace halite::states
