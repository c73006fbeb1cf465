#include "master/cli/job_request.h"

#include <array>

#include "common/base/returners.h"
#include "common/base/strings.h"
#include "common/config/program.h"
#include "common/output/arguments.h"

namespace halite::cli {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 10> target_kinds{{
    {"pcre", "pcre"},
    {"list", "list"},
    {"grain", "grain"},
    {"grain-pcre", "grain_pcre"},
    {"pillar", "pillar"},
    {"pillar-pcre", "pillar_pcre"},
    {"nodegroup", "nodegroup"},
    {"range", "range"},
    {"ipcidr", "ipcidr"},
    {"compound", "compound"},
}};

Value list_target(const std::string& text) {
  std::vector<std::string> ids;
  if (text.find(',') == std::string::npos) return split_words(text);
  for (const auto& id : split(text, ','))
    if (const auto trimmed = trim(id); !trimmed.empty()) ids.emplace_back(trimmed);
  return ids;
}

std::optional<std::chrono::milliseconds> seconds_from(const ParsedOptions& options, const std::string& key) {
  const auto text = options.text(key);
  if (!text) return std::nullopt;
  std::size_t used = 0;
  double seconds = -1;
  try {
    seconds = std::stod(*text, &used);
  } catch (const std::exception&) {
    used = 0;  // no number at all: told below
  }
  if (used == 0 || used != text->size() || seconds < 0 || seconds > 1e9)
    throw UsageError("option --{}: must be a number of seconds, not '{}'", key, *text);
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

// With --doc the function is sys.doc, and the target may be left out.
std::vector<std::string> words_of(const ParsedOptions& options) {
  std::vector<std::string> words = options.arguments();
  if (!options.has("doc")) return words;
  if (words.empty()) words.emplace_back("*");
  if (words.size() < 2 || words[1] != "sys.doc") words.insert(words.begin() + 1, "sys.doc");
  if (words.size() > 3) throw UsageError("option --doc: only one function or module at a time");
  return words;
}

}  // namespace

wire::TargetQuery target_from(const ParsedOptions& options) {
  const auto words = words_of(options);
  if (words.empty()) throw Error(ErrorKind::not_found, "Cannot execute command without defining a target.");
  wire::TargetQuery query;
  std::vector<std::string> given;
  for (const auto& [key, kind] : target_kinds)
    if (options.has(key)) {
      given.push_back(std::string("--") + key);
      query.tgt_type = kind;
    }
  if (given.size() > 1) throw UsageError("the options {} are mutually exclusive. Please only choose one of them", join(given, ", "));
  const std::string& target = words.front();
  query.tgt = query.tgt_type == "list" ? list_target(target) : Value(target);
  query.delimiter = options.text_or("delimiter", ":");
  return query;
}

wire::PublishJob job_from(const ParsedOptions& options, const MasterSettings& settings, const std::string& input) {
  const wire::TargetQuery target = target_from(options);
  const auto words = words_of(options);
  if (words.size() < 2) throw UsageError("which function? For example: halite '*' test.ping");
  std::vector<std::string> arguments(words.begin() + 2, words.end());
  for (auto& line : split_lines(input)) arguments.push_back(std::move(line));
  const auto calls = parse_calls(words[1], arguments, split(options.text_or("no-parse", ""), ','), options.text_or("args-separator", ","));

  wire::PublishJob job;
  if (calls.empty()) throw UsageError("'{}' names no function", words[1]);
  if (calls.size() == 1) {
    job.fun = calls.front().function;
    job.arg = calls.front().arguments;
  } else {
    List functions;
    for (const auto& call : calls) {
      functions.emplace_back(call.function);
      job.arg.emplace_back(call.arguments);
    }
    job.fun = functions;
  }
  job.tgt = target.tgt;
  job.tgt_type = target.tgt_type;
  job.delimiter = target.delimiter;
  job.timeout = seconds_from(options, "timeout");
  if (!job.timeout || job.timeout->count() == 0) job.timeout = settings.timeout;
  job.gather_job_timeout = seconds_from(options, "gather-job-timeout");
  if (!job.gather_job_timeout) job.gather_job_timeout = settings.gather_job_timeout;
  job.ret = options.text_or("return", "");
  try {
    check_returners(job.ret);
  } catch (const Error& error) {
    throw UsageError("option --return: {}", error.message());
  }
  if (const auto metadata = options.text("metadata")) {
    job.metadata = parse_argument(*metadata);
    if (!job.metadata.is_map()) throw UsageError("option --metadata: must be a map as '{{team: web}}', not '{}'", *metadata);
  }
  job.batch = options.text_or("batch", "");
  if (const auto pause = seconds_from(options, "batch-wait")) job.batch_wait = *pause;
  job.failhard = options.has("failhard");
  job.batch_safe_limit = options.integer("batch-safe-limit").value_or(settings.batch_safe_limit);
  job.batch_safe_size = options.integer("batch-safe-size").value_or(settings.batch_safe_size);
  if (job.batch.empty() && job.batch_safe_limit == 0 && (job.failhard || options.has("batch-wait")))
    throw UsageError("options --failhard and --batch-wait are about batches: give --batch=N too");
  job.wait = !options.has("async");
  return job;
}

}  // namespace halite::cli
