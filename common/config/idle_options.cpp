#include "common/config/idle_options.h"

#include <algorithm>
#include <array>

namespace halite {
namespace {

constexpr auto idle_master_options = std::to_array<std::string_view>({
    "drop_messages_signature_fail", "fileserver_followsymlinks",
    "git_pillar_ssl_verify", "gitfs_ssl_verify", "job_cache", "max_event_size", "ping_on_rotate",
    "require_minion_sign_messages", "roots_update_interval", "sign_pub_messages", "test",
});

constexpr auto idle_minion_options = std::to_array<std::string_view>({
    "backup_mode", "fileserver_backend", "git_pillar_ssl_verify", "grains_deep_merge",
    "jinja_sls_env", "lock_saltenv", "loop_interval", "master_alive_interval", "master_sign_key_name", "master_type",
    "minion_sign_messages", "open_mode", "ping_interval", "process_count_max", "random_master", "random_reauth_delay",
    "random_startup_delay", "retry_dns", "return_retry_timer", "return_retry_timer_max",
    "return_retry_tries", "sls_list", "source_address", "start_event_grains", "startup_states", "tcp_keepalive",
    "tcp_keepalive_cnt", "tcp_keepalive_intvl", "top_file",
});

}  // namespace

bool is_idle_option(std::string_view role, std::string_view name) {
  const auto holds = [&](const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
  return role == "master" ? holds(idle_master_options) : holds(idle_minion_options);
}

}  // namespace halite
