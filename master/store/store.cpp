#include "master/store/store.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::master {

std::string_view to_string(KeyState state) {
  switch (state) {
    case KeyState::pending: return "pending";
    case KeyState::accepted: return "accepted";
    case KeyState::rejected: return "rejected";
    case KeyState::denied: return "denied";
  }
  return "pending";
}

KeyState key_state_from(std::string_view text) {
  for (const KeyState state : {KeyState::pending, KeyState::accepted, KeyState::rejected, KeyState::denied})
    if (text == to_string(state)) return state;
  throw Error(ErrorKind::invalid, "'{}' is no state of a key; there are pending, accepted, rejected and denied{}", text,
              did_you_mean(text, {"pending", "accepted", "rejected", "denied"}));
}

}  // namespace halite::master
