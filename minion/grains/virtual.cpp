// Is this a virtual machine or a container, and of which kind?
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/grains/families.h"
#include "minion/grains/remembered.h"

namespace halite::minion {
namespace {

struct Kind {
  std::string name;
  std::string subtype;
};

// What systemd-detect-virt(1) says, in Salt's words.
std::optional<Kind> from_systemd(const std::string& told) {
  for (const char* same : {"qemu", "kvm", "oracle", "xen", "bochs", "chroot", "uml", "systemd-nspawn"})
    if (told == same) return Kind{told, ""};
  if (told.find("vmware") != std::string::npos) return Kind{"VMware", ""};
  if (told.find("microsoft") != std::string::npos) return Kind{"VirtualPC", ""};
  if (told.find("lxc") != std::string::npos) return Kind{"container", "LXC"};
  if (told.find("podman") != std::string::npos) return Kind{"container", "Podman"};
  if (told.find("amazon") != std::string::npos) return Kind{"Nitro", "Amazon EC2"};
  return std::nullopt;
}

// Without systemd's tool: the firmware names the hypervisor.
std::optional<Kind> from_firmware(Grains& grains) {
  const auto text = [&](const char* name) {
    const Value value = grains.get(name);
    return value.if_string() ? *value.if_string() : std::string();
  };
  const std::string maker = text("manufacturer"), product = text("productname"), bios = text("biosvendor");
  if (maker == "QEMU" || bios == "SeaBIOS" || bios == "Bochs" || maker == "Google") return Kind{"kvm", ""};
  if (maker == "oVirt") return Kind{"kvm", "ovirt"};
  if (product.find("VirtualBox") != std::string::npos) return Kind{"VirtualBox", ""};
  if (product.find("VMware") != std::string::npos) return Kind{"VMware", ""};
  if (maker == "Microsoft Corporation" && product == "Virtual Machine") return Kind{"VirtualPC", ""};
  if (product.find("BHYVE") != std::string::npos) return Kind{"bhyve", ""};
  return std::nullopt;
}

std::optional<Kind> from_cgroups(Host& host) {
  const auto text = host.read_file_if_exists("/proc/1/cgroup");
  if (host.status("/.dockerenv")) return Kind{"container", "Docker"};
  if (!text) return std::nullopt;
  for (const auto& [mark, subtype] : {std::pair{"/docker", "Docker"}, std::pair{"/system.slice/docker", "Docker"},
                                      std::pair{"/lxc/", "LXC"}, std::pair{"libpod", "Podman"}})
    if (text->find(mark) != std::string::npos) return Kind{"container", subtype};
  return std::nullopt;
}

bool is_in_chroot(Host& host) {
  try {
    const auto ours = host.status("/");
    const auto inits = host.status_of_target("/proc/1/root/.");
    return ours && inits && (ours->inode != inits->inode || ours->device != inits->device);
  } catch (const Error&) {
    return false;  // hidden from us
  }
}

}  // namespace

Map virtual_grains(const GrainSource& source) {
  Kind kind{"physical", ""};
  if (const auto told = remembered_output(source, {"systemd-detect-virt"}, Lasts::until_the_next_boot)) {
    if (const auto known = from_systemd(*told)) kind = *known;
  } else if (const auto guessed = from_firmware(source.grains)) {
    kind = *guessed;
  }
  if (is_in_chroot(source.host)) kind.subtype = "chroot";
  const Value product = source.grains.get("productname");
  if (const std::string* name = product.if_string()) {
    if (name->find("VirtualBox") != std::string::npos) kind.name = "VirtualBox";
    if (name->find("Google") != std::string::npos) kind.name = "gce";
  }
  if (const auto container = from_cgroups(source.host)) kind = *container;
  Map grains{{"virtual", kind.name}};
  if (!kind.subtype.empty()) grains.set("virtual_subtype", kind.subtype);
  return grains;
}

}  // namespace halite::minion
