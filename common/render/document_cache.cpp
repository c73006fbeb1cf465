#include "common/render/document_cache.h"

#include <list>
#include <mutex>
#include <unordered_map>

#include "common/data/yaml.h"

namespace halite::render {
namespace {

constexpr std::size_t entry_limit = 4000;
constexpr std::size_t byte_limit = std::size_t{16} << 20;  // of text; what it was read to is some ten times that

// Least recently used first out. Documents with errors are read anew each time: their messages name the file.
class Cache {
 public:
  std::shared_ptr<const Value> find(const std::string& text) {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(std::string_view(text));
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.end(), entries_, found->second);
    return found->second->value;
  }

  void insert(const std::string& text, std::shared_ptr<const Value> value) {
    if (text.size() > byte_limit / 8) return;
    const std::lock_guard lock(mutex_);
    if (index_.contains(std::string_view(text))) return;
    entries_.push_back({text, std::move(value)});
    index_[entries_.back().text] = std::prev(entries_.end());
    bytes_ += text.size();
    while (entries_.size() > entry_limit || bytes_ > byte_limit) {
      bytes_ -= entries_.front().text.size();
      index_.erase(entries_.front().text);
      entries_.pop_front();
    }
  }

 private:
  struct Entry {
    std::string text;
    std::shared_ptr<const Value> value;
  };

  std::mutex mutex_;
  std::list<Entry> entries_;
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // by the entries' own texts
  std::size_t bytes_ = 0;
};

// A copy in which what several aliases name is one container, as in the document.
class Copies {
 public:
  Value copy(const Value& value) {
    const void* container = value.if_list() ? static_cast<const void*>(value.if_list()) : value.if_map();
    if (!container) return value;
    const auto [place, is_new] = made_.try_emplace(container);
    if (!is_new) return place->second;
    Value made;
    if (const List* list = value.if_list()) {
      List items;
      items.reserve(list->size());
      for (const Value& item : *list) items.push_back(copy(item));
      made = std::move(items);
    } else {
      Map entries;
      entries.reserve(value.if_map()->size());
      for (const auto& [key, item] : *value.if_map()) entries.set(key, copy(item));
      made = std::move(entries);
    }
    return made_[container] = made;
  }

 private:
  std::unordered_map<const void*, Value> made_;
};

}  // namespace

Value yaml_document(const std::string& text, std::string_view source_name) {
  static Cache cache;
  if (const auto known = cache.find(text)) return Copies().copy(*known);
  auto value = from_yaml(text, source_name);
  cache.insert(text, std::make_shared<const Value>(Copies().copy(value)));
  return value;
}

}  // namespace halite::render
