// One job's functions run, and what is returned for them, in the form of `_return` (salt-wire-protocol.md, 7.1).
#pragma once

#include <functional>
#include <string>

#include "minion/functions/function.h"

namespace halite::minion {

// A job as published, checked: one function, or several.
struct Job {
  std::string jid;
  Value fun;   // a text, or a list of texts
  List arg;    // of several functions: a list of lists
  Value tgt;
  std::string tgt_type = "glob";
  std::string ret, user;
  Value metadata;
  std::string schedule;      // of a job that the minion runs by itself: its name in the schedule
  Value return_job = true;   // of such a job: true, false, or "nocache"

  bool is_returned() const { return return_job != Value(false); }
  bool is_multiple() const { return fun.is_list(); }
  // For saltutil.running.
  Map shown() const;
};

// Throws Error(invalid) that names the field: a wrong type, a missing field, a job id that is none, more than 256
// functions, or arguments that do not fit the functions.
Job decode_job(const Map& load);
Map encode_job(const Job& job);

// Positional arguments, and the keyword ones of a last map that has `__kwarg__: true`.
Arguments split_arguments(const List& arg);

// Runs it; never throws. The jid of a job of the schedule is "req" there, as the master gives it one. {jid, fun, fun_args, return, retcode, success, out, id, ...}, ready for `_return`.
Map run_job(const Job& job, const Tools& tools, const std::function<bool()>& is_cancelled);

// True when all functions of the job are quick ones, or are not known.
bool is_light(const Job& job, const Tools& tools);

// A return that says why nothing was run.
Map refusal(const Job& job, const std::string& id, const std::string& why);

}  // namespace halite::minion
