// Random bytes, comparison that takes the same time whatever differs, and wiping of secrets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace halite::crypto {

// From the system's generator; throws Error(internal) when it fails.
std::string random_bytes(std::size_t size_bytes);
// 32 lower-case hex digits: the nonce of a request.
std::string random_nonce();
// Uniform in [low, high].
std::int64_t random_between(std::int64_t low, std::int64_t high);

// Equal content; the time depends on the sizes only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Overwrites the text so that the optimiser can't drop it, then empties it.
void wipe(std::string& secret);

// Text that is wiped when its owner goes. Copies are wiped on their own.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(text_); }

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace halite::crypto
