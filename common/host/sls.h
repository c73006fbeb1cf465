// SLS files of a tree: which there are, and where the one named "a.b" is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host/file_tree.h"

namespace halite {

// Stands for every environment that a tree does not name: in roots, and as a branch of git.
constexpr std::string_view each_environment = "__env__";

// Whether a tree whose environments() are these has that one.
bool has_environment(const std::vector<std::string>& names, std::string_view environment);

// One SLS file, found and read.
struct SlsFile {
  std::string environment;
  std::string name;  // dotted: "users.admin"; empty for a top file
  std::string path;  // in the environment: "users/admin.sls" or "users/admin/init.sls"
  std::string text;
  // The file is a folder's init.sls, so relative names start inside that folder.
  bool is_init() const;
};

// Dotted names of every SLS file of an environment, sorted and each once, as Salt lists them: "a/init.sls" is "a".
std::vector<std::string> list_sls(FileTree& tree, const std::string& environment);

// The names that match a glob (fnmatch, where '.' is an ordinary character), in the order given.
std::vector<std::string> filter_sls(const std::vector<std::string>& names, std::string_view glob);

// "a.b" is a/b.sls, else a/b/init.sls; nothing when there is neither.
std::optional<SlsFile> find_sls(FileTree& tree, const std::string& environment, const std::string& name);

// A file by its path, such as the top file.
std::optional<SlsFile> read_sls(FileTree& tree, const std::string& environment, const std::string& path);

}  // namespace halite
