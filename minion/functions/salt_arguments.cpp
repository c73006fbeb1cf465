#include "minion/functions/salt_arguments.h"

#include <algorithm>

#include "common/base/strings.h"

namespace halite::minion {
namespace {

// Is the name among these, divided by blanks? Asked at every call, so it allocates nothing.
template <class Same>
bool is_among(std::string_view all, Same same) {
  while (!all.empty()) {
    const std::size_t end = std::min(all.find(' '), all.size());
    if (same(all.substr(0, end))) return true;
    all.remove_prefix(std::min(end + 1, all.size()));
  }
  return false;
}

const SaltOrder* order_of(std::string_view function) {
  for (const auto& order : salt_orders())
    if (is_among(order.functions, [&](std::string_view name) { return name == function; })) return &order;
  return nullptr;
}

}  // namespace

// What Salt 3006 takes by position, as far as it differs from the order of the fields.
const std::vector<SaltOrder>& salt_orders() {
  static const std::vector<SaltOrder> orders{
      {"archive.is_encrypted", "name clean saltenv source_hash use_etag"},
      {"archive.unrar", "rarfile dest excludes template runas trim_output"},
      {"cmd.exec_code cmd.exec_code_all", "lang code cwd args"},
      {"cmd.retcode",
       "cmd cwd stdin runas group shell python_shell env clean_env template umask output_encoding output_loglevel log_callback"},
      {"cmd.run cmd.run_stdout cmd.run_stderr cmd.run_all",
       "cmd cwd stdin runas group shell python_shell env clean_env template rstrip umask output_encoding output_loglevel"},
      {"cmd.run_bg",
       "cmd cwd runas group shell python_shell env clean_env template umask timeout output_encoding output_loglevel log_callback"},
      {"cmd.run_chroot", "root cmd cwd stdin runas group shell python_shell binds env clean_env template rstrip umask"},
      {"cmd.script",
       "source args cwd stdin runas group shell python_shell env template umask output_encoding output_loglevel log_callback"},
      {"cmd.script_retcode",
       "source args cwd stdin runas group shell python_shell env template umask timeout reset_system_locale saltenv"},
      {"cmd.shell",
       "cmd cwd stdin runas group shell env clean_env template rstrip umask output_encoding output_loglevel log_callback"},
      {"config.get", "key default delimiter merge omit_opts omit_pillar omit_master omit_grains"},
      {"cron.rm_job", "user cmd minute hour daymonth month dayweek identifier"},
      {"cron.set_job", "user minute hour daymonth month dayweek cmd commented comment identifier"},
      {"cron.set_special", "user special cmd commented comment identifier"},
      {"file.replace",
       "path pattern repl count flags bufsize append_if_not_found prepend_if_not_found not_found_content backup dry_run search_only show_changes ignore_if_missing"},
      {"git.archive", "cwd output rev prefix git_opts user password ignore_retcode output_encoding"},
      {"git.clone",
       "cwd url name opts git_opts user password identity https_user https_pass ignore_retcode saltenv output_encoding"},
      {"git.commit", "cwd message opts git_opts user password filename ignore_retcode output_encoding"},
      {"git.config_get", "key cwd user password ignore_retcode output_encoding"},
      {"git.config_get_regexp git.config_unset", "key value_regex cwd user password ignore_retcode output_encoding"},
      {"git.config_set", "key value multivar cwd user password ignore_retcode output_encoding"},
      {"git.diff", "cwd item1 item2 opts git_opts user password no_index cached paths output_encoding"},
      {"git.discard_local_changes", "cwd path user password ignore_retcode output_encoding"},
      {"git.fetch",
       "cwd remote force refspecs opts git_opts user password identity ignore_retcode saltenv output_encoding"},
      {"git.is_worktree", "cwd user password output_encoding"},
      {"git.list_branches", "cwd remote user password ignore_retcode output_encoding"},
      {"git.list_worktrees", "cwd stale user password output_encoding"},
      {"git.ls_remote",
       "cwd remote ref opts git_opts user password identity https_user https_pass ignore_retcode output_encoding saltenv"},
      {"git.merge", "cwd rev opts git_opts user password identity ignore_retcode output_encoding"},
      {"git.merge_base",
       "cwd refs octopus is_ancestor independent fork_point opts git_opts user password ignore_retcode output_encoding"},
      {"git.pull", "cwd opts git_opts user password identity ignore_retcode saltenv output_encoding"},
      {"git.push", "cwd remote ref opts git_opts user password identity ignore_retcode saltenv output_encoding"},
      {"git.remote_get", "cwd remote user password redact_auth ignore_retcode output_encoding"},
      {"git.remote_refs",
       "url heads tags user password identity https_user https_pass ignore_retcode output_encoding saltenv"},
      {"git.remote_set",
       "cwd url remote user password https_user https_pass push_url push_https_user push_https_pass ignore_retcode output_encoding"},
      {"git.remotes", "cwd user password redact_auth ignore_retcode output_encoding"},
      {"git.reset", "cwd opts git_opts user password identity ignore_retcode output_encoding"},
      {"git.submodule", "cwd command opts git_opts user password identity ignore_retcode saltenv output_encoding"},
      {"git.worktree_add",
       "cwd worktree_path ref reset_branch force detach opts git_opts user password ignore_retcode output_encoding"},
      {"git.worktree_prune", "cwd dry_run verbose expire opts git_opts user password ignore_retcode output_encoding"},
      {"git.worktree_rm", "cwd user output_encoding"},
      {"group.add", "name gid system root non_unique"},
      {"http.wait_for_successful_query", "url wait_for"},
      {"iptables.insert iptables.delete", "table chain position rule family"},
      {"kmod.load", "mod persist"},
      {"kmod.remove", "mod persist comment"},
      {"match.filter_by", "lookup tgt_type minion_id merge merge_lists default"},
      {"mount.set_fstab", "name device fstype opts dump pass_num config test match_on not_change"},
      {"nftables.check_table", "table family"},
      {"nftables.new_chain", "table chain table_type hook priority family"},
      {"pip.freeze", "bin_env user cwd use_vt env_vars"},
      {"pip.install",
       "pkgs requirements bin_env use_wheel no_use_wheel log proxy timeout editable find_links index_url extra_index_url no_index mirrors"},
      {"pip.list_all_versions", "pkg bin_env include_alpha include_beta include_rc user cwd index_url extra_index_url"},
      {"pip.uninstall", "pkgs requirements bin_env log proxy timeout user cwd saltenv use_vt"},
      {"pip.upgrade", "bin_env user cwd use_vt"},
      {"pip.version", "bin_env cwd user"},
      {"pkg.hold pkg.unhold", "name pkgs sources"},
      {"pkg.install", "name refresh fromrepo skip_verify debconf pkgs sources reinstall downloadonly ignore_epoch"},
      {"pkg.mod_repo", "repo saltenv aptkey"},
      {"pkg.upgrade", "refresh dist_upgrade"},
      {"postgres.db_alter", "name user host port maintenance_db password tablespace owner owner_recurse runas"},
      {"postgres.db_create",
       "name user host port maintenance_db password tablespace encoding lc_collate lc_ctype owner template runas"},
      {"postgres.group_create",
       "groupname user host port maintenance_db password createdb createroles encrypted login inherit superuser replication rolepassword"},
      {"postgres.group_update",
       "groupname user host port maintenance_db password createdb createroles encrypted inherit login superuser replication rolepassword"},
      {"postgres.has_privileges postgres.privileges_grant",
       "name object_name object_type privileges grant_option prepend maintenance_db user host port password runas"},
      {"postgres.language_list", "maintenance_db user host port password runas"},
      {"postgres.owner_to", "dbname ownername user host port password runas"},
      {"postgres.privileges_list", "name object_type prepend maintenance_db user host port password runas"},
      {"postgres.privileges_revoke",
       "name object_name object_type privileges prepend maintenance_db user host port password runas"},
      {"postgres.tablespace_alter",
       "name user host port maintenance_db password new_name new_owner set_option reset_option runas"},
      {"service.disable", "name no_block root"},
      {"service.enabled service.disabled service.show", "name root"},
      {"ssh.check_key ssh.set_auth_key", "user key enc comment options config cache_keys fingerprint_hash_type"},
      {"ssh.recv_known_host_entries", "hostname enc port hash_known_hosts timeout fingerprint_hash_type"},
      {"ssh.set_known_host",
       "user hostname fingerprint key port enc config hash_known_hosts timeout fingerprint_hash_type"},
      {"state.high", "data test queue"},
      {"state.highstate", "test queue state_events"},
      {"state.low", "data queue"},
      {"state.id_exists", "ids mods test queue"},
      {"state.show_highstate state.show_lowstate state.show_state_usage state.show_states state.show_top", "queue"},
      {"state.show_low_sls state.show_sls state.sls_exists", "mods test queue"},
      {"state.sls", "mods test exclude queue sync_mods state_events"},
      {"state.sls_id", "id_ mods test queue state_events"},
      {"state.template state.template_str", "tem queue"},
      {"state.top", "topfn test queue"},
      {"user.add",
       "name uid gid groups home shell unique system fullname roomnumber workphone homephone other createhome"},
  };
  return orders;
}

const std::vector<LeftOut>& all_left_out() {
  static const std::vector<LeftOut> all{
      {"user.* group.* shadow.* service.*", "root", false, "another root directory is reached by cmd.run_chroot"},
      {"user.add", "loginclass", false, "login classes are for BSD"},
      {"user.getent group.getent", "refresh", true, "accounts are always read anew"},
      {"shadow.set_password", "use_usermod", true, "a password is always set by chpasswd"},
      {"ssh.check_key ssh.set_auth_key", "cache_keys", true, "keys are never cached"},
      {"git.remote_set", "push_https_*", false, "credentials for pushing belong in push_url or in a credential helper"},
      {"cmd.*", "output_encoding", true, "output is UTF-8 or bytes"},
      {"cmd.*", "log_callback", true, "output is not logged"},
      {"cmd.*", "reset_system_locale", true, "a command gets the environment of a login, or a bare one"},
      {"cmd.*", "password", false, "it is for Windows; root needs none"},
      {"cmd.*", "encoded_cmd", false, "it is for PowerShell"},
      {"cmd.script* cmd.exec_code* cmd.run_chroot", "use_vt", true, "output is collected either way"},
      {"cmd.script* cmd.exec_code* cmd.run_chroot", "output_loglevel", true, "output is not logged"},
      {"cmd.script* cmd.exec_code*", "python_shell", true, "the first line of a script says what runs it"},
      {"cmd.script* cmd.run_chroot", "bg", false, "cmd.run_bg starts what nobody waits for"},
      {"cmd.run_chroot", "python_shell", true, "the shell of the other root runs it"},
      {"cmd.run_chroot", "clean_env", true, "the environment is always a bare one"},
      {"pip.*", "use_vt", true, "output is collected either way"},
      {"pip.*", "saltenv", true, "files of requirements are on this host"},
      {"pip.install", "use_wheel", true, "pip always uses wheels since 10"},
      {"pip.install", "no_use_wheel", false, "use no_binary"},
      {"pip.install", "mirrors", false, "use index_url and extra_index_url"},
      {"pip.install", "build", false, "pip has a directory of its own since 21.3"},
      {"pip.install", "download", false, "use cmd.run with `pip download`"},
      {"pip.install", "download_cache", false, "use cache_dir"},
      {"pip.install", "no_install", false, "pip does not know it since 7"},
      {"pip.install", "no_download", false, "pip does not know it since 7"},
      {"pip.install", "allow_all_external", false, "pip does not know it since 10"},
      {"pip.install", "allow_external", false, "pip does not know it since 10"},
      {"pip.install", "allow_unverified", false, "pip does not know it since 10"},
      {"pip.install", "process_dependency_links", false, "pip does not know it since 19"},
      {"pip.install", "disable_version_check", true, "pip is never asked about itself"},
      {"pip.uninstall", "proxy", true, "removing needs no index"},
      {"pip.uninstall", "timeout", true, "removing needs no index"},
      {"pip.uninstall", "log", false, "what pip writes is in the result"},
      {"pkg.hold pkg.unhold", "sources", false, "name the packages"},
      {"pkg.list_pkgs", "use_context", true, "the database is always read anew"},
      {"pkg.get_repo pkg.del_repo pkg.mod_repo", "ppa_auth", false,
       "a private archive has its credentials in its line or in auth.conf.d"},
      {"pkg.mod_repo", "saltenv", true, "keys are found in the minion's own environment"},
      {"pkg.info_installed", "errors", true, "what is not installed is left out"},
      {"pkg.latest_version pkg.available_version pkg.upgrade_available pkg.list_upgrades", "cache_valid_time", true,
       "pkg.refresh_db takes it"},
      {"pkg.install", "repo", false, "use fromrepo instead"},
      {"pkg.install", "env", false, "apt runs with the environment of the minion"},
      {"pkg.upgrade", "allow_downgrades", false, "pkg.install with a version goes back"},
      {"pkg.upgrade", "download*only", false, "pkg.install with downloadonly fetches the packages that it names"},
      {"pkg.mod_repo", "signedby", false, "write [signed-by=...] into the line"},
      {"pkg.mod_repo", "keydir", false, "write [signed-by=...] into the line"},
      {"group.chgid", "non_unique", false, "two groups of one number are one group"},
      {"cmd.script* cmd.run_chroot", "pillar*", false, "templates see the minion's own pillar"},
      {"git.submodule", "init", false, "use opts: --init"},
      {"network.subnets network.subnets6", "interfaces", false, "network.interfaces tells the addresses of each"},
      {"saltutil.refresh_grains", "refresh_pillar", true, "each run compiles its pillar anew"},
      {"pip.*", "env", false, "use env_vars instead"},
      {"cron.rm_job cron.rm", "minute", true, "a job is known by its identifier or its command"},
      {"cron.rm_job cron.rm", "hour", true, "a job is known by its identifier or its command"},
      {"cron.rm_job cron.rm", "daymonth", true, "a job is known by its identifier or its command"},
      {"cron.rm_job cron.rm", "month", true, "a job is known by its identifier or its command"},
      {"cron.rm_job cron.rm", "dayweek", true, "a job is known by its identifier or its command"},
      {"mount.mount mount.umount", "util", false, "only mount itself is used"},
      {"mount.set_fstab", "test", false, "state.single mount.fstab_present with test=True tells what would change"},
      {"status.ping_master", "master", true, "it is the master that this minion has"},
      {"locale.gen_locale", "verbose", true, "failures are told either way"},
      {"virtualenv.create", "runas", false, "use `user` instead"},
      {"pillar.items", "pillar_enc", false, "encrypted values belong in the pillar tree"},
      {"http.query", "opts", false, "settings of the minion are not arguments"},
      {"state.running", "concurrent", true, "runs are told either way"},
      {"match.filter_by match.ifelse", "tgt_type", false, "targets are compound ones"},
      {"match.filter_by", "merge", false, "grains.filter_by merges"},
      {"match.filter_by", "merge_lists", false, "grains.filter_by merges"},
      {"config.option config.merge", "omit_*", false, "config.get leaves parts out"},
      {"config.option", "wildcard", false, "config.items lists what there is"},
  };
  return all;
}

std::vector<const LeftOut*> left_out_of(std::string_view function) {
  std::vector<const LeftOut*> found;
  for (const auto& row : all_left_out())
    if (is_among(row.functions, [&](std::string_view glob) { return glob_match(glob, function); })) found.push_back(&row);
  return found;
}

const LeftOut* left_out(std::string_view function, std::string_view argument) {
  for (const auto* row : left_out_of(function))
    if (glob_match(row->argument, argument)) return row;
  return nullptr;
}

std::vector<std::string> positional_names(std::string_view function, const std::vector<Field>& fields) {
  const SaltOrder* order = order_of(function);
  std::vector<std::string> names = order ? split_words(order->names) : std::vector<std::string>();
  for (const auto& field : fields)
    if (!order || std::find(names.begin(), names.end(), field.name) == names.end()) names.push_back(field.name);
  return names;
}

}  // namespace halite::minion
