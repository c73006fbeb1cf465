// test.*: is the minion there, and what reaches a function.
#include <algorithm>
#include <chrono>
#include <limits>

#include "common/base/error.h"
#include "common/crypto/bytes.h"
#include "common/crypto/hash.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

struct Echo {
  Value text;
};
struct Sleep {
  double length = 0;
};
struct Count {
  std::int64_t num = 0;
};
struct Message {
  std::string message = "Test Exception";
};
struct Code {
  std::int64_t code = 42;
};
struct Outputter {
  Value data;
};

Value ping(const None&, Call&) { return true; }
Value yes(const None&, Call&) { return true; }
Value no(const None&, Call& call) {
  call.retcode = 1;
  return false;
}
Value version(const None&, Call&) { return HALITE_VERSION; }
Value echo(const Echo& echo, Call&) { return echo.text; }

Value arg(const Arguments& arguments, Call&) {
  return Map{{"args", arguments.positional}, {"kwargs", arguments.named}};
}
Value kwarg(const Arguments& arguments, Call&) { return arguments.named; }

Value type_name(const Value& value) {
  switch (value.type()) {
    case Value::Type::null: return "<class 'NoneType'>";
    case Value::Type::boolean: return "<class 'bool'>";
    case Value::Type::integer: return "<class 'int'>";
    case Value::Type::real: return "<class 'float'>";
    case Value::Type::bytes: return "<class 'bytes'>";
    case Value::Type::list: return "<class 'list'>";
    case Value::Type::map: return "<class 'dict'>";
    default: return "<class 'str'>";
  }
}

Value arg_type(const Arguments& arguments, Call&) {
  List positional;
  Map named;
  for (const auto& value : arguments.positional) positional.push_back(type_name(value));
  for (const auto& [key, value] : arguments.named) named.set(key, type_name(value));
  return Map{{"args", positional}, {"kwargs", named}};
}

Value sleep(const Sleep& sleep, Call& call) {
  const auto end = call.tools.host.steady_now() + std::chrono::milliseconds(static_cast<std::int64_t>(sleep.length * 1000));
  while (call.tools.host.steady_now() < end) {
    if (call.is_cancelled && call.is_cancelled()) throw Error(ErrorKind::unavailable, "the job was ended while it slept");
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - call.tools.host.steady_now());
    call.tools.host.sleep(std::clamp(left, std::chrono::milliseconds(1), std::chrono::milliseconds(100)));
  }
  return true;
}

struct Longest {
  std::int64_t max = 60;
};
Value rand_sleep(const Longest& args, Call& call) {
  if (args.max < 0) throw Error(ErrorKind::invalid, "'max' must not be negative, as {} is", args.max);
  return sleep({.length = static_cast<double>(crypto::random_between(0, args.max))}, call);
}

struct Claim {
  Value assertion;
};
// As Python takes a value for true.
bool holds(const Value& value) {
  if (const auto* flag = value.if_bool()) return *flag;
  if (const auto* number = value.if_int()) return *number != 0;
  if (const auto* text = value.if_string()) return !text->empty();
  if (const auto* list = value.if_list()) return !list->empty();
  if (const auto* map = value.if_map()) return !map->empty();
  return !value.is_null();
}

Value assertion(const Claim& args, Call&) {
  if (!holds(args.assertion)) throw Error(ErrorKind::invalid, "the assertion does not hold");
  return {};
}

struct Range {
  std::int64_t size = 9'999'999'999;
  std::string hash_type;
};
Value random_hash(const Range& args, Call& call) {
  if (args.size < 1) throw Error(ErrorKind::invalid, "'size' must be 1 or more, not {}", args.size);
  const std::string& type = args.hash_type.empty() ? call.tools.config.settings.hash_type : args.hash_type;
  return crypto::hash_hex(crypto::hash_type_from(type), std::to_string(crypto::random_between(1, args.size)));
}

// 3n + 1, until one is reached; what grows too large ends with an error and not by chance.
Value collatz(const Count& count, Call& call) {
  if (count.num < 1) throw Error(ErrorKind::invalid, "the series begins at 1 or more, not at {}", count.num);
  const auto start = call.tools.host.steady_now();
  List steps;
  for (std::int64_t n = count.num; n != 1; n = n % 2 == 0 ? n / 2 : n * 3 + 1) {
    if (n > std::numeric_limits<std::int64_t>::max() / 4) throw Error(ErrorKind::invalid, "the series from {} grows too large", count.num);
    steps.push_back(n);
  }
  const std::chrono::duration<double> taken = call.tools.host.steady_now() - start;
  return List{Value(std::move(steps)), taken.count()};
}

Value arg_clean(const Arguments& arguments, Call&) {
  Map named;
  for (const auto& [key, value] : arguments.named)
    if (!key.is_string() || !key.if_string()->starts_with("__")) named.set(key, value);
  return Map{{"args", arguments.positional}, {"kwargs", named}};
}

Value exception(const Message& message, Call&) { throw Error(ErrorKind::internal, "{}", message.message); }

Value retcode(const Code& code, Call& call) {
  call.retcode = static_cast<int>(code.code);
  return true;
}

Value outputter(const Outputter& outputter, Call&) { return outputter.data; }

// The first numbers of the series below the given one, and the seconds that took.
Value fib(const Count& count, Call& call) {
  const auto start = call.tools.host.steady_now();
  std::int64_t a = 0, b = 1;
  for (std::int64_t i = 0; i < count.num && i < 90; ++i) a = std::exchange(b, a + b);
  const std::chrono::duration<double> taken = call.tools.host.steady_now() - start;
  return List{a, taken.count()};
}

Value versions_report(const None&, Call&) { return std::string("Halite: ") + HALITE_VERSION; }

Value not_loaded(const None&, Call&) { return List{}; }

}  // namespace

std::vector<Function> test_functions() {
  return {
      function("test.ping", "Is the minion there? Gives true. It answers through the master, not by ICMP.", ping).light(),
      function("test.true", "Always true.", yes).light(),
      function("test.true_", "Always true.", yes).light(),
      function("test.false", "Always false, which counts as a failure.", no).light(),
      function("test.false_", "Always false, which counts as a failure.", no).light(),
      function("test.version", "The version of Halite.", version).light(),
      function("test.versions", "The versions of Halite and what it stands on.", versions_report).light(),
      function("test.versions_report", "The versions of Halite and what it stands on.", versions_report).light(),
      function<Echo>("test.echo", "Gives back its argument.",
                     Schema<Echo>().required(&Echo::text, "text", "What to give back."), echo).light(),
      free_function("test.arg", "Gives back its arguments, positional and named.", arg).light(),
      free_function("test.kwarg", "Gives back its named arguments.", kwarg).light(),
      free_function("test.arg_type", "The types of its arguments, as Python calls them.", arg_type).light(),
      free_function("test.arg_repr", "Gives back its arguments, positional and named.", arg).light(),
      function<Sleep>("test.sleep", "Waits, then gives true.",
                      Schema<Sleep>().required(&Sleep::length, "length", "Seconds."), sleep),
      function<Count>("test.fib", "The NUM-th Fibonacci number (90 at most) and the seconds it took.",
                      Schema<Count>().required(&Count::num, "num", "Which one."), fib).light(),
      function<Count>("test.collatz", "The series n/2 or 3n+1 down to one, and the seconds it took: test.collatz 27.",
                      Schema<Count>().required(&Count::num, "start", "Its first number."), collatz).light(),
      function<Longest>("test.rand_sleep", "Waits for some seconds, then gives true: test.rand_sleep 60.",
                        Schema<Longest>().optional(&Longest::max, "max", "Seconds at most."), rand_sleep),
      function<Range>("test.random_hash", "The hash of a random number: test.random_hash hash_type=sha512.",
                      Schema<Range>()
                          .optional(&Range::size, "size", "The number is this at most.")
                          .optional(&Range::hash_type, "hash_type", "Hash; unset: the minion's hash_type."),
                      random_hash).light(),
      function<Claim>("test.assertion", "Fails unless its argument is true: test.assertion False.",
                      Schema<Claim>().required(&Claim::assertion, "assertion", "What should be true."), assertion).light(),
      free_function("test.arg_clean", "Gives back its arguments, without those that callers add.", arg_clean).light(),
      function("test.not_loaded", "Modules that could not be loaded: none, all are part of the program.", not_loaded).light(),
      function<Message>("test.exception", "Fails with a message.",
                        Schema<Message>().optional(&Message::message, "message", "The message."), exception).light(),
      function<Code>("test.retcode", "Gives true, and a return code.",
                     Schema<Code>().optional(&Code::code, "code", "The return code."), retcode).light(),
      function<Outputter>("test.outputter", "Gives back its argument, for trying outputters.",
                          Schema<Outputter>().required(&Outputter::data, "data", "Any value."), outputter).light(),
      function("test.missing_func", "Functions that could not be loaded: none, all are part of the program.", not_loaded).light(),
  };
}

}  // namespace halite::minion
