// Salt's filters that look at the machine. A render has no machine of its own: they ask the remote functions that do.
#include <algorithm>

#include "common/base/strings.h"
#include "common/render/arguments.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/ip_address.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

Value call(Evaluator& evaluator, std::string_view name, const std::vector<Value>& positional, const Map& named = {}) {
  const FunctionTable* functions = evaluator.context().salt;
  const Function* function = functions ? functions->find(name) : nullptr;
  if (!function) fail("this filter needs the function {}, which is not there", name);
  try {
    return (*function)(positional, named);
  } catch (const Error& error) {
    throw Failure(FailureKind::function, error.what());
  }
}

struct FileHash { static constexpr std::string_view name = "file.get_hash"; };
struct Which { static constexpr std::string_view name = "cmd.which"; };
struct UserId { static constexpr std::string_view name = "file.user_to_uid"; };
struct HttpQuery { static constexpr std::string_view name = "http.query"; };

template <class Target>
Value ask(Evaluator& evaluator, Arguments& arguments) {
  Map named;
  for (auto& [name, value] : arguments.named) named.set(name, std::move(value));
  return call(evaluator, Target::name, arguments.positional, named);
}

// What a file holds; nothing for one that can't be read.
std::optional<std::string> content(Evaluator& evaluator, const Value& path) {
  if (const Undefined* undefined = if_undefined(path)) undefined->raise();
  if (!if_text(path) || call(evaluator, "file.file_exists", {plain_value(path)}) != Value(true)) return std::nullopt;
  const Value read = call(evaluator, "file.read", {plain_value(path)}, Map{{"binary", true}});
  if (const Bytes* bytes = read.if_bytes()) return bytes->data;
  return read.is_string() ? std::optional(*read.if_string()) : std::nullopt;
}

Value is_empty(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "is_empty", {"filename"}, 1);
  const auto held = content(evaluator, p[0]);
  return held && held->empty();
}

// Salt's guess: text is UTF-8, or has three in ten characters at most that no one types.
bool is_mostly_text(std::string_view block) {
  const auto is_typed = [](char c) { return (c >= 32 && c < 127) || std::string_view("\n\r\t\f\b").find(c) != std::string_view::npos; };
  const auto others = static_cast<double>(block.size()) - static_cast<double>(std::count_if(block.begin(), block.end(), is_typed));
  return block.empty() || others / static_cast<double>(block.size()) <= 0.30;
}

Value is_text_file(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "is_text_file", {"fp_", "blocksize"}, 1);
  const auto held = content(evaluator, p[0]);
  if (!held) return false;
  const std::string block = held->substr(0, static_cast<std::size_t>(std::clamp<std::int64_t>(p.integer(1, 512), 0, 1 << 20)));
  return block.find('\0') == std::string::npos && (is_valid_utf8(block) || is_mostly_text(block));
}

Value is_bin_file(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "is_bin_file", {"path"}, 1);
  const auto held = content(evaluator, p[0]);
  if (!held) return false;
  const std::string block = held->substr(0, 2048);
  return !is_valid_utf8(block) || block.find('\0') != std::string::npos || !is_mostly_text(block);
}

Value list_files(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "list_files", {"directory"}, 1);
  auto files = std::make_shared<Set>();
  files->add(p[0]);
  for (const Value& path : to_list(call(evaluator, "file.find", {plain_value(p[0])}))) files->add(path);
  return Value(std::shared_ptr<const Object>(std::move(files)));
}

// Salt also tries to connect; we only look the name up, for a render should open no connections.
Value dns_check(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "dns_check", {"addr", "port", "safe", "ipv6"}, 2);
  const std::string name = p.text(0);
  List found;
  if (parse_ip(name))
    found.emplace_back(name);
  else
    found = to_list(call(evaluator, "network.host_to_ips", {name}));
  for (const Value& each : found) {
    const auto address = parse_ip(str(each));
    if (!address || (p.has(3) && !p[3].is_null() && p.truth(3, false) != (address->version == 6))) continue;
    return address->version == 6 ? "[" + address->text() + "]" : address->text();
  }
  fail("DNS lookup or connection check of '{}' failed.", name);
}

constexpr FilterEntry filters[] = {
    {"file_hashsum", ask<FileHash>, "The hash of a file of the minion (Salt's).", "'/etc/hosts'|file_hashsum"},
    {"which", ask<Which>, "The path of a program of the minion (Salt's).", "'ls'|which"},
    {"get_uid", ask<UserId>, "The numeric id of a user of the minion (Salt's).", "'root'|get_uid"},
    {"http_query", ask<HttpQuery>, "What a web server answers (Salt's).", "'http://example.org'|http_query"},
    {"is_empty", is_empty, "Whether a file of the minion is there and empty (Salt's).", "'/etc/motd'|is_empty"},
    {"is_text_file", is_text_file, "Whether a file of the minion holds text (Salt's).", "'/etc/hosts'|is_text_file"},
    {"is_bin_file", is_bin_file, "Whether a file of the minion holds anything but text (Salt's).", "'/bin/ls'|is_bin_file"},
    {"list_files", list_files, "A directory of the minion and all that is below it, as a set (Salt's).", "'/etc/app'|list_files"},
    {"dns_check", dns_check, "The address of a name, IPv6 in brackets; it is not connected to (Salt's).", "'localhost'|dns_check(port=4505)"},
};

}  // namespace

std::span<const FilterEntry> salt_system_filters() { return filters; }

}  // namespace halite::render
