// file.*: rights, file systems, globs, searches, nodes.
#include <sys/statvfs.h>

#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/paths.h"
#include "states/providers/sources.h"

namespace halite::minion {
namespace {

using states::World;

struct At {
  std::string path, mode;
};
struct Template {
  std::string contents, template_engine = "jinja", saltenv = "base";
  Value context, defaults;
};
struct Node {
  std::string name, ntype;
  states::Number major, minor;
  Value user, group, mode = "0600";
};

// By the program test, so that the kernel decides.
Value access(const At& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  if (args.mode.size() != 1 || std::string("frwx").find(args.mode) == std::string::npos)
    throw Error(ErrorKind::invalid, "Invalid mode specified: '{}'; it is f, r, w or x", escape_control(args.mode));
  return world.host.execute({.argv = {"test", args.mode == "f" ? "-e" : "-" + args.mode, path}}).exit_code == 0;
}

Value file_system(const At& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  struct statvfs all {};
  if (::statvfs(path.c_str(), &all) != 0) throw system_error(errno, fmt::format("Could not statvfs '{}'", path));
  const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
  return Map{{"f_bavail", number(all.f_bavail)}, {"f_bfree", number(all.f_bfree)},   {"f_blocks", number(all.f_blocks)},   {"f_bsize", number(all.f_bsize)},
             {"f_favail", number(all.f_favail)}, {"f_ffree", number(all.f_ffree)},   {"f_files", number(all.f_files)},     {"f_flag", number(all.f_flag)},
             {"f_frsize", number(all.f_frsize)}, {"f_namemax", number(all.f_namemax)}};
}

// Paths that the glob matches, sorted. A leading dot is matched by a dot alone, as in a shell.
std::vector<std::string> expanded(const std::string& pattern, Host& host) {
  std::vector<std::string> found{""};
  for (const auto& part : split(pattern.substr(1), '/')) {
    if (part.empty()) continue;
    std::vector<std::string> next;
    const bool is_plain = part.find_first_of("*?[") == std::string::npos;
    for (const auto& base : found) {
      const auto status = host.status_of_target(base.empty() ? "/" : base);
      if (!status || status->type != FileType::directory) continue;
      if (is_plain) {
        if (host.status(base + "/" + part)) next.push_back(base + "/" + part);
        continue;
      }
      for (const auto& name : host.list_directory(base.empty() ? "/" : base))
        if (glob_match(part, name) && (name[0] != '.' || part[0] == '.')) next.push_back(base + "/" + name);
    }
    found = std::move(next);
  }
  return found;
}

Value exists_by_glob(const At& args, Call& call) {
  World world = make_world(call);
  return !expanded(states::full_path(args.path, world), world.host).empty();
}

// file.grep PATH PATTERN OPTIONS...
Value grep(const Arguments& arguments, Call& call) {
  if (arguments.positional.size() < 2) throw Error(ErrorKind::invalid, "file.grep takes a path, a pattern and options of grep");
  World world = make_world(call);
  Argv argv{"grep"};
  for (std::size_t i = 2; i < arguments.positional.size(); ++i)
    for (const auto& word : split_shell_words(states::python_text(arguments.positional[i]))) {
      if (word.size() < 2 || word[0] != '-' || word == "--") throw Error(ErrorKind::invalid, "'{}' is no option of grep", escape_control(word));
      argv.push_back(word);
    }
  const std::string path = states::full_path(states::python_text(arguments.positional[0]), world);
  argv.insert(argv.end(), {"-e", states::python_text(arguments.positional[1]), "--"});
  const auto paths = expanded(path, world.host);
  if (paths.empty()) argv.push_back(path);
  argv.insert(argv.end(), paths.begin(), paths.end());
  const CommandResult result = world.host.execute({.argv = argv, .is_cancelled = call.is_cancelled});
  call.retcode = result.exit_code;
  return Map{{"pid", std::int64_t{result.pid}},
             {"retcode", result.exit_code},
             {"stdout", text_or_bytes(std::string(trim_right(result.output)))},
             {"stderr", text_or_bytes(std::string(trim_right(result.error)))}};
}

Value rendered(const Template& args, Call& call) {
  World world = make_world(call);
  world.environment = args.saltenv;
  return states::render_text({.engine = args.template_engine,
                              .text = args.contents,
                              .source_name = "the contents of file.apply_template_on_contents",
                              .context = states::template_names(args.context, "context"),
                              .defaults = states::template_names(args.defaults, "defaults")},
                             world);
}

Value make_node(Node args, Call& call) {
  const Map changes = run_state(call, "file.mknod", {{"name", args.name},
                                                     {"ntype", args.ntype},
                                                     {"major", args.major.value},
                                                     {"minor", args.minor.value},
                                                     {"user", args.user},
                                                     {"group", args.group},
                                                     {"mode", args.mode}});
  const Value* made = changes.find("new");
  return Map{{"name", args.name}, {"changes", changes}, {"comment", made ? *made : Value("")}, {"result", true}};
}

template <char kind>
Value make_kind(const Node& args, Call& call) {
  Node node = args;
  node.ntype = std::string(1, kind);
  return make_node(node, call);
}
Value mknod(const Node& args, Call& call) { return make_node(args, call); }

Schema<Node> with_owner(Schema<Node> schema) {
  return schema.optional(&Node::user, "user", "Owner.")
      .optional(&Node::group, "group", "Group.")
      .optional(&Node::mode, "mode", "Permissions, such as '0660'.");
}

}  // namespace

std::vector<Function> file_other_functions() {
  const auto path = Schema<At>().required(&At::path, "path", "Full path.");
  const auto name = Schema<Node>().required(&Node::name, "name", "Full path.");
  const auto device = Schema<Node>(name).required(&Node::major, "major", "Major number.").required(&Node::minor, "minor", "Minor number.");
  return {
      function<At>("file.access", "May this be read, written, run, or is it there? file.access /etc/shadow r.",
                   Schema<At>(path).required(&At::mode, "mode", "f: is it there, r, w or x."), access),
      function<At>("file.statvfs", "Numbers of the file system that a path is on.", path, file_system),
      function<At>("file.path_exists_glob", "Is there anything that this glob matches?", path, exists_by_glob),
      free_function("file.grep", "Lines that match, by grep: file.grep '/etc/ssh/*.conf' Port '-i -n'; gives pid, retcode, stdout and stderr.", grep),
      function<Template>("file.apply_template_on_contents", "A text, rendered.",
                         Schema<Template>()
                             .required(&Template::contents, "contents", "The template's text.")
                             .required(&Template::template_engine, "template", "Engine: jinja.")
                             .required(&Template::context, "context", "Names for the template: a map.")
                             .required(&Template::defaults, "defaults", "Names that `context` may replace: a map.")
                             .required(&Template::saltenv, "saltenv", "Environment."),
                         rendered),
      function<Node>("file.mknod", "Makes a device file or a named pipe.",
                     with_owner(Schema<Node>(name)
                                    .required(&Node::ntype, "ntype", "c, b or p.")
                                    .optional(&Node::major, "major", "Major number, of a device.")
                                    .optional(&Node::minor, "minor", "Minor number, of a device.")),
                     mknod),
      function<Node>("file.mknod_chrdev", "Makes the file of a character device.", with_owner(device), make_kind<'c'>),
      function<Node>("file.mknod_blkdev", "Makes the file of a block device.", with_owner(device), make_kind<'b'>),
      function<Node>("file.mknod_fifo", "Makes a named pipe.", with_owner(name), make_kind<'p'>),
  };
}

}  // namespace halite::minion
