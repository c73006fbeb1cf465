// One-line renders for the tests of common/render.
#pragma once

#include <initializer_list>
#include <map>
#include <string>

#include "common/render/renderer.h"

namespace halite::render {

class FakeFiles final : public TemplateLoader {
 public:
  FakeFiles(std::initializer_list<std::pair<const std::string, std::string>> files) : files_(files) {}
  std::optional<Source> load(std::string_view path, std::string_view) override {
    const auto found = files_.find(path);
    return found == files_.end() ? std::nullopt : std::optional<Source>(Source{found->first, found->second});
  }

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

inline std::string rendered(std::string_view text, Map variables = {}) {
  Context context;
  context.variables = std::move(variables);
  return render_jinja(text, "test", context);
}

// The reason of the error a template ends in; "no error: ..." when it does not.
inline std::string failure(std::string_view text, const Context& context = {}) {
  try {
    return "no error: " + render_jinja(text, "test", context);
  } catch (const RenderError& error) {
    return error.reason();
  }
}

}  // namespace halite::render
