// Everything the master answers, as closed tables: who may call, what is asked, how large it may be, who handles it.
// There is one table for minions (port 4506) and one for operators (the control socket).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/msgpack.h"
#include "common/wire/control_server.h"
#include "common/wire/messages/message.h"
#include "common/wire/request_server.h"
#include "master/rights/actor.h"
#include "master/rights/rights.h"

namespace halite::master {

enum class Access {
  reads_files,  // any accepted minion; at level 2 it need not even name itself
  minion,       // a minion that names itself; at level 2 that is not proven
  proven,       // a minion that has proven its identity
  granted,      // whom publisher_acl or external_auth name, for what they name: the handler asks permission.h
  operators,    // root and the master's own user, on this machine
};
std::string_view to_string(Access access);

// Who calls on the control socket.
struct Operator {
  wire::Caller caller;
  wire::ControlEvents& events;
  Grants grants = {};  // of one who is neither root nor the master's own user

  bool is_superuser() const;
  Actor actor() const { return actor_of(caller); }
};

template <class Who, class Request, class Reply>
struct Command {
  std::string name;
  std::string doc;
  Access access;
  std::size_t size_limit_bytes = 1 << 20;  // of the request, as approximate_size counts
  std::function<Task<Reply>(Who, Request)> handle;
};
template <class Request, class Reply>
using MinionCommand = Command<wire::Principal, Request, Reply>;
template <class Request, class Reply>
using OperatorCommand = Command<Operator, Request, Reply>;

struct CommandInfo {
  std::string name;
  std::string doc;
  Access access = Access::operators;
  std::size_t size_limit_bytes = 0;
  std::vector<Field> fields;
};

// Throw Error(denied) when the caller may not.
void check_access(Access access, const wire::Principal& who);
void check_access(Access access, const Operator& who);

template <class Who>
class CommandTable {
 public:
  template <class Request, class Reply>
  void add(Command<Who, Request, Reply> command) {
    CommandInfo info{command.name, command.doc, command.access, command.size_limit_bytes, Request::schema().fields()};
    entries_[command.name] = {std::move(info), [name = command.name, handle = std::move(command.handle)](Who who, Map load) {
                                return call<Request, Reply>(handle, std::move(who), name, std::move(load));
                              }};
  }

  // Throws Error(not_found) with the nearest name, Error(denied), Error(invalid) for a request that does not fit its schema,
  // and what the handler throws.
  Task<Value> run(Who who, std::string name, Map load) const {
    const auto found = entries_.find(name);
    if (found == entries_.end())
      throw Error(ErrorKind::not_found, "there is no command '{}'{}", escape_control(name), did_you_mean(name, names()));
    ++*found->second.count;
    check_access(found->second.info.access, who);
    const std::size_t size = approximate_size(load);
    if (size > found->second.info.size_limit_bytes)
      throw Error(ErrorKind::invalid, "{}: the request has {} bytes, more than {}", name, size, found->second.info.size_limit_bytes);
    return found->second.run(std::move(who), std::move(load));
  }

  // name -> how often it was asked for.
  std::map<std::string, std::uint64_t> counts() const {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [name, entry] : entries_) counts[name] = *entry.count;
    return counts;
  }

  std::vector<CommandInfo> list() const {
    std::vector<CommandInfo> infos;
    for (const auto& [name, entry] : entries_) infos.push_back(entry.info);
    return infos;
  }

 private:
  struct Entry {
    CommandInfo info;
    std::function<Task<Value>(Who, Map)> run;
    std::shared_ptr<std::uint64_t> count = std::make_shared<std::uint64_t>(0);
  };

  template <class Request, class Reply>
  static Task<Value> call(std::function<Task<Reply>(Who, Request)> handle, Who who, std::string name, Map load) {
    auto request = wire::decode_message<Request>(load, name);
    if constexpr (std::is_same_v<Reply, Value>) {
      co_return co_await handle(std::move(who), std::move(request));
    } else {
      co_return Value(wire::encode_message(co_await handle(std::move(who), std::move(request))));
    }
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
  }

  std::map<std::string, Entry> entries_;
};

using MinionCommands = CommandTable<wire::Principal>;
using OperatorCommands = CommandTable<Operator>;

}  // namespace halite::master
