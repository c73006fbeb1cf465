#include "master/store/group_commit.h"

#include "common/base/error.h"
#include "master/store/migrations.h"

namespace halite::master {
namespace {

// The transaction is undone when the work or the commit fails.
void in_transaction(Database& database, const std::function<void()>& work) {
  database.execute("BEGIN");
  try {
    work();
    database.execute("COMMIT");
  } catch (...) {
    try {
      database.execute("ROLLBACK");
    } catch (const Error&) {
      // A full disk has rolled it back already.
    }
    throw;
  }
}

}  // namespace

struct GroupCommit::Group {
  explicit Group(wire::Loop& loop) : finished(loop) {}
  std::vector<Work> works;
  std::vector<std::exception_ptr> errors;
  bool is_done = false;
  wire::WaitPoint finished;
};

GroupCommit::GroupCommit(wire::Loop& loop, const std::string& path, std::size_t limit)
    : loop_(loop),
      limit_(limit),
      database_(std::make_shared<Database>(path)),
      thread_(loop, {.name = "store", .threads = 1, .queue_limit = 4}) {
  if (const std::string problem = database_->quick_check(); !problem.empty())
    throw Error(ErrorKind::invalid, "the store {} is damaged: {}. Restore it from a backup, or move it away", path, problem);
  migrate(*database_);
}

GroupCommit::~GroupCommit() = default;

Task<void> GroupCommit::run_erased(Work work) {
  if (!open_) open_ = std::make_shared<Group>(loop_);
  if (open_->works.size() >= limit_) throw Error(ErrorKind::unavailable, "the store is busy: {} writes wait", limit_);
  const std::shared_ptr<Group> group = open_;
  const std::size_t place = group->works.size();
  group->works.push_back(std::move(work));
  ++load_.waiting;
  if (!is_flushing_) {
    is_flushing_ = true;
    loop_.spawn("the store", flush());
  }
  while (!group->is_done) co_await group->finished.wait(std::chrono::hours(1));
  if (group->errors[place]) std::rethrow_exception(group->errors[place]);
}

Task<void> GroupCommit::flush() {
  while (open_) {
    const std::shared_ptr<Group> group = std::move(open_);
    open_.reset();
    group->errors.resize(group->works.size());
    try {
      const Timed timed(load_.groups);
      auto work = [database = database_, group] { execute(*database, *group); };
      co_await thread_.run(std::move(work));
    } catch (...) {
      group->errors.assign(group->works.size(), std::current_exception());
    }
    group->is_done = true;
    load_.waiting -= group->works.size();
    load_.works += group->works.size();
    group->works.clear();
    group->finished.notify_all();
  }
  is_flushing_ = false;
}

void GroupCommit::execute(Database& database, Group& group) {
  try {
    in_transaction(database, [&] {
      for (auto& work : group.works) work(database);
    });
    return;
  } catch (const Error&) {
    // One of them is to blame; the others must not suffer for it.
  }
  for (std::size_t i = 0; i < group.works.size(); ++i) {
    try {
      in_transaction(database, [&] { group.works[i](database); });
    } catch (...) {
      group.errors[i] = std::current_exception();
    }
  }
}

}  // namespace halite::master
