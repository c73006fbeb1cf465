#include "states/providers/alternatives.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

const std::string& checked(const std::string& name) {
  if (name.empty() || name[0] == '-' || name[0] == '.' || name.find_first_of("/ \t\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of alternatives", escape_control(name));
  return name;
}

}  // namespace

const Alternatives::Choice* Alternatives::find(const std::string& path) const {
  for (const Choice& choice : choices)
    if (choice.path == path) return &choice;
  return nullptr;
}

// dpkg's file: mode, link, names and links of followers, an empty line; then for each choice its path, its priority and
// a line for each follower; an empty line at the end.
std::optional<Alternatives> alternatives(const std::string& name, Host& host) {
  const auto text = host.read_file_if_exists("/var/lib/dpkg/alternatives/" + checked(name));
  if (!text) return std::nullopt;
  const auto lines = split_lines(*text);
  if (lines.size() < 2) throw Error(ErrorKind::invalid, "/var/lib/dpkg/alternatives/{} is cut short", name);
  Alternatives found;
  found.is_automatic = lines[0] == "auto";
  found.link = lines[1];
  std::size_t at = 2, followers = 0;
  for (; at < lines.size() && !lines[at].empty(); at += 2) ++followers;
  for (++at; at + 1 < lines.size() && !lines[at].empty(); at += 2 + followers)
    found.choices.push_back({lines[at], parse_int(lines[at + 1]).value_or(0)});
  return found;
}

std::string chosen_alternative(const std::string& name, Host& host) {
  const std::string path = "/etc/alternatives/" + checked(name);
  const auto status = host.status(path);
  return status && status->type == FileType::symlink ? host.read_symlink(path) : "";
}

std::string update_alternatives(const Argv& words, Host& host) {
  Command command;
  command.argv = {"update-alternatives"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  const CommandResult result = host.execute(command);
  if (result.exit_code == 0) return std::string(trim(result.output));
  throw Error(ErrorKind::unavailable, "{}", trim(result.error));
}

}  // namespace halite::states
