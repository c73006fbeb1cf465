#include "minion/return_limit.h"

#include <fmt/format.h>

#include "common/base/strings.h"

namespace halite::minion {
namespace {

constexpr std::size_t item_bytes = 9;  // of a value beside its text

class Fitter {
 public:
  explicit Fitter(std::size_t room) : room_(room), limit_(room) {}

  bool has_cut() const { return has_cut_; }

  Value fit(const Value& value) {
    take(item_bytes);
    if (const auto* text = value.if_string()) return text->size() <= room_ ? kept(value, text->size()) : cut(*text);
    if (const auto* bytes = value.if_bytes()) return bytes->data.size() <= room_ ? kept(value, bytes->data.size()) : mark(bytes->data.size());
    if (const auto* list = value.if_list()) return fit_list(*list);
    if (const auto* map = value.if_map()) return fit_map(*map);
    return value;
  }

 private:
  void take(std::size_t bytes) { room_ -= std::min(room_, bytes); }
  Value kept(const Value& value, std::size_t bytes) {
    take(bytes);
    return value;
  }
  // A text that ends in what is missing. No character is cut in two.
  Value cut(const std::string& text) {
    std::size_t end = room_;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    room_ = 0;
    const Value missing = mark(text.size() - end);
    return text.substr(0, end) + (end > 0 ? "\n" : "") + missing.as_string();
  }
  Value mark(std::size_t missing) {
    has_cut_ = true;
    return fmt::format("[truncated: at least {} bytes more; a return has at most {}]", missing, limit_);
  }
  Value fit_list(const List& list) {
    List fitted;
    for (const auto& item : list) {
      if (room_ == 0) {
        fitted.push_back(left_out(list.size() - fitted.size()));
        break;
      }
      fitted.push_back(fit(item));
    }
    return fitted;
  }
  Value fit_map(const Map& map) {
    Map fitted;
    for (const auto& [key, value] : map) {
      if (room_ == 0) {
        fitted.set("[truncated]", left_out(map.size() - fitted.size()));
        break;
      }
      if (const auto* text = key.if_string()) take(text->size());
      fitted.set(key, fit(value));
    }
    return fitted;
  }
  Value left_out(std::size_t items) {
    has_cut_ = true;
    return fmt::format("[truncated: {} items more; a return has at most {} bytes]", items, limit_);
  }

  std::size_t room_;
  std::size_t limit_;
  bool has_cut_ = false;
};

// Without making anything: most returns are small.
bool fits(const Value& value, std::size_t& room) {
  std::size_t size = item_bytes;
  if (const auto* text = value.if_string()) size += text->size();
  if (const auto* bytes = value.if_bytes()) size += bytes->data.size();
  if (size > room) return false;
  room -= size;
  if (const auto* list = value.if_list())
    for (const auto& item : *list)
      if (!fits(item, room)) return false;
  if (const auto* map = value.if_map())
    for (const auto& [key, item] : *map)
      if (!fits(key, room) || !fits(item, room)) return false;
  return true;
}

}  // namespace

void fit_return(Map& load, std::size_t limit_bytes) {
  const Value* value = load.find("return");
  std::size_t room = limit_bytes;
  if (!value || fits(*value, room)) return;
  Fitter fitter(limit_bytes);
  Value fitted = fitter.fit(*value);
  load.set("return", std::move(fitted));
  load.set("truncated", fitter.has_cut());
}

}  // namespace halite::minion
