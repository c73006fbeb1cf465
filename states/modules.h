// The list of everything we can manage: one line a module here, one in modules.cpp.
#pragma once

#include <vector>

#include "states/registry.h"

namespace halite::states {

Module alternatives();
Module archive();
Module blockdev();
Module cmd();
Module cron();
Module event();
Module file();
Module git();
Module grains();
Module group();
Module host();
Module ini();
Module iptables();
Module kmod();
Module locale();
Module module();
Module mount();
Module nftables();
Module pip();
Module pkg();
Module pkgrepo();
Module postgres_cluster();
Module postgres_database();
Module postgres_extension();
Module postgres_group();
Module postgres_language();
Module postgres_privileges();
Module postgres_schema();
Module postgres_tablespace();
Module postgres_user();
Module schedule();
Module service();
Module ssh_auth();
Module ssh_known_hosts();
Module sysctl();
Module test();
Module timezone();
Module user();
Module virtualenv();

std::vector<Module> all_modules();

}  // namespace halite::states
