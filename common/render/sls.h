// SLS files of a tree through the renderer: the names Salt gives every SLS file, and include and import from the tree.
#pragma once

#include <string>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/host/sls.h"
#include "common/render/renderer.h"

namespace halite::render {

// Files of one environment of a tree, for include, import and extends. "./x" and "../x" start at the asking template.
class TreeLoader : public TemplateLoader {
 public:
  TreeLoader(FileTree& tree, std::string environment) : tree_(tree), environment_(std::move(environment)) {}
  std::optional<Source> load(std::string_view path, std::string_view from) override;

 private:
  FileTree& tree_;
  std::string environment_;
};

// Adds saltenv, sls, slspath, sls_path, slsdotpath, slscolonpath, tplfile, tpldir, tpldot, tplpath (the path in the
// tree; on a Salt minion it is that of a cached copy).
void set_sls_variables(Map& variables, const SlsFile& file);

// Renders with `context` and those names; its loader is set to the tree. Messages name the file by its path in the
// tree. An empty file is an empty map.
Value render_sls(const SlsFile& file, FileTree& tree, Context context,
                 std::string_view default_renderer = "jinja|yaml");

}  // namespace halite::render
