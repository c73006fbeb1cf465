#include "states/run/parallel.h"

#include <memory>
#include <utility>

namespace halite::states {

Timed timed(Host& host, const std::function<Outcome()>& work) {
  Timed result{.outcome = {}, .started = host.now()};
  const auto before = host.steady_now();
  result.outcome = work();
  result.took = host.steady_now() - before;
  return result;
}

TemplateRenderer Turns::wrap(TemplateRenderer render) {
  if (!render) return render;
  return [this, render = std::move(render)](const TemplateRequest& request) {
    const std::lock_guard turn(mutex_);
    return render(request);
  };
}

FunctionCaller Turns::wrap(FunctionCaller call) {
  if (!call) return call;
  return [this, call = std::move(call)](const std::string& name, const List& args, const Map& kwargs) {
    const std::lock_guard turn(mutex_);
    return call(name, args, kwargs);
  };
}

std::vector<std::string> Turns::Tree::environments() {
  const std::lock_guard turn(mutex_);
  return files_.environments();
}

std::vector<TreeEntry> Turns::Tree::list(const std::string& environment, const std::string& prefix) {
  const std::lock_guard turn(mutex_);
  return files_.list(environment, prefix);
}

FileTree::Paths Turns::Tree::paths(const std::string& environment) {
  const std::lock_guard turn(mutex_);
  return files_.paths(environment);
}

std::vector<std::string> Turns::Tree::folders(const std::string& environment, const std::string& prefix) {
  const std::lock_guard turn(mutex_);
  return files_.folders(environment, prefix);
}

std::vector<std::pair<std::string, std::string>> Turns::Tree::symlinks(const std::string& environment, const std::string& prefix) {
  const std::lock_guard turn(mutex_);
  return files_.symlinks(environment, prefix);
}

std::optional<TreeEntry> Turns::Tree::find(const std::string& environment, const std::string& path) {
  const std::lock_guard turn(mutex_);
  return files_.find(environment, path);
}

std::optional<std::string> Turns::Tree::read(const std::string& environment, const std::string& path) {
  const std::lock_guard turn(mutex_);
  return files_.read(environment, path);
}

std::optional<std::string> Turns::Tree::read_part(const std::string& environment, const std::string& path,
                                                  std::int64_t offset_bytes, std::size_t size_bytes) {
  const std::lock_guard turn(mutex_);
  return files_.read_part(environment, path, offset_bytes, size_bytes);
}

std::optional<std::string> Turns::Tree::sha256(const std::string& environment, const std::string& path) {
  const std::lock_guard turn(mutex_);
  return files_.sha256(environment, path);
}

std::string Turns::Tree::revision(const std::string& environment) {
  const std::lock_guard turn(mutex_);
  return files_.revision(environment);
}

void Parallel::start(std::size_t chunk, World world, Work work) {
  auto own = std::make_shared<World>(std::move(world));
  under_way_.emplace(chunk, std::async(std::launch::async, [own, work = std::move(work)] { return work(*own); }));
}

Timed Parallel::take(std::size_t chunk) {
  auto entry = under_way_.extract(chunk);
  return entry.mapped().get();
}

}  // namespace halite::states
