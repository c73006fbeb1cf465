#include <catch2/catch.hpp>

#include "states/providers/fstab.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}
Map data(const Map& more = {}) {
  Map args{{"name", "/mnt/data/"}, {"device", "/dev/vdb1"}, {"fstype", "ext4"}, {"mkmnt", true}};
  for (const auto& [key, value] : more) args.set(key, value);
  return args;
}
std::string& table(Scene& scene) {
  return scene.host.files["/etc/fstab"];
}

}  // namespace

TEST_CASE("mount.mounted plans, mounts and writes fstab, and then asks no program") {
  Scene scene;
  const std::string before = table(scene);
  const Map planned = scene.dry("mount.mounted", data());
  CHECK(comment(planned) == "/mnt/data would be created and mounted");
  const Map made = scene.state("mount.mounted", data());
  CHECK(comment(made) == "Target was successfully mounted. Added new entry to the fstab.");
  CHECK(changes(made) == Map{{"mount", true}, {"persist", "new"}});
  CHECK(changes(planned) == changes(made));
  CHECK(table(scene) == before + "/dev/vdb1\t\t/mnt/data\text4\tdefaults\t0 0\n");
  scene.host.ran.clear();
  CHECK(comment(scene.state("mount.mounted", data())) ==
        "Target was already mounted. Entry already exists in the fstab.");
  CHECK(scene.host.ran.empty());
}

TEST_CASE("options that are not in effect cause a remount; what the kernel does not show, and units, do not") {
  Scene scene;
  scene.state("mount.mounted", data({{"persist", false}}));
  const Map args = data({{"opts", List{"noatime", "_netdev", "size=1m", "nofail"}}});
  CHECK(comment(scene.dry("mount.mounted", args)) == "Remount would be forced because options (noatime) changed");
  const Map made = scene.state("mount.mounted", args);
  CHECK(changes(made).at("umount") == Value("Forced remount because options (noatime) changed"));
  CHECK(scene.host.ran.back() == Argv{"mount", "-t", "ext4", "-o", "remount,noatime,_netdev,size=1m,nofail", "--",
                                      "/dev/vdb1", "/mnt/data"});
  CHECK(changes(scene.state("mount.mounted", args)).empty());
}

TEST_CASE("another device is unmounted first, unless its name will do") {
  Scene scene;
  scene.state("mount.mounted", data({{"device", "/dev/vdc1"}, {"persist", false}}));
  CHECK(changes(scene.state("mount.mounted", data({{"device_name_regex", List{"/dev/vdc.*"}}, {"persist", false}}))).empty());
  CHECK(comment(scene.dry("mount.mounted", data())) ==
        "An umount would have been forced because devices do not match.  Watched: /dev/vdb1");
  CHECK(changes(scene.state("mount.mounted", data())).at("umount") ==
        Value("Forced unmount because devices don't match. Wanted: /dev/vdb1, current: /dev/vdc1"));
}

TEST_CASE("a device is known by its links, its UUID and the file behind a loop") {
  Scene scene;
  scene.host.add_directory("/dev/disk/by-uuid");
  scene.host.make_symlink("/dev/disk/by-uuid/AB-CD", "../../vdb1");
  scene.state("mount.mounted", data());
  CHECK(changes(scene.state("mount.mounted", data({{"device", "UUID=AB-CD"}, {"persist", false}}))).empty());
  scene.host.files["/proc/self/mountinfo"] += "40 21 7:0 / /mnt/image rw - ext4 /dev/loop3 rw\n";
  scene.host.files["/sys/block/loop3/loop/backing_file"] = "/srv/image\n";
  scene.host.add_directory("/mnt/image");
  CHECK(changes(scene.state("mount.mounted", {{"name", "/mnt/image"}, {"device", "/srv/image"}, {"fstype", "ext4"},
                                              {"opts", "loop"}, {"persist", false}}))
            .empty());
  scene.host.files["/proc/self/mountinfo"] += "41 21 8:1 /srv/a /mnt/bound rw - ext4 /dev/vda1 rw\n";
  scene.host.add_directory("/mnt/bound");
  CHECK(changes(scene.state("mount.mounted", {{"name", "/mnt/bound"}, {"device", "/srv/a"}, {"fstype", "none"},
                                              {"opts", "bind"}, {"persist", false}}))
            .empty());
}

TEST_CASE("mount.mounted without mounting, and what can't be") {
  Scene scene;
  CHECK(comment(scene.state("mount.mounted", data({{"mount", false}}))) ==
        "/mnt/data was created, not mounted. Added new entry to the fstab.");
  CHECK(comment(scene.state("mount.mounted", {{"name", "/none"}, {"device", "/dev/x"}, {"fstype", "ext4"}})) ==
        "Mount directory is not present");
  CHECK(comment(scene.state("mount.mounted", data({{"device", ""}}))) == "Must provide device to mount.mounted");
  CHECK(comment(scene.state("mount.mounted", data({{"match_on", "colour"}}))).starts_with("Unrecognized keys in match_on"));
  scene.host.programs["mount"] = [](const Command&) { return FakeHost::result(32, "", "mount: wrong fs type.\n"); };
  const Map failed = scene.state("mount.mounted", data());
  CHECK(comment(failed) == "mount: wrong fs type.");
  CHECK(failed.at("result") == Value(false));
}

TEST_CASE("a watched change remounts") {
  Scene scene;
  scene.state("mount.mounted", data());
  Map args = data({{"watch", List{Map{{"test", "config"}}}}});
  const auto run = scene.run({chunk("test.succeed_with_changes", "config"), chunk("mount.mounted", "m", args)});
  CHECK(result_of(run, "m").at("comment") == Value("/mnt/data remounted"));
}

TEST_CASE("mount.unmounted unmounts and takes the line") {
  Scene scene;
  const Map args{{"name", "/mnt/old"}, {"persist", true}};
  CHECK(comment(scene.dry("mount.unmounted", args)) == "Mount point /mnt/old is mounted but should not be");
  const Map made = scene.state("mount.unmounted", args);
  CHECK(comment(made) == "Target was successfully unmounted. Removed target from fstab");
  CHECK(changes(made) == Map{{"umount", true}, {"persist", "purged"}});
  CHECK(table(scene) == "# static\n/dev/vda1 / ext4 errors=remount-ro 0 1\n");
  CHECK(comment(scene.state("mount.unmounted", args)) == "Target was already unmounted. fstab entry not found");
  Scene busy;
  busy.host.files["/busy"] = "";
  CHECK(comment(busy.state("mount.unmounted", args)) == "umount: target is busy.");
}

TEST_CASE("mount.swap activates, and writes fstab") {
  Scene scene;
  CHECK(comment(scene.dry("mount.swap", {{"name", "/swapfile"}})) == "Swap /swapfile is set to be activated");
  const Map made = scene.state("mount.swap", {{"name", "/swapfile"}});
  CHECK(comment(made) == "Swap /swapfile activated. Added new entry to the fstab.");
  CHECK(changes(made).at("size") == Value("1024"));
  CHECK(changes(made).at("persist") == Value("new"));
  CHECK(table(scene).ends_with("/swapfile\t\tnone\tswap\tdefaults\t0 0\n"));
  CHECK(comment(scene.state("mount.swap", {{"name", "/swapfile"}})) == "Swap /swapfile already active");
  CHECK(scene.state("mount.swap", {{"name", "/nothing"}, {"persist", false}}).at("result") == Value(false));
}

TEST_CASE("lines of fstab: present, changed, by another name of the device, absent") {
  Scene scene;
  const Map args{{"name", "/dev/vdc1"}, {"fs_file", "/mnt/old/"}, {"fs_vfstype", "ext4"}, {"mount", false},
                 {"mount_by", "uuid"}, {"fs_mntops", List{"ro", "noatime"}}};
  CHECK(comment(scene.dry("mount.fstab_present", args)) == "/mnt/old entry will be written in /etc/fstab.");
  CHECK(comment(scene.state("mount.fstab_present", args)) == "/mnt/old entry added in /etc/fstab.");
  CHECK(table(scene).ends_with("UUID=aaaa-bbbb\t\t/mnt/old\text4\tro,noatime\t0 0\n"));
  CHECK(comment(scene.state("mount.fstab_present", args)) == "/mnt/old entry was already in /etc/fstab.");
  Map other = args;
  other.set("fs_mntops", "rw");
  CHECK(changes(scene.state("mount.fstab_present", other)) == Map{{"persist", "change"}});
  other.set("fs_mntops", "ro");
  other.set("not_change", true);
  CHECK(changes(scene.state("mount.fstab_present", other)).empty());
  const Map gone{{"name", "/dev/old"}, {"fs_file", "/mnt/old"}};
  CHECK(comment(scene.dry("mount.fstab_absent", gone)) == "/mnt/old entry will be removed from /etc/fstab.");
  CHECK(comment(scene.state("mount.fstab_absent", gone)) == "/mnt/old entry removed from /etc/fstab.");
  CHECK(comment(scene.state("mount.fstab_absent", gone)) == "/mnt/old entry is already missing in /etc/fstab.");
}

TEST_CASE("blockdev.formatted makes a file system, and does not lose another one unasked") {
  Scene scene;
  CHECK(comment(scene.dry("blockdev.formatted", {{"name", "/dev/vdd"}})) == "Changes to /dev/vdd will be applied");
  const Map made = scene.state("blockdev.formatted", {{"name", "/dev/vdd"}, {"lazy_itable_init", true}});
  CHECK(comment(made) == "/dev/vdd has been formatted with ext4");
  CHECK(changes(made) == Map{{"new", "ext4"}, {"old", ""}});
  CHECK(scene.host.ran[scene.host.ran.size() - 2] ==
        Argv{"mkfs", "-t", "ext4", "-E", "lazy_itable_init=1", "/dev/vdd"});
  CHECK(comment(scene.state("blockdev.formatted", {{"name", "/dev/vdd"}})) == "/dev/vdd already formatted with ext4");
  scene.host.programs["mkfs.xfs"] = scene.host.programs["mkfs.ext4"];
  CHECK(comment(scene.state("blockdev.formatted", {{"name", "/dev/vdd"}, {"fs_type", "xfs"}})) ==
        "/dev/vdd already has a file system of type ext4; say force: True to lose it");
  CHECK(comment(scene.state("blockdev.formatted", {{"name", "/dev/none"}})) == "/dev/none does not exist");
  CHECK(comment(scene.state("blockdev.formatted", {{"name", "/dev/vdd"}, {"fs_type", "zzz"}})) == "Invalid fs_type: zzz");
}

TEST_CASE("blockdev.tuned sets what differs") {
  Scene scene;
  const Map made = scene.state("blockdev.tuned", {{"name", "/dev/vdd"}, {"read-ahead", 1024}, {"read-write", true}});
  CHECK(comment(made) == "Block device /dev/vdd successfully modified");
  CHECK(changes(made) == Map{{"read-ahead", "Changed from 256 to 1024"}});
  CHECK(comment(scene.state("blockdev.tuned", {{"name", "/dev/vdd"}, {"read-ahead", 1024}})) ==
        "Block device /dev/vdd already in correct state");
}

}  // namespace halite::states
