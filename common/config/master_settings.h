// What /etc/halite/master says. Names and units are Salt's; the sentences are in master_settings.cpp.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/config/compile_settings.h"
#include "common/config/setting_types.h"
#include "common/data/schema.h"

namespace halite {

struct MasterSettings : CommonSettings, CompileSettings {
  std::string id;

  // Network
  std::string interface = "0.0.0.0";
  std::int64_t publish_port = 4505;
  std::int64_t ret_port = 4506;
  std::int64_t pub_hwm = 1000;
  std::int64_t zmq_backlog = 1000;
  std::int64_t worker_threads = 2;
  std::int64_t max_event_size = 1048576;
  std::string metrics_address;

  // Trust
  bool auto_accept = false;
  bool open_mode = false;
  std::optional<std::string> autosign_file;
  std::optional<std::string> autoreject_file;
  std::optional<std::string> autosign_grains_dir;
  std::int64_t autosign_timeout = 120;
  bool permissive_pki_access = false;
  std::int64_t keysize = 2048;
  std::int64_t max_minions = 0;
  std::int64_t minimum_auth_version = 3;
  bool allow_minion_key_revoke = true;
  bool master_sign_pubkey = false;
  std::string master_sign_key_name = "master_sign";
  bool sign_pub_messages = true;
  bool require_minion_sign_messages = false;
  bool drop_messages_signature_fail = false;
  std::chrono::milliseconds publish_session{86'400'000};
  bool rotate_aes_key = true;
  bool ping_on_rotate = false;
  Map publisher_acl;
  Map publisher_acl_blacklist;
  Map external_auth;
  Map peer;
  Map peer_run;
  std::chrono::milliseconds keep_audit_seconds{31'536'000'000};
  bool presence_events = false;

  // Jobs
  std::chrono::milliseconds timeout{5'000};
  std::chrono::milliseconds gather_job_timeout{10'000};
  std::int64_t batch_safe_limit = 0;
  std::int64_t batch_safe_size = 8;
  std::string range_server;
  std::chrono::milliseconds keep_jobs_seconds{86'400'000};
  std::optional<double> keep_jobs;  // hours
  std::int64_t keep_jobs_size = 4'096;
  bool job_cache = true;
  bool minion_data_cache = true;
  std::chrono::milliseconds loop_interval{60'000};

  // Reactor
  std::vector<Value> reactor;
  std::int64_t reactor_worker_threads = 10;
  std::int64_t reactor_worker_hwm = 10000;

  // Files
  TextList fileserver_backend{{"roots"}};
  Roots file_roots{{"base", {{"/srv/salt"}}}};
  bool fileserver_followsymlinks = true;
  TextList file_ignore_regex;
  TextList file_ignore_glob;
  std::int64_t file_buffer_size = 262144;
  bool file_recv = false;
  std::int64_t file_recv_max_size = 100;
  std::int64_t file_recv_quota = 1024;
  std::chrono::milliseconds roots_update_interval{60'000};
  std::vector<Value> gitfs_remotes;
  std::string gitfs_base = "master";
  std::string gitfs_root;
  std::string gitfs_mountpoint;
  std::chrono::milliseconds gitfs_update_interval{60'000};
  TextList gitfs_saltenv_whitelist;
  TextList gitfs_saltenv_blacklist;
  std::vector<Value> gitfs_saltenv;
  TextList gitfs_ref_types{{"branch", "tag", "sha"}};
  bool gitfs_disable_saltenv_mapping = false;
  std::string gitfs_fallback;
  std::string gitfs_user;
  std::string gitfs_password;
  std::string gitfs_privkey;
  std::string gitfs_pubkey;
  std::string gitfs_passphrase;
  bool gitfs_ssl_verify = true;

  // Pillar
  std::chrono::milliseconds git_pillar_update_interval{60'000};

  // States and templates; these travel to the minions
  Map master_tops;
  std::string hash_type = "sha256";

  // The operator's tools
  bool show_timeout = true;
  bool show_jid = false;
  bool cli_summary = false;
};

const Schema<MasterSettings>& master_settings_schema();

}  // namespace halite
