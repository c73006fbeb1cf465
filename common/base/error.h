// The one exception type. Its kind says what the receiver can do; frames tell where it happened.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace halite {

// What the receiver of an error can do about it.
enum class ErrorKind {
  invalid,      // fix the input
  not_found,    // name something that exists
  denied,       // ask someone who may
  unavailable,  // try again later
  timeout,      // try again, or wait longer
  internal,     // report our bug
};

std::string_view to_string(ErrorKind kind);
// The reverse of to_string; an unknown text is `internal`.
ErrorKind error_kind_from(std::string_view text);

class Error : public std::exception {
 public:
  template <class... Args>
  Error(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args)
      : kind_(kind), message_(fmt::format(format, std::forward<Args>(args)...)) {
    compose();
  }

  ErrorKind kind() const { return kind_; }
  // What was wrong, without the frames.
  const std::string& message() const { return message_; }
  // Where it happened, innermost first.
  const std::vector<std::string>& frames() const { return frames_; }
  void add_frame(std::string frame);
  // The message and then " / while FRAME" for each frame: one line, for a log or a person.
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  void compose();

  ErrorKind kind_;
  std::string message_;
  std::vector<std::string> frames_;
  std::string text_;
};

// Runs `work`; an error that leaves it gets one more frame: "while <format>".
template <class Work, class... Args>
decltype(auto) during(Work&& work, fmt::format_string<Args...> format, Args&&... args) {
  try {
    return std::forward<Work>(work)();
  } catch (Error& error) {
    error.add_frame(fmt::format(format, std::forward<Args>(args)...));
    throw;
  }
}

// "No such file or directory" for an errno value.
std::string errno_text(int error_number);
// The error of a failed system call: its kind follows errno (ENOENT: not_found, EACCES: denied, ...).
Error system_error(int error_number, std::string_view doing);

}  // namespace halite
