#include "minion/grains/families.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::minion {

const std::vector<GrainFamily>& grain_families() {
  static const std::vector<GrainFamily> families{
      {"identity", {"id", "master", "server_id", "machine_id", "append_domain"}, identity_grains},
      {"kernel", {"kernel", "nodename", "kernelrelease", "kernelversion", "cpuarch"}, kernel_grains},
      {"kernel parameters", {"kernelparams"}, kernel_parameter_grains},
      {"os",
       {"os", "os_family", "osfullname", "oscodename", "osrelease", "osrelease_info", "osmajorrelease", "osfinger",
        "lsb_distrib_id", "lsb_distrib_release", "lsb_distrib_codename", "lsb_distrib_description"},
       os_grains},
      {"architecture", {"osarch"}, os_architecture_grains},
      {"cpu", {"num_cpus", "cpu_model", "cpu_flags"}, cpu_grains},
      {"memory", {"mem_total", "swap_total"}, memory_grains},
      {"hardware",
       {"biosversion", "biosvendor", "boardname", "productname", "manufacturer", "biosreleasedate", "uuid",
        "serialnumber", "efi", "efi-secure-boot"},
       hardware_grains},
      {"virtual", {"virtual", "virtual_subtype"}, virtual_grains},
      {"init", {"init", "ps", "transactional"}, init_grains},
      {"systemd", {"systemd"}, systemd_grains},
      {"graphics", {"gpus", "num_gpus"}, graphics_grains},
      {"disks", {"disks", "ssds"}, disk_grains},
      {"storage", {"lvm", "mdadm", "zfs_support", "zfs_feature_flags"}, storage_grains},
      {"interfaces",
       {"ip_interfaces", "ip4_interfaces", "ip6_interfaces", "hwaddr_interfaces", "ipv4", "ipv6"},
       interface_grains},
      {"gateway", {"ip_gw", "ip4_gw", "ip6_gw"}, gateway_grains},
      {"names", {"localhost", "fqdn", "host", "domain"}, name_grains},
      {"name addresses", {"fqdn_ip4", "fqdn_ip6"}, name_address_grains},
      {"reverse names", {"fqdns"}, reverse_name_grains},
      {"dns", {"dns"}, dns_grains},
      {"locale", {"locale_info"}, locale_grains},
      {"process",
       {"path", "systempath", "shell", "cwd", "pid", "uid", "username", "gid", "groupname"},
       process_grains},
      {"version",
       {"saltversion", "saltversioninfo", "saltpath", "haliteversion", "pythonversion",
        "pythonexecutable", "pythonpath"},
       version_grains},
  };
  return families;
}

std::string first_line(Host& host, const std::string& path) {
  try {
    const auto text = host.read_file_if_exists(path);
    if (!text) return {};
    return std::string(trim(std::string_view(*text).substr(0, text->find('\n'))));
  } catch (const Error&) {
    return {};  // /sys has files that only root may read
  }
}

std::optional<CommandResult> result_of(Host& host, const Argv& argv) {
  if (!host.find_program(argv.at(0))) return std::nullopt;
  Command command;
  command.argv = argv;
  command.environment = {{"LC_ALL", "C"}};
  command.timeout = std::chrono::seconds(10);
  return host.execute(command);
}

std::optional<std::string> output_of(Host& host, const Argv& argv) {
  const auto result = result_of(host, argv);
  if (!result || result->exit_code != 0) return std::nullopt;
  return std::string(trim(result->output));
}

}  // namespace halite::minion
