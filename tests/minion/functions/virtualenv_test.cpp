// virtualenv.*: how one is made, and what its own Python is asked.
#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("virtualenv.create runs the maker with what it knows, and gives what cmd.run_all gives") {
  Caller minion;
  Command seen;
  minion.host.programs["virtualenv"] = minion.host.programs["python3"] = [&](const Command& command) {
    seen = command;
    return FakeHost::result(0, "created\n");
  };
  const Value made = minion.call("virtualenv.create", {"/srv/env"}, {{"system_site_packages", true}, {"clear", true}, {"venv_bin", "virtualenv"}});
  CHECK(seen.argv == Argv{"virtualenv", "--clear", "--system-site-packages", "/srv/env"});
  CHECK(*made.find("retcode") == Value(0));
  CHECK(*made.find("stdout") == Value("created"));
  minion.call("virtualenv.create", {"/srv/env"}, {{"venv_bin", "venv"}, {"symlinks", true}});
  CHECK(seen.argv == Argv{"python3", "-m", "venv", "--symlinks", "/srv/env"});
  CHECK(minion.call("virtualenv.create", {"/srv/env"}, {{"venv_bin", "virtualenv"}, {"symlinks", true}}).as_string().find("are venv's") != std::string::npos);
  minion.host.programs["virtualenv"] = [](const Command&) { return FakeHost::result(2, "", "no space\n"); };
  CHECK(*minion.job("virtualenv.create", {"/srv/env"}).find("retcode") == Value(2));
}

TEST_CASE("an environment is asked by its own Python, and a directory that is none is refused") {
  Caller minion;
  minion.host.files["/srv/env/bin/python"] = "";
  Argv seen;
  minion.host.programs["python"] = [&](const Command& command) {
    seen = command.argv;
    return FakeHost::result(0, "/srv/env/lib/python3.11/site-packages\n");
  };
  CHECK(minion.call("virtualenv.get_site_packages", {"/srv/env"}) == Value("/srv/env/lib/python3.11/site-packages"));
  minion.call("virtualenv.get_resource_path", {"/srv/env", "app", "x'; import os; '"});
  CHECK(seen.back() == "x'; import os; '");
  minion.host.programs["python"] = [](const Command&) { return FakeHost::result(1, "", "Traceback\nNo package metadata was found for none\n"); };
  CHECK(minion.call("virtualenv.get_distribution_path", {"/srv/env", "none"}).as_string().find("No package metadata was found for none") != std::string::npos);
  CHECK(minion.call("virtualenv.get_site_packages", {"/srv"}).as_string().find("does not appear to be a virtualenv") != std::string::npos);
  minion.host.programs["virtualenv"] = [](const Command&) { return FakeHost::result(0, "virtualenv 20.17.1+ds from /usr/lib/python3/dist-packages/virtualenv/__init__.py\n"); };
  CHECK(minion.call("virtualenv.virtualenv_ver") == Value(List{20, 17, 1}));
}

}  // namespace halite::minion
