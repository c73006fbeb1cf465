#include <fstream>

#include <catch2/catch.hpp>

#include "tests/states/fake_bsdtar.h"
#include "tests/states/scene.h"
#include "tests/support/temp_directory.h"

namespace halite::states {
namespace {

struct Archived : Scene {
  FakeArchive archive;
  Archived() {
    archive.entries = {{"app", FileType::directory, "", 0755},
                       {"app/bin", FileType::regular, "binary", 0755},
                       {"app/a b", FileType::regular, "text", 0644},
                       {"app/link", FileType::symlink, "bin", 0777}};
    archive.install(host);
    tree = test::MemoryTree(test::MemoryTree::Files{{"app.tgz", "packed"}, {"x.bin", "?"}});
    host.add_directory("/opt");
  }
};

const Map extracted{{"name", "/opt/x"}, {"source", "salt://app.tgz"}};

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}

Map with(Map args, const char* name, Value value) {
  args.set(name, std::move(value));
  return args;
}

}  // namespace

TEST_CASE("archive.extracted plans, unpacks, and then finds everything there") {
  Archived scene;
  const Map planned = scene.dry("archive.extracted", extracted);
  CHECK(planned.at("result").is_null());
  CHECK(comment(planned) ==
        "Archive salt://app.tgz would be extracted to /opt/x/, due to absence of one or more files/dirs");
  CHECK_FALSE(scene.host.status("/opt/x"));
  const Map made = scene.state("archive.extracted", extracted);
  CHECK(comment(made) == "salt://app.tgz extracted to /opt/x/, due to absence of one or more files/dirs");
  CHECK(made.at("changes") == planned.at("changes"));
  CHECK(made.at("changes") == Value(Map{{"directories_created", List{"/opt/x/"}},
                                        {"extracted_files", List{"app", "app/a b", "app/bin", "app/link"}}}));
  CHECK(scene.host.files["/opt/x/app/bin"] == "binary");
  CHECK(scene.host.nodes["/opt/x/app/bin"].mode == 0755);
  CHECK(scene.host.read_symlink("/opt/x/app/link") == "bin");
  CHECK(comment(scene.state("archive.extracted", extracted)) == "All files in archive are already present");
}

TEST_CASE("nothing is left of the unpacking, not when it fails either") {
  Archived scene;
  scene.state("archive.extracted", extracted);
  scene.host.write_errors["/opt/y/app/bin"] = 28;
  CHECK(scene.state("archive.extracted", with(extracted, "name", "/opt/y")).at("result") == Value(false));
  for (const auto& [path, content] : scene.host.files) CHECK(path.find("/extract-") == std::string::npos);
}

TEST_CASE("archive.extracted refuses what Salt refuses") {
  Archived scene;
  scene.archive.entries.push_back({"more", FileType::regular, "", 0644});
  const auto says = [&](const Map& args) { return comment(scene.state("archive.extracted", args)); };
  CHECK(says(extracted).find("Archive does not have a single top-level directory") == 0);
  CHECK(says(with(extracted, "source", "salt://x.bin")).find("Could not guess archive_format") == 0);
  CHECK(says(with(extracted, "archive_format", "arj")).find("Invalid archive_format 'arj'") == 0);
  CHECK(says(with(extracted, "password", "x")) == "The 'password' argument is only supported for zip archives");
  CHECK(says(with(extracted, "user", "nobody1")) == "User nobody1 does not exist");
  CHECK(says(with(extracted, "options", "--to-command=sh")).find("'--to-command=sh' is not known here") !=
        std::string::npos);
  CHECK(says(with(extracted, "if_missing", "/etc/passwd")) == "Path /etc/passwd exists");
  CHECK(says(with(extracted, "enforce_ownership_on", "/etc")) ==
        "Value for 'enforce_ownership_on' must be within /opt/x/");
  CHECK(says(with(extracted, "name", "opt")) == "opt is not an absolute path");
  scene.archive.problem = "bsdtar: Unrecognized archive format\n";
  CHECK(says(extracted).find("can't be read: bsdtar: Unrecognized archive format") != std::string::npos);
  scene.archive.problem = "bsdtar: Passphrase required for this entry\n";
  CHECK(says(extracted).find("is password-protected, but no password was specified") != std::string::npos);
}

TEST_CASE("what is of another kind is removed by force alone") {
  Archived scene;
  scene.host.files["/opt/x/app/bin/file"] = "x";
  const Map refused = scene.state("archive.extracted", extracted);
  CHECK(comment(refused).find("are the incorrect type") != std::string::npos);
  CHECK(scene.host.files.count("/opt/x/app/bin/file") == 1);
  scene.state("archive.extracted", with(extracted, "force", true));
  CHECK(scene.host.files["/opt/x/app/bin"] == "binary");
}

TEST_CASE("owners are given to all that the archive holds, and clean removes what was there") {
  Archived scene;
  scene.host.files["/opt/x/app/old"] = "x";
  Map args = with(with(extracted, "user", "alice"), "clean", true);
  const Map made = scene.state("archive.extracted", args);
  CHECK(made.at("changes").find("updated ownership"));
  CHECK(*made.at("changes").find("removed") == Value(List{"/opt/x/app"}));
  CHECK(scene.host.nodes["/opt/x/app/bin"].uid == 1000);
  CHECK(scene.host.files.count("/opt/x/app/old") == 0);
  CHECK(scene.state("archive.extracted", args).at("changes").as_map().empty());
}

TEST_CASE("a new archive of the same names is unpacked when its checksum is watched") {
  TempDirectory disk;  // a real one, for the checksum of a file on disk
  Archived scene;
  const std::string path = disk / "app.tgz";
  const auto write = [&](const char* content) { std::ofstream(path) << content; };
  write("one");
  scene.host.files[path] = "one";
  Map args = with(with(extracted, "source", path), "source_hash_update", true);
  scene.state("archive.extracted", args);
  CHECK(scene.state("archive.extracted", args).at("changes").as_map().empty());
  write("two");
  scene.archive.entries[1].content = "newer";
  CHECK(comment(scene.state("archive.extracted", args)).ends_with("due to source_hash update"));
  CHECK(scene.host.files["/opt/x/app/bin"] == "newer");
  CHECK(scene.state("archive.extracted", args).at("changes").as_map().empty());
}

}  // namespace halite::states
