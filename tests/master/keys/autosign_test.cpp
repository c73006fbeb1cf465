// Letting minions in without an operator: only by what files say that nobody else can write.
#include "master/keys/autosign.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;

namespace {

AutosignOptions with_file() {
  AutosignOptions options;
  options.autosign_file = "/etc/halite/autosign.conf";
  return options;
}

}  // namespace

TEST_CASE("Nobody is let in when nothing is configured") {
  FakeHost host;
  CHECK(AutosignOptions().is_off());
  CHECK(autosign_verdict(host, {}, "web1", {}) == Verdict::ask_operator);
}

TEST_CASE("The file has ids, globs and regular expressions for the whole id") {
  FakeHost host;
  host.files["/etc/halite/autosign.conf"] = "# ours\nexact\nweb*\ndb\\d+\n";
  for (const char* id : {"exact", "web1", "db12"}) CHECK(autosign_verdict(host, with_file(), id, {}) == Verdict::sign);
  for (const char* id : {"exactly", "my-web1", "db12x", "xdb1", "# ours"})
    CHECK(autosign_verdict(host, with_file(), id, {}) == Verdict::ask_operator);
}

TEST_CASE("A file that others can write is not believed") {
  FakeHost host;
  host.files["/etc/halite/autosign.conf"] = "web*\n";
  AutosignOptions options = with_file();
  host.nodes["/etc/halite/autosign.conf"].mode = 0666;
  CHECK(autosign_verdict(host, options, "web1", {}) == Verdict::ask_operator);
  host.nodes["/etc/halite/autosign.conf"].mode = 0664;
  CHECK(autosign_verdict(host, options, "web1", {}) == Verdict::ask_operator);
  options.permissive_pki_access = true;
  CHECK(autosign_verdict(host, options, "web1", {}) == Verdict::sign);
  host.nodes["/etc/halite/autosign.conf"].uid = 1000;
  CHECK(autosign_verdict(host, options, "web1", {}) == Verdict::ask_operator);
}

TEST_CASE("Refusing comes before letting in") {
  FakeHost host;
  host.files["/etc/halite/autosign.conf"] = "*\n";
  host.files["/etc/halite/autoreject.conf"] = "evil*\n";
  AutosignOptions options = with_file();
  options.autoreject_file = "/etc/halite/autoreject.conf";
  CHECK(autosign_verdict(host, options, "evil1", {}) == Verdict::reject);
  CHECK(autosign_verdict(host, options, "web1", {}) == Verdict::sign);
}

TEST_CASE("A grain lets in when its value is a line of the file of its name") {
  FakeHost host;
  host.add_directory("/etc/halite/grains");
  host.files["/etc/halite/grains/uuid"] = "1234\n";
  AutosignOptions options;
  options.autosign_grains_dir = "/etc/halite/grains";
  CHECK(autosign_verdict(host, options, "web1", {{"uuid", "1234"}}) == Verdict::sign);
  CHECK(autosign_verdict(host, options, "web1", {{"uuid", "123"}}) == Verdict::ask_operator);
  CHECK(autosign_verdict(host, options, "web1", {{"os", "1234"}}) == Verdict::ask_operator);
}

TEST_CASE("A grain's name can't lead out of the folder") {
  FakeHost host;
  host.add_directory("/etc/halite/grains");
  host.files["/etc/passwd"] = "root\n";
  AutosignOptions options;
  options.autosign_grains_dir = "/etc/halite/grains";
  CHECK(autosign_verdict(host, options, "web1", {{"../../passwd", "root"}}) == Verdict::ask_operator);
}

TEST_CASE("A ticket lets in once, and not when it is old") {
  FakeHost host;
  const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(host.clock.time_since_epoch()).count();
  host.add_directory("/pki/minions_autosign");
  host.files["/pki/minions_autosign/web1"] = "";
  host.nodes["/pki/minions_autosign/web1"].mtime_s = now_s - 60;
  AutosignOptions options;
  options.autosign_dir = "/pki/minions_autosign";
  CHECK(autosign_verdict(host, options, "web1", {}) == Verdict::sign);
  CHECK(autosign_verdict(host, options, "web1", {}) == Verdict::ask_operator);
  host.files["/pki/minions_autosign/web2"] = "";
  host.nodes["/pki/minions_autosign/web2"].mtime_s = now_s - 3 * 3600;
  CHECK(autosign_verdict(host, options, "web2", {}) == Verdict::ask_operator);
}
