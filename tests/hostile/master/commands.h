// Every command that a minion can send; rows_test.cpp holds it against the master's own table.
#pragma once

#include <string>
#include <vector>

namespace halite::hostile {

inline const std::vector<std::string>& minion_commands() {
  static const std::vector<std::string> commands{
      "_return", "_minion_event", "_file_find", "_file_hash", "_file_hash_and_stat", "_serve_file", "_file_list", "_file_list_emptydirs",
      "_dir_list", "_symlink_list", "_file_envs", "_master_opts", "_master_tops", "_ext_nodes", "_mine", "_mine_get", "_mine_delete",
      "_mine_flush", "_file_recv", "minion_pub", "pub_ret", "minion_runner", "revoke_auth", "_pillar"};
  return commands;
}

}  // namespace halite::hostile
