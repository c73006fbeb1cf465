// render_cases FILE.jsonl ...: renders recorded cases of stock Salt, prints what differs, ends in "N passed, M failed".
// The format is described in ../shared/golden/render/README.md. Without arguments: the files there, or SKIPPED.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/render/jinja_env.h"
#include "common/render/renderer.h"
#include "tests/golden/golden_cases.h"
#include "tests/golden/render_functions.h"

namespace {

using namespace halite;

class CaseFiles final : public render::TemplateLoader {
 public:
  explicit CaseFiles(const Value* files) : files_(files) {}
  std::optional<render::Source> load(std::string_view path, std::string_view) override {
    const Value* text = files_ ? files_->find(path) : nullptr;
    if (!text) return std::nullopt;
    return render::Source{std::string(path), text->as_string()};
  }

 private:
  const Value* files_;
};

struct Outcome {
  bool passed = false;
  std::string expected;
  std::string got;
};

// NaN is unequal to itself and maps compare without order, so texts are compared.
std::string comparable(const Value& value) { return to_json(value); }

render::Context context_of(const Value& test) {
  render::Context context;
  context.variables = Map{{"saltenv", "base"}, {"sls", "case"},       {"slspath", "case"},          {"sls_path", "case"},
                          {"slsdotpath", "case"}, {"slscolonpath", "case"}, {"opts", Map{{"id", "minion"}, {"file_client", "local"}}},
                          {"pillar", Map()},   {"grains", Map()}};
  if (const Value* given = test.find("context")) {
    const Value variables = golden::plain(*given);
    for (const auto& [key, value] : variables.as_map()) context.variables.set(key, value);
  }
  if (const Value* settings = test.find("jinja_env")) context.options = render::options_from(settings->as_map());
  return context;
}

std::string run(const Value& test) {
  render::Context context = context_of(test);
  const golden::CaseFunctions functions(*context.variables.find("pillar"), *context.variables.find("grains"));
  CaseFiles files(test.find("files"));
  context.salt = &functions;
  context.loader = &files;
  const std::string& text = test.find("template")->as_string();
  const std::string& kind = test.find("kind")->as_string();
  if (kind == "jinja") return render::render_jinja(text, "case", context);
  return comparable(render::render(text, "case", context, kind));
}

// For errors of YAML, Salt tells the line of the rendered text, and for those in a block the line that ran the block; we
// know both beside the line of the template.
Outcome check_error(const Value& expected, const render::RenderError& error) {
  const std::string& file = error.salt_file();
  const int line = error.rendered_line() > 0 ? error.rendered_line() : error.salt_line();
  Outcome outcome{true, to_json(expected), fmt::format("{}:{}: {}", file, line, error.reason())};
  const Value* in_file = expected.find("in_file");
  const Value* in_line = expected.find("in_line");
  const Value* own_line = expected.find("line");
  if (in_file && in_file->is_string())
    outcome.passed = file == in_file->as_string() && line == in_line->as_int();
  else if (own_line && own_line->is_int())
    outcome.passed = line == own_line->as_int();
  return outcome;
}

Outcome check(const Value& test) {
  const Value* error = test.find("error");
  try {
    const std::string got = run(test);
    if (error) return {false, to_json(*error), got};
    const Value& expect = *test.find("expect");
    const std::string expected = test.find("kind")->as_string() == "jinja" ? expect.as_string() : comparable(golden::plain(expect));
    return {got == expected, expected, got};
  } catch (const render::RenderError& failure) {
    if (error) return check_error(*error, failure);
    return {false, to_json(*test.find("expect")), failure.what()};
  } catch (const Error& failure) {
    return {false, to_json(error ? *error : *test.find("expect")), failure.what()};
  } catch (const std::exception& failure) {
    return {false, "a RenderError or text", failure.what()};
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files(argv + 1, argv + argc);
  if (files.empty())
    for (const char* name : {"jinja", "yaml", "jinja-yaml"})
      files.push_back(std::string(HALITE_SOURCE_DIR) + "/../shared/golden/render/" + name + ".jsonl");
  int passed = 0, failed = 0;
  for (const std::string& path : files) {
    std::ifstream in(path);
    if (!in) {
      std::cout << "SKIPPED: the recording " << path << " is absent; nothing was compared\n";
      continue;
    }
    for (std::string line; std::getline(in, line);) {
      const Value test = from_json(line, path);
      const Outcome outcome = check(test);
      ++(outcome.passed ? passed : failed);
      if (!outcome.passed)
        std::cout << "FAILED " << test.find("name")->as_string() << "\n  expected: " << outcome.expected
                  << "\n  got:      " << outcome.got << "\n";
    }
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}
