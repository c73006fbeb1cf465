#include "common/base/line_limit.h"

namespace halite {

LineLimit::Permission LineLimit::ask(Clock::time_point now) {
  Permission permission;
  if (asked_ == 0 || now - began_at_ >= window_) {
    if (asked_ > lines_) permission.left_out = asked_ - lines_;
    began_at_ = now;
    asked_ = 0;
  }
  permission.is_given = ++asked_ <= lines_;
  return permission;
}

}  // namespace halite
