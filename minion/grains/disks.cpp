// Grains of block devices, volume groups, RAID arrays and ZFS.
#include <algorithm>

#include "common/base/strings.h"
#include "minion/grains/families.h"

namespace halite::minion {
namespace {

List raid_arrays(Host& host) {
  List arrays;
  const auto text = host.read_file_if_exists("/proc/mdstat");
  for (const auto& line : split_lines(text.value_or(""))) {
    const auto words = split_words(line);
    if (words.size() > 1 && words[1] == ":" && words[0].rfind("md", 0) == 0) arrays.push_back(words[0]);
  }
  return arrays;
}

Map volume_groups(Host& host) {
  Map groups;
  const auto told = output_of(host, {"lvs", "--noheadings", "-o", "vg_name,lv_name"});
  for (const auto& line : split_lines(told.value_or(""))) {
    const auto words = split_words(line);
    if (words.size() != 2) continue;
    Value& volumes = groups[words[0]];
    if (!volumes.is_list()) volumes = List{};
    volumes.edit_list().push_back(words[1]);
  }
  return groups;
}

}  // namespace

Map disk_grains(const GrainSource& source) {
  List disks, ssds;
  if (source.host.status("/sys/block")) {
    for (const auto& name : source.host.list_directory("/sys/block")) {
      const std::string path = "/sys/block/" + name;
      const auto status = source.host.status(path);
      if (status && status->type == FileType::symlink &&
          source.host.read_symlink(path).rfind("../devices/virtual/", 0) == 0)
        continue;
      const std::string rotational = first_line(source.host, path + "/queue/rotational");
      if (rotational == "0") ssds.push_back(name);
      if (rotational == "1") disks.push_back(name);
    }
  }
  return {{"disks", disks}, {"ssds", ssds}};
}

Map storage_grains(const GrainSource& source) {
  const bool has_zfs = source.host.status("/dev/zfs") && source.host.find_program("zfs");
  return {{"lvm", volume_groups(source.host)},
          {"mdadm", raid_arrays(source.host)},
          {"zfs_support", has_zfs},
          {"zfs_feature_flags", has_zfs}};
}

}  // namespace halite::minion
