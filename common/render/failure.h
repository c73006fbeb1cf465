// What goes wrong inside a template, before it is known where. The evaluator adds the place and throws a RenderError.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace halite::render {

// The categories in which Salt words its message.
enum class FailureKind {
  undefined,  // "Jinja variable ..."
  syntax,     // "Jinja syntax error: ..."; also what the sandbox forbids
  function,   // "Problem running salt function in Jinja template: ..."
  other,      // "Jinja error: ..."; Python's TypeError, ValueError and so on
};

class Failure : public std::exception {
 public:
  Failure(FailureKind kind, std::string message, int line = 0)
      : kind_(kind), message_(std::move(message)), line_(line) {}

  FailureKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  // The line of a syntax error; 0 where the evaluator knows it.
  int line() const { return line_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  FailureKind kind_;
  std::string message_;
  int line_;
};

template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args);

// One level of a function that goes into nested data: beyond a thousand it is refused, as Python refuses it.
class Nesting {
 public:
  Nesting() {
    if (++levels_ > 1000) {
      --levels_;
      fail("maximum recursion depth exceeded: the data is nested too deeply, or holds itself");
    }
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { --levels_; }

 private:
  static inline thread_local int levels_ = 0;
};

// The template asks for something Python would refuse.
template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Failure(FailureKind::other, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
[[noreturn]] void fail_undefined(fmt::format_string<Args...> format, Args&&... args) {
  throw Failure(FailureKind::undefined, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
[[noreturn]] void fail_syntax(int line, fmt::format_string<Args...> format, Args&&... args) {
  throw Failure(FailureKind::syntax, fmt::format(format, std::forward<Args>(args)...), line);
}

}  // namespace halite::render
