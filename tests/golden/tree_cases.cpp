// tree_cases [NAME.yaml ...] [--only TEXT]: compiles the small trees of tests/golden/trees and compares with what stock Salt
// was recorded to make of them.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "tests/golden/tree_case.h"

namespace {

using namespace halite;

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::not_found, "there is no file '{}'", path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> all_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(HALITE_SOURCE_DIR "/tests/golden/trees"))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> check(const Value& about, const Value* expected) {
  if (!expected) return {"nothing is recorded for it"};
  try {
    return golden::tree_differences(about, *expected);
  } catch (const Error& error) {
    return {error.what()};
  }
}

}  // namespace

int main(int count, char** words) {
  try {
    log::setup({.level = log::Level::quiet, .file = {}});
    std::vector<std::filesystem::path> files;
    std::string only;
    for (int i = 1; i < count; ++i) {
      if (std::string_view(words[i]) == "--only" && i + 1 < count)
        only = words[++i];
      else
        files.emplace_back(words[i]);
    }
    int passed = 0, failed = 0;
    for (auto path : files.empty() ? all_files() : files) {
      const auto cases = from_yaml(read_text(path), path.string());
      const auto expected = from_json(read_text(path.replace_extension(".json")), path.string());
      for (const auto& [name, about] : cases.as_map("the cases of " + path.string())) {
        if (name.as_string().find(only) == std::string::npos) continue;
        const auto differences = check(about, expected.find(name.as_string()));
        ++(differences.empty() ? passed : failed);
        if (!differences.empty()) std::cout << "FAILED  " << path.stem().string() << ": " << name.as_string() << "\n";
        for (const auto& text : differences) std::cout << "    " << text << "\n";
      }
    }
    std::cout << passed << " passed, " << failed << " failed\n";
    return failed == 0 && passed > 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "tree_cases: " << error.what() << "\n";
    return 2;
  }
}
