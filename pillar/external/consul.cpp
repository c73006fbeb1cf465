// External pillar `consul`: the gossip key and the tokens of a Consul cluster.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/bytes.h"
#include "common/data/path.h"
#include "pillar/external/externals.h"

namespace halite::pillar {
namespace {

// A version 4 UUID (RFC 9562).
std::string random_uuid() {
  auto bytes = crypto::random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  auto text = to_hex(bytes);
  for (const auto at : {8U, 13U, 18U, 23U}) text.insert(at, "-");
  return text;
}

// The file's content; a missing file is made, readable by its owner alone from its first byte.
template <class Make>
std::string secret_file(Host& host, const std::string& path, Make make) {
  if (auto content = host.read_file_if_exists(path)) return *content;
  make_folders(host, path.substr(0, path.rfind('/')));
  const auto content = make();
  host.replace_file(path, content, {.mode = 0600, .uid = {}, .gid = {}});
  return content;
}

Value wanted(const Map& pillar, const std::string& path) {
  std::string so_far;
  for (const auto& part : split(path, ':')) {
    so_far += (so_far.empty() ? "" : ":") + part;
    if (!find_path(Value(pillar), so_far)) throw MissingKey(path, part);
  }
  return *find_path(Value(pillar), path);
}

Value call(const render::FunctionTable* functions, std::string_view name, const std::vector<Value>& arguments) {
  const auto* function = functions ? functions->find(name) : nullptr;
  if (!function) throw Error(ErrorKind::not_found, "this master has no function {}", name);
  return (*function)(arguments, {});
}

// Nodes may write services, nodes and agents of any name: Consul is not asked to keep them apart.
Map rules() {
  const Map write{{"", Map{{"policy", "write"}}}};
  return {{"service", write}, {"node", write}, {"agent", write}};
}

std::string minion_token(const render::FunctionTable* functions, const std::string& master_token,
                         const std::string& minion_id) {
  const auto name = minion_id + "/default";
  auto acl = call(functions, "consul.get_acl_by_name", {master_token, name});
  if (acl.is_null())
    acl = call(functions, "consul.create_acl", {master_token, name, rules()});
  else
    call(functions, "consul.update_acl", {master_token, acl.as_map("the ACL").at("ID"), name, rules()});
  return acl.as_map("the ACL").at("ID").as_string("the ACL's ID");
}

struct Consul {
  std::string key_path, acl_path;
  Host& host;
  const target::Nodegroups& nodegroups;
  const render::FunctionTable* functions;

  Map operator()(const PillarRequest& request, Map& pillar) const {
    const auto key = secret_file(host, key_path, [] { return to_base64(crypto::random_bytes(16)); });
    const auto master_token = secret_file(host, acl_path + "/__master__", random_uuid);
    Map tokens;
    const auto servers =
        target::Matcher::compile(target::Kind::compound, wanted(pillar, "roles:consul:pattern"), ":", nodegroups);
    const bool is_server = servers.matches({request.minion_id, &request.grains, nullptr});
    const bool is_in_place = wanted(pillar, "dc") == wanted(pillar, "consul:acl:dc");
    if (is_server && is_in_place) tokens.set("__master__", master_token);
    // A cluster that is not up yet can give no token.
    if (call(functions, "consul.cluster_ready", {}) == Value(true))
      tokens.set("default", minion_token(functions, master_token, request.minion_id));
    return {{"consul", Map{{"acl", Map{{"tokens", std::move(tokens)}}}, {"encryption", Map{{"key", key}}}}}};
  }
};

}  // namespace

ExternalPillar consul_pillar(const Value& arguments, const ExternalTools& tools) {
  const auto& options = arguments.as_map("the arguments of consul");
  auto acl_path = options.at("acl_path").as_string("acl_path");
  while (acl_path.size() > 1 && acl_path.ends_with('/')) acl_path.pop_back();
  return Consul{options.at("key_path").as_string("key_path"), acl_path, tools.host, tools.nodegroups, tools.functions};
}

}  // namespace halite::pillar
