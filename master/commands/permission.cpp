#include "master/commands/permission.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::master {
namespace {

// Several functions have a list of arguments each.
std::vector<RightsCall> calls_of(const wire::PublishJob& request) {
  const auto* names = request.fun.if_list();
  if (!names) return {{request.fun.as_string("a function"), request.arg}};
  if (names->empty() || request.arg.size() > names->size())
    throw Error(ErrorKind::invalid, "{} functions have {} lists of arguments", names->size(), request.arg.size());
  std::vector<RightsCall> calls;
  for (std::size_t i = 0; i < names->size(); ++i) {
    RightsCall call{(*names)[i].as_string("a function"), {}};
    if (i < request.arg.size()) call.arguments = request.arg[i].as_list("the arguments of " + call.function);
    calls.push_back(std::move(call));
  }
  return calls;
}

bool is_on_minions(const Grant& grant) { return grant.kind == GrantKind::minions; }

// The minions on which no grant allows the call.
std::vector<std::string> forbidden(const Grants& grants, const RightsCall& call, const std::vector<std::string>& minions) {
  std::vector<const Grant*> fitting;
  for (const auto& grant : grants)
    if (is_on_minions(grant) && grant.allows(call)) fitting.push_back(&grant);
  std::vector<std::string> left;
  for (const auto& id : minions)
    if (std::none_of(fitting.begin(), fitting.end(), [&](const Grant* grant) { return grant->means(id); })) left.push_back(id);
  return left;
}

// What to add to "may not run it": somebody with a rule for the function wants to know that it is not for these arguments.
const char* with_arguments(const Grants& grants, GrantKind kind, const RightsCall& call) {
  const auto is_rule = [&](const Grant& grant) { return grant.kind == kind && grant.names(call.function); };
  const auto allows = [&](const Grant& grant) { return is_rule(grant) && grant.allows(call); };
  const bool only_others = std::any_of(grants.begin(), grants.end(), is_rule) && std::none_of(grants.begin(), grants.end(), allows);
  return only_others ? " with these arguments" : "";
}

std::string some_of(const std::vector<std::string>& ids) {
  constexpr std::size_t shown = 5;
  const std::vector<std::string> first(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(shown, ids.size())));
  return join(first, ", ") + (ids.size() > shown ? fmt::format(" and {} more", ids.size() - shown) : "");
}

}  // namespace

Task<wire::PublishJob> permitted(Operator who, Targets& targets, wire::PublishJob request) {
  if (who.is_superuser()) co_return std::move(request);
  co_return co_await permitted(who.caller.user, who.grants, targets, std::move(request));
}

Task<wire::PublishJob> permitted(std::string name, Grants grants, Targets& targets, wire::PublishJob request) {
  if (!request.ret.empty()) throw Error(ErrorKind::denied, "'{}' may not name returners", name);
  const wire::TargetQuery query{request.tgt, request.tgt_type, request.delimiter};
  const Resolved resolved = co_await targets.resolve(query);
  // Unknown names are judged too: a minion might be accepted under one before the job is sent.
  std::vector<std::string> meant = resolved.who.minions;
  meant.insert(meant.end(), resolved.who.missing.begin(), resolved.who.missing.end());
  if (meant.empty())
    throw Error(ErrorKind::not_found, "no minion matches the {} target {}", request.tgt_type, short_text(request.tgt));
  for (const auto& call : calls_of(request))
    if (const auto left = forbidden(grants, call, meant); !left.empty())
      throw Error(ErrorKind::denied, "'{}' may not run {}{} on {}; nothing was sent", name, escape_control(call.function),
                  with_arguments(grants, GrantKind::minions, call), some_of(left));
  std::sort(meant.begin(), meant.end());
  request.tgt = meant;
  request.tgt_type = "list";
  co_return std::move(request);
}

namespace {

void check_function(const std::string& name, const Grants& grants, GrantKind kind, const wire::RunFunction& call) {
  RightsCall asked{call.fun, call.arg};
  if (!call.kwarg.empty()) {
    Map named = call.kwarg;
    named.set("__kwarg__", true);
    asked.arguments.emplace_back(std::move(named));
  }
  const auto allows = [&](const Grant& grant) { return grant.kind == kind && grant.allows(asked); };
  if (std::none_of(grants.begin(), grants.end(), allows))
    throw Error(ErrorKind::denied, "'{}' may not run {}{} on the master", name, escape_control(call.fun), with_arguments(grants, kind, asked));
}

void check_function(const Operator& who, GrantKind kind, const wire::RunFunction& call) {
  if (!who.is_superuser()) check_function(who.caller.user, who.grants, kind, call);
}

}  // namespace

void check_runner(const std::string& name, const Grants& grants, const wire::RunFunction& call) {
  check_function(name, grants, GrantKind::runner, call);
}

void check_runner(const Operator& who, const wire::RunFunction& call) { check_function(who, GrantKind::runner, call); }

void check_wheel(const Operator& who, const wire::RunFunction& call) {
  if (!who.is_superuser() && call.fun.starts_with("key."))
    throw Error(ErrorKind::denied, "'{}' may not do {} so; halite-key judges key by key", who.caller.user, escape_control(call.fun));
  check_function(who, GrantKind::wheel, call);
}

void check_wheel(const Operator& who, const std::string& name) {
  if (who.is_superuser()) return;
  const auto names = [&](const Grant& grant) { return grant.kind == GrantKind::wheel && grant.names(name); };
  if (std::none_of(who.grants.begin(), who.grants.end(), names))
    throw Error(ErrorKind::denied, "'{}' may not do {}", who.caller.user, name);
}

bool may_wheel(const Operator& who, const std::string& name, const std::string& id) {
  const auto allows = [&](const Grant& grant) { return grant.kind == GrantKind::wheel && grant.allows({name, {id}}); };
  return who.is_superuser() || std::any_of(who.grants.begin(), who.grants.end(), allows);
}

std::vector<std::string> visible(const Operator& who, std::vector<std::string> minions) {
  if (who.is_superuser()) return minions;
  std::erase_if(minions, [&](const std::string& id) {
    return std::none_of(who.grants.begin(), who.grants.end(), [&](const Grant& grant) { return is_on_minions(grant) && grant.means(id); });
  });
  return minions;
}

}  // namespace halite::master
