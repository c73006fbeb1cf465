// States marked `parallel: true`: each in a thread of its own, while the run goes on with what does not need it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/host/file_tree.h"
#include "states/outcome.h"
#include "states/world.h"

namespace halite::states {

// What came of a state, when it began and how long it took.
struct Timed {
  Outcome outcome;
  std::chrono::system_clock::time_point started;
  std::chrono::steady_clock::duration took{};
};

Timed timed(Host& host, const std::function<Outcome()>& work);

// What all states of a run use and what was not made for several threads: one user at a time. States that run commands
// or write files go on side by side; only their templates, functions and fetched files take turns.
class Turns {
 public:
  explicit Turns(FileTree& files) : tree_(files, mutex_) {}
  Turns(const Turns&) = delete;

  FileTree& files() { return tree_; }
  TemplateRenderer wrap(TemplateRenderer render);
  FunctionCaller wrap(FunctionCaller call);

 private:
  class Tree : public FileTree {
   public:
    Tree(FileTree& files, std::recursive_mutex& mutex) : files_(files), mutex_(mutex) {}
    std::vector<std::string> environments() override;
    std::vector<TreeEntry> list(const std::string& environment, const std::string& prefix) override;
    Paths paths(const std::string& environment) override;
    std::vector<std::string> folders(const std::string& environment, const std::string& prefix) override;
    std::vector<std::pair<std::string, std::string>> symlinks(const std::string& environment, const std::string& prefix) override;
    std::optional<TreeEntry> find(const std::string& environment, const std::string& path) override;
    std::optional<std::string> read(const std::string& environment, const std::string& path) override;
    std::optional<std::string> read_part(const std::string& environment, const std::string& path,
                                         std::int64_t offset_bytes, std::size_t size_bytes) override;
    std::optional<std::string> sha256(const std::string& environment, const std::string& path) override;
    std::string revision(const std::string& environment) override;

   private:
    FileTree& files_;
    std::recursive_mutex& mutex_;
  };

  std::recursive_mutex mutex_;  // a template may call a function that reads a file
  Tree tree_;
};

// The states under way, by their place in the run. Each has a world of its own; what the run remembers of the machine must
// be forgotten when one has ended.
class Parallel {
 public:
  using Work = std::function<Timed(World&)>;

  // At the limit the run waits for one to end before the next may start.
  bool is_full() const { return under_way_.size() >= limit; }
  bool is_empty() const { return under_way_.empty(); }
  bool runs(std::size_t chunk) const { return under_way_.contains(chunk); }
  std::size_t first() const { return under_way_.begin()->first; }

  void start(std::size_t chunk, World world, Work work);
  // Waits for its end.
  Timed take(std::size_t chunk);

 private:
  static constexpr std::size_t limit = 32;
  std::map<std::size_t, std::future<Timed>> under_way_;  // a future of std::async waits in its destructor
};

}  // namespace halite::states
