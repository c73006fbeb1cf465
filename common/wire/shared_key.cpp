#include "common/wire/shared_key.h"

namespace halite::wire {

SharedKey::SharedKey(Clock::duration grace) : grace_(grace), current_(crypto::SessionKey::generate()), made_at_(Clock::now()) {}

std::vector<crypto::SessionKey> SharedKey::valid_keys() const {
  std::vector<crypto::SessionKey> keys{current_};
  if (previous_ && Clock::now() - made_at_ < grace_) keys.push_back(*previous_);
  return keys;
}

void SharedKey::rotate(bool keep_previous) {
  previous_.reset();
  if (keep_previous) previous_ = current_;
  current_ = crypto::SessionKey::generate();
  made_at_ = Clock::now();
  serial_ = 0;
  ++epoch_;
}

}  // namespace halite::wire
