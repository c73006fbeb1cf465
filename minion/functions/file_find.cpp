// file.find: files below a directory, by the options that GNU find has.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "common/data/regex.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/paths.h"

namespace halite::minion {
namespace {

using states::TextList;
using states::World;

struct Find {
  std::string path;
  TextList name, iname, regex, iregex, owner, group;
  std::string type, size, mtime, grep, print, remove, exec;
  std::optional<states::Number> maxdepth, mindepth;
};

struct Found {
  std::string path;
  FileStatus status;
};

using Condition = std::function<bool(const Found&)>;

char letter_of(FileType type) {
  switch (type) {
    case FileType::regular: return 'f';
    case FileType::directory: return 'd';
    case FileType::symlink: return 'l';
    case FileType::fifo: return 'p';
    case FileType::socket: return 's';
    case FileType::character_device: return 'c';
    case FileType::block_device: return 'b';
  }
  return '?';
}

// "+10k", "-2d", "3": more than, less than, or (rounded to the unit) exactly.
struct Measure {
  char sign = 0;
  double low = 0, high = 0;

  bool holds(double value) const {
    if (sign == '+') return value > low;
    return sign == '-' ? value < low : value >= low && value <= high;
  }
};

Measure parse_measure(std::string text, const std::vector<std::pair<char, double>>& units, const char* what) {
  const std::string whole = text;
  Measure measure;
  if (text.starts_with('+') || text.starts_with('-')) {
    measure.sign = text[0];
    text.erase(0, 1);
  }
  double sum = 0, unit = 1;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    if (end == 0) throw Error(ErrorKind::invalid, "file.find: {} is like +10k or -2d, not '{}'", what, whole);
    const double number = std::strtod(text.substr(0, end).c_str(), nullptr);
    unit = 1;
    if (end < text.size()) {
      const auto known = std::find_if(units.begin(), units.end(),
                                      [&](const auto& one) { return one.first == to_lower(text.substr(end, 1))[0]; });
      if (known == units.end()) throw Error(ErrorKind::invalid, "file.find: {} has no unit '{}'", what, text[end]);
      unit = known->second;
    }
    sum += number * unit;
    text.erase(0, std::min(end + 1, text.size()));
  }
  measure.low = sum;
  measure.high = sum + unit - 1;
  return measure;
}

Condition any_glob(const TextList& globs, bool ignore_case) {
  return [globs, ignore_case](const Found& found) {
    const std::string name = states::base_name(found.path);
    return std::any_of(globs.items.begin(), globs.items.end(), [&](const std::string& glob) {
      return ignore_case ? glob_match(to_lower(glob), to_lower(name)) : glob_match(glob, name);
    });
  };
}

Condition any_regex(const TextList& patterns, bool ignore_case) {
  std::vector<Regex> compiled;
  for (const auto& pattern : patterns.items)
    compiled.push_back(Regex::compile(pattern, {.ignore_case = ignore_case, .bytes = true}));
  return [compiled](const Found& found) {
    return std::any_of(compiled.begin(), compiled.end(),
                       [&](const Regex& regex) { return regex.match(found.path).has_value(); });
  };
}

std::vector<Condition> conditions_of(const Find& args, World& world) {
  std::vector<Condition> all;
  if (!args.name.items.empty()) all.push_back(any_glob(args.name, false));
  if (!args.iname.items.empty()) all.push_back(any_glob(args.iname, true));
  if (!args.regex.items.empty()) all.push_back(any_regex(args.regex, false));
  if (!args.iregex.items.empty()) all.push_back(any_regex(args.iregex, true));
  if (!args.type.empty())
    all.push_back([types = args.type](const Found& found) {
      return types.find(letter_of(found.status.type)) != std::string::npos;
    });
  if (!args.owner.items.empty())
    all.push_back([&world, wanted = args.owner](const Found& found) {
      return std::any_of(wanted.items.begin(), wanted.items.end(),
                         [&](const auto& name) { return world.accounts.uid(name) == found.status.uid; });
    });
  if (!args.group.items.empty())
    all.push_back([&world, wanted = args.group](const Found& found) {
      return std::any_of(wanted.items.begin(), wanted.items.end(),
                         [&](const auto& name) { return world.accounts.gid(name) == found.status.gid; });
    });
  if (!args.size.empty())
    all.push_back(
        [measure = parse_measure(
             args.size, {{'b', 1}, {'k', 1024}, {'m', 1 << 20}, {'g', 1 << 30}, {'t', 1099511627776.0}}, "size")](
            const Found& found) { return measure.holds(static_cast<double>(found.status.size_bytes)); });
  if (!args.mtime.empty()) {
    const auto measure =
        parse_measure(args.mtime, {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}}, "mtime");
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(world.host.now().time_since_epoch()).count();
    all.push_back(
        [measure, now](const Found& found) { return measure.holds(static_cast<double>(now - found.status.mtime_s)); });
  }
  if (!args.grep.empty())
    all.push_back([&world, regex = Regex::compile(args.grep, {.bytes = true})](const Found& found) {
      return found.status.type == FileType::regular && regex.search(world.host.read_file(found.path)).has_value();
    });
  return all;
}

// All below a path, itself first; symlinks are seen, never entered.
void walk(const std::string& path, std::int64_t depth, const Find& args, World& world, std::vector<Found>& found) {
  const auto status = world.host.status(path);
  if (!status) return;
  if (!args.mindepth || depth >= args.mindepth->value) found.push_back({path, *status});
  if (status->type != FileType::directory || (args.maxdepth && depth >= args.maxdepth->value)) return;
  for (const auto& name : world.host.list_directory(path))
    walk((path == "/" ? "" : path) + "/" + name, depth + 1, args, world, found);
}

Value printed(const Found& found, const std::string& what, World& world) {
  if (what == "path") return found.path;
  if (what == "name") return states::base_name(found.path);
  if (what == "type") return std::string(1, letter_of(found.status.type));
  if (what == "size") return found.status.size_bytes;
  if (what == "mode") return states::mode_text(found.status.mode);
  if (what == "mtime") return found.status.mtime_s;
  if (what == "user") return world.accounts.user_name(found.status.uid);
  if (what == "group") return world.accounts.group_name(found.status.gid);
  if (what == "md5")
    return found.status.type == FileType::regular
               ? Value(crypto::hash_hex(crypto::HashType::md5, world.host.read_file(found.path)))
               : Value();
  throw Error(ErrorKind::invalid,
              "file.find: print knows path, name, type, size, mode, mtime, user, group and md5, not '{}'", what);
}

Value shown(const Found& found, const std::string& print, World& world) {
  if (print.empty()) return found.path;
  const auto parts = split(print, ',');
  if (parts.size() == 1) return printed(found, parts[0], world);
  List row;
  for (const auto& part : parts) row.push_back(printed(found, part, world));
  return row;
}

std::string executed(const Found& found, const std::string& command, World& world) {
  Argv argv = split_shell_words(command);
  for (auto& word : argv) word = replace_all(word, "{}", found.path);
  return world.host.run(argv);
}

Value find(const Find& args, Call& call) {
  World world = make_world(call);
  const std::string root = states::full_path(args.path, world);
  if (args.type.find_first_not_of("bcdflps") != std::string::npos)
    throw Error(ErrorKind::invalid, "file.find: type has letters of bcdflps, not '{}'", args.type);
  const auto conditions = conditions_of(args, world);
  std::vector<Found> found;
  walk(root, 0, args, world, found);
  std::erase_if(found, [&](const Found& one) {
    return !std::all_of(conditions.begin(), conditions.end(), [&](const Condition& holds) { return holds(one); });
  });
  List result;
  // Deepest first, so that a directory is empty when its turn comes.
  if (!args.remove.empty())
    for (auto one = found.rbegin(); one != found.rend(); ++one) {
      if (args.remove.find(letter_of(one->status.type)) == std::string::npos) continue;
      if (one->status.type == FileType::directory)
        world.host.remove_directory(one->path);
      else
        world.host.remove_file(one->path);
      result.push_back(one->path);
    }
  else
    for (const Found& one : found)
      result.push_back(args.exec.empty() ? shown(one, args.print, world) : Value(executed(one, args.exec, world)));
  return result;
}

}  // namespace

std::vector<Function> file_find_functions() {
  return {function<Find>(
      "file.find", "Files below a directory that meet all conditions.",
      Schema<Find>()
          .required(&Find::path, "path", "Full path to begin at.")
          .optional(&Find::name, "name", "Globs; one must match the name.")
          .optional(&Find::iname, "iname", "The same, in upper and lower case.")
          .optional(&Find::regex, "regex", "Regular expressions; one must match the path from its beginning.")
          .optional(&Find::iregex, "iregex", "The same, in upper and lower case.")
          .optional(&Find::type, "type", "Letters: f file, d directory, l symlink, p FIFO, s socket, b and c devices.")
          .optional(&Find::owner, "owner", "Users, by name or number.")
          .optional(&Find::group, "group", "Groups, by name or number.")
          .optional(&Find::size, "size", "Such as +10m, -1k.")
          .optional(&Find::mtime, "mtime", "How long ago it changed, such as +30d, -2h.")
          .optional(&Find::grep, "grep", "Regular expression that the content of a file must hold.")
          .optional(&Find::maxdepth, "maxdepth", "How deep to go; 0 is the path itself.")
          .optional(&Find::mindepth, "mindepth", "How deep to begin.")
          .optional(&Find::print, "print",
                    "What is told of each: path, name, type, size, mode, mtime, user, group, md5, with commas.")
          .optional(&Find::remove, "delete", "Letters as in type: what is found of these kinds is removed.")
          .optional(&Find::exec, "exec", "Command to run for each; {} is its path. No shell is started."),
      find)};
}

}  // namespace halite::minion
