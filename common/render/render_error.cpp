// The error with its place, and the lines around it.
#include <algorithm>

#include "common/base/strings.h"
#include "common/render/renderer.h"

namespace halite::render {
namespace {

std::string composed(const std::string& file, int line, const std::string& reason, const std::string& excerpt) {
  if (line == 0) return fmt::format("{}; in {}", reason, file);
  return fmt::format("{}; line {} of {}{}{}", reason, line, file, excerpt.empty() ? "" : "\n\n", excerpt);
}

}  // namespace

RenderError::RenderError(ErrorKind kind, std::string file, int line, std::string reason, std::string excerpt, int rendered_line)
    : Error(kind, "{}", composed(file, line, reason, excerpt)),
      file_(std::move(file)),
      line_(line),
      reason_(std::move(reason)),
      excerpt_(std::move(excerpt)),
      rendered_line_(rendered_line) {}

RenderError RenderError::with_salt_place(std::string file, int line) const {
  RenderError error = *this;
  error.salt_file_ = std::move(file);
  error.salt_line_ = line;
  return error;
}

}  // namespace halite::render
