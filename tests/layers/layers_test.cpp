// The rules of the house that can be checked: who may include whom, where a library is at home, what a file begins with.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "common/base/strings.h"

namespace halite {
namespace {

namespace fs = std::filesystem;

struct Source {
  std::string path;  // from the root of the tree
  std::vector<std::string> lines;
  std::vector<std::string> own_includes;    // "common/base/error.h"
  std::vector<std::string> other_includes;  // <zmq.h>
};

const fs::path root = HALITE_SOURCE_DIR;

Source read_source(const fs::path& file) {
  Source source;
  source.path = fs::relative(file, root).string();
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  source.lines = split_lines(text.str());
  for (const auto& line : source.lines) {
    if (!line.starts_with("#include ")) continue;
    const std::size_t end = line.find_first_of("\">", 10);
    const std::string name = line.substr(10, end - 10);
    (line[9] == '"' ? source.own_includes : source.other_includes).push_back(name);
  }
  return source;
}

std::vector<Source> sources_below(const std::vector<std::string>& folders) {
  std::vector<Source> sources;
  for (const auto& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto extension = entry.path().extension();
      if (extension == ".h" || extension == ".cpp") sources.push_back(read_source(entry.path()));
    }
  }
  return sources;
}

const std::vector<std::string> product{"common", "pillar", "states", "master", "minion"};

struct Rule {
  std::string folder;                // the most specific rule of a file counts
  std::vector<std::string> allowed;  // folders it may include, besides itself
};

const std::vector<Rule> rules{
    {"common/base", {}},
    {"common/data", {"common/base"}},
    {"common/host", {"common/base", "common/data"}},
    {"common/crypto", {"common/base", "common/data"}},
    {"common/control", {"common/base", "common/data"}},
    {"common/output", {"common/base", "common/data"}},
    {"common/render", {"common/base", "common/data", "common/host", "common/crypto"}},
    {"common/config", {"common/base", "common/data", "common/host", "common/crypto"}},
    {"common/target", {"common/base", "common/data", "common/host", "common/crypto"}},
    // A message is plain data with a Schema: the command-line tools use it without the transport.
    {"common/wire/messages", {"common/base", "common/data"}},
    {"common/wire", {"common/base", "common/data", "common/host", "common/crypto", "common/control"}},
    {"pillar", {"common/base", "common/data", "common/host", "common/crypto", "common/render", "common/config", "common/target", "common/output"}},
    {"states", {"common/base", "common/data", "common/host", "common/crypto", "common/render", "common/config", "common/target", "common/output"}},
    {"master/cli", {"common/crypto", "common/base", "common/data", "common/host", "common/control", "common/output", "common/config", "common/wire/messages"}},
    // Runs state files on the master, so the whole engine; in a process of its own.
    {"master/orchestrate", {"common", "pillar", "states", "master"}},
    {"master", {"common", "pillar", "states/compile", "states/registry.h"}},
    {"minion", {"common", "pillar", "states"}},
};

bool is_in(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

const Rule& rule_of(const std::string& path) {
  const Rule* best = nullptr;
  for (const auto& rule : rules)
    if (is_in(path, rule.folder) && (!best || rule.folder.size() > best->folder.size())) best = &rule;
  if (!best) throw std::runtime_error("no rule covers " + path + ": add its folder to the table in this file");
  return *best;
}

struct Home {
  std::vector<std::string> prefixes;  // of the include
  std::vector<std::string> folders;
};

const std::vector<Home> homes{
    {{"zmq", "boost/asio", "boost/beast"}, {"common/wire"}},
    {{"openssl/"}, {"common/crypto"}},
    {{"msgpack", "yaml.h", "yaml-cpp/", "nlohmann/", "pcre2"}, {"common/data"}},
    {{"git2"}, {"pillar/git"}},
    {{"sqlite3"}, {"master/store"}},
    {{"spdlog/"}, {"common/base"}},
    {{"systemd/"}, {"common/host"}},
    {{"catch2/"}, {"tests"}},
};

}  // namespace

TEST_CASE("each file includes only what its folder may") {
  for (const auto& source : sources_below(product)) {
    const Rule& rule = rule_of(source.path);
    for (const auto& include : source.own_includes) {
      const bool is_allowed = is_in(include, rule.folder) ||
                              std::any_of(rule.allowed.begin(), rule.allowed.end(),
                                          [&](const auto& folder) { return is_in(include, folder); });
      INFO(source.path << " includes " << include);
      CHECK(is_allowed);
    }
  }
}

TEST_CASE("each third-party library has one home, and our headers do not show it") {
  for (const auto& source : sources_below(product))
    for (const auto& include : source.other_includes)
      for (const auto& home : homes) {
        const bool concerns = std::any_of(home.prefixes.begin(), home.prefixes.end(),
                                          [&](const auto& prefix) { return include.starts_with(prefix); });
        if (!concerns) continue;
        INFO(source.path << " includes <" << include << ">");
        CHECK(std::any_of(home.folders.begin(), home.folders.end(),
                          [&](const auto& folder) { return is_in(source.path, folder); }));
      }
}

TEST_CASE("includes are written from the root and exist") {
  auto folders = product;
  folders.push_back("tests");
  for (const auto& source : sources_below(folders))
    for (const auto& include : source.own_includes) {
      INFO(source.path << " includes " << include);
      CHECK(fs::exists(root / include));
    }
}

TEST_CASE("a header says once that it is one, and what it is for") {
  for (const auto& source : sources_below(product)) {
    if (!source.path.ends_with(".h")) continue;
    INFO(source.path);
    REQUIRE_FALSE(source.lines.empty());
    CHECK(source.lines[0].starts_with("// "));
    CHECK(std::count(source.lines.begin(), source.lines.end(), "#pragma once") == 1);
  }
}

TEST_CASE("no file opens a whole namespace") {
  for (const auto& source : sources_below(product))
    for (const auto& line : source.lines) {
      INFO(source.path << ": " << line);
      CHECK_FALSE(line.starts_with("using namespace "));
    }
}

// R44, R47 and R48 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("SQL is written in the store only, no one calls a shell, and no name in /tmp is known beforehand") {
  for (const auto& source : sources_below(product))
    for (const auto& line : source.lines) {
      INFO(source.path << ": " << line);
      CHECK(line.find("std::system(") == std::string::npos);
      CHECK(line.find("popen(") == std::string::npos);
      if (line.find("random_nonce()") == std::string::npos) CHECK(line.find("\"/tmp/") == std::string::npos);
      if (!is_in(source.path, "master/store")) CHECK(line.find("\"INSERT INTO ") == std::string::npos);
    }
}

// g++ 12 destroys the captures of a lambda twice when it is written inside a co_await expression (a double free for each
// text or pointer in it). Named first and moved in, it is destroyed once.
TEST_CASE("an awaited lambda with captures by value is named first") {
  for (const auto& source : sources_below(product))
    for (const auto& line : source.lines) {
      const std::size_t await = line.find("co_await ");
      const std::size_t lambda = await == std::string::npos ? await : line.find("([", await);
      if (lambda == std::string::npos) continue;
      const std::string captures = line.substr(lambda + 2, line.find_first_of("]", lambda) - lambda - 2);
      for (const auto& capture : split(captures, ',')) {
        const std::string_view name = trim(capture);
        INFO(source.path << ": " << line);
        CHECK((name.empty() || name == "this" || name.starts_with('&')));
      }
    }
}

TEST_CASE("each top folder and each library has a README") {
  std::vector<std::string> folders = product;
  folders.insert(folders.end(), {"tests", "deploy", "bench"});
  for (const auto& rule : rules) folders.push_back(rule.folder);
  for (const auto& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    INFO(folder);
    CHECK(fs::exists(root / folder / "README.md"));
  }
}

}  // namespace halite
