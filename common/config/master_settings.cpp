#include "common/config/master_settings.h"

namespace halite {
namespace {

using S = MasterSettings;

void add_network_options(Schema<S>& schema) {
  schema.optional(&S::id, "id", "Name of this master as a minion, for orchestrations; empty: the name of the host and _master.")
      .optional(&S::interface, "interface", "Address to listen on.")
      .optional(&S::publish_port, "publish_port", "Port on which jobs are published; minions hold a connection to it.")
      .optional(&S::ret_port, "ret_port", "Port on which minions authenticate, ask and return.")
      .optional(&S::pub_hwm, "pub_hwm", "Publications kept for one slow minion before older ones are dropped.")
      .optional(&S::zmq_backlog, "zmq_backlog", "Connections that may wait to be accepted.")
      .optional(&S::worker_threads, "worker_threads", "Threads for heavy work: rendering, git, database, RSA.")
      .optional(&S::metrics_address, "metrics_address", "IP:PORT where Prometheus reads what the master counts, at /metrics; empty: nowhere.")
      .optional(&S::max_event_size, "max_event_size", "Largest event or return that is taken, in bytes.");
}

void add_trust_options(Schema<S>& schema) {
  schema.optional(&S::auto_accept, "auto_accept", "Trust every minion that asks. For test fleets only.")
      .optional(&S::open_mode, "open_mode", "Trust every key, even one that replaces another. Dangerous.")
      .optional(&S::autosign_file, "autosign_file", "File of globs and regular expressions: ids whose keys are accepted.")
      .optional(&S::autoreject_file, "autoreject_file", "The same for ids whose keys are rejected.")
      .optional(&S::autosign_grains_dir, "autosign_grains_dir", "Directory of one file a grain, each a list of values that are accepted.")
      .optional(&S::autosign_timeout, "autosign_timeout", "Minutes for which a file in minions_autosign counts.")
      .optional(&S::permissive_pki_access, "permissive_pki_access", "Allow the group to read keys.")
      .optional(&S::keysize, "keysize", "Bits of a new key: 2048 to 4096.")
      .optional(&S::max_minions, "max_minions", "Most minions that may be trusted; 0: no limit.")
      .optional(&S::minimum_auth_version, "minimum_auth_version", "Oldest version of the authentication protocol that is taken: 2 or 3.")
      .optional(&S::allow_minion_key_revoke, "allow_minion_key_revoke", "Let a minion withdraw its own key.")
      .optional(&S::master_sign_pubkey, "master_sign_pubkey", "Sign the answers to authentication with a separate signing key.")
      .optional(&S::master_sign_key_name, "master_sign_key_name", "Name of that key's files.")
      .optional(&S::sign_pub_messages, "sign_pub_messages", "Sign every publication.")
      .optional(&S::require_minion_sign_messages, "require_minion_sign_messages", "Refuse returns that are not signed.")
      .optional(&S::drop_messages_signature_fail, "drop_messages_signature_fail", "Drop returns whose signature is wrong.")
      .optional(&S::publish_session, "publish_session", "Seconds after which the shared key is rotated.")
      .optional(&S::rotate_aes_key, "rotate_aes_key", "Rotate the shared key when a minion's key is deleted.")
      .optional(&S::ping_on_rotate, "ping_on_rotate", "Send test.ping to every minion after a rotation.")
      .optional(&S::publisher_acl, "publisher_acl", "User, or GROUP% -> functions that may be called without being root.")
      .optional(&S::publisher_acl_blacklist, "publisher_acl_blacklist", "'users' and 'modules' that nobody may use, not even root.")
      .optional(&S::external_auth, "external_auth", "Its 'pam' counts as publisher_acl does: the kernel says who calls.")
      .optional(&S::peer, "peer", "Minion id or pattern -> functions that it may run on other minions, as publisher_acl's rules.")
      .optional(&S::peer_run, "peer_run", "Minion id or pattern -> functions of the master that it may run.")
      .optional(&S::keep_audit_seconds, "keep_audit_seconds", "Seconds for which the record of who did what is kept; 0: for ever.")
      .optional(&S::presence_events, "presence_events", "Put salt/presence/present and salt/presence/change on the event bus.");
}

void add_job_options(Schema<S>& schema) {
  schema.optional(&S::timeout, "timeout", "Seconds that a command waits before it asks who is still running.")
      .optional(&S::gather_job_timeout, "gather_job_timeout", "Seconds that a minion has to say whether it still runs a job.")
      .optional(&S::batch_safe_limit, "batch_safe_limit", "Jobs for so many minions or more go in batches; 0: never.")
      .optional(&S::batch_safe_size, "batch_safe_size", "Size of those batches.")
      .optional(&S::range_server, "range_server", "HOST:PORT of the range server that knows the hosts of range targets (-R, R@).")
      .optional(&S::keep_jobs_seconds, "keep_jobs_seconds", "Seconds for which jobs and their returns are kept.")
      .optional(&S::keep_jobs, "keep_jobs", "Hours for which jobs are kept.").deprecated("use keep_jobs_seconds")
      .optional(&S::keep_jobs_size, "keep_jobs_size", "MiB that the store may take before the oldest jobs are forgotten, however young; 0: no limit.")
      .optional(&S::job_cache, "job_cache", "Keep jobs and returns at all.")
      .optional(&S::minion_data_cache, "minion_data_cache", "Keep each minion's grains and pillar, for targeting.")
      .optional(&S::loop_interval, "loop_interval", "Seconds between two looks for jobs that are too old or too many.");
}

void add_reactor_options(Schema<S>& schema) {
  schema.optional(&S::reactor, "reactor", "List of {TAG GLOB: [SLS, ...]}: what to do about events.")
      .optional(&S::reactor_worker_threads, "reactor_worker_threads", "Reactions that run at the same time.")
      .optional(&S::reactor_worker_hwm, "reactor_worker_hwm", "Events that may wait for the reactor; further ones are dropped and counted.");
}

void add_file_options(Schema<S>& schema) {
  schema.optional(&S::fileserver_backend, "fileserver_backend", "Where files come from, in order: roots, gitfs.")
      .optional(&S::file_roots, "file_roots", "Environment -> directories of states and files; __env__ stands for every other environment.")
      .optional(&S::fileserver_followsymlinks, "fileserver_followsymlinks", "Serve what symbolic links point to, inside the root.")
      .optional(&S::file_ignore_regex, "file_ignore_regex", "Paths never served, as regular expressions.")
      .optional(&S::file_ignore_glob, "file_ignore_glob", "Paths never served, as globs.")
      .optional(&S::file_buffer_size, "file_buffer_size", "Bytes of a file sent in one answer.")
      .optional(&S::file_recv, "file_recv", "Take the files that minions push with cp.push, below cachedir/minions/ID/files.")
      .optional(&S::file_recv_max_size, "file_recv_max_size", "MiB that one pushed file may have.")
      .optional(&S::file_recv_quota, "file_recv_quota", "MiB that all pushed files of one minion may have.")
      .optional(&S::roots_update_interval, "roots_update_interval", "Seconds between two looks at file_roots.")
      .optional(&S::gitfs_remotes, "gitfs_remotes", "Repositories of states and files: URL, or URL -> options.")
      .optional(&S::gitfs_base, "gitfs_base", "Branch that is the base environment.")
      .optional(&S::gitfs_root, "gitfs_root", "Directory inside the repository.")
      .optional(&S::gitfs_mountpoint, "gitfs_mountpoint", "Prefix under which the files appear.")
      .optional(&S::gitfs_update_interval, "gitfs_update_interval", "Seconds between two fetches.")
      .optional(&S::gitfs_saltenv_whitelist, "gitfs_saltenv_whitelist", "Globs of branches that are environments.")
      .optional(&S::gitfs_saltenv_blacklist, "gitfs_saltenv_blacklist", "Globs of branches that are none.")
      .optional(&S::gitfs_saltenv, "gitfs_saltenv", "Options of single environments: name -> list of ref, root, mountpoint.")
      .optional(&S::gitfs_ref_types, "gitfs_ref_types", "What can be an environment: branch, tag, sha.")
      .optional(&S::gitfs_disable_saltenv_mapping, "gitfs_disable_saltenv_mapping", "Serve only the environments that gitfs_saltenv names.")
      .optional(&S::gitfs_fallback, "gitfs_fallback", "Branch to serve for an environment that has no branch of its own.")
      .optional(&S::gitfs_user, "gitfs_user", "User for HTTP.")
      .optional(&S::gitfs_password, "gitfs_password", "Password for HTTP.").secret()
      .optional(&S::gitfs_privkey, "gitfs_privkey", "Private key file for ssh; empty: the keys of the user we run as.")
      .optional(&S::gitfs_pubkey, "gitfs_pubkey", "Kept for Salt's configuration; ssh needs the private key alone.")
      .optional(&S::gitfs_passphrase, "gitfs_passphrase", "Passphrase of the private key.").secret()
      .optional(&S::gitfs_ssl_verify, "gitfs_ssl_verify", "Check the server's certificate.");
}

void add_master_state_options(Schema<S>& schema) {
  schema.optional(&S::git_pillar_update_interval, "git_pillar_update_interval", "Seconds between two fetches of the pillar's repositories.")
      .optional(&S::master_tops, "master_tops", "Programs that assign states to minions: ext_nodes -> PROGRAM.")
      .optional(&S::hash_type, "hash_type", "Hash of files and fingerprints.").one_of({"sha256"});
}

void add_tool_options(Schema<S>& schema) {
  schema.optional(&S::show_timeout, "show_timeout", "Show the minions that did not return.")
      .optional(&S::show_jid, "show_jid", "Show the job id before the results.")
      .optional(&S::cli_summary, "cli_summary", "End with a count of minions targeted, returned and failed.");
}

}  // namespace

const Schema<MasterSettings>& master_settings_schema() {
  static const Schema<MasterSettings> schema = [] {
    Schema<MasterSettings> result;
    add_network_options(result);
    add_process_options(result);
    add_trust_options(result);
    add_job_options(result);
    add_reactor_options(result);
    add_file_options(result);
    add_pillar_options(result);
    add_state_options(result);
    add_master_state_options(result);
    add_tool_options(result);
    add_output_options(result);
    return result;
  }();
  return schema;
}

}  // namespace halite
