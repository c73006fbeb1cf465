// psf_golden --psf DIR --golden DIR [--only NAME] [--repeat N]: compiles every recorded case of python/psf-salt and
// compares pillar, top, highstate, lowstate and rendered files with what Salt made of them. Without --psf it takes
// PSF_SALT, and skips when there is none. With --repeat each case is compiled N times more and the medians are printed.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

#include <fmt/format.h>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/diff.h"
#include "common/data/json.h"
#include "tests/golden/difference.h"
#include "tests/golden/psf_case.h"

namespace halite::golden {
namespace {

struct Arguments {
  PsfFolders folders;
  std::string only;  // a part of the names to run
  int repeat = 0;
};

// What state.show_... gives: the data, or the refusal of a pillar with errors.
Value shown(const states::Compiled& compiled, Value data) {
  if (compiled.ok()) return data;
  const Value errors(compiled.errors);
  if (!compiled.pillar_failed) return errors;
  auto message = std::string("Pillar failed to render. Additional info follows:\n");
  for (const auto& error : compiled.errors) message += "\n- " + error;
  return Map{{"error", "CommandExecutionError"}, {"message", message}, {"info", errors}};
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string file_difference(const PsfCase& golden, const Value& entry, const List& low, const Map& pillar) {
  const auto name = entry.find("name")->as_string();
  const bool is_template = entry.find("kind")->as_string() == "template";
  const auto chunk = std::find_if(low.begin(), low.end(), [&](const Value& one) {
    return *one.find("state") == Value("file") && *one.find("name") == Value(name) &&
           *one.find("__id__") == *entry.find("__id__");
  });
  if (chunk == low.end()) return fmt::format("file {}: no such chunk", name);
  const auto* hash = entry.find("sha256");
  std::string text;
  try {
    text = is_template ? golden.render_file(*chunk->if_map(), pillar) : PsfCase::contents_of(*chunk->if_map(), pillar);
  } catch (const Error& error) {
    return hash ? fmt::format("file {}: {}", name, error.what()) : "";
  }
  if (!hash) return fmt::format("file {}: renders, but should fail: {}", name, entry.find("comment")->as_string());
  const auto expected = read_file(golden.folders().golden + "/rendered/" + hash->as_string() + ".txt");
  return expected == text ? "" : fmt::format("file {}:\n{}", name, unified_diff(expected, text, "Salt", "Halite"));
}

// Everything of one case; the differences, each readable.
std::vector<std::string> differences(const PsfCase& golden) {
  std::vector<std::string> found;
  const auto note = [&](std::string text) {
    if (!text.empty()) found.push_back(std::move(text));
  };
  const auto pillar = golden.compile_pillar();
  note(difference(golden.recorded("pillar.json"), pillar.data, "pillar"));
  const auto top = golden.compile_top(pillar.data);
  note(difference(golden.recorded("top.json"), shown(top, top.top), "top"));
  const auto compiled = golden.compile_highstate(pillar.data);
  note(difference(golden.recorded("highstate.json"), shown(compiled, compiled.high), "highstate"));
  note(difference(golden.recorded("lowstate.json"), shown(compiled, compiled.low), "lowstate"));
  const auto files = golden.recorded("files.json");
  for (const auto& entry : files.as_list()) note(file_difference(golden, entry, compiled.low, pillar.data));
  return found;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Milliseconds of processor time of one run, the median of all.
double median_ms(int count, const std::function<void()>& run) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const auto start = std::clock();
    run();
    times.push_back(static_cast<double>(std::clock() - start) * 1000 / CLOCKS_PER_SEC);
  }
  return median(times);
}

// Medians of all cases: of the medians of each.
struct Times {
  std::vector<double> pillar, states;

  void add(const PsfCase& golden, int repeat) {
    const auto data = golden.compile_pillar().data;
    pillar.push_back(median_ms(repeat, [&] { golden.compile_pillar(); }));
    states.push_back(median_ms(repeat, [&] { golden.compile_highstate(data); }));
  }
  void print() const {
    std::cout << fmt::format("pillar {:.2f} ms, highstate and lowstate {:.2f} ms (medians)\n", median(pillar),
                             median(states));
  }
};

Arguments read_arguments(int count, char** words) {
  Arguments arguments;
  if (const auto* psf = std::getenv("PSF_SALT")) arguments.folders.psf = psf;
  arguments.folders.golden = HALITE_SOURCE_DIR "/../shared/golden/psf-salt";
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = words[i];
    if (name == "--psf")
      arguments.folders.psf = words[i + 1];
    else if (name == "--golden")
      arguments.folders.golden = words[i + 1];
    else if (name == "--only")
      arguments.only = words[i + 1];
    else if (name == "--repeat")
      arguments.repeat = static_cast<int>(parse_int(words[i + 1]).value_or(0));
    else
      throw Error(ErrorKind::invalid, "unknown option '{}'; there are --psf, --golden, --only, --repeat", name);
  }
  if (count % 2 == 0) throw Error(ErrorKind::invalid, "the option '{}' wants a value", words[count - 1]);
  for (auto* folder : {&arguments.folders.psf, &arguments.folders.golden})
    if (!folder->empty()) *folder = std::filesystem::absolute(*folder).string();
  return arguments;
}

int run(const Arguments& arguments) {
  const auto& folders = arguments.folders;
  for (const auto& [folder, what] : {std::pair{folders.psf, "a checkout of python/psf-salt (--psf or PSF_SALT)"},
                                     std::pair{folders.golden, "the recordings (--golden)"}})
    if (folder.empty() || !std::filesystem::exists(folder)) {
      std::cout << "SKIPPED: this needs " << what << "\n";
      return 0;
    }
  int passed = 0, failed = 0;
  Times times;
  const auto cases = from_json(read_file(folders.golden + "/minions.json"), "minions.json");
  for (const auto& about : cases.as_list()) {
    const PsfCase golden(folders, about);
    if (golden.name().find(arguments.only) == std::string::npos) continue;
    const auto found = differences(golden);
    ++(found.empty() ? passed : failed);
    std::cout << (found.empty() ? "ok      " : "FAILED  ") << golden.name() << "\n";
    for (const auto& text : found) std::cout << "    " << text << "\n";
    if (arguments.repeat > 0) times.add(golden, arguments.repeat);
  }
  if (arguments.repeat > 0) times.print();
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace halite::golden

int main(int count, char** words) {
  try {
    return halite::golden::run(halite::golden::read_arguments(count, words));
  } catch (const std::exception& error) {
    std::cerr << "psf_golden: " << error.what() << "\n";
    return 2;
  }
}
