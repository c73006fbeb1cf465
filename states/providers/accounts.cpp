#include "states/providers/accounts.h"

#include <algorithm>

#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr const char* users_path = "/etc/passwd";
constexpr const char* groups_path = "/etc/group";
constexpr const char* shadow_path = "/etc/shadow";

std::optional<std::uint32_t> parse_id(const std::string& text) {
  const auto number = parse_int(text);
  if (!number || *number < 0 || *number > 0xffffffffLL) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

// Damaged lines are skipped, as the C library skips them.
std::optional<Account> parse_user(const std::string& line) {
  auto column = split(line, ':');
  if (column.size() < 7 || column[0].empty()) return std::nullopt;
  const auto uid = parse_id(column[2]);
  const auto gid = parse_id(column[3]);
  if (!uid || !gid) return std::nullopt;
  return Account{std::move(column[0]), *uid, *gid, std::move(column[4]), std::move(column[5]), std::move(column[6])};
}

std::optional<AccountGroup> parse_group(const std::string& line) {
  auto column = split(line, ':');
  if (column.size() < 4 || column[0].empty()) return std::nullopt;
  const auto gid = parse_id(column[2]);
  if (!gid) return std::nullopt;
  AccountGroup group{std::move(column[0]), *gid, {}};
  for (auto& member : split(column[3], ','))
    if (!member.empty()) group.members.push_back(std::move(member));
  return group;
}

std::int64_t days(const std::string& text) {
  return parse_int(text).value_or(-1);
}

Shadow parse_shadow(const std::vector<std::string>& column) {
  return {column[1],       days(column[2]), days(column[3]), days(column[4]),
          days(column[5]), days(column[6]), days(column[7])};
}

}  // namespace

Accounts::Stamp Accounts::stamp(const std::string& path) {
  const auto status = host_->status(path);
  return status ? Stamp{status->inode, status->mtime_s, status->size_bytes} : Stamp{0, 0, 0};
}

void Accounts::forget() {
  users_stamp_ = groups_stamp_ = shadow_stamp_ = Stamp{};
}

void Accounts::refresh_users() {
  const Stamp now = stamp(users_path);
  if (now == users_stamp_) return;
  users_.clear();
  users_by_id_.clear();
  for (const auto& line : split_lines(host_->read_file_if_exists(users_path).value_or(""))) {
    auto user = parse_user(line);
    if (!user) continue;
    users_by_id_.emplace(user->uid, user->name);
    users_.emplace(user->name, std::move(*user));
  }
  users_stamp_ = now;
}

void Accounts::refresh_groups() {
  const Stamp now = stamp(groups_path);
  if (now == groups_stamp_) return;
  groups_.clear();
  group_by_name_.clear();
  group_by_id_.clear();
  for (const auto& line : split_lines(host_->read_file_if_exists(groups_path).value_or(""))) {
    auto group = parse_group(line);
    if (!group) continue;
    group_by_name_.emplace(group->name, groups_.size());
    group_by_id_.emplace(group->gid, groups_.size());
    groups_.push_back(std::move(*group));
  }
  groups_stamp_ = now;
}

void Accounts::refresh_shadow() {
  const Stamp now = stamp(shadow_path);
  if (now == shadow_stamp_) return;
  shadow_.clear();
  for (const auto& line : split_lines(host_->read_file_if_exists(shadow_path).value_or("")))
    if (auto column = split(line, ':'); column.size() >= 8 && !column[0].empty())
      shadow_.emplace(column[0], parse_shadow(column));
  shadow_stamp_ = now;
}

const Account* Accounts::user(const std::string& name) {
  refresh_users();
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : &found->second;
}

const AccountGroup* Accounts::group(const std::string& name) {
  refresh_groups();
  const auto found = group_by_name_.find(name);
  return found == group_by_name_.end() ? nullptr : &groups_[found->second];
}

const Shadow* Accounts::shadow(const std::string& name) {
  refresh_shadow();
  const auto found = shadow_.find(name);
  return found == shadow_.end() ? nullptr : &found->second;
}

std::vector<std::string> Accounts::supplementary_groups(const std::string& user) {
  refresh_groups();
  std::vector<std::string> names;
  for (const AccountGroup& group : groups_)
    if (std::find(group.members.begin(), group.members.end(), user) != group.members.end()) names.push_back(group.name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Accounts::groups_of(const Account& account) {
  auto names = supplementary_groups(account.name);
  if (auto primary = group_holding(account.gid);
      primary && std::find(names.begin(), names.end(), *primary) == names.end())
    names.push_back(*primary);
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::string> Accounts::group_holding(gid_t gid) {
  refresh_groups();
  const auto found = group_by_id_.find(gid);
  if (found == group_by_id_.end()) return std::nullopt;
  return groups_[found->second].name;
}

std::optional<std::string> Accounts::user_holding(uid_t uid) {
  refresh_users();
  const auto found = users_by_id_.find(uid);
  if (found == users_by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<uid_t> Accounts::uid(const std::string& name_or_id) {
  if (const Account* local = user(name_or_id)) return local->uid;
  if (const auto number = parse_id(name_or_id)) return *number;
  if (const auto other = host_->user(name_or_id)) return other->uid;
  return std::nullopt;
}

std::optional<gid_t> Accounts::gid(const std::string& name_or_id) {
  if (const AccountGroup* local = group(name_or_id)) return local->gid;
  if (const auto number = parse_id(name_or_id)) return *number;
  if (const auto other = host_->group(name_or_id)) return other->gid;
  return std::nullopt;
}

std::string Accounts::user_name(uid_t uid) {
  if (auto local = user_holding(uid)) return *local;
  if (auto other = host_->user(uid)) return other->name;
  return std::to_string(uid);
}

std::string Accounts::group_name(gid_t gid) {
  if (auto local = group_holding(gid)) return *local;
  if (auto other = host_->group(gid)) return other->name;
  return std::to_string(gid);
}

}  // namespace halite::states
