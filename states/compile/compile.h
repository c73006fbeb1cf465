// The state compiler: top file and SLS files to high data, and high data to the ordered list of low chunks, as
// Salt 3006 makes them. Pure: it renders through a function, matches through a function and runs nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/host/sls.h"

namespace halite::states {

// Options of the master that steer compiling, with Salt's names and defaults.
struct CompileOptions {
  std::string state_top = "top.sls";
  std::optional<std::string> state_top_saltenv;     // read the top file of this environment only
  std::string top_file_merging_strategy = "merge";  // merge, same, merge_all
  std::string default_top = "base";                 // of the strategy "same"
  std::vector<std::string> env_order;
  bool state_auto_order = true;
  bool master_tops_first = false;
  std::vector<std::string> disabled_requisites;
};

struct CompileContext {
  FileTree& files;
  // One SLS or top file to its value; null when it is empty. Throws Error with file and line.
  std::function<Value(const SlsFile& file)> render;
  // Does `target` mean this minion? `matcher` is what a top file's `match:` says; "compound" when it says nothing.
  // Error(not_found), a nodegroup that is defined nowhere, is a no: a site may name groups that only exist elsewhere.
  std::function<bool(const std::string& target, const std::string& matcher)> matches;
  // The minion's saltenv; unset: every environment's top file counts.
  std::optional<std::string> saltenv;
  CompileOptions options = {};
  // Environment -> list of SLS names, from the master's own matchers; asked when a top file is worked off. May be empty.
  std::function<Map()> master_tops = {};
  // The minion's pillar, to refuse it when it has _errors. Null: not checked.
  const Map* pillar = nullptr;
};

struct Compiled {
  Map top;                          // environment -> list of SLS names: state.show_top
  Map high;                         // state.show_highstate, state.show_sls
  List low;                         // ordered chunks: state.show_lowstate, and what state.highstate and state.sls run
  std::vector<std::string> errors;  // in Salt's words, and where; when not empty there is no `low`
  bool pillar_failed = false;       // the errors are those of the pillar
  // What the files were: environment -> FileTree::revision().
  Map revisions;

  bool ok() const { return errors.empty(); }
};

// Only which SLS files are this minion's: state.show_top. Fills `top`.
Compiled compile_top(const CompileContext& context);
// What it gives this minion as high data, with __extend__ and __exclude__ still in it: state.show_highstate. No `low`.
Compiled compile_high(const CompileContext& context);
// The same down to the chunks. No top file, or one that gives nothing, is an empty result.
Compiled compile_highstate(const CompileContext& context);
// A part of it. `exclude` is as the SLS keyword; `only`, when not empty, leaves of the top file's SLS names those in it.
Compiled compile_part_of_highstate(const CompileContext& context, const List& exclude, const std::vector<std::string>& only);
// The high data of the named SLS files (globs too) of the context's saltenv, "base" when unset, without the top file:
// state.show_sls. No `low`.
Compiled compile_high_of(const std::vector<std::string>& names, const CompileContext& context);
// The same down to the chunks. `exclude` is as the SLS keyword: SLS names, {sls: NAME}, {id: ID}.
Compiled compile_sls(const std::vector<std::string>& names, const CompileContext& context, const List& exclude = {});

// High data that somebody wrote by hand, down to the chunks.
Compiled compile_given(const Map& high, const CompileContext& context);

// The chunks of high data alone, `extend` and `..._in` not applied: state.show_low_sls.
List low_chunks(const Map& high);

// The SLS names that chunks come from, in the order of their first chunk: state.show_states.
std::vector<std::string> states_of(const List& low);

// Which SLS files of every environment a top gives and which not, with counts: state.show_state_usage.
Map usage_of(const CompileContext& context, const Map& top);

}  // namespace halite::states
