#include "minion/grains/remembered.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "minion/grains/families.h"

namespace halite::minion {
namespace {

// A program this new may still be in the middle of an upgrade: its libraries are replaced beside it.
constexpr std::chrono::seconds settled_age{120};
constexpr int not_started_code = 126;  // from here on: not run, or ended by a signal

// Boots of a machine have different ids; starts of a container on it, which may wake with the old cache, have different
// first processes.
std::string this_boot(Host& host) {
  const std::string id = first_line(host, "/proc/sys/kernel/random/boot_id");
  const std::string first_process = first_line(host, "/proc/1/stat");  // "1 (any name) S 0 1 ...": the 22nd is its start
  const auto name_end = first_process.rfind(')');
  const auto words = split_words(name_end == std::string::npos ? "" : first_process.substr(name_end + 1));
  if (id.empty() || words.size() < 20) return "";
  return id + " " + words[19];
}

// What the program is known by; empty when its answer can't be kept.
std::string mark_of(Host& host, const std::string& path, Lasts lasts) {
  const auto status = host.status_of_target(path);
  if (!status) return "";
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(host.now().time_since_epoch()).count();
  if (now - status->ctime_s < settled_age.count()) return "";
  const std::string program = fmt::format("{} {} {} {} {} {}", path, status->device, status->inode, status->size_bytes,
                                          status->mtime_s, status->ctime_s);
  if (lasts == Lasts::as_long_as_the_program) return program;
  const std::string boot = this_boot(host);
  return boot.empty() ? "" : program + ", " + boot;
}

// {"of": the mark, "said": text, or null where the program failed}
std::optional<Map> recalled(Host& host, const std::string& path, const std::string& mark) {
  try {
    const auto text = host.read_file_if_exists(path);
    if (!text) return std::nullopt;
    const Value kept = from_json(*text, path);
    const Value* of = kept.find("of");
    const Value* said = kept.find("said");
    if (of && *of == Value(mark) && said && (said->is_null() || said->is_string())) return kept.as_map();
  } catch (const Error& error) {
    log::debug("{} is not used: {}", path, error.what());
  }
  return std::nullopt;
}

void keep(Host& host, const std::string& directory, const std::string& path, const Map& answer) {
  try {
    if (!host.status(directory)) host.make_directory(directory, {.mode = 0700, .uid = {}, .gid = {}});
    host.replace_file(path, to_json(answer) + "\n", {.mode = 0600, .uid = {}, .gid = {}});
  } catch (const Error& error) {
    log::debug("what a program said is not kept: {}", error.what());
  }
}

std::optional<std::string> text_of(const Value& said) {
  return said.is_string() ? std::optional(*said.if_string()) : std::nullopt;
}

}  // namespace

std::optional<std::string> remembered_output(const GrainSource& source, const Argv& argv, Lasts lasts) {
  const std::string& cache = source.settings.cache_directory;
  const auto program = source.host.find_program(argv.at(0));
  if (!program || cache.empty()) return output_of(source.host, argv);
  const std::string mark = mark_of(source.host, *program, lasts);
  if (mark.empty()) return output_of(source.host, argv);
  const std::string directory = cache + "/grains", path = directory + "/" + argv[0] + ".json";
  if (const auto kept = recalled(source.host, path, mark)) return text_of(kept->at("said"));
  const auto result = result_of(source.host, argv);
  if (!result) return std::nullopt;
  const Value said = result->exit_code == 0 ? Value(trim(result->output)) : Value();
  const bool ended_by_itself = !result->timed_out && result->exit_code < not_started_code;
  if (ended_by_itself) keep(source.host, directory, path, {{"of", mark}, {"said", said}});
  return text_of(said);
}

}  // namespace halite::minion
