// What attacks are made of: names that lead elsewhere, texts for a shell, values of every kind.
#pragma once

#include <string>
#include <vector>

#include "common/data/value.h"

namespace halite::hostile {

// PATHS of the table of attacks.
inline std::vector<std::string> paths() {
  return {"../../etc/passwd", "/etc/passwd", "a/../../b", "..\\x", std::string("a\0b", 3), "./.", "..", ".", std::string(4097, 'x'), "link",
          "root/etc/passwd", "../outside/canary", "../outside/fifo", "/dev/zero", "/proc/self/environ", "../states-secret/key", "%2e%2e/outside/canary",
          "..%2foutside%2fcanary", "\xc0\xae\xc0\xae/outside/canary", "a\xcc\x8a/x", "\xc3\xa5/x", "|../outside/canary", "?saltenv=../outside",
          "motd/../../outside/canary", "motd\n", "\x1b[2Jmotd", "//etc/passwd", "salt://../outside/canary", "~/x", "$(touch x)", "-rf"};
}

// Values of every type that msgpack has, and sizes at the edges.
inline std::vector<Value> odd_values() {
  std::vector<Value> values{Value(), Value(true), Value(0), Value(-1), Value(std::int64_t{1} << 62), Value(1.5), Value(""), Value("x"),
                            Value(std::string(1 << 16, 'x')), Value("../../x"), Value("x\n\x1b[2J"), Value(std::string("a\0b", 3)), Value(List{}),
                            Value(List{1, "x", List{}}), Value(Map{}), Value(Map{{"x", Map{{"y", 1}}}}), Value(Map{{1, List{}}}), Value(Bytes{"\xff\xfe"})};
  Value deep = "x";
  for (int i = 0; i < 40; ++i) deep = List{deep};
  values.push_back(std::move(deep));
  return values;
}

}  // namespace halite::hostile
