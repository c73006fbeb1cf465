#include "common/config/minion_settings.h"

namespace halite {
namespace {

using S = MinionSettings;

void add_master_options(Schema<S>& schema) {
  schema.optional(&S::master, "master", "Name or address of the master, or a list of masters to try in order.")
      .optional(&S::master_port, "master_port", "The master's ret_port.")
      .optional(&S::publish_port, "publish_port", "The master's publish_port, where the one that it tells is not the right one.")
      .optional(&S::master_type, "master_type", "str: one master; failover: the next of the list when one is gone.")
      .one_of({"str", "failover", "disable"})
      .optional(&S::random_master, "random_master", "Try a list of masters in random order.").alias("master_shuffle")
      .optional(&S::master_finger, "master_finger", "SHA-256 fingerprint of the master's key; another key is refused.")
      .optional(&S::verify_master_pubkey_sign, "verify_master_pubkey_sign", "Demand that a signing key vouches for the master's key.")
      .optional(&S::always_verify_signature, "always_verify_signature", "Check that signature at every authentication.")
      .optional(&S::master_sign_key_name, "master_sign_key_name", "Name of the file of that signing key.")
      .optional(&S::open_mode, "open_mode", "Take any key of the master. Dangerous.")
      .optional(&S::source_address, "source_address", "Address to connect from.")
      .optional(&S::ipv6, "ipv6", "Connect by IPv6.")
      .optional(&S::master_alive_interval, "master_alive_interval", "Seconds between two checks that the master is there; 0: none.")
      .optional(&S::ping_interval, "ping_interval", "Minutes between two pings of the master; 0: none.");
}

void add_waiting_options(Schema<S>& schema) {
  schema.optional(&S::acceptance_wait_time, "acceptance_wait_time", "Seconds between two questions whether the key is accepted.")
      .optional(&S::acceptance_wait_time_max, "acceptance_wait_time_max", "Let that wait grow to so many seconds; 0: it does not grow.")
      .optional(&S::rejected_retry, "rejected_retry", "Go on asking when the key was rejected.")
      .optional(&S::auth_timeout, "auth_timeout", "Seconds to wait for the answer to authentication.")
      .optional(&S::auth_tries, "auth_tries", "Attempts at authentication before the minion starts over.")
      .optional(&S::random_reauth_delay, "random_reauth_delay", "Most seconds of random wait before a new authentication.")
      .optional(&S::recon_default, "recon_default", "Milliseconds before the first attempt to reconnect; up to twice as long, by chance.")
      .optional(&S::recon_max, "recon_max", "Most milliseconds between two attempts to reconnect; each wait is twice the one before.")
      .optional(&S::recon_randomize, "recon_randomize", "Add a random part of recon_max to the first wait. Unless set: only where recon_default or recon_max is.")
      .optional(&S::retry_dns, "retry_dns", "Seconds before a name is resolved again; 0: stop when it can't be resolved.")
      .optional(&S::return_retry_timer, "return_retry_timer", "Seconds before a return is sent again.")
      .optional(&S::return_retry_timer_max, "return_retry_timer_max", "Most seconds before a return is sent again.")
      .optional(&S::return_retry_tries, "return_retry_tries", "Attempts to send a return before it waits on disk.")
      .optional(&S::random_startup_delay, "random_startup_delay", "Most seconds of random wait at start.")
      .optional(&S::tcp_keepalive, "tcp_keepalive", "Use TCP keep-alive.")
      .optional(&S::tcp_keepalive_idle, "tcp_keepalive_idle", "Seconds before the first keep-alive; -1: the system's.")
      .optional(&S::tcp_keepalive_cnt, "tcp_keepalive_cnt", "Lost keep-alives that end a connection; -1: the system's.")
      .optional(&S::tcp_keepalive_intvl, "tcp_keepalive_intvl", "Seconds between two keep-alives; -1: the system's.");
}

void add_identity_options(Schema<S>& schema) {
  schema.optional(&S::id, "id", "Name of this minion; empty: the host's full name.")
      .optional(&S::minion_id_caching, "minion_id_caching", "Keep a found name in the file minion_id.")
      .optional(&S::minion_id_lowercase, "minion_id_lowercase", "Make a found name lower case.")
      .optional(&S::minion_id_remove_domain, "minion_id_remove_domain", "Cut the domain off a found name: true, or the domain.")
      .optional(&S::append_domain, "append_domain", "Domain put behind a name that has none.")
      .optional(&S::keysize, "keysize", "Bits of a new key: 2048 to 4096.")
      .optional(&S::grains, "grains", "Grains of this minion, name -> value.")
      .optional(&S::grains_blacklist, "grains_blacklist", "Globs of grains that are left out.")
      .optional(&S::grains_deep_merge, "grains_deep_merge", "Merge maps among grains instead of replacing them.")
      .optional(&S::autosign_grains, "autosign_grains", "Grains sent at authentication, for autosign_grains_dir.")
      .optional(&S::enrolment_token, "enrolment_token", "One-time token of 'halite-key --new-token': the master accepts this minion's key at once.").secret()
      .optional(&S::start_event_grains, "start_event_grains", "Grains sent with the event of the minion's start.")
      .optional(&S::enable_fqdns_grains, "enable_fqdns_grains", "Look up the names of all addresses for the grain fqdns; can be slow.")
      .optional(&S::minion_sign_messages, "minion_sign_messages", "Sign what is sent to the master.");
}

void add_job_options(Schema<S>& schema) {
  schema.optional(&S::process_count_max, "process_count_max", "Most jobs at a time; -1: no limit.")
      .optional(&S::disable_modules, "disable_modules", "Modules whose functions may not be called.")
      .optional(&S::whitelist_modules, "whitelist_modules", "When not empty: the only modules whose functions may be called.")
      .optional(&S::returners, "return", "Returners that the result of each job goes to as well: file.")
      .optional(&S::disable_returners, "disable_returners", "Returners that are not used here, whoever names them.")
      .optional(&S::return_file_dir, "return_file_dir", "Directory of the returner file; empty: returned in state_dir.")
      .optional(&S::return_file_size, "return_file_size", "Bytes after which the returner file begins a new file.")
      .optional(&S::return_file_count, "return_file_count", "How many full files the returner file keeps.")
      .optional(&S::loop_interval, "loop_interval", "Seconds between two rounds of housekeeping.")
      .optional(&S::mine_enabled, "mine_enabled", "Send mine data to the master.")
      .optional(&S::mine_interval, "mine_interval", "Minutes between two sendings of mine data.")
      .optional(&S::mine_functions, "mine_functions", "Functions whose results are mine data.")
      .optional(&S::schedule, "schedule", "Jobs that the minion runs by itself, name -> job; the pillar's `schedule` adds to them.");
}

void add_local_options(Schema<S>& schema) {
  schema.optional(&S::file_client, "file_client", "remote: states and files come from the master; local: from here.").one_of({"remote", "local"})
      .optional(&S::file_roots, "file_roots", "Environment -> directories of states and files, when file_client is local; __env__ stands for every other environment.")
      .optional(&S::fileserver_backend, "fileserver_backend", "Where local files come from: roots.")
      .optional(&S::file_ignore_regex, "file_ignore_regex", "Paths of file_roots that are passed over, as regular expressions.")
      .optional(&S::file_ignore_glob, "file_ignore_glob", "Paths of file_roots that are passed over, as globs.")
      .optional(&S::lock_saltenv, "lock_saltenv", "Refuse another saltenv from the command line.")
      .optional(&S::state_queue, "state_queue", "Let a state run wait for another; a number: how many may wait.")
      .optional(&S::startup_states, "startup_states", "States to run at start: highstate, sls or top.")
      .optional(&S::sls_list, "sls_list", "SLS files to run at start with startup_states sls.")
      .optional(&S::top_file, "top_file", "Top file to run at start with startup_states top.")
      .optional(&S::backup_mode, "backup_mode", "minion: keep the old version of each file that a state replaces.")
      .optional(&S::hash_type, "hash_type", "Hash of files and fingerprints.").one_of({"sha256"});
}

}  // namespace

const Schema<MinionSettings>& minion_settings_schema() {
  static const Schema<MinionSettings> schema = [] {
    Schema<MinionSettings> result;
    add_master_options(result);
    add_process_options(result);
    add_waiting_options(result);
    add_identity_options(result);
    add_job_options(result);
    add_local_options(result);
    add_pillar_options(result);
    add_state_options(result);
    add_output_options(result);
    return result;
  }();
  return schema;
}

}  // namespace halite
