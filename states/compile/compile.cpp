// The state compiler's steps, in order.
#include "states/compile/compile.h"

#include <algorithm>

#include "common/base/error.h"
#include "states/compile/extend.h"
#include "states/compile/requisite_in.h"
#include "states/compile/sls.h"
#include "states/compile/top.h"
#include "states/compile/verify.h"
#include "states/compile/words.h"

namespace halite::states {
namespace {

// A pillar with errors is incomplete, and must not be applied.
bool refuse_pillar(const CompileContext& context, Compiled& compiled) {
  const auto* errors = context.pillar ? context.pillar->find("_errors") : nullptr;
  const auto* list = errors ? errors->if_list() : nullptr;
  if (!list || list->empty()) return false;
  for (const auto& error : *list) compiled.errors.push_back(text_of(error));
  compiled.pillar_failed = true;
  return true;
}

void note_revisions(const CompileContext& context, Compiled& compiled) {
  for (const auto& environment : context.files.environments())
    compiled.revisions.set(environment, context.files.revision(environment));
}

void find_top(const CompileContext& context, Compiled& compiled) {
  try {
    const auto top = merged_top(context);
    compiled.errors = verify_top(top);
    if (compiled.ok()) compiled.top = top_matches(top, context);
  } catch (const Error& error) {
    compiled.errors.push_back(fmt::format("Unable to render top file: {}", error.what()));
  }
}

void read_states(const Map& matches, const CompileContext& context, Compiled& compiled) {
  try {
    compiled.high = SlsReader(context).read(matches, compiled.errors);
  } catch (const Error& error) {  // data of a shape that no check above foresaw
    compiled.errors.push_back(error.what());
  }
  drop_repeated_extends(compiled.high);
}

// High data to chunks. Every step's errors count, so that one run names them all.
void make_low(Map high, const CompileContext& context, const List& exclude, Compiled& compiled) {
  for (const auto& item : exclude) {
    if (!high.contains("__exclude__")) high.set("__exclude__", List{});
    high.edit("__exclude__")->edit_list().push_back(item);
  }
  apply_extends(high, false, compiled.errors);
  verify_high(high, compiled.errors);
  if (!compiled.ok()) return;
  apply_requisites_in(high, context.options.disabled_requisites, compiled.errors);
  apply_excludes(high);
  if (compiled.ok()) compiled.low = low_chunks(high);
}

}  // namespace

Compiled compile_top(const CompileContext& context) {
  Compiled compiled;
  note_revisions(context, compiled);
  if (!refuse_pillar(context, compiled)) find_top(context, compiled);
  return compiled;
}

Compiled compile_high(const CompileContext& context) {
  auto compiled = compile_top(context);
  if (compiled.ok()) read_states(compiled.top, context, compiled);
  return compiled;
}

namespace {

// Of a top's SLS names, those that are listed.
Map only_listed(const Map& top, const std::vector<std::string>& listed) {
  Map left;
  for (const auto& [environment, names] : top) {
    List kept;
    for (const auto& name : names.as_list("the SLS names of an environment"))
      if (std::find(listed.begin(), listed.end(), text_of(name)) != listed.end()) kept.push_back(name);
    if (!kept.empty()) left.set(environment, kept);
  }
  return left;
}

}  // namespace

Compiled compile_highstate(const CompileContext& context) { return compile_part_of_highstate(context, {}, {}); }

Compiled compile_part_of_highstate(const CompileContext& context, const List& exclude, const std::vector<std::string>& only) {
  auto compiled = compile_top(context);
  if (!compiled.ok()) return compiled;
  if (!only.empty()) compiled.top = only_listed(compiled.top, only);
  read_states(compiled.top, context, compiled);
  make_low(compiled.high, context, exclude, compiled);
  return compiled;
}

Compiled compile_given(const Map& high, const CompileContext& context) {
  Compiled compiled;
  note_revisions(context, compiled);
  if (refuse_pillar(context, compiled)) return compiled;
  compiled.high = high;
  make_low(high, context, {}, compiled);
  return compiled;
}

namespace {

Compiled read_named(const std::vector<std::string>& names, const CompileContext& context) {
  Compiled compiled;
  note_revisions(context, compiled);
  if (refuse_pillar(context, compiled)) return compiled;
  compiled.top.set(context.saltenv.value_or("base"), Value(names));
  read_states(compiled.top, context, compiled);
  return compiled;
}

}  // namespace

Compiled compile_high_of(const std::vector<std::string>& names, const CompileContext& context) {
  auto compiled = read_named(names, context);
  if (!compiled.pillar_failed) verify_high(compiled.high, compiled.errors);
  return compiled;
}

Compiled compile_sls(const std::vector<std::string>& names, const CompileContext& context, const List& exclude) {
  auto compiled = read_named(names, context);
  if (!compiled.pillar_failed) make_low(compiled.high, context, exclude, compiled);
  return compiled;
}

}  // namespace halite::states
