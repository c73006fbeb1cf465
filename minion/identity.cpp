#include "minion/identity.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/minion_id.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "minion/disk.h"

namespace halite::minion {
namespace {

bool is_local_name(const std::string& name) {
  return name.empty() || name.rfind("localhost", 0) == 0 || name.rfind("ip6-", 0) == 0 || name.rfind("127.", 0) == 0;
}

// The resolver's full name, the host name, the first line of /etc/hostname, an address: the first that says something.
std::string name_of_host(Host& host, Probe& probe) {
  const std::string hostname = probe.kernel().nodename;
  std::vector<std::string> candidates{probe.canonical_name(hostname).value_or(""), hostname};
  candidates.emplace_back(trim(host.read_file_if_exists("/etc/hostname").value_or("")));
  for (const auto& one : probe.interfaces())
    for (const auto& address : one.ipv4) candidates.push_back(address.text);
  for (const auto& name : candidates)
    if (!is_local_name(name)) return name;
  return "localhost";
}

std::string shaped(std::string name, const MinionSettings& settings) {
  if (!settings.append_domain.empty() && name.find('.') == std::string::npos) name += "." + settings.append_domain;
  if (settings.minion_id_lowercase) name = to_lower(name);
  if (settings.minion_id_remove_domain == Value(true)) name = name.substr(0, name.find('.'));
  if (const std::string* domain = settings.minion_id_remove_domain.if_string(); domain && name.ends_with("." + *domain))
    name.erase(name.size() - domain->size() - 1);
  return name;
}

std::string checked(std::string id, const std::string& from) {
  during([&] { check_minion_id(id); }, "taking the minion's id from {}", from);
  return id;
}

}  // namespace

std::string find_id(Host& host, Probe& probe, const LoadedSettings<MinionSettings>& config) {
  const MinionSettings& settings = config.settings;
  if (!settings.id.empty()) return checked(settings.id, "the option 'id' of " + config.main_file);
  const std::string file = config.directory + "/minion_id";
  if (const auto text = host.read_file_if_exists(file)) {
    const std::string id(trim(*text));
    if (!id.empty()) return checked(id, file);
  }
  const std::string id = checked(shaped(name_of_host(host, probe), settings), "the host's name");
  if (settings.minion_id_caching && id != "localhost") {
    try {
      host.replace_file(file, id + "\n", {.mode = 0644, .uid = {}, .gid = {}});
    } catch (const Error& error) {
      log::debug("the id is not kept: {}", error.what());
    }
  }
  return id;
}

crypto::PrivateKey load_key(Host& host, const std::string& pki_dir, int bits) {
  const std::string path = pki_dir + "/minion.pem";
  if (const auto status = host.status_of_target(path)) {
    if ((status->mode & 077) != 0)
      throw Error(ErrorKind::denied, "the minion's key {} may be read by others (mode {:04o}); it must be 0400", path, status->mode);
    return crypto::PrivateKey::from_pem(host.read_file(path), path);
  }
  make_private_directory(pki_dir);
  log::info("making a key of {} bits", bits);
  auto key = crypto::PrivateKey::generate(bits);
  host.replace_file(path, key.pem(), {.mode = 0400, .uid = {}, .gid = {}});
  host.replace_file(pki_dir + "/minion.pub", key.public_key().pem(), {.mode = 0644, .uid = {}, .gid = {}});
  return key;
}

std::optional<std::string> FilePinStore::public_pem() {
  const UniqueFd file(::open(path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) throw system_error(errno, "opening " + path());
  return read_all(file.get(), 65536, path());
}

void FilePinStore::set_public_pem(const std::string& pem) {
  make_private_directory(pki_dir_);
  ::unlink(mark().c_str());
  replace_private_file(path(), pem);
}

bool FilePinStore::saw_session_keys() { return ::access(mark().c_str(), F_OK) == 0; }
void FilePinStore::set_saw_session_keys() { replace_private_file(mark(), ""); }

MasterAddress parse_master(const std::string& text, int standard_port) {
  const auto wrong = [&] {
    return Error(ErrorKind::invalid, "the option 'master' is '{}'; it must be a name, an address, or either with :PORT", escape_control(text));
  };
  MasterAddress address{text, standard_port};
  std::string port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string::npos) throw wrong();
    address.host = text.substr(1, end - 1);
    if (end + 1 < text.size() && text[end + 1] != ':') throw wrong();
    if (end + 1 < text.size()) port = text.substr(end + 2);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    address.host = text.substr(0, text.find(':'));
    port = text.substr(text.find(':') + 1);
  }
  if (!port.empty()) {
    const auto number = parse_int(port);
    if (!number || *number < 1 || *number > 65535) throw wrong();
    address.port = static_cast<int>(*number);
  }
  if (address.host.empty() || address.host.find_first_of(" /\t\n") != std::string::npos) throw wrong();
  return address;
}

wire::MasterOptions master_options(const MinionSettings& settings, const Map& grains) {
  if (settings.master.items.empty()) throw Error(ErrorKind::invalid, "the option 'master' names no master");
  const MasterAddress address = parse_master(settings.master.items.front(), static_cast<int>(settings.master_port));
  wire::MasterOptions options;
  options.id = settings.id;
  options.host = address.host;
  options.request_port = address.port;
  // 4505 and 4506 both mean "not said": the master tells its port.
  if (settings.publish_port != 4505 && settings.publish_port != 4506) options.publish_port = static_cast<int>(settings.publish_port);
  options.finger = settings.master_finger;
  options.finger_type = crypto::hash_type_from(settings.hash_type);
  options.verify_master_pubkey_sign = settings.verify_master_pubkey_sign;
  options.always_verify_signature = settings.always_verify_signature;
  for (const auto& name : settings.autosign_grains)
    if (const Value* value = grains.find(name)) options.autosign_grains.set(name, *value);
  if (!settings.enrolment_token.empty())
    during([&] { options.enrolment = crypto::EnrolmentToken::from_text(settings.enrolment_token); }, "reading the option 'enrolment_token'");
  options.auth_timeout = settings.auth_timeout;
  options.auth_tries = static_cast<int>(settings.auth_tries);
  options.acceptance_wait = settings.acceptance_wait_time;
  options.acceptance_wait_max = settings.acceptance_wait_time_max;
  options.reconnect_min = std::chrono::milliseconds(std::max<std::int64_t>(settings.recon_default, 1));
  options.reconnect_max = std::chrono::milliseconds(std::max<std::int64_t>(settings.recon_max, 0));
  // Who sets the times expects Salt's spread; else a fleet that a master can serve is back in a second or two.
  const MinionSettings usual;
  const bool is_set = settings.recon_default != usual.recon_default || settings.recon_max != usual.recon_max;
  if (settings.recon_randomize.value_or(is_set)) options.reconnect_spread = options.reconnect_max;
  options.keepalive_idle_s = static_cast<int>(settings.tcp_keepalive_idle);
  options.ipv6 = settings.ipv6;
  return options;
}

}  // namespace halite::minion
