// Runs database work on one thread, and commits what has gathered meanwhile together: the busier the disk, the larger
// the groups.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "common/wire/loop.h"
#include "common/wire/workers.h"
#include "master/store/sqlite.h"
#include "master/store/store.h"

namespace halite::master {

class GroupCommit {
 public:
  // Opens the database here and now, so that its errors come at the start. The limit is of waiting pieces of work.
  GroupCommit(wire::Loop& loop, const std::string& path, std::size_t limit = 100'000);
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;

  // Runs `work(Database&)` inside a transaction and gives its result once that is committed. The work captures values and
  // may run twice: when another one of its group fails, each is tried on its own. Throws Error(unavailable) when too many
  // wait.
  template <class Work>
  Task<std::invoke_result_t<Work&, Database&>> run(Work work) {
    using Result = std::invoke_result_t<Work&, Database&>;
    if constexpr (std::is_void_v<Result>) {
      co_await run_erased(std::move(work));
    } else {
      // Shared, for the work may outlive a caller that is gone.
      auto result = std::make_shared<std::optional<Result>>();
      std::function<void(Database&)> keeping = [work = std::move(work), result](Database& database) mutable { result->emplace(work(database)); };
      co_await run_erased(std::move(keeping));
      co_return std::move(**result);
    }
  }

  const StoreLoad& load() const { return load_; }

 private:
  using Work = std::function<void(Database&)>;
  struct Group;
  Task<void> run_erased(Work work);
  Task<void> flush();
  static void execute(Database& database, Group& group);

  wire::Loop& loop_;
  const std::size_t limit_;
  std::shared_ptr<Database> database_;
  std::shared_ptr<Group> open_;
  bool is_flushing_ = false;
  StoreLoad load_;
  wire::Workers thread_;
};

}  // namespace halite::master
