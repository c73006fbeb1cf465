// file.*: what looks at the content of files.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "common/data/diff.h"
#include "common/data/regex.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/paths.h"
#include "states/providers/secrets.h"
#include "states/providers/source_hash.h"
#include "states/text/lines.h"
#include "states/text/regex_replace.h"

namespace halite::minion {
namespace {

using states::World;

// ---- content ----

struct Read {
  std::string path;
  bool binary = false;
};

Value read(const Read& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  return text_or_bytes(world.host.read_file(path));
}

struct SeekRead {
  std::string path;
  std::int64_t size = 0, offset = 0;
};

Value seek_read(const SeekRead& args, Call& call) {
  World world = make_world(call);
  const std::string content = world.host.read_file(states::full_path(args.path, world));
  if (args.size < 0 || args.offset < 0) throw Error(ErrorKind::invalid, "size and offset must be 0 or more");
  const auto offset = std::min(static_cast<std::size_t>(args.offset), content.size());
  return text_or_bytes(content.substr(offset, static_cast<std::size_t>(args.size)));
}

struct Search {
  std::string path;
  states::Text pattern;
  Value flags = 8;
  Value bufsize = 1;
  bool ignore_if_missing = false, multiline = false;
};

Value search(const Search& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  if (args.ignore_if_missing && !world.host.status_of_target(path)) return false;
  RegexOptions options = states::regex_options(args.flags);
  options.multiline |= args.multiline;
  return Regex::compile(args.pattern.text, options).search(world.host.read_file(path)).has_value();
}

struct Contains {
  std::string path;
  states::Text text;
  std::string lchar;
};

// Salt looks for text in the lines with white space taken off both.
bool any_line(const Contains& args, Call& call, const std::function<bool(std::string_view)>& matches) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  const auto content = world.host.read_file_if_exists(path);
  if (!content) return false;
  const auto lines = split_lines(*content);
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return matches(line); });
}

Value contains(const Contains& args, Call& call) {
  const std::string wanted(states::strip(args.text.text));
  return any_line(args, call, [&](std::string_view line) { return line.find(wanted) != std::string_view::npos; });
}
Value contains_regex(const Contains& args, Call& call) {
  const Regex regex = Regex::compile(args.text.text, {.bytes = true});
  return any_line(args, call, [&](std::string_view line) {
    return regex.search(args.lchar.empty() ? line : states::strip_left(line, args.lchar)).has_value();
  });
}
Value contains_glob(const Contains& args, Call& call) {
  return any_line(args, call, [&](std::string_view line) { return glob_match(args.text.text, line); });
}

// ---- checksums ----

struct Hash {
  std::string path;
  std::string form = "sha256";
  Value chunk_size;
};

Value get_hash(const Hash& args, Call& call) {
  World world = make_world(call);
  return crypto::hash_hex(crypto::hash_type_from(args.form), world.host.read_file(states::full_path(args.path, world)));
}

struct CheckHash {
  std::string path;
  states::Text file_hash;
};

Value check_hash(const CheckHash& args, Call& call) {
  World world = make_world(call);
  const auto wanted = states::parse_source_hash(args.file_hash.text);
  return states::hash_of(wanted.type, world.host.read_file(states::full_path(args.path, world))) == wanted;
}

// ---- differences ----

struct Diff {
  std::string file1, file2, saltenv = "base";
  bool show_filenames = true;
  Value show_changes = true, template_engine = false, source_hash_file1, source_hash_file2;
};

std::string content_for_diff(const std::string& name, const std::string& environment, Call& call, World& world,
                             bool& is_secret) {
  if (name.rfind("salt://", 0) == 0) {
    const auto content = call.tools.files.read(environment, name.substr(7));
    if (!content) throw Error(ErrorKind::not_found, "File {} not found", name);
    return *content;
  }
  const std::string path = states::full_path(name, world);
  if (const auto status = world.host.status_of_target(path)) is_secret |= states::hides_content(status->mode);
  return world.host.read_file(path);
}

Value get_diff(const Diff& args, Call& call) {
  World world = make_world(call);
  bool is_secret = false;
  const std::string one = content_for_diff(args.file1, args.saltenv, call, world, is_secret);
  const std::string other = content_for_diff(args.file2, args.saltenv, call, world, is_secret);
  if (one == other) return "";
  if (args.show_changes == Value(false)) return "<show_changes=False>";
  const std::string told = states::content_change(one, other);
  if (!told.starts_with("---")) return told;
  return args.show_filenames ? unified_diff(one, other, args.file1, args.file2) : told;
}

}  // namespace

std::vector<Function> file_content_functions() {
  const auto contains_schema = [](const char* name, const char* doc) {
    return Schema<Contains>().required(&Contains::path, "path", "Full path.").required(&Contains::text, name, doc);
  };
  const auto hash = Schema<Hash>()
                        .required(&Hash::path, "path", "Full path.")
                        .optional(&Hash::form, "form", "md5, sha1, sha224, sha256, sha384 or sha512.")
                        .optional(&Hash::chunk_size, "chunk_size", "Kept for Salt's callers.");
  return {
      function<Read>(
          "file.read", "The content of a file.",
          Schema<Read>()
              .required(&Read::path, "path", "Full path.")
              .optional(&Read::binary, "binary", "Kept for Salt's callers: what is no text comes as bytes anyway."),
          read),
      function<SeekRead>("file.seek_read", "A part of the content of a file.",
                         Schema<SeekRead>()
                             .required(&SeekRead::path, "path", "Full path.")
                             .required(&SeekRead::size, "size", "How many bytes.")
                             .required(&SeekRead::offset, "offset", "From which byte on."),
                         seek_read),
      function<Search>(
          "file.search", "True when a regular expression finds something in the file.",
          Schema<Search>()
              .required(&Search::path, "path", "Full path.")
              .required(&Search::pattern, "pattern", "Regular expression, as Python has them.")
              .optional(&Search::flags, "flags", "Names such as IGNORECASE, or Python's number.")
              .optional(&Search::bufsize, "bufsize", "Kept for Salt's callers.")
              .optional(&Search::ignore_if_missing, "ignore_if_missing", "False, and no error, when there is no file.")
              .optional(&Search::multiline, "multiline", "^ and $ match at every line."),
          search),
      function<Contains>("file.contains", "True when a line of the file holds the text.",
                         contains_schema("text", "What to look for."), contains),
      function<Contains>("file.contains_regex", "True when a regular expression finds something in a line of the file.",
                         contains_schema("regex", "Regular expression, as Python has them.")
                             .optional(&Contains::lchar, "lchar", "Characters to take off in front of each line."),
                         contains_regex),
      function<Contains>("file.contains_glob", "True when a glob matches a whole line of the file.",
                         contains_schema("glob_expr", "Glob."), contains_glob),
      function<Hash>("file.get_hash", "The checksum of a file.", hash, get_hash),
      function<Hash>("file.get_sum", "The checksum of a file.", hash, get_hash),
      function<CheckHash>("file.check_hash", "True when a file has this checksum.",
                          Schema<CheckHash>()
                              .required(&CheckHash::path, "path", "Full path.")
                              .required(&CheckHash::file_hash, "file_hash", "sha256=HEX, or HEX alone."),
                          check_hash),
      function<Diff>("file.get_diff", "The difference of two files.",
                     Schema<Diff>()
                         .required(&Diff::file1, "file1", "Full path, or salt://...")
                         .required(&Diff::file2, "file2", "Full path, or salt://...")
                         .optional(&Diff::saltenv, "saltenv", "Environment.")
                         .optional(&Diff::show_filenames, "show_filenames", "Name the files in it.")
                         .optional(&Diff::show_changes, "show_changes", "False tells only that they differ.")
                         .optional(&Diff::template_engine, "template", "Kept for Salt's callers.")
                         .optional(&Diff::source_hash_file1, "source_hash_file1", "Kept for Salt's callers.")
                         .optional(&Diff::source_hash_file2, "source_hash_file2", "Kept for Salt's callers."),
                     get_diff),
  };
}

}  // namespace halite::minion
