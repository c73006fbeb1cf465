// saltutil.*: caches, keys and jobs.
#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

using namespace halite;
using namespace halite::minion;

TEST_CASE("the cache is emptied, but for running jobs and the values of data.*") {
  Caller caller;
  const std::string cache = caller.config.settings.cachedir;
  caller.host.add_directory(cache);
  caller.host.add_directory(cache + "/files");
  caller.host.add_directory(cache + "/proc");
  for (const char* path : {"/files/x", "/proc/20260102030405000678", "/datastore", "/remembered"}) caller.host.files[cache + path] = "x";
  CHECK(caller.call("saltutil.clear_cache") == Value(true));
  CHECK_FALSE(caller.host.files.contains(cache + "/files/x"));
  CHECK_FALSE(caller.host.files.contains(cache + "/remembered"));
  CHECK(caller.host.files.contains(cache + "/proc/20260102030405000678"));
  CHECK(caller.host.files.contains(cache + "/datastore"));
}

TEST_CASE("a minion whose cache is not there yet has nothing to clear") { CHECK(Caller().call("saltutil.clear_cache") == Value(true)); }

TEST_CASE("the minion's keys go and the master's stays") {
  Caller caller;
  caller.config.settings.pki_dir = "/pki";
  for (const char* name : {"minion.pem", "minion.pub", "minion_master.pub"}) caller.host.files[std::string("/pki/") + name] = "x";
  CHECK(caller.call("saltutil.regen_keys").as_string().find("when it starts again") != std::string::npos);
  CHECK_FALSE(caller.host.files.contains("/pki/minion.pem"));
  CHECK_FALSE(caller.host.files.contains("/pki/minion.pub"));
  CHECK(caller.host.files.contains("/pki/minion_master.pub"));
}

TEST_CASE("what needs a master says so, and what there is none of is told as Salt tells it") {
  Caller caller;
  CHECK(caller.call("saltutil.revoke_auth").as_string().find("without a master") != std::string::npos);
  CHECK(caller.call("saltutil.list_extmods") == Value(Map{}));
  CHECK(caller.call("saltutil.sync_pillar") == Value(List{}));
  CHECK(caller.call("saltutil.term_all_jobs") == Value(List{}));
  CHECK(caller.call("saltutil.kill_all_jobs") == Value(List{}));
  CHECK(caller.call("saltutil.clear_job_cache", {}, {{"hours", 12}}) == Value(true));
  CHECK(caller.job("saltutil.runner", {"jobs.active"}).at("success") == Value(false));
}
