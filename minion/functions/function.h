// A remote function: a name, a sentence, arguments described by a Schema, and plain blocking code.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/data/schema.h"
#include "minion/functions/tools.h"

namespace halite::minion {

// What a caller passes: test.arg 1 2 key=3. Positional ones fill the schema's fields in order.
struct Arguments {
  List positional;
  Map named;
};

// One call and what it tells besides its value.
struct Call {
  const Tools& tools;
  std::string name;                 // of the function called
  std::string jid = {};
  int retcode = 0;
  std::string out = {};             // outputter the result wants; empty: nested
  Map revisions = {};               // what was used: {"pillar": ..., "state": ...}
  std::function<bool()> is_cancelled = {};
};

struct Function {
  std::string name;  // "test.ping"
  std::string doc;   // a sentence or more
  std::vector<Field> fields;
  std::function<Value(const Arguments&, Call&)> run;
  bool takes_any = false;  // any arguments beyond the fields
  // Quick and harmless: answered inside the daemon, without a process of its own.
  bool is_light = false;

  Function& light() {
    is_light = true;
    return *this;
  }
};

// A function without arguments.
struct None {};

// The named arguments a schema decodes: positional ones get the fields' names. Names that begin with "__" are the
// caller's own business and dropped. Throws Error(invalid) "Passed invalid arguments to test.ping: ...".
Map bind_arguments(const Arguments& arguments, const std::vector<Field>& fields, const std::string& function);

template <class Args>
Function function(std::string name, std::string doc, Schema<Args> schema, Value (*run)(const Args&, Call&)) {
  Function result;
  result.name = name;
  result.doc = std::move(doc);
  result.fields = schema.fields();
  result.run = [name, schema = std::move(schema), run](const Arguments& arguments, Call& call) {
    const Map named = bind_arguments(arguments, schema.fields(), name);
    return run(schema.decode(named, Unknown::refuse, "Passed invalid arguments to " + name), call);
  };
  return result;
}

inline Function function(std::string name, std::string doc, Value (*run)(const None&, Call&)) {
  return function<None>(std::move(name), std::move(doc), Schema<None>(), run);
}

// For the few that take whatever comes.
Function free_function(std::string name, std::string doc, Value (*run)(const Arguments&, Call&));

}  // namespace halite::minion
