#include <catch2/catch.hpp>

#include "tests/states/scene.h"
#include "tests/states/told.h"

namespace halite::states {

TEST_CASE("file.keyvalue sets keys and tells the lines") {
  Scene scene;
  scene.host.files["/etc/f"] = "#Port 22\nUse yes\n";
  const Map args{{"name", "/etc/f"},
                 {"key_values", Map{{"Port", 23}, {"Use", "yes"}, {"New", "x"}}},
                 {"separator", " "},
                 {"uncomment", "#"},
                 {"append_if_not_found", true}};
  const Map planned = scene.dry("file.keyvalue", args);
  CHECK(comment(planned) == "File /etc/f is set to be changed (2 lines)");
  const Map made = scene.state("file.keyvalue", args);
  CHECK(comment(made) == "Changed 2 lines");
  CHECK(changes(made) == changes(planned));
  CHECK(changes(made).at("diff") == Value("- #Port 22\n+ Port 23 (from int type)\n- <EOF>\n+ New x\n+ <EOF>\n"));
  CHECK(scene.host.files["/etc/f"] == "Port 23\nUse yes\nNew x\n");
  CHECK(changes(scene.state("file.keyvalue", args)).empty());
}

TEST_CASE("file.keyvalue says what is wrong with its arguments") {
  Scene scene;
  const Map one{{"name", "/etc/f"}, {"key", "a"}, {"value", "1"}};
  CHECK(comment(scene.state("file.keyvalue", one)) == "unable to open /etc/f");
  CHECK_FALSE(has_failed(scene.state("file.keyvalue", with(one, "ignore_if_missing", true))));
  CHECK(comment(scene.state("file.keyvalue", {{"name", "/etc/f"}})) ==
        "file.keyvalue key and value not supplied and key_values is empty");
  CHECK(comment(scene.state("file.keyvalue", with(one, "key_values", Map{{"a", 1}}))) ==
        "file.keyvalue can not combine key_values with key and value");
}

}  // namespace halite::states
