#include "common/control/protocol.h"

#include "common/data/msgpack.h"

namespace halite::control {
namespace {

constexpr MsgpackLimits request_limits{.depth = 64, .items = 1'000'000, .size_bytes = request_limit_bytes};
constexpr MsgpackLimits reply_limits{.depth = 256, .items = 20'000'000, .size_bytes = reply_limit_bytes};

std::string frame(const Map& map, std::size_t limit_bytes) {
  const std::string body = to_msgpack(map, MsgpackText::modern);
  if (body.size() > limit_bytes)
    throw Error(ErrorKind::invalid, "a message of {} bytes is too large for the control socket (at most {})", body.size(), limit_bytes);
  std::string result;
  for (int shift = 24; shift >= 0; shift -= 8) result += static_cast<char>(body.size() >> shift & 0xff);
  return result + body;
}

Map encode_error(const Error& error) {
  List frames;
  for (const auto& text : error.frames()) frames.emplace_back(text);
  return Map{{"kind", to_string(error.kind())}, {"message", error.message()}, {"frames", std::move(frames)}};
}

Error decode_error(const Map& map) {
  const Value* kind = map.find("kind");
  Error error(error_kind_from(kind && kind->is_string() ? kind->as_string() : ""), "{}",
              map.at("message").as_string("an error's message"));
  if (const Value* frames = map.find("frames"))
    for (const Value& text : frames->as_list("an error's frames")) error.add_frame(text.as_string("an error's frame"));
  return error;
}

}  // namespace

std::string encode(const Request& request) {
  Map map{{"command", request.command}, {"arguments", request.arguments}};
  if (!request.behind.empty()) map.set("behind", request.behind);
  return frame(map, request_limit_bytes);
}

std::string encode(const Reply& reply) {
  if (const auto* event = std::get_if<Event>(&reply)) return frame(Map{{"event", event->value}}, reply_limit_bytes);
  if (const auto* result = std::get_if<Result>(&reply)) return frame(Map{{"result", result->value}}, reply_limit_bytes);
  return frame(Map{{"error", encode_error(std::get<Failure>(reply).error)}}, reply_limit_bytes);
}

std::size_t body_size(std::string_view header, std::size_t limit_bytes) {
  std::size_t size = 0;
  for (const char byte : header.substr(0, header_size_bytes)) size = size << 8 | static_cast<unsigned char>(byte);
  if (size > limit_bytes)
    throw Error(ErrorKind::invalid, "a message of {} bytes was announced; at most {} are taken", size, limit_bytes);
  return size;
}

Request decode_request(std::string_view body) {
  const Value value = from_msgpack(body, request_limits);
  const Map& map = value.as_map("a request");
  Request request{map.at("command").as_string("the command's name"), {}};
  if (const Value* arguments = map.find("arguments")) request.arguments = arguments->as_map("the command's arguments");
  if (const Value* behind = map.find("behind")) request.behind = behind->as_string("who is behind the request");
  return request;
}

Reply decode_reply(std::string_view body) {
  const Value value = from_msgpack(body, reply_limits);
  const Map& map = value.as_map("a reply");
  if (const Value* event = map.find("event")) return Event{*event};
  if (const Value* result = map.find("result")) return Result{*result};
  if (const Value* error = map.find("error")) return Failure{decode_error(error->as_map("an error"))};
  throw Error(ErrorKind::invalid, "a reply has neither event, result nor error");
}

}  // namespace halite::control
