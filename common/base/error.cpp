#include "common/base/error.h"

#include <array>
#include <cerrno>
#include <system_error>

namespace halite {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 6> kind_names{{
    {ErrorKind::invalid, "invalid"},
    {ErrorKind::not_found, "not_found"},
    {ErrorKind::denied, "denied"},
    {ErrorKind::unavailable, "unavailable"},
    {ErrorKind::timeout, "timeout"},
    {ErrorKind::internal, "internal"},
}};

ErrorKind kind_of_errno(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::denied;
    case ETIMEDOUT:
      return ErrorKind::timeout;
    case EINVAL:
    case ENAMETOOLONG:
      return ErrorKind::invalid;
    default:
      return ErrorKind::unavailable;
  }
}

}  // namespace

std::string_view to_string(ErrorKind kind) {
  for (const auto& [candidate, name] : kind_names)
    if (candidate == kind) return name;
  return "internal";
}

ErrorKind error_kind_from(std::string_view text) {
  for (const auto& [kind, name] : kind_names)
    if (name == text) return kind;
  return ErrorKind::internal;
}

void Error::add_frame(std::string frame) {
  frames_.push_back(std::move(frame));
  compose();
}

void Error::compose() {
  text_ = message_;
  for (const auto& frame : frames_) text_ += " / while " + frame;
}

std::string errno_text(int error_number) {
  return std::generic_category().message(error_number);
}

Error system_error(int error_number, std::string_view doing) {
  return Error(kind_of_errno(error_number), "{}: {}", doing, errno_text(error_number));
}

}  // namespace halite
