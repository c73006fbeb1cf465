#include "states/providers/time_zone.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr const char* local_time = "/etc/localtime";
constexpr const char* zone_name = "/etc/timezone";
constexpr const char* adjustment = "/etc/adjtime";
constexpr std::string_view database = "/usr/share/zoneinfo/";

std::string zone_path(const std::string& zone) {
  if (zone.empty() || zone[0] == '/' || zone.find("..") != std::string::npos || zone.find('\n') != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a time zone", escape_control(zone));
  return std::string(database) + zone;
}

std::string zone_data(const std::string& zone, Host& host) {
  const std::string path = zone_path(zone);
  const auto status = host.status_of_target(path);
  if (!status || status->type != FileType::regular)
    throw Error(ErrorKind::invalid, "Can't find a local timezone \"{}\"", zone);
  return host.read_file(path);
}

}  // namespace

std::string time_zone(Host& host) {
  const auto status = host.status(local_time);
  if (!status) return "UTC";
  if (status->type == FileType::symlink) {
    const std::string target = host.read_symlink(local_time);
    const std::size_t at = target.find("zoneinfo/");
    if (at != std::string::npos) return target.substr(at + std::string_view("zoneinfo/").size());
  }
  return std::string(trim(host.read_file_if_exists(zone_name).value_or("")));
}

bool is_time_zone(const std::string& zone, Host& host) {
  const std::string wanted = zone_data(zone, host);
  const auto now = host.read_file_if_exists(local_time);
  return now ? *now == wanted : time_zone(host) == zone;
}

void set_time_zone(const std::string& zone, Host& host) {
  zone_data(zone, host);
  // The link comes last: it is what is looked at, so that a run killed between the two is done again.
  if (host.status(zone_name)) host.replace_file(zone_name, zone + "\n", {});
  host.make_symlink(local_time, zone_path(zone));
}

// The third line of /etc/adjtime; without it the clock is in UTC.
bool is_hardware_clock_utc(Host& host) {
  const auto lines = split_lines(host.read_file_if_exists(adjustment).value_or(""));
  return lines.size() < 3 || trim(lines[2]) != "LOCAL";
}

void set_hardware_clock_utc(bool is_utc, Host& host) {
  if (host.status("/run/systemd/system") && host.find_program("timedatectl")) {
    host.run({"timedatectl", "set-local-rtc", is_utc ? "false" : "true"});
    return;
  }
  auto lines = split_lines(host.read_file_if_exists(adjustment).value_or(""));
  if (lines.empty()) lines = {"0.0 0 0.0", "0"};
  lines.resize(3);
  lines[2] = is_utc ? "UTC" : "LOCAL";
  host.replace_file(adjustment, join(lines, "\n") + "\n", {});
}

}  // namespace halite::states
