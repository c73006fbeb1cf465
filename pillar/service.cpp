// Pillars from git, for a master.
#include "pillar/service.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"

namespace halite::pillar {
namespace {

constexpr const char* good_name = "good";

}  // namespace

class Snapshot {
 public:
  // Folders are read as they are at the time of a compile, so they come from outside.
  Snapshot(std::vector<std::string> commits, std::vector<std::shared_ptr<FileTree>> trees)
      : commits_(std::move(commits)), trees_(std::move(trees)) {}

  const std::vector<std::string>& commits() const { return commits_; }
  const std::vector<std::shared_ptr<FileTree>>& trees() const { return trees_; }

  std::string revision() const {
    std::vector<std::string> revisions;
    for (const auto& tree : trees_) revisions.push_back(tree->revision(tree->environments().front()));
    return join(revisions, ", ");
  }

 private:
  std::vector<std::string> commits_;  // of each remote; empty where there is none yet
  std::vector<std::shared_ptr<FileTree>> trees_;
};

namespace {

std::shared_ptr<const Snapshot> snapshot_of(const std::vector<GitStore>& stores, std::vector<std::string> commits) {
  std::vector<std::shared_ptr<FileTree>> trees;
  for (std::size_t i = 0; i < stores.size(); ++i)
    if (!commits[i].empty()) trees.push_back(stores[i].tree(commits[i]));
  return std::make_shared<const Snapshot>(std::move(commits), std::move(trees));
}

// "users/init.sls:12: ..." in one line. The lines of the template that a render error shows may hold secrets, so they
// go nowhere.
std::string in_short(const PillarProblem& problem) {
  const auto place = problem.file.empty() ? "" : fmt::format("{}:{}: ", problem.file, problem.line);
  return place + join(split_lines(problem.text.substr(0, problem.text.find("\n\n"))), " ");
}

}  // namespace

PillarService::PillarService(PillarCompiler compiler, std::shared_ptr<FileTree> folders,
                             const std::vector<GitRemote>& remotes, const std::string& stores)
    : compiler_(std::move(compiler)), folders_(std::move(folders)) {
  for (const auto& remote : remotes) stores_.emplace_back(stores, remote);
  restore();
}

PillarService::~PillarService() = default;

// What the stores have from before this process.
void PillarService::restore() {
  std::vector<std::string> heads, good;
  bool has_good = !stores_.empty();
  for (const auto& store : stores_) {
    heads.push_back(store.head().value_or(""));
    good.push_back(store.remembered(good_name).value_or(""));
    has_good = has_good && !good.back().empty();
  }
  newest_ = snapshot_of(stores_, std::move(heads));
  if (has_good) last_good_ = snapshot_of(stores_, std::move(good));
}

std::vector<RemoteUpdate> PillarService::update() {
  const std::lock_guard one_at_a_time(updating_);
  auto commits = newest()->commits();
  std::vector<RemoteUpdate> updates;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    RemoteUpdate update{.url = stores_[i].remote().url, .commit = commits[i]};
    try {
      update.commit = stores_[i].fetch();
      stores_[i].tree(update.commit);  // a commit without the root is not moved to
      update.has_changed = update.commit != commits[i];
      commits[i] = update.commit;
    } catch (const Error& error) {
      update.commit = commits[i];
      update.error = error.what();
      log::error("{}", update.error);
    }
    updates.push_back(std::move(update));
  }
  auto snapshot = snapshot_of(stores_, std::move(commits));
  const std::lock_guard lock(mutex_);
  newest_ = std::move(snapshot);
  return updates;
}

ServedPillar PillarService::compile(const PillarRequest& request) {
  const auto compile_at = [&](const Snapshot& snapshot) {
    auto trees = snapshot.trees();
    if (folders_) trees.insert(trees.begin(), folders_);
    return compiler_.compile(trees, request);
  };

  const auto snapshot = newest();
  auto pillar = compile_at(*snapshot);
  if (pillar.ok()) {
    remember(request.minion_id, snapshot);
    return {std::move(pillar), snapshot->revision(), ""};
  }
  const auto reason = in_short(pillar.problems.front());
  for (const auto& problem : pillar.problems)
    log::error("pillar of '{}' at {}: {}", request.minion_id, snapshot->revision(), in_short(problem));

  const auto good = good_for(request.minion_id);
  if (good && good->commits() != snapshot->commits())
    if (auto older = compile_at(*good); older.ok()) {
      auto note = fmt::format("the pillar at {} does not compile for '{}' ({}); it ran on the older {}",
                              snapshot->revision(), request.minion_id, reason, good->revision());
      log::warning("{}", note);
      return {std::move(older), good->revision(), std::move(note)};
    }
  return {std::move(pillar), snapshot->revision(), reason};
}

std::string PillarService::revision() const {
  return newest()->revision();
}

std::shared_ptr<const Snapshot> PillarService::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::shared_ptr<const Snapshot> PillarService::good_for(const std::string& minion_id) const {
  const std::lock_guard lock(mutex_);
  const auto own = good_.find(minion_id);
  return own != good_.end() ? own->second : last_good_;
}

void PillarService::remember(const std::string& minion_id, const std::shared_ptr<const Snapshot>& snapshot) {
  {
    const std::lock_guard lock(mutex_);
    good_[minion_id] = snapshot;
    if (last_good_ && last_good_->commits() == snapshot->commits()) return;
    last_good_ = snapshot;
  }
  const std::lock_guard one_at_a_time(remembering_);
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    if (snapshot->commits()[i].empty()) continue;
    try {
      stores_[i].remember(good_name, snapshot->commits()[i]);
    } catch (const Error& error) {  // a pillar is good all the same; only a restart would know less
      log::warning("{}", error.what());
    }
  }
}

}  // namespace halite::pillar
