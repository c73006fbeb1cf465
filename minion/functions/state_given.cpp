// state.low, state.high, state.template: states that come with the call, or from a file of this host.
#include <algorithm>

#include "common/base/error.h"
#include "common/host/layered_tree.h"
#include "minion/functions/groups.h"
#include "minion/state_run/state_run.h"
#include "states/registry.h"
#include "states/run/run.h"

namespace halite::minion {
namespace {

using S = StateArguments;

// Problems of what was given, with the return code of what does not compile.
Value refused(const std::vector<std::string>& problems, Call& call) {
  call.retcode = 1;
  return problems;
}

// One chunk; gives its result alone.
Value low(const S& args, Call& call) {
  Map chunk = args.data.as_map("data");
  for (const char* needed : {"state", "fun"})
    if (const Value* given = chunk.find(needed); !given || !given->if_string())
      throw Error(ErrorKind::invalid, "Passed invalid arguments to state.low: a chunk names its `state` and its `fun`, as in "
                  "{{state: pkg, fun: installed, name: vim}}");
  if (!chunk.contains("__id__")) chunk.set("__id__", chunk.contains("name") ? *chunk.find("name") : *chunk.find("fun"));
  if (!chunk.contains("name")) chunk.set("name", *chunk.find("__id__"));
  if (!chunk.contains("__sls__")) chunk.set("__sls__", "low");
  if (!chunk.contains("__env__")) chunk.set("__env__", args.saltenv.value_or("base"));
  if (!chunk.contains("order")) chunk.set("order", 1);
  Value result = with_session(args, call, Locking::needed, [&](StateSession& session) -> Value {
    if (const auto problems = states::check_low({chunk}, states::registry()); !problems.empty()) return refused(problems, session.call);
    const Map done = session.run({chunk});
    return done.empty() ? Value(Map{}) : done.begin()->value;
  });
  call.out = "";  // no states by their tags
  return result;
}

Value high(const S& args, Call& call) {
  Map data = args.data.as_map("data");
  for (const std::string& id : data.keys())
    if (Value* body = data.edit(id); body && body->is_map() && !body->find("__sls__")) {
      body->edit_map().set("__sls__", "high");
      body->edit_map().set("__env__", args.saltenv.value_or("base"));
    }
  return with_session(args, call, Locking::needed, [&](StateSession& session) {
    return run_compiled(states::compile_given(data, session.compile), session);
  });
}

// One file in front of a tree, in every environment.
class OneFile : public FileTree {
 public:
  OneFile(std::vector<std::string> environments, std::string path, std::string text)
      : environments_(std::move(environments)), path_(std::move(path)), text_(std::move(text)) {}
  std::vector<std::string> environments() override { return environments_; }
  std::vector<TreeEntry> list(const std::string&, const std::string& prefix) override {
    if (!path_.starts_with(prefix)) return {};
    return {{path_, static_cast<std::int64_t>(text_.size()), 0600}};
  }
  std::optional<TreeEntry> find(const std::string&, const std::string& path) override {
    if (path != path_) return std::nullopt;
    return TreeEntry{path_, static_cast<std::int64_t>(text_.size()), 0600};
  }
  std::optional<std::string> read(const std::string&, const std::string& path) override {
    if (path != path_) return std::nullopt;
    return text_;
  }
  std::optional<std::string> sha256(const std::string&, const std::string&) override { return std::nullopt; }
  std::string revision(const std::string&) override { return path_; }

 private:
  std::vector<std::string> environments_;
  std::string path_, text_;
};

// As an SLS file of the tree that has this name, with what it includes from there.
Value run_text(const S& args, const std::string& name, const std::string& text, Call& call) {
  return with_session(args, call, Locking::needed, [&](StateSession& session) {
    FileTree& tree = session.compile.files;
    std::vector<std::string> environments = tree.environments();
    const std::string own = session.compile.saltenv.value_or("base");
    if (std::find(environments.begin(), environments.end(), own) == environments.end()) environments.push_back(own);
    LayeredTree files({std::make_shared<OneFile>(std::move(environments), name + ".sls", text), std::shared_ptr<FileTree>(std::shared_ptr<void>(), &tree)});
    const states::CompileContext compile{.files = files, .render = session.compile.render, .matches = session.compile.matches,
                                         .saltenv = session.compile.saltenv, .options = session.compile.options};
    return run_compiled(states::compile_sls({name}, compile), session);
  });
}

Value template_file(const S& args, Call& call) {
  const std::string path = args.tem.ends_with(".sls") ? args.tem : args.tem + ".sls";
  if (!path.starts_with('/')) throw Error(ErrorKind::invalid, "'{}' is no full path of a file on this host", path);
  return run_text(args, "<template>", call.tools.host.read_file(path), call);
}

Value template_text(const S& args, Call& call) { return run_text(args, "<template-str>", args.tem, call); }

}  // namespace

std::vector<Function> state_given_functions() {
  const auto data = [](const char* doc) { return add_state_fields(Schema<S>().required(&S::data, "data", doc)); };
  const auto tem = [](const char* doc) { return add_state_fields(Schema<S>().required(&S::tem, "tem", doc)); };
  return {
      function<S>("state.low", "Runs one chunk: state.low '{state: pkg, fun: installed, name: vim}'; gives its result.", data("The chunk."), low),
      function<S>("state.high", "Runs high data: state.high '{vim: {pkg: [installed]}}'.", data("The high data."), high),
      function<S>("state.template", "Applies an SLS file of this host, which need not be in the state tree.", tem("Full path of the file."),
                  template_file),
      function<S>("state.template_str", "Applies the text of an SLS file.", tem("The text."), template_text),
  };
}

}  // namespace halite::minion
