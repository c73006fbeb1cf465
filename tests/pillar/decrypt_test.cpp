// Encrypted values of a pillar, with a gpg of the test's own.
#include "pillar/decrypt.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/host/gpg.h"
#include "pillar/compiler.h"
#include "tests/support/fake_host.h"
#include "tests/support/memory_tree.h"

using namespace halite;
using namespace halite::pillar;

namespace {

std::string message(const std::string& text) {
  return "-----BEGIN PGP MESSAGE-----\n\n" + text + "\n-----END PGP MESSAGE-----";
}

struct World {
  FakeHost host;
  CompileSettings settings;

  World() {
    settings.gpg_keydir = "/etc/halite/gpgkeys";
    host.add_directory("/etc/halite/gpgkeys");
    // What is between the lines, backwards.
    host.programs["gpg"] = [](const Command& command) {
      const auto begin = command.input.find("\n\n") + 2, end = command.input.find("\n-----END");
      const auto cipher = command.input.substr(begin, end - begin);
      if (cipher == "broken") return FakeHost::result(2, "", "gpg: decryption failed: No secret key");
      return FakeHost::result(0, std::string(cipher.rbegin(), cipher.rend()) + "\n");
    };
  }
  std::string operator()(const Value& keys, Map pillar, std::vector<std::string>* errors = nullptr) {
    settings.decrypt_pillar = keys;
    std::vector<std::string> found;
    decrypt(pillar, decryption_from(settings), gpg_decryptor(host, settings.gpg_keydir), errors ? *errors : found);
    return to_json(pillar);
  }
};

}  // namespace

TEST_CASE("What is below the keys is decrypted, and nothing else") {
  World world;
  const Map pillar{{"a", Map{{"b", message("terces")}, {"c", message("x")}}},
                   {"l", List{message("1"), Map{{"d", message("two" )}}, 3, "plain"}},
                   {"other", message("no")}};
  const auto result = from_json(world(List{"a:b", Map{{"l", "gpg"}}, "nosuch:key", "a:b:deeper"}, pillar), "result");
  CHECK(*result.find("a")->find("b") == Value("secret"));
  CHECK(*result.find("a")->find("c") == Value(message("x")));
  CHECK(to_json(*result.find("l")) == R"(["1", {"d": "owt"}, 3, "plain"])");
  CHECK(*result.find("other") == Value(message("no")));
  CHECK(world.host.ran[0] == Argv{"gpg", "--homedir", "/etc/halite/gpgkeys", "--batch", "--no-tty", "--quiet", "--decrypt"});
}

TEST_CASE("A message may stand inside a text, and the keys be a map with another delimiter") {
  World world;
  world.settings.decrypt_pillar_delimiter = "|";
  CHECK(world(Map{{"a|b", "gpg"}}, {{"a", Map{{"b", "user=" + message("nna") + " end\n"}}}}) == R"({"a": {"b": "user=ann\n end"}})");
}

TEST_CASE("What can't be decrypted is told without its text, and the others go on") {
  World world;
  std::vector<std::string> errors;
  const auto result = world(List{"bad", "good"}, {{"bad", message("broken")}, {"good", message("ko")}}, &errors);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("Failed to decrypt pillar key 'bad': gpg can't open an encrypted value with the keys in /etc/halite/gpgkeys") == 0);
  CHECK(errors[0].find("broken") == std::string::npos);
  CHECK(result.find(R"("good": "ok")") != std::string::npos);
}

TEST_CASE("Other renderers and other shapes are refused") {
  World world;
  for (const auto& option : {Value("a"), Value(List{5}), Value(List{Map{{"a", "nacl"}}}), Value(List{Map{{"a", 5}}})})
    CHECK_THROWS_AS(world(option, {}), Error);
  world.settings.decrypt_pillar_renderers = {};
  CHECK_THROWS_AS(world(List{"a"}, {}), Error);
}

TEST_CASE("The pillar compiler decrypts at the end, and a failure is one of _errors") {
  World world;
  world.settings.decrypt_pillar = List{"a", "b"};
  test::MemoryTree tree(test::MemoryTree::Files{{"top.sls", "base: {'*': [x]}"},
                                                {"x.sls", "a: \"-----BEGIN PGP MESSAGE-----\\n\\nko\\n-----END PGP MESSAGE-----\"\n"}});
  const PillarCompiler compiler({.decryption = decryption_from(world.settings),
                                 .decrypt = gpg_decryptor(world.host, world.settings.gpg_keydir)});
  CHECK(to_json(compiler.compile(tree, {.minion_id = "web1"}).data) == R"({"a": "ok"})");
  const auto failed = compiler.compile(tree, {.minion_id = "web1", .override_data = {{"b", message("broken")}}});
  CHECK_FALSE(failed.ok());
  CHECK(failed.data.at("_errors").as_list().size() == 1);
}
