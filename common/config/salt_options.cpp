#include "common/config/salt_options.h"

#include <algorithm>
#include <array>

namespace halite {
namespace {

// Both lists are sorted, for the search below.
constexpr auto unsupported_options = std::to_array<std::string_view>({
    "append_minionid_config_dirs", "archive_jobs", "beacons", "client_acl_verify", "cluster_mode", "conf_file",
    "detect_remote_minions", "discovery",
    "eauth_acl_module", "eauth_tokens", "enable_ssh_minions", "engines", "engines_dirs", "event_return",
    "ext_job_cache", "extension_modules", "features", "fips_mode",
    "git_pillar_refspecs",
    "gitfs_refspecs", "global_state_conditions", "grains_cache", "grains_dirs",
    "hgfs_remotes", "id_function", "keep_acl_in_token", "key_pass", "local", "master_failback",
    "master_failback_interval", "master_job_cache", "master_uri_format", "master_use_pubkey_signature",
    "minion_restart_command", "minionfs_env", "module_dirs", "netapi_enable_clients", "on_demand_ext_pillar",
    "order_masters", "outputter_dirs", "pass_to_ext_pillars", "permissive_acl", "pillar_cache",
    "providers", "proxy", "proxy_host", "proxy_port",
    "render_dirs", "renderer_blacklist", "renderer_whitelist", "rest_cherrypy", "rest_tornado", "restart_on_error",
    "returner_dirs", "roster_file", "runner_dirs", "schedule", "signing_key_pass", "snapper_states",
    "source_interface_name", "source_publish_port", "source_ret_port", "ssh_list_nodegroups", "ssl",
    "states_dirs", "sudo_acl", "sudo_user", "svnfs_remotes", "syndic_failover", "syndic_master",
    "syndic_wait", "thorium_roots", "token_expire", "transport", "use_master_when_local", "utils_dirs"
});

constexpr auto harmless_options = std::to_array<std::string_view>({
    "add_proxymodule_to_opts", "auth_events", "auth_mode", "auth_safemode", "autoload_dynamic_modules",
    "azurefs_update_interval", "backup_dir", "beacons_before_connect", "bootstrap_delay", "cache", "cache_jobs",
    "cache_sreqs", "clean_dynamic_modules", "cmd_safe", "con_cache", "custom_sdb", "cython_enable",
    "django_auth_path",
    "django_auth_settings", "dummy_pub", "enable_gpu_grains", "enable_legacy_startup_events", "enable_lspci",
    "enable_zip_modules", "enforce_mine_cache", "event_match_type", "event_publisher_niceness",
    "event_return_blacklist", "event_return_niceness", "event_return_queue", "event_return_queue_max_seconds",
    "event_return_whitelist", "executor_opts", "extmod_blacklist", "extmod_whitelist",
    "fileserver_ignoresymlinks", "fileserver_interval", "fileserver_update_niceness", "fileserver_verify_config",
    "git_pillar_global_lock", "git_pillar_includes", "git_pillar_insecure_auth", "git_pillar_verify_config",
    "gitfs_global_lock", "gitfs_insecure_auth", "gpg_cache", "gpg_cache_backend", "gpg_cache_ttl",
    "gpg_decrypt_must_succeed", "grains_cache_expiration", "grains_refresh_every",
    "grains_refresh_pre_exec", "hgfs_base", "hgfs_branch_method", "hgfs_mountpoint", "hgfs_root",
    "hgfs_saltenv_blacklist", "hgfs_saltenv_whitelist", "hgfs_update_interval", "http_connect_timeout",
    "http_max_body", "http_request_timeout", "ipc_mode", "ipc_write_buffer", "job_cache_store_endtime", "key_cache",
    "key_logfile", "log_datefmt", "log_datefmt_logfile", "log_fmt_console", "log_fmt_jid", "log_fmt_logfile",
    "log_granular_levels", "log_rotate_backup_count", "log_rotate_max_bytes", "logstash_udp_handler",
    "logstash_zmq_handler", "maintenance_interval", "maintenance_niceness", "master_pubkey_signature", "master_roots",
    "master_shuffle", "master_stats", "master_stats_event_iter", "master_tries",
    "max_open_files", "memcache_debug", "memcache_expire_seconds", "memcache_full_cleanup", "memcache_max_items",
    "min_extra_mods", "mine_return_job", "minion_data_cache_events", "minion_jid_queue_hwm", "minion_pillar_cache",
    "minionfs_blacklist", "minionfs_mountpoint", "minionfs_update_interval", "minionfs_whitelist", "module_executors",
    "modules_max_memory", "multifunc_ordered", "multiprocessing", "mworker_niceness", "mworker_queue_niceness",
    "netapi_allow_raw_shell", "no_proxy", "optimization_order", "pass_dir", "pass_gnupghome", "pass_strict_fetch",
    "pass_variable_prefix", "password", "pillar_cache_backend", "pillar_cache_ttl", "pillar_raise_on_missing",
    "pillar_version", "preserve_minion_cache", "proxy_always_alive", "proxy_deep_merge_pillar_in_opts",
    "proxy_keep_alive", "proxy_keep_alive_interval", "proxy_merge_grains_in_module", "proxy_merge_pillar_in_opts",
    "proxy_merge_pillar_in_opts_strategy", "proxy_mines_pillar", "proxy_password", "proxy_username", "pub_ret",
    "pub_server_niceness", "python3_bin", "queue_dirs", "range_server", "reactor_niceness",
    "reactor_refresh_interval", "regen_thin", "remote_minions_port",
    "req_server_niceness", "resolve_dns_fallback", "rest_timeout", "retry_dns_count", "return_config", "roster",
    "rosters", "runner_returns", "s3fs_update_interval", "salt_cp_chunk_size", "scheduler_before_connect",
    "sdb_cache", "search", "sentry_handler", "serial", "server_id_use_crc", "snapper_states_config", "sock_pool_size",
    "sqlite_queue_dir", "ssh_config_file", "ssh_identities_only", "ssh_keepalive", "ssh_keepalive_count_max",
    "ssh_keepalive_interval", "ssh_log_file", "ssh_merge_pillar", "ssh_minion_opts", "ssh_passwd", "ssh_port",
    "ssh_priv_passwd", "ssh_run_pre_flight", "ssh_scan_ports", "ssh_scan_timeout", "ssh_sudo", "ssh_sudo_user",
    "ssh_timeout", "ssh_update_roster", "ssh_use_home_key", "ssh_user", "svnfs_branches", "svnfs_mountpoint",
    "svnfs_root", "svnfs_saltenv_blacklist", "svnfs_saltenv_whitelist", "svnfs_tags", "svnfs_trunk",
    "svnfs_update_interval", "syndic_event_forward_timeout", "syndic_finger", "syndic_forward_all_events",
    "syndic_jid_forward_cache_hwm", "syndic_log_file", "syndic_pidfile", "syslog", "tcp_authentication_retries",
    "tcp_master_pub_port", "tcp_master_publish_pull", "tcp_master_pull_port", "tcp_master_workers", "tcp_pub_port",
    "tcp_pull_port", "tcp_reconnect_backoff", "thin_extra_mods", "thorium_interval", "thorium_top", "thoriumenv",
    "token_expire_user_override", "unique_jid", "update_restart_services", "update_url", "use_superseded", "username",
    "verify_env", "winrepo_branch", "winrepo_cache_expire_max", "winrepo_cache_expire_min", "winrepo_cachefile",
    "winrepo_dir", "winrepo_dir_ng", "winrepo_fallback", "winrepo_insecure_auth", "winrepo_passphrase",
    "winrepo_password", "winrepo_privkey", "winrepo_pubkey", "winrepo_refspecs", "winrepo_remotes",
    "winrepo_remotes_ng", "winrepo_source_dir", "winrepo_ssl_verify", "winrepo_user", "zmq_filtering", "zmq_monitor"
});

static_assert(std::is_sorted(unsupported_options.begin(), unsupported_options.end()));
static_assert(std::is_sorted(harmless_options.begin(), harmless_options.end()));

}  // namespace

SaltOption salt_option(std::string_view name) {
  // Options of returners, sdb and custom modules are "mysql.host", "s3.key": their modules are not here.
  if (name.find('.') != std::string_view::npos) return SaltOption::unsupported;
  if (std::binary_search(unsupported_options.begin(), unsupported_options.end(), name)) return SaltOption::unsupported;
  if (std::binary_search(harmless_options.begin(), harmless_options.end(), name)) return SaltOption::harmless;
  return SaltOption::unknown;
}

}  // namespace halite
