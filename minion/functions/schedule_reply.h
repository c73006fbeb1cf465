// What schedule.* gives back, in Salt's shape: {comment, result, changes}.
#pragma once

#include <string>
#include <utility>

#include <fmt/format.h>

#include "common/data/value.h"

namespace halite::minion {

class ScheduleReply {
 public:
  template <class... Args>
  static ScheduleReply done(fmt::string_view format, const Args&... args) {
    return {fmt::vformat(format, fmt::make_format_args(args...)), true};
  }
  template <class... Args>
  static ScheduleReply refuse(fmt::string_view format, const Args&... args) {
    return {fmt::vformat(format, fmt::make_format_args(args...)), false};
  }
  ScheduleReply with(const std::string& name, Value change) && {
    changes_.set(name, std::move(change));
    return std::move(*this);
  }
  Value value() const { return Map{{"comment", comment_}, {"result", result_}, {"changes", changes_}}; }
  Value without_changes() const { return Map{{"comment", comment_}, {"result", result_}}; }

 private:
  ScheduleReply(std::string comment, bool result) : comment_(std::move(comment)), result_(result) {}
  std::string comment_;
  bool result_;
  Map changes_;
};

}  // namespace halite::minion
