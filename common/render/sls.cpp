// SLS files of a tree through the renderer.
#include "common/render/sls.h"

#include "common/base/strings.h"

namespace halite::render {
namespace {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

// Parts with "." and ".." worked off; nothing when it leads above the root.
std::optional<std::string> plain_path(std::string_view path) {
  std::vector<std::string> parts;
  for (auto& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(std::move(part));
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  return join(parts, "/");
}

}  // namespace

std::optional<Source> TreeLoader::load(std::string_view path, std::string_view from) {
  std::string wanted(path);
  if (path.starts_with("./") || path.starts_with("../")) wanted = folder_of(std::string(from)) + "/" + wanted;
  const auto plain = plain_path(wanted);
  if (!plain) return std::nullopt;
  auto text = tree_.read(environment_, *plain);
  if (!text) return std::nullopt;
  return Source{*plain, std::move(*text)};
}

void set_sls_variables(Map& variables, const SlsFile& file) {
  const auto folder = folder_of(file.path);
  variables.set("saltenv", file.environment);
  variables.set("sls", file.name);
  variables.set("slspath", folder);
  variables.set("slsdotpath", replace_all(folder, "/", "."));
  variables.set("slscolonpath", replace_all(folder, "/", ":"));
  variables.set("sls_path", replace_all(folder, "/", "_"));
  variables.set("tplpath", file.path);
  variables.set("tplfile", file.path);
  variables.set("tpldir", folder.empty() ? "." : folder);
  variables.set("tpldot", replace_all(folder, "/", "."));
}

Value render_sls(const SlsFile& file, FileTree& tree, Context context, std::string_view default_renderer) {
  if (trim(file.text).empty()) return Map{};
  TreeLoader loader(tree, file.environment);
  context.loader = &loader;
  set_sls_variables(context.variables, file);
  return render(file.text, file.path, context, default_renderer);
}

}  // namespace halite::render
