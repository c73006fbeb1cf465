// One function a group, giving its remote functions.
#pragma once

#include <vector>

#include "minion/functions/function.h"

namespace halite::minion {

std::vector<Function> archive_functions();
std::vector<Function> cmd_functions();
std::vector<Function> config_functions();
std::vector<Function> cp_functions();
std::vector<Function> cp_push_functions();
std::vector<Function> cron_functions();
std::vector<Function> data_functions();
std::vector<Function> disk_change_functions();
std::vector<Function> dnsutil_functions();
std::vector<Function> dnsutil_zone_functions();
std::vector<Function> environ_functions();
std::vector<Function> event_functions();
std::vector<Function> file_change_functions();
std::vector<Function> file_content_functions();
std::vector<Function> file_edit_functions();
std::vector<Function> file_find_functions();
std::vector<Function> file_look_functions();
std::vector<Function> file_other_functions();
std::vector<Function> firewall_functions();
std::vector<Function> git_functions();
std::vector<Function> git_look_functions();
std::vector<Function> grains_functions();
std::vector<Function> grains_write_functions();
std::vector<Function> hashutil_functions();
std::vector<Function> http_functions();
std::vector<Function> ini_functions();
std::vector<Function> key_functions();
std::vector<Function> lowpkg_functions();
std::vector<Function> match_functions();
std::vector<Function> mine_functions();
std::vector<Function> mount_functions();
std::vector<Function> network_functions();
std::vector<Function> network_look_functions();
std::vector<Function> network_sockets_functions();
std::vector<Function> pillar_functions();
std::vector<Function> pip_functions();
std::vector<Function> pkg_functions();
std::vector<Function> pkg_look_functions();
std::vector<Function> place_functions();
std::vector<Function> postgres_functions();
std::vector<Function> postgres_objects_functions();
std::vector<Function> publish_functions();
std::vector<Function> random_functions();
std::vector<Function> saltutil_functions();
std::vector<Function> schedule_functions();
std::vector<Function> service_functions();
std::vector<Function> shadow_functions();
std::vector<Function> ssh_functions();
std::vector<Function> ssh_key_file_functions();
std::vector<Function> ssh_known_hosts_functions();
std::vector<Function> state_functions();
std::vector<Function> state_given_functions();
std::vector<Function> state_show_functions();
std::vector<Function> state_switch_functions();
std::vector<Function> status_functions();
std::vector<Function> status_look_functions();
std::vector<Function> sys_functions();
std::vector<Function> system_functions();
std::vector<Function> system_set_functions();
std::vector<Function> test_functions();
std::vector<Function> user_change_functions();
std::vector<Function> user_functions();
std::vector<Function> virtualenv_functions();

}  // namespace halite::minion
