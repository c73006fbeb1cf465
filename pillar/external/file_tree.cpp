// External pillar `file_tree`: a folder for each minion and nodegroup, whose files are the data.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/schema.h"
#include "common/host/directory_tree.h"
#include "pillar/external/externals.h"
#include "pillar/functions.h"
#include "pillar/merge.h"

namespace halite::pillar {
namespace {

constexpr const char* any = "base";  // a tree wants an environment; this one has but one

struct FileTreeOptions {
  std::string root_dir;
  bool follow_dir_links = false;
  bool debug = false;
  Value keep_newline = false;
  bool is_template = false;
  std::optional<std::string> render_default;
  std::vector<std::string> renderer_blacklist, renderer_whitelist;

  static const Schema<FileTreeOptions>& schema() {
    using O = FileTreeOptions;
    static const auto schema = Schema<O>()
                                   .required(&O::root_dir, "root_dir", "The folder, absolute, or below the pillar roots of pillarenv.")
                                   .optional(&O::follow_dir_links, "follow_dir_links", "Kept for Salt's configuration.")
                                   .optional(&O::debug, "debug", "Kept for Salt's configuration.")
                                   .optional(&O::keep_newline, "keep_newline", "Keep the newline at a file's end: true, or globs.")
                                   .optional(&O::is_template, "template", "Files are templates.")
                                   .optional(&O::render_default, "render_default", "How templates are rendered.")
                                   .optional(&O::renderer_blacklist, "renderer_blacklist", "Kept for Salt's configuration.")
                                   .optional(&O::renderer_whitelist, "renderer_whitelist", "Kept for Salt's configuration.");
    return schema;
  }
};

bool folders_first(const TreeEntry& a, const TreeEntry& b) {
  const auto first = split(a.path, '/'), second = split(b.path, '/');
  std::size_t at = 0;
  while (at < first.size() && at < second.size() && first[at] == second[at]) ++at;
  const bool is_folder = at + 1 < first.size(), is_other_folder = at + 1 < second.size();
  return is_folder != is_other_folder ? is_folder : a.path < b.path;
}

class FilesOfMinion {
 public:
  FilesOfMinion(const FileTreeOptions& options, const ExternalTools& tools, const PillarRequest& request, const Map& pillar)
      : options_(options),
        tools_(tools),
        request_(request),
        pillar_(render::copy_for_render(pillar)),
        grains_(render::copy_for_render(request.grains)),
        functions_(request.minion_id, grains_, pillar_, Map{}, tools.nodegroups, tools.functions) {}

  // Of one root: groups first, the minion's own over them.
  Map below(const std::string& root) {
    DirectoryTree tree({{any, {root}}}, [](const auto&) { return std::string(); });
    Map data;
    for (const auto& group : groups_in(tree)) data = merge(std::move(data), folder(tree, "nodegroups/" + group));
    return merge(std::move(data), folder(tree, "hosts/" + request_.minion_id));
  }

 private:
  std::vector<std::string> groups_in(FileTree& tree) const {
    std::vector<std::string> groups;
    for (const auto& entry : tree.list(any, "nodegroups")) {
      const auto group = split(entry.path, '/')[1];
      if (std::find(groups.begin(), groups.end(), group) == groups.end() && is_member(group)) groups.push_back(group);
    }
    return groups;
  }

  bool is_member(const std::string& group) const {
    if (!tools_.nodegroups.find(group)) return false;
    return target::Matcher::compile(target::Kind::nodegroup, group, ":", tools_.nodegroups)
        .matches({request_.minion_id, &request_.grains, pillar_.if_map()});
  }

  Map folder(FileTree& tree, const std::string& path) {
    Map data;
    if (!is_tree_path(path)) return data;
    auto entries = tree.list(any, path + "/");
    std::sort(entries.begin(), entries.end(), folders_first);
    for (const auto& entry : entries) {
      auto parts = split(entry.path.substr(path.size() + 1), '/');
      auto* into = &data;
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        auto& inner = (*into)[parts[i]];
        if (!inner.is_map()) inner = Map{};
        into = &inner.edit_map();
      }
      if (auto text = tree.read(any, entry.path)) into->set(parts.back(), content(std::move(*text), join(parts, "/"), entry.path));
    }
    return data;
  }

  Value content(std::string text, const std::string& relative, const std::string& path) {
    if (text.ends_with('\n') && !keeps_newline(relative)) text.pop_back();
    if (options_.is_template) return rendered(text, path);
    return is_valid_utf8(text) ? Value(std::move(text)) : Value(Bytes{std::move(text)});
  }

  bool keeps_newline(const std::string& relative) const {
    if (const auto* flag = options_.keep_newline.if_bool()) return *flag;
    const auto& globs = options_.keep_newline.as_list("keep_newline");
    return std::any_of(globs.begin(), globs.end(),
                       [&](const Value& glob) { return glob_match(glob.as_string("a glob of keep_newline"), relative); });
  }

  Value rendered(const std::string& text, const std::string& path) {
    render::Context context;
    context.variables = {{"pillar", pillar_}, {"grains", grains_}, {"minion_id", request_.minion_id}};
    context.salt = &functions_;
    return render::render(text, path, context, options_.render_default.value_or(tools_.renderer));
  }

  const FileTreeOptions& options_;
  const ExternalTools& tools_;
  const PillarRequest& request_;
  const Value pillar_, grains_;
  const PillarFunctions functions_;
};

std::vector<std::string> roots_of(const FileTreeOptions& options, const ExternalTools& tools, const PillarRequest& request) {
  if (options.root_dir.starts_with('/')) return {options.root_dir};
  const auto found = request.pillarenv ? tools.pillar_roots.find(*request.pillarenv) : tools.pillar_roots.end();
  if (found == tools.pillar_roots.end())
    throw Error(ErrorKind::invalid, "root_dir '{}' is relative, so it needs a pillarenv that has pillar_roots", options.root_dir);
  std::vector<std::string> roots;
  for (const auto& root : found->second.items) roots.push_back(root + "/" + options.root_dir);
  return roots;
}

}  // namespace

ExternalPillar file_tree_pillar(const Value& arguments, const ExternalTools& tools) {
  const auto options = FileTreeOptions::schema().decode(arguments.as_map("the arguments of file_tree"), Unknown::refuse, "file_tree");
  if (!options.keep_newline.is_bool() && !options.keep_newline.is_list())
    throw Error(ErrorKind::invalid, "file_tree: 'keep_newline' must be true, false or a list of globs");
  return [options, tools](const PillarRequest& request, Map& pillar) -> Map {
    Map data;
    for (const auto& root : roots_of(options, tools, request)) {
      if (!tools.host.status_of_target(root)) log::error("file_tree: the root_dir '{}' does not exist", root);
      data = merge(std::move(data), FilesOfMinion(options, tools, request, pillar).below(root));
    }
    return data;
  };
}

}  // namespace halite::pillar
