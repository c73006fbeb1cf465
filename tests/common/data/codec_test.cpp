// JSON and msgpack, on the same values.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/msgpack.h"

namespace halite {
namespace {

Value sample() {
  return Map{{"null", Value()}, {"yes", true},       {"int", -5},      {"big", std::int64_t{1} << 62},
             {"real", 1.5},     {"text", "h\xC3\xA9"}, {"empty", Map{}}, {"list", List{1, List{}, Map{{"a", "b"}}}}};
}

std::string hex(const Value& value, MsgpackText text) { return to_hex(to_msgpack(value, text)); }

}  // namespace

TEST_CASE("every value survives JSON and both forms of msgpack") {
  CHECK(from_json(to_json(sample())) == sample());
  CHECK(from_msgpack(to_msgpack(sample(), MsgpackText::raw)) == sample());
  CHECK(from_msgpack(to_msgpack(sample(), MsgpackText::modern)) == sample());
}

TEST_CASE("JSON is written as Python writes it") {
  const Value value = Map{{"b", List{1, 2.0, Value()}}, {1, true}, {"a", "\x01\xC3\xA9"}};
  CHECK(to_json(value) == "{\"b\": [1, 2.0, null], \"1\": true, \"a\": \"\\u0001\xC3\xA9\"}");
  CHECK(to_json(value, {.indent = 4, .sort_keys = true, .ascii_only = true}) ==
        "{\n    \"1\": true,\n    \"a\": \"\\u0001\\u00e9\",\n    \"b\": [\n        1,\n        2.0,\n        null\n    ]\n}");
  CHECK(to_json(List{}, {.indent = 4}) == "[]");
}

TEST_CASE("malformed JSON is refused with its place") {
  CHECK_THROWS_WITH(from_json("{\"a\": 1,\n  b}", "x.json"), Catch::StartsWith("x.json:2:3: syntax error"));
  CHECK_THROWS_AS(from_json(""), Error);
  CHECK_THROWS_AS(from_json("[1] 2"), Error);
  CHECK_THROWS_WITH(from_json(std::string(100'000, '[')), Catch::Contains("nested deeper"));
}

TEST_CASE("msgpack is written in Salt's network form and in the modern one") {
  const std::string text31(31, 'a');
  const std::string text32(32, 'a');
  CHECK(hex(text31, MsgpackText::raw).starts_with("bf61"));
  CHECK(hex(text32, MsgpackText::raw).starts_with("da002061"));
  CHECK(hex(text32, MsgpackText::modern).starts_with("d92061"));
  CHECK(hex(Bytes{std::string("\x00\xff\x01", 3)}, MsgpackText::raw) == "a300ff01");
  CHECK(hex(Bytes{std::string("\x00\xff\x01", 3)}, MsgpackText::modern) == "c40300ff01");
  CHECK(hex(List{Value(), true, 200, -5, 1.5}, MsgpackText::raw) == "95c0c3ccc8fbcb3ff8000000000000");
  CHECK(hex(Map{{"k", "v"}}, MsgpackText::raw) == "81a16ba176");
}

TEST_CASE("whole reals stay reals in msgpack") {
  CHECK(hex(1.0, MsgpackText::raw) == "cb3ff0000000000000");
  for (const double number : {0.0, -0.0, -3.0, 1e15, 18446744073709551615.0, -9223372036854775808.0}) {
    const Value back = from_msgpack(to_msgpack(Value(number)));
    REQUIRE(back.if_real());
    CHECK(*back.if_real() == number);
  }
  CHECK(from_msgpack("\xcf\xff\xff\xff\xff\xff\xff\xff\xff").is_real());  // above the largest int64
}

TEST_CASE("text and bytes are told apart by content, not by type byte") {
  CHECK(from_msgpack("\xc4\x01" "a") == Value("a"));
  CHECK(from_msgpack("\xa1\xff") == Value(Bytes{"\xff"}));
}

TEST_CASE("a date extension becomes ISO text") {
  const std::string packed = "\xc7\x18\x4e" "20260102T03:04:05.000678";
  CHECK(from_msgpack(packed) == Value("2026-01-02T03:04:05.000678"));
}

TEST_CASE("a date that is no text stays bytes") {
  CHECK(from_msgpack("\xc7\x08\x4e" "202\xc3\xa9" "123").is_bytes());  // the dash would fall into a character
}

TEST_CASE("constants inside constants cost no stack") {
  constexpr std::size_t levels = 200'000, header_size = 6;
  std::string packed;
  for (std::size_t inside = levels; inside-- > 0;) {
    const std::size_t size = 1 + header_size * inside;
    packed += '\xc9';
    for (const int shift : {24, 16, 8, 0}) packed += static_cast<char>(size >> shift);
    packed += '\x4f';
  }
  CHECK(from_msgpack(packed + '\x01').is_bytes());
  CHECK(from_msgpack("\xc7\x03\x4f\x92\xa0\x05") == Value(5));
}

TEST_CASE("hostile msgpack is refused") {
  CHECK_THROWS_WITH(from_msgpack(""), Catch::Contains("cut short"));
  CHECK_THROWS_WITH(from_msgpack("\x93\x01"), Catch::Contains("cut short"));
  CHECK_THROWS_WITH(from_msgpack("\xc1"), Catch::Contains("msgpack"));
  CHECK_THROWS_WITH(from_msgpack(std::string("\x01\x02")), Catch::Contains("1 bytes behind"));
  CHECK_THROWS_WITH(from_msgpack(std::string(100'000, '\x91')), Catch::Contains("nested deeper"));
  CHECK_THROWS_WITH(from_msgpack("\xdd\xff\xff\xff\xff"), Catch::Contains("more than"));
  CHECK_THROWS_WITH(from_msgpack("\x81\x90\x01"), Catch::Contains("key of a map"));
  CHECK_THROWS_AS(from_msgpack("abc", {.size_bytes = 2}), Error);
}

}  // namespace halite
