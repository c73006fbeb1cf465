// What stands behind `|`: one table a family, each entry with its documentation.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/render/objects.h"

namespace halite::render {

struct FilterEntry {
  std::string_view name;
  Value (*apply)(Evaluator&, Arguments&);  // positional[0] is the value
  std::string_view sentence;
  std::string_view example;
};

// Null when there is none of this name.
const FilterEntry* find_filter(std::string_view name);
std::vector<std::string> filter_names();
std::vector<const FilterEntry*> all_filters();

// The families.
std::span<const FilterEntry> text_filters();
std::span<const FilterEntry> html_filters();
std::span<const FilterEntry> sequence_filters();
std::span<const FilterEntry> selection_filters();
std::span<const FilterEntry> number_filters();
std::span<const FilterEntry> data_filters();
std::span<const FilterEntry> salt_text_filters();
std::span<const FilterEntry> salt_list_filters();
std::span<const FilterEntry> salt_dict_filters();
std::span<const FilterEntry> salt_hash_filters();
std::span<const FilterEntry> salt_network_filters();
std::span<const FilterEntry> salt_system_filters();

}  // namespace halite::render
