#include "common/render/filters.h"

#include <unordered_map>

namespace halite::render {

// A later family replaces a filter of the same name: Salt's `min`, `max`, `unique`, `tojson` go before Jinja's.
std::vector<const FilterEntry*> all_filters() {
  std::vector<const FilterEntry*> filters;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto& family :
       {text_filters(), html_filters(), sequence_filters(), selection_filters(), number_filters(), data_filters(), salt_text_filters(),
        salt_list_filters(), salt_dict_filters(), salt_hash_filters(), salt_network_filters(), salt_system_filters()})
    for (const FilterEntry& filter : family) {
      const auto [found, is_new] = places.try_emplace(filter.name, filters.size());
      if (is_new)
        filters.push_back(&filter);
      else
        filters[found->second] = &filter;
    }
  return filters;
}

const FilterEntry* find_filter(std::string_view name) {
  static const auto table = [] {
    std::unordered_map<std::string_view, const FilterEntry*> by_name;
    for (const FilterEntry* filter : all_filters()) by_name.emplace(filter->name, filter);
    return by_name;
  }();
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

std::vector<std::string> filter_names() {
  std::vector<std::string> names;
  for (const FilterEntry* filter : all_filters()) names.emplace_back(filter->name);
  return names;
}

}  // namespace halite::render
