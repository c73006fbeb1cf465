#include "pillar/master_functions.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "pillar/call_arguments.h"
#include "pillar/http.h"

namespace halite::pillar {
namespace {

const std::string consul = "http://127.0.0.1:8500/v1/";

bool is_true(const Value* value) { return value && *value == Value(true); }

std::vector<std::pair<std::string, std::string>> pairs_of(const Value& map, std::string_view what) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : map.as_map(what))
    pairs.emplace_back(name.as_string("a name"), value.is_string() ? value.as_string() : to_json(value));
  return pairs;
}

Value decoded(const HttpReply& reply, std::string kind) {
  if (kind == "auto") kind = reply.content_type.find("yaml") != std::string::npos ? "yaml" : reply.content_type.find("json") != std::string::npos || reply.content_type.empty() ? "json" : "plain";
  if (kind == "json") return from_json(reply.body, "the answer");
  if (kind == "yaml") return from_yaml(reply.body, "the answer");
  return {};
}

HttpReply good(HttpReply reply, std::string_view what) {
  if (!reply.ok()) throw Error(ErrorKind::unavailable, "Consul answers {} with status {}", what, reply.status);
  return reply;
}

}  // namespace

MasterFunctions::MasterFunctions(Host& host) : host_(host) {
  functions_["http.query"] = [this](const Positional& positional, const Map& named) { return query(positional, named); };
  add_consul();
}

const render::Function* MasterFunctions::find(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

std::vector<std::string> MasterFunctions::names() const {
  std::vector<std::string> names;
  for (const auto& [name, function] : functions_) names.push_back(name);
  return names;
}

// As Salt has it a failure is an answer with `error`, so that a template can go on with what it knows.
Value MasterFunctions::query(const Positional& positional, const Map& named) const {
  HttpRequest request;
  request.url = text_at(positional, named, 0, "url");
  if (const auto* method = argument(positional, named, 1, "method")) request.method = method->as_string("the method");
  if (const auto* params = named.find("params"); params && !params->is_null())
    request.url += (request.url.find('?') == std::string::npos ? "?" : "&") + url_query(pairs_of(*params, "params"));
  if (const auto* data = named.find("data"); data && !data->is_null())
    request.body = data->is_string() ? data->as_string() : to_json(*data);
  if (const auto* headers = named.find("header_dict"); headers && !headers->is_null())
    for (const auto& [name, value] : pairs_of(*headers, "header_dict")) request.headers.push_back(name + ": " + value);
  Map answer;
  try {
    const auto reply = http_request(host_, request);
    answer.set("body", reply.body);
    if (is_true(named.find("status"))) answer.set("status", reply.status);
    if (is_true(named.find("text"))) answer.set("text", reply.body);
    if (!reply.ok()) {
      answer.set("status", reply.status);
      answer.set("error", fmt::format("HTTP {}", reply.status));
    } else if (is_true(named.find("decode"))) {
      const auto* kind = named.find("decode_type");
      auto data = decoded(reply, kind ? kind->as_string("decode_type") : "auto");
      data.is_null() ? answer.set("text", reply.body) : answer.set("dict", std::move(data));
    }
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::invalid && answer.empty()) throw;
    answer.set("error", error.message());
  }
  return answer;
}

// The legacy access lists of Consul, which the PSF's cluster has. A token is sent as a header, not in the URL.
void MasterFunctions::add_consul() {
  const auto ask = [this](const std::string& path, const std::string& token, const Map& body) {
    HttpRequest request{.url = consul + path, .headers = {"X-Consul-Token: " + token}};
    if (!body.empty()) {
      request.method = "PUT";
      request.headers.push_back("Content-Type: application/json");
      request.body = to_json(body);
    }
    return good(http_request(host_, request), path).body;
  };
  functions_["consul.cluster_ready"] = [this](const Positional&, const Map&) -> Value {
    try {
      if (!http_request(host_, {.url = consul + "status/peers"}).ok()) return false;
      const auto leader = http_request(host_, {.url = consul + "status/leader"});
      return leader.ok() && !(from_json(leader.body, "Consul's leader") == Value(""));
    } catch (const Error&) {  // there is no agent, or it is not up
      return false;
    }
  };
  functions_["consul.get_acl_by_name"] = [ask](const Positional& positional, const Map& named) -> Value {
    const auto name = text_at(positional, named, 1, "name");
    const Value all = from_json(ask("acl/list", text_at(positional, named, 0, "token"), {}), "Consul's list");
    for (const auto& entry : all.as_list("Consul's list"))
      if (const auto* own = entry.find("Name"); own && *own == Value(name)) return entry;
    return {};
  };
  const auto rules_at = [](const Positional& positional, const Map& named, std::size_t at) {
    const auto* rules = argument(positional, named, at, "rules");
    if (!rules) throw Error(ErrorKind::invalid, "the argument 'rules' is missing");
    return to_json(*rules);
  };
  functions_["consul.create_acl"] = [ask, rules_at](const Positional& positional, const Map& named) -> Value {
    const Map body{{"Name", text_at(positional, named, 1, "name")}, {"Rules", rules_at(positional, named, 2)}};
    return from_json(ask("acl/create", text_at(positional, named, 0, "token"), body), "Consul's answer");
  };
  functions_["consul.update_acl"] = [ask, rules_at](const Positional& positional, const Map& named) -> Value {
    const Map body{{"ID", text_at(positional, named, 1, "id")}, {"Name", text_at(positional, named, 2, "name")}, {"Rules", rules_at(positional, named, 3)}};
    ask("acl/update", text_at(positional, named, 0, "token"), body);
    return {};
  };
}

}  // namespace halite::pillar
