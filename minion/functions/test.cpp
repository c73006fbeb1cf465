// test.*: is the minion there, and what reaches a function.
#include <algorithm>
#include <chrono>

#include "common/base/error.h"
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
