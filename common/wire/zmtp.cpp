#include "common/wire/zmtp.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/base/error.h"

namespace halite::wire {
namespace {

// RFC 23 (ZMTP 3.0) and RFC 37 (3.1).
constexpr std::size_t greeting_size = 64;
constexpr std::size_t version_at = 10, mechanism_at = 12, mechanism_size = 20;
constexpr int spoken_minor = 1;
constexpr unsigned char flag_more = 1, flag_long = 2, flag_command = 4;
constexpr std::size_t short_size_max = 255, long_header_size = 9;
constexpr std::size_t command_limit_bytes = 4096;  // READY is the longest: an identity has 255 bytes
constexpr std::size_t spare_bytes = 64u << 10;     // memory that is not worth giving back

char byte_of(std::size_t value) { return static_cast<char>(static_cast<unsigned char>(value)); }

void append_big_endian(std::string& to, std::uint64_t value, int size_bytes) {
  for (int shift = (size_bytes - 1) * 8; shift >= 0; shift -= 8) to += byte_of((value >> shift) & 0xff);
}

void append_frame_head(std::string& to, unsigned char flags, std::size_t body_bytes) {
  const bool is_long = body_bytes > short_size_max;
  to += byte_of(is_long ? flags | flag_long : flags);
  append_big_endian(to, body_bytes, is_long ? 8 : 1);
}

void append_frame(std::string& to, unsigned char flags, std::string_view body) {
  append_frame_head(to, flags, body.size());
  to += body;
}

std::string frame(unsigned char flags, std::string_view body) {
  std::string bytes;
  bytes.reserve(long_header_size + body.size());
  append_frame(bytes, flags, body);
  return bytes;
}

std::string command(std::string_view name, std::string_view data) {
  std::string body;
  body += byte_of(name.size());
  body += name;
  body += data;
  return frame(flag_command, body);
}

void append_property(std::string& to, std::string_view name, std::string_view value) {
  to += byte_of(name.size());
  to += name;
  append_big_endian(to, value.size(), 4);
  to += value;
}

std::string greeting() {
  std::string bytes(greeting_size, '\0');
  bytes[0] = byte_of(0xff);
  bytes[9] = 0x7f;
  bytes[version_at] = 3;
  bytes[version_at + 1] = spoken_minor;
  bytes.replace(mechanism_at, 4, "NULL");
  return bytes;
}

std::string_view socket_type(ZmtpRole role) {
  static constexpr std::array<std::string_view, 4> names{"PUB", "ROUTER", "SUB", "REQ"};
  return names[static_cast<std::size_t>(role)];
}

// Takes that many bytes off the front. Throws when there are fewer.
std::string_view take(std::string_view& bytes, std::size_t size) {
  if (bytes.size() < size) throw Error(ErrorKind::invalid, "a ZMTP property ends early");
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

std::size_t take_number(std::string_view& bytes, std::size_t size_bytes) {
  std::size_t number = 0;
  for (const char byte : take(bytes, size_bytes)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

bool is_same_name(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

bool zmtp_fits(ZmtpRole role, std::string_view peer) {
  switch (role) {
    case ZmtpRole::publisher: return peer == "SUB" || peer == "XSUB";
    case ZmtpRole::router: return peer == "REQ" || peer == "DEALER" || peer == "ROUTER";
    case ZmtpRole::subscriber: return peer == "PUB" || peer == "XPUB";
    case ZmtpRole::requester: return peer == "REP" || peer == "ROUTER";
  }
  return false;
}

std::string zmtp_opening(ZmtpRole role) {
  std::string properties;
  append_property(properties, "Socket-Type", socket_type(role));
  if (role == ZmtpRole::requester || role == ZmtpRole::router) append_property(properties, "Identity", "");
  return greeting() + command("READY", properties);
}

std::string zmtp_message(const std::vector<std::string_view>& frames) {
  std::size_t size = 0;
  for (const auto& body : frames) size += long_header_size + body.size();
  std::string bytes;
  bytes.reserve(size);
  for (std::size_t i = 0; i < frames.size(); ++i) append_frame(bytes, i + 1 < frames.size() ? flag_more : 0, frames[i]);
  return bytes;
}

std::string zmtp_request(std::string_view payload) { return zmtp_request_head(payload.size()).append(payload); }

std::string zmtp_request_head(std::size_t payload_bytes) {
  std::string bytes;
  append_frame(bytes, flag_more, "");
  append_frame_head(bytes, 0, payload_bytes);
  return bytes;
}

std::string zmtp_subscription(std::string_view topic, int peer_minor) {
  if (peer_minor >= 1) return command("SUBSCRIBE", topic);
  return frame(0, std::string(1, '\1') + std::string(topic));
}

std::string zmtp_pong(std::string_view ping_body) {
  constexpr std::size_t time_to_live_size = 2;
  return command("PONG", ping_body.size() > time_to_live_size ? ping_body.substr(time_to_live_size) : std::string_view());
}

std::string zmtp_ping() { return command("PING", std::string(2, '\0')); }

std::string zmtp_socket_type(std::string_view data) {
  std::string type;
  while (!data.empty()) {
    const std::string_view name = take(data, take_number(data, 1));
    const std::string_view value = take(data, take_number(data, 4));
    if (is_same_name(name, "Socket-Type")) type = value;
  }
  return type;
}

ZmtpCommand zmtp_command(std::string_view body) {
  const std::size_t size = body.empty() ? 0 : static_cast<unsigned char>(body[0]);
  if (size == 0 || size + 1 > body.size()) throw Error(ErrorKind::invalid, "a ZMTP command has no name");
  return {body.substr(1, size), body.substr(1 + size)};
}

void ZmtpInput::feed(std::string_view bytes) {
  if (read_ == buffer_.size()) {
    buffer_.clear();
    read_ = 0;
  } else if (read_ > buffer_.size() / 2) {
    buffer_.erase(0, read_);
    read_ = 0;
  }
  buffer_ += bytes;
}

// Also when the beginning of a next frame follows: a peer that always sends it would else keep the memory of its largest one.
void ZmtpInput::trim() {
  if (read_ != buffer_.size() && (read_ < buffer_.size() / 2 || buffer_.capacity() < spare_bytes)) return;
  std::string(rest()).swap(buffer_);
  read_ = 0;
}

bool ZmtpInput::read_greeting() {
  if (rest().size() < greeting_size) return false;
  const std::string_view greeting = rest().substr(0, greeting_size);
  if (static_cast<unsigned char>(greeting[0]) != 0xff || greeting[9] != 0x7f || greeting[version_at] < 3)
    throw Error(ErrorKind::invalid, "the peer does not speak ZMTP 3");
  std::string_view mechanism = greeting.substr(mechanism_at, mechanism_size);
  mechanism = mechanism.substr(0, mechanism.find('\0'));
  if (mechanism != "NULL") throw Error(ErrorKind::invalid, "the peer wants another mechanism than NULL");
  peer_minor_ = static_cast<unsigned char>(greeting[version_at + 1]);
  read_ += greeting_size;
  return true;
}

std::optional<ZmtpFrame> ZmtpInput::next() {
  if (peer_minor_ < 0 && !read_greeting()) return std::nullopt;
  const std::string_view bytes = rest();
  if (bytes.size() < 2) return std::nullopt;
  const auto flags = static_cast<unsigned char>(bytes[0]);
  std::size_t header = 2, size = static_cast<unsigned char>(bytes[1]);
  if (flags & flag_long) {
    header = long_header_size;
    if (bytes.size() < header) return std::nullopt;
    size = 0;
    for (std::size_t at = 1; at < header; ++at) size = size << 8 | static_cast<unsigned char>(bytes[at]);
  }
  const std::size_t limit = flags & flag_command ? std::min(frame_limit_bytes_, command_limit_bytes) : frame_limit_bytes_;
  if (size > limit) throw Error(ErrorKind::invalid, "the peer sends a frame of {} bytes; {} are taken", size, limit);
  if (bytes.size() - header < size) return std::nullopt;  // memory grows with what really arrives
  read_ += header + size;
  return ZmtpFrame{(flags & flag_more) != 0, (flags & flag_command) != 0, bytes.substr(header, size)};
}

}  // namespace halite::wire
