#include "states/modules.h"

namespace halite::states {

std::vector<Module> all_modules() {
  std::vector<Module> modules;
  modules.push_back(alternatives());
  modules.push_back(archive());
  modules.push_back(blockdev());
  modules.push_back(cmd());
  modules.push_back(cron());
  modules.push_back(event());
  modules.push_back(file());
  modules.push_back(git());
  modules.push_back(grains());
  modules.push_back(group());
  modules.push_back(host());
  modules.push_back(ini());
  modules.push_back(iptables());
  modules.push_back(kmod());
  modules.push_back(locale());
  modules.push_back(module());
  modules.push_back(mount());
  modules.push_back(nftables());
  modules.push_back(pip());
  modules.push_back(pkg());
  modules.push_back(pkgrepo());
  modules.push_back(postgres_cluster());
  modules.push_back(postgres_database());
  modules.push_back(postgres_extension());
  modules.push_back(postgres_group());
  modules.push_back(postgres_language());
  modules.push_back(postgres_privileges());
  modules.push_back(postgres_schema());
  modules.push_back(postgres_tablespace());
  modules.push_back(postgres_user());
  modules.push_back(schedule());
  modules.push_back(service());
  modules.push_back(ssh_auth());
  modules.push_back(ssh_known_hosts());
  modules.push_back(sysctl());
  modules.push_back(test());
  modules.push_back(timezone());
  modules.push_back(user());
  modules.push_back(virtualenv());
  return modules;
}

}  // namespace halite::states
