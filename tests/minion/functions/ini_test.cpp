// ini.*: options and sections of INI files, in Salt's shapes.
#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("ini.* reads everything, a section, an option") {
  Caller minion;
  minion.host.add_directory("/etc");
  minion.host.files["/etc/a.ini"] = "top = 1\n[main]\nport = 22\n# note\nhost=db\n[empty]\n";
  CHECK(minion.call("ini.get_ini", {"/etc/a.ini"}) ==
        Value(Map{{"top", "1"}, {"main", Map{{"port", "22"}, {"host", "db"}}}, {"empty", Map{}}}));
  CHECK(minion.call("ini.get_section", {"/etc/a.ini", "main"}) == Value(Map{{"port", "22"}, {"host", "db"}}));
  CHECK(minion.call("ini.get_section", {"/etc/a.ini", "none"}) == Value(Map{}));
  CHECK(minion.call("ini.get_option", {"/etc/a.ini", "main", "port"}) == Value("22"));
  CHECK(minion.call("ini.get_option", {"/etc/a.ini", "", "top"}) == Value("1"));
  CHECK(minion.call("ini.get_option", {"/etc/a.ini", "main", "none"}) == Value());
  CHECK(minion.call("ini.get_ini", {"/etc/none.ini"}).as_string().find("Unable to open file '/etc/none.ini'") != std::string::npos);
  minion.host.files["/etc/b.ini"] = "[main]\nport: 22\n";
  CHECK(minion.call("ini.get_option", {"/etc/b.ini", "main", "port"}, {{"separator", ":"}}) == Value("22"));
}

TEST_CASE("ini.* changes what is asked for and nothing else") {
  Caller minion;
  minion.host.add_directory("/etc");
  minion.host.files["/etc/a.ini"] = "[main]\nport=22\n# note\nhost = db\n";
  CHECK(minion.call("ini.set_option", {"/etc/a.ini", Map{{"main", Map{{"port", 23}}}, {"new", Map{{"x", "y"}}}}}) ==
        Value(Map{{"main", Map{{"port", Map{{"before", "22"}, {"after", "23"}}}}}, {"new", Map{{"before", nullptr}, {"after", Map{{"x", "y"}}}}}}));
  CHECK(minion.host.files["/etc/a.ini"].find("# note\nhost = db\n") != std::string::npos);
  CHECK(minion.call("ini.set_option", {"/etc/a.ini", Map{{"main", Map{{"port", 23}}}}}) == Value(Map{}));
  CHECK(minion.call("ini.remove_option", {"/etc/a.ini", "main", "port"}) == Value("23"));
  CHECK(minion.call("ini.remove_option", {"/etc/a.ini", "main", "port"}) == Value());
  CHECK(minion.call("ini.remove_section", {"/etc/a.ini", "new"}) == Value(Map{{"x", "y"}}));
  CHECK(minion.call("ini.remove_section", {"/etc/a.ini", "new"}) == Value());
  CHECK(minion.host.files["/etc/a.ini"].find("[new]") == std::string::npos);
}

}  // namespace halite::minion
