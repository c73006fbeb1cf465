// virtualenv.*: virtual environments of Python.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/providers/shell.h"
#include "states/providers/virtual_environment.h"

namespace halite::minion {
namespace {

struct Create : states::VirtualEnvironment {
  std::string user, saltenv;
  Value pip, distribute, use_vt, env;
};
struct Look {
  std::string venv, distribution, package, resource, venv_bin = "virtualenv", user;
};

CommandResult run(const Argv& argv, const std::string& user, const Value& environment, Call& call) {
  states::World world = make_world(call);
  states::ShellOptions options;
  options.run_as = user;
  options.environment = environment;
  return world.host.execute(states::program_command(argv, options, world));
}

Value create(const Create& args, Call& call) {
  states::World world = make_world(call);
  world.call = [&call](const std::string& name, const List& positional, const Map& named) { return call_function(call, name, positional, named); };
  const CommandResult result = run(states::creation_of(args, world), args.user, args.env, call);
  call.retcode = result.exit_code;
  return Map{{"pid", std::int64_t{result.pid}},
             {"retcode", result.exit_code},
             {"stdout", std::string(trim_right(result.output))},
             {"stderr", std::string(trim_right(result.error))}};
}

// What the environment's own Python prints.
std::string ask_python(const Look& args, const std::string& code, Argv words, Call& call) {
  const std::string python = args.venv + "/bin/python";
  if (!args.venv.starts_with('/') || !call.tools.host.status_of_target(python))
    throw Error(ErrorKind::not_found, "Path does not appear to be a virtualenv: '{}'", escape_control(args.venv));
  Argv argv{python, "-c", code};
  argv.insert(argv.end(), words.begin(), words.end());
  const CommandResult result = run(argv, args.user, {}, call);
  if (result.exit_code != 0) {
    const auto lines = split_lines(std::string(trim(result.error)));
    throw Error(ErrorKind::not_found, "{}", lines.empty() ? "Python failed" : lines.back());
  }
  return std::string(trim_right(result.output));
}

Value site_packages(const Look& args, Call& call) {
  return ask_python(args, "import sysconfig; print(sysconfig.get_path('purelib'))", {}, call);
}

Value distribution_path(const Look& args, Call& call) {
  return ask_python(args, "import sys, importlib.metadata as m; print(m.distribution(sys.argv[1]).locate_file(''))", {args.distribution}, call);
}

constexpr const char* finding_resource =
    "import sys, os.path, importlib.util as u\n"
    "spec = u.find_spec(sys.argv[1])\n"
    "if spec is None: sys.exit('No module named ' + sys.argv[1])\n"
    "path = os.path.join(os.path.dirname(spec.origin), sys.argv[2])\n";

Value resource_path(const Look& args, Call& call) {
  return ask_python(args, std::string(finding_resource) + "print(path)", {args.package, args.resource}, call);
}

Value resource_content(const Look& args, Call& call) {
  return ask_python(args, std::string(finding_resource) + "sys.stdout.write(open(path).read())", {args.package, args.resource}, call);
}

// "virtualenv 20.17.1+ds from /usr/..." is [20, 17, 1].
Value version(const Look& args, Call& call) {
  const CommandResult result = run({args.venv_bin, "--version"}, args.user, {}, call);
  for (const auto& word : split_words(result.output + " " + result.error)) {
    if (word.find_first_of("0123456789") != 0 || word.find('.') == std::string::npos) continue;
    List parts;
    for (const auto& part : split(word.substr(0, word.find_first_not_of("0123456789.")), '.'))
      if (const auto number = parse_int(part)) parts.push_back(*number);
    return parts;
  }
  throw Error(ErrorKind::unavailable, "Unable to get the virtualenv version output using '{} --version'", args.venv_bin);
}

template <class M>
M Create::*member(M states::VirtualEnvironment::*inherited) {
  return static_cast<M Create::*>(inherited);
}

Schema<Create> create_schema() {
  using V = states::VirtualEnvironment;
  return Schema<Create>()
      .required(member(&V::name), "path", "Directory of the environment: an absolute path.")
      .optional(member(&V::venv_bin), "venv_bin",
                "What makes it: virtualenv, venv (Python's own), or a path. Unset: the option venv_bin, or virtualenv where that is "
                "installed, else venv.")
      .optional(member(&V::system_site_packages), "system_site_packages", "The system's packages are seen too.")
      .optional(&Create::distribute, "distribute", "Kept for Salt's callers.")
      .optional(member(&V::clear), "clear", "Make it anew.")
      .optional(member(&V::python), "python", "Python to use: a name or a path.")
      .optional(member(&V::extra_search_dir), "extra_search_dir", "Directories with the packages that virtualenv itself installs.")
      .optional(member(&V::never_download), "never_download", "virtualenv downloads nothing.")
      .optional(member(&V::prompt), "prompt", "Prompt of a shell in which it is activated.")
      .optional(&Create::pip, "pip", "Kept for Salt's callers: pip is there.")
      .optional(member(&V::symlinks), "symlinks", "venv links to Python instead of a copy.")
      .optional(member(&V::upgrade_python), "upgrade", "venv takes over a newer Python of the system.")
      .optional(&Create::user, "user", "User who makes it and owns it.")
      .optional(&Create::use_vt, "use_vt", "Kept for Salt's callers.")
      .optional(&Create::saltenv, "saltenv", "Kept for Salt's callers.")
      .optional(&Create::env, "env", "Environment variables: a map.");
}

}  // namespace

std::vector<Function> virtualenv_functions() {
  const auto venv = Schema<Look>().required(&Look::venv, "venv", "Directory of the environment.");
  const auto package = Schema<Look>(venv).required(&Look::package, "package", "A module or package of Python.")
                           .required(&Look::resource, "resource", "Path in its directory.");
  return {
      function<Create>("virtualenv.create", "Makes a virtual environment; gives pid, retcode, stdout and stderr.", create_schema(), create),
      function<Look>("virtualenv.get_site_packages", "Where the environment's packages are.", venv, site_packages),
      function<Look>("virtualenv.get_distribution_path", "Where a distribution is installed.",
                     Schema<Look>(venv).required(&Look::distribution, "distribution", "Name of the distribution."), distribution_path),
      function<Look>("virtualenv.get_resource_path", "Path of a file that belongs to a package.", package, resource_path),
      function<Look>("virtualenv.get_resource_content", "Content of a file that belongs to a package.", package, resource_content),
      function<Look>("virtualenv.virtualenv_ver", "The version of virtualenv, as numbers.",
                     Schema<Look>()
                         .optional(&Look::venv_bin, "venv_bin", "Its program.")
                         .optional(&Look::user, "user", "User to run it as."),
                     version),
  };
}

}  // namespace halite::minion
