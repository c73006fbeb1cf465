// What /etc/halite/minion says. Names and units are Salt's; the sentences are in minion_settings.cpp.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/config/compile_settings.h"
#include "common/config/setting_types.h"
#include "common/data/schema.h"

namespace halite {

struct MinionSettings : CommonSettings, CompileSettings {
  // The master
  TextList master{{"salt"}};
  std::int64_t master_port = 4506;
  std::int64_t publish_port = 4505;
  std::string master_type = "str";
  bool random_master = false;
  std::string master_finger;
  bool verify_master_pubkey_sign = false;
  bool always_verify_signature = false;
  std::string master_sign_key_name = "master_sign";
  bool open_mode = false;
  std::string source_address;
  bool ipv6 = false;
  std::chrono::milliseconds master_alive_interval{0};
  std::int64_t ping_interval = 0;

  // Waiting
  std::chrono::milliseconds acceptance_wait_time{10'000};
  std::chrono::milliseconds acceptance_wait_time_max{0};
  bool rejected_retry = false;
  std::chrono::milliseconds auth_timeout{5'000};
  std::int64_t auth_tries = 7;
  std::chrono::milliseconds random_reauth_delay{10'000};
  std::int64_t recon_default = 1000;
  std::int64_t recon_max = 10000;
  std::optional<bool> recon_randomize;
  std::chrono::milliseconds retry_dns{30'000};
  std::chrono::milliseconds return_retry_timer{5'000};
  std::chrono::milliseconds return_retry_timer_max{10'000};
  std::int64_t return_retry_tries = 3;
  std::chrono::milliseconds random_startup_delay{0};
  bool tcp_keepalive = true;
  std::int64_t tcp_keepalive_idle = 300;
  std::int64_t tcp_keepalive_cnt = -1;
  std::int64_t tcp_keepalive_intvl = -1;

  // Who we are
  std::string id;
  bool minion_id_caching = true;
  bool minion_id_lowercase = false;
  Value minion_id_remove_domain = false;
  std::string append_domain;
  std::int64_t keysize = 2048;
  Map grains;
  std::vector<std::string> grains_blacklist;
  bool grains_deep_merge = false;
  std::vector<std::string> autosign_grains;
  std::string enrolment_token;
  std::vector<std::string> start_event_grains;
  bool enable_fqdns_grains = false;
  bool minion_sign_messages = false;

  // Jobs
  std::int64_t process_count_max = -1;
  std::vector<std::string> disable_modules;
  std::vector<std::string> whitelist_modules;
  TextList returners;
  std::vector<std::string> disable_returners;
  std::string return_file_dir;
  std::int64_t return_file_size = 10'485'760;
  std::int64_t return_file_count = 5;
  std::chrono::milliseconds loop_interval{1'000};

  // States and pillar, when file_client is local
  std::string file_client = "remote";
  Roots file_roots{{"base", {{"/srv/salt"}}}};
  TextList fileserver_backend{{"roots"}};
  TextList file_ignore_regex;
  TextList file_ignore_glob;
  bool lock_saltenv = false;
  Value state_queue = false;
  std::string startup_states;
  std::vector<std::string> sls_list;
  std::string top_file;
  std::string backup_mode;
  std::string hash_type = "sha256";
  bool mine_enabled = true;
  std::int64_t mine_interval = 60;
  Value mine_functions;
  Map schedule;
};

const Schema<MinionSettings>& minion_settings_schema();

}  // namespace halite
