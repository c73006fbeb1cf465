// The range server of the site (github.com/ytoolshed/range), which knows the hosts of a range expression.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/host/host.h"
#include "common/wire/workers.h"

namespace halite::master {

// Expression -> its hosts, sorted.
using Ranges = std::map<std::string, std::vector<std::string>>;

class RangeServer {
 public:
  // `server` is the option range_server: HOST or HOST:PORT; empty when there is none. Throws Error(invalid) for another text.
  RangeServer(std::string server, Host& host, wire::Workers& workers);

  // Asks http://SERVER/range/list for each. Throws Error(invalid) when there is no server or it refuses the expression,
  // Error(unavailable) when it can't be reached or answers with something else than a list of hosts.
  Task<Ranges> ask(std::vector<std::string> expressions);

 private:
  std::string server_;
  Host& host_;
  wire::Workers& workers_;
};

}  // namespace halite::master
