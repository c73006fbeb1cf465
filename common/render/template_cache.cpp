#include "common/render/template_cache.h"

#include <list>
#include <mutex>
#include <unordered_map>

#include "common/render/parser.h"

namespace halite::render {
namespace {

constexpr std::size_t entry_limit = 1000;
constexpr std::size_t byte_limit = std::size_t{32} << 20;  // of template text; the trees are some ten times that

// Least recently used first out. Equal texts under different names are different entries, for errors name the file.
class Cache {
 public:
  std::shared_ptr<const Template> get(std::string_view text, const std::string& name, const Options& options,
                                      std::size_t depth_limit) {
    const std::size_t key = std::hash<std::string_view>()(text) * 31 + std::hash<std::string>()(name);
    {
      const std::lock_guard lock(mutex_);
      if (auto found = find(key, text, name, options)) return found;
    }
    auto parsed = parse_template(text, name, options, depth_limit);  // outside the lock: others need not wait
    const std::lock_guard lock(mutex_);
    insert(key, parsed, options);
    return parsed;
  }

 private:
  struct Entry {
    std::size_t key;
    Options options;
    std::shared_ptr<const Template> parsed;
  };
  using Entries = std::list<Entry>;

  std::shared_ptr<const Template> find(std::size_t key, std::string_view text, const std::string& name, const Options& options) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    const Entry& entry = *found->second;
    if (entry.parsed->source != text || entry.parsed->name != name || !(entry.options == options)) return nullptr;
    entries_.splice(entries_.end(), entries_, found->second);
    return entry.parsed;
  }

  void insert(std::size_t key, std::shared_ptr<const Template> parsed, const Options& options) {
    if (const auto found = index_.find(key); found != index_.end()) remove(found->second);
    bytes_ += parsed->source.size();
    entries_.push_back({key, options, std::move(parsed)});
    index_[key] = std::prev(entries_.end());
    while (entries_.size() > entry_limit || (bytes_ > byte_limit && entries_.size() > 1)) remove(entries_.begin());
  }

  void remove(Entries::iterator entry) {
    bytes_ -= entry->parsed->source.size();
    index_.erase(entry->key);
    entries_.erase(entry);
  }

  std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::size_t, Entries::iterator> index_;
  std::size_t bytes_ = 0;
};

}  // namespace

// The one shared thing of the renderer: it holds what texts mean, which is the same for everyone.
std::shared_ptr<const Template> parsed_template(std::string_view text, const std::string& name, const Options& options,
                                                std::size_t depth_limit) {
  static Cache cache;
  return cache.get(text, name, options, depth_limit);
}

}  // namespace halite::render
