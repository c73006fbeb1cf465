#include "master/cli/option_tables.h"

#include <set>

#include <catch2/catch.hpp>

#include "common/base/strings.h"

using namespace halite;

TEST_CASE("each option of a tool has one meaning, a sentence, and its place in a help of 80 columns") {
  for (const auto& table : {cli::halite_command_line(), cli::key_command_line(), cli::run_command_line()}) {
    INFO(table.name);
    std::set<std::string> names;
    const std::string help = help_text(table);
    for (const auto& group : table.groups)
      for (const auto& option : group.options) {
        for (const auto& name : option.names) {
          INFO(name);
          CHECK(names.insert(name).second);
        }
        CHECK(option.doc.ends_with("."));
        CHECK(help.find("--" + option.key()) != std::string::npos);
      }
    for (const auto& line : split_lines(help)) CHECK(line.size() <= 80);
  }
}

TEST_CASE("every option of Salt's tools is known, even when it is refused") {
  const auto knows = [](const CommandLine& table, const std::vector<std::string>& options) {
    for (const auto& name : options) {
      INFO(table.name << " " << name);
      bool found = false;
      for (const auto& group : table.groups)
        for (const auto& option : group.options)
          for (const auto& candidate : option.names) found = found || candidate == name;
      CHECK(found);
    }
  };
  const std::vector<std::string> common{"--version", "-V", "--versions-report", "-h", "--help", "--saltfile", "-c", "--config-dir",
                                        "--log-level", "--log-file", "--log-file-level", "--hard-crash", "--out", "--output",
                                        "--out-indent", "--output-indent", "--out-file", "--output-file", "--out-file-append",
                                        "--no-color", "--no-colour", "--force-color", "--state-output", "--state_output",
                                        "--state-verbose", "--state_verbose", "--auth", "--eauth", "--external-auth", "-T",
                                        "--make-token", "--username", "--password"};
  for (const auto& table : {cli::halite_command_line(), cli::key_command_line(), cli::run_command_line()}) knows(table, common);
  knows(cli::halite_command_line(),
        {"-t", "--timeout", "--args-stdin", "--no-parse", "-s", "--static", "-p", "--progress", "--failhard", "--async", "--subset", "-v",
         "--verbose", "--hide-timeout", "--show-timeout", "--show-jid", "-b", "--batch", "--batch-size", "--batch-wait",
         "--batch-safe-limit", "--batch-safe-size", "--return", "--return_config", "--return_kwargs", "--module-executors",
         "--executor-opts", "-d", "--doc", "--documentation", "--args-separator", "--summary", "--metadata", "--output-diff",
         "--config-dump", "--preview-target", "-E", "-L", "-G", "-P", "-I", "-J", "-N", "-R", "-C", "-S", "-H", "--delimiter", "-a", "-l"});
  knows(cli::key_command_line(),
        {"-l", "--list", "-L", "-a", "-A", "-r", "-R", "--include-all", "--include-accepted", "--include-rejected", "--include-denied",
         "-p", "-P", "-d", "-D", "-f", "-F", "--gen-keys", "--gen-keys-dir", "--keysize", "--gen-signature", "--priv", "--pub",
         "--signature-path", "--auto-create", "-y", "--yes", "-q", "--quiet", "-u", "--user", "--rotate-aes-key", "--preserve-minions"});
  knows(cli::run_command_line(), {"--async", "--jid", "-d", "--skip-grains", "--quiet", "-t", "-a", "-l"});
}
