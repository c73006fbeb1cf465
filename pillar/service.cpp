// Pillars from git, for a master.
#include "pillar/service.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/host/layered_tree.h"

namespace halite::pillar {
namespace {

constexpr const char* good_name = "good";

}  // namespace

class Snapshot {
 public:
  // Folders are read as they are at the time of a compile, so they come from outside.
  Snapshot(const std::vector<GitStore>& stores, std::vector<RemoteCommits> commits)
      : stores_(stores), commits_(std::move(commits)) {}

  const std::vector<RemoteCommits>& commits() const { return commits_; }

  // One tree a remote, in their order. Remotes of one environment see each other's files, each its own first.
  std::vector<std::shared_ptr<FileTree>> trees_for(const PillarRequest& request) const {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < stores_.size(); ++i)
      if (auto tree = tree_of(i, request)) parts.push_back({tree, tree->environments().front(), !stores_[i].remote().mountpoint.empty()});
    std::vector<std::shared_ptr<FileTree>> trees;
    for (const auto& part : parts) {
      if (part.is_mounted) continue;  // files for the others alone
      std::vector<std::shared_ptr<FileTree>> layers{part.tree};
      for (const auto& other : parts)
        if (other.tree != part.tree && other.environment == part.environment) layers.push_back(other.tree);
      trees.push_back(layers.size() == 1 ? part.tree : std::make_shared<LayeredTree>(std::move(layers)));
    }
    return trees;
  }

  std::string revision() const {
    std::vector<std::string> revisions;
    for (std::size_t i = 0; i < stores_.size(); ++i) {
      const auto& url = stores_[i].remote().url;
      if (!commits_[i].commit.empty()) revisions.push_back(fmt::format("git:{}@{}", url, commits_[i].commit));
      std::vector<std::string> branches;
      for (const auto& [branch, commit] : commits_[i].branches) branches.push_back(branch + "=" + commit);
      if (!branches.empty()) revisions.push_back(fmt::format("git:{}@{}", url, join(branches, "+")));
    }
    return join(revisions, ", ");
  }

 private:
  struct Part {
    std::shared_ptr<FileTree> tree;
    std::string environment;
    bool is_mounted = false;
  };

  std::shared_ptr<FileTree> tree_of(std::size_t i, const PillarRequest& request) const {
    const auto& remote = stores_[i].remote();
    if (remote.branch != each_environment) return commits_[i].commit.empty() ? nullptr : stores_[i].tree(commits_[i].commit);
    const std::string chosen = request.pillarenv ? *request.pillarenv : request.saltenv.empty() ? "base" : request.saltenv;
    const auto& branches = commits_[i].branches;
    auto found = branches.find(chosen == "base" ? remote.base : chosen);
    if (found == branches.end() && !remote.fallback.empty()) found = branches.find(remote.fallback);
    if (found == branches.end()) return nullptr;
    return stores_[i].tree(GitPlace{found->second, remote.root, remote.mountpoint, remote.environment.empty() ? chosen : remote.environment});
  }

  std::vector<GitStore> stores_;
  std::vector<RemoteCommits> commits_;
};

namespace {

// What was fetched last.
RemoteCommits fetched(const GitStore& store) {
  if (store.remote().branch != each_environment) return {.commit = store.head().value_or(""), .branches = {}};
  auto references = store.references();
  references.branches.insert(references.tags.begin(), references.tags.end());  // a branch wins over a tag of its name
  return {.commit = {}, .branches = std::move(references.branches)};
}

// "users/init.sls:12: ..." in one line. The lines of the template that a render error shows may hold secrets, so they
// go nowhere.
std::string in_short(const PillarProblem& problem) {
  const auto place = problem.file.empty() ? "" : fmt::format("{}:{}: ", problem.file, problem.line);
  return place + join(split_lines(problem.text.substr(0, problem.text.find("\n\n"))), " ");
}

// A branch is served as the environment of its name, which surprises whose top file says base. One that does not hold the
// name at all can't mean it.
std::string advice_on(const GitStore& store, const std::string& commit, const std::string& top) {
  const auto tree = store.tree(commit);
  for (const auto& environment : tree->environments()) {
    const auto text = tree->read(environment, top);
    if (text && environment != "base" && text->find(environment) == std::string::npos)
      return fmt::format("{} is served as environment '{}', which its {} does not name; '- env: base' under the remote serves it as base",
                         store.remote().url, environment, top);
  }
  return {};
}

}  // namespace

PillarService::PillarService(PillarCompiler compiler, std::shared_ptr<FileTree> folders,
                             const std::vector<GitRemote>& remotes, const std::string& stores, Host* host)
    : compiler_(std::move(compiler)), folders_(std::move(folders)) {
  for (const auto& remote : remotes) stores_.emplace_back(stores, remote, host);
  restore();
}

PillarService::~PillarService() = default;

// What the stores have from before this process.
void PillarService::restore() {
  std::vector<RemoteCommits> heads, good;
  bool has_good = !stores_.empty();
  for (const auto& store : stores_) {
    heads.push_back(fetched(store));
    good.push_back({.commit = store.remembered(good_name).value_or(""), .branches = {}});
    has_good = has_good && !good.back().commit.empty();
  }
  newest_ = std::make_shared<const Snapshot>(stores_, std::move(heads));
  if (has_good) last_good_ = std::make_shared<const Snapshot>(stores_, std::move(good));
}

// A commit without the root is not moved to.
RemoteCommits PillarService::fetch(GitStore& store) {
  if (store.remote().branch == each_environment) {
    store.fetch_all();
    return fetched(store);
  }
  RemoteCommits commits{.commit = store.fetch(), .branches = {}};
  store.tree(commits.commit);
  return commits;
}

std::vector<RemoteUpdate> PillarService::update() {
  const std::lock_guard one_at_a_time(updating_);
  auto commits = newest()->commits();
  std::vector<RemoteUpdate> updates;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    RemoteUpdate update{.url = stores_[i].remote().url, .commit = commits[i].newest()};
    try {
      auto now = fetch(stores_[i]);
      update.has_changed = now != commits[i];
      update.commit = now.newest();
      if (update.has_changed && !now.commit.empty())
        update.advice = advice_on(stores_[i], now.commit, compiler_.options().state_top);
      commits[i] = std::move(now);
    } catch (const Error& error) {
      update.error = error.what();
      log::error("{}", update.error);
    }
    updates.push_back(std::move(update));
  }
  auto snapshot = std::make_shared<const Snapshot>(stores_, std::move(commits));
  const std::lock_guard lock(mutex_);
  newest_ = std::move(snapshot);
  return updates;
}

ServedPillar PillarService::compile(const PillarRequest& request) {
  const auto compile_at = [&](const Snapshot& snapshot) {
    auto trees = snapshot.trees_for(compiler_.completed(request));
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
    log::error("pillar of '{}'{}: {}", request.minion_id, snapshot->revision().empty() ? "" : " at " + snapshot->revision(), in_short(problem));

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
    const auto& commit = snapshot->commits()[i].commit;
    if (commit.empty()) continue;  // a remote with a branch for each environment is remembered while we run
    try {
      stores_[i].remember(good_name, commit);
    } catch (const Error& error) {  // a pillar is good all the same; only a restart would know less
      log::warning("{}", error.what());
    }
  }
}

}  // namespace halite::pillar
