// archive.*: archives listed, unpacked and made, by bsdtar and gzip.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/archives.h"
#include "states/providers/paths.h"
#include "states/providers/sources.h"

namespace halite::minion {
namespace {

using states::World;

struct Listing {
  std::string name, saltenv = "base", source_hash;
  Value archive_format, options, clean, use_etag;
  std::optional<states::Number> strip_components;
  bool verbose = false;
};

std::string fetched(const std::string& name, const std::string& saltenv, const std::string& hash, World& world) {
  world.environment = saltenv;
  return states::fetch_source({.sources = {name}, .hash = hash, .skip_verify = hash.empty()}, world).path;
}

bool is_top(const std::string& path) {
  return path.find('/') == std::string::npos;
}

// Salt's names: directories end in a slash, links stand apart.
Value list(const Listing& args, Call& call) {
  World world = make_world(call);
  states::ArchiveRequest request{.path = fetched(args.name, args.saltenv, args.source_hash, world)};
  if (args.strip_components) request.strip_components = static_cast<int>(args.strip_components->value);
  List all, directories, files, links, top_directories, top_files, top_links;
  for (const auto& entry : states::list_archive(request, world)) {
    const bool is_directory = entry.type == FileType::directory, is_link = entry.type == FileType::symlink;
    const std::string name = is_directory ? entry.path + "/" : entry.path;
    all.push_back(name);
    (is_directory ? directories : is_link ? links : files).push_back(name);
    if (is_top(entry.path)) (is_directory ? top_directories : is_link ? top_links : top_files).push_back(name);
  }
  if (!args.verbose) return all;
  return Map{{"dirs", directories},
             {"files", files},
             {"links", links},
             {"top_level_dirs", top_directories},
             {"top_level_files", top_files},
             {"top_level_links", top_links}};
}

Value is_encrypted(const Listing& args, Call& call) {
  World world = make_world(call);
  const std::string path = fetched(args.name, args.saltenv, args.source_hash, world);
  // Names are readable without the password; the first content is not.
  Command command{.argv = {"setsid", "--wait", "bsdtar", "-xOf", path}};
  command.output_limit_bytes = 1;
  const CommandResult result = world.host.execute(command);
  return result.exit_code != 0 && result.error.find("assphrase") != std::string::npos;
}

struct Unpack {
  std::string archive, dest;
  states::TextList excludes;
  Value options, template_engine, runas, trim_output;
  states::Text password;
  bool extract_perms = true;
};

Value unpack(const Unpack& args, Call& call) {
  World world = make_world(call);
  const std::string archive = states::full_path(args.archive, world), dest = states::full_path(args.dest, world);
  if (!args.runas.is_null()) throw Error(ErrorKind::invalid, "{}: runas is not known here", call.name);
  if (!world.host.status_of_target(dest)) {
    states::make_parents(dest, {}, world);
    world.host.make_directory(dest, {});
  }
  return states::extract_archive({.path = archive,
                                  .exclude = args.excludes.items,
                                  .password = args.password.text,
                                  .keep_modes = args.extract_perms},
                                 dest, world);
}

struct Pack {
  std::string options, archive, cwd, runas, dest;
  states::TextList sources;
  Value template_engine, zip64;
};

std::string pack(const Pack& args, const std::vector<std::string>& how, World& world) {
  if (args.sources.items.empty()) throw Error(ErrorKind::invalid, "no source was given: what shall the archive hold?");
  Command command{.argv = {"bsdtar"}};
  command.argv.insert(command.argv.end(), how.begin(), how.end());
  command.argv.insert(command.argv.end(), {"-cf", states::full_path(args.archive, world)});
  command.directory = args.cwd.empty() ? "/" : states::full_path(args.cwd, world);
  command.argv.push_back("--");
  for (const auto& source : args.sources.items)
    for (const auto& name : split(source, ',')) command.argv.push_back(name);
  command.run_as = args.runas;
  const CommandResult result = world.host.execute(command);
  if (result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "bsdtar ended with code {}: {}", result.exit_code, trim(result.error));
  return result.output;
}

// archive.tar cvzf /tmp/x.tar.gz sources: what the letters c, x and t say; compression by letter or name.
Value tar(const Pack& args, Call& call) {
  World world = make_world(call);
  const auto has = [&](char letter) { return args.options.find(letter) != std::string::npos; };
  if (has('t')) {
    List names;
    for (const auto& entry : states::list_archive({.path = states::full_path(args.archive, world)}, world))
      names.push_back(entry.type == FileType::directory ? entry.path + "/" : entry.path);
    return names;
  }
  if (has('x')) {
    Unpack asked;
    asked.archive = args.archive;
    asked.dest = args.dest.empty() ? args.cwd : args.dest;
    return unpack(asked, call);
  }
  if (!has('c'))
    throw Error(ErrorKind::invalid, "archive.tar: options need one of c, x and t, as tar has them; there is '{}'",
                args.options);
  std::vector<std::string> how{"--format=pax"};
  if (has('z')) how.push_back("-z");
  if (has('j')) how.push_back("-j");
  if (has('J')) how.push_back("-J");
  if (how.size() == 1) how.push_back("--auto-compress");
  pack(args, how, world);
  return args.sources.items;
}

Value zip(const Pack& args, Call& call) {
  World world = make_world(call);
  pack(args, {"--format=zip"}, world);
  return args.sources.items;
}

struct Compress {
  std::string file;
  Value template_engine, options;
  std::string runas;
};

Value run_gzip(const char* program, const Compress& args, Call& call) {
  World world = make_world(call);
  Command command{.argv = {program, "-v", "--", states::full_path(args.file, world)}};
  command.run_as = args.runas;
  const CommandResult result = world.host.execute(command);
  if (result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "{} ended with code {}: {}", program, result.exit_code, trim(result.error));
  return split_lines(result.output + result.error);
}

Value gzip(const Compress& args, Call& call) {
  return run_gzip("gzip", args, call);
}
Value gunzip(const Compress& args, Call& call) {
  return run_gzip("gunzip", args, call);
}

Schema<Unpack> unpack_schema(const char* name) {
  return Schema<Unpack>()
      .required(&Unpack::archive, name, "Full path of the archive.")
      .required(&Unpack::dest, "dest", "Full path of the directory; it is made when it is not there.")
      .optional(&Unpack::excludes, "excludes", "Globs of what is left out.")
      .optional(&Unpack::options, "options", "Kept for Salt's callers.")
      .optional(&Unpack::template_engine, "template", "Kept for Salt's callers.")
      .optional(&Unpack::runas, "runas", "Not known here.")
      .optional(&Unpack::trim_output, "trim_output", "Kept for Salt's callers.")
      .optional(&Unpack::password, "password", "Password of a zip archive.")
      .secret()
      .optional(&Unpack::extract_perms, "extract_perms", "Give files the modes that the archive has.");
}

}  // namespace

std::vector<Function> archive_functions() {
  const auto listing =
      Schema<Listing>()
          .required(&Listing::name, "name", "The archive: salt://, http(s)://, file:// or a full path.")
          .optional(&Listing::archive_format, "archive_format", "Kept for Salt's callers: it is found out.")
          .optional(&Listing::options, "options", "Kept for Salt's callers.")
          .optional(&Listing::strip_components, "strip_components", "Take so many parts off the paths.")
          .optional(&Listing::clean, "clean", "Kept for Salt's callers.")
          .optional(&Listing::verbose, "verbose", "Tell directories, files and links apart.")
          .optional(&Listing::saltenv, "saltenv", "Environment.")
          .optional(&Listing::source_hash, "source_hash", "Checksum it must have.")
          .optional(&Listing::use_etag, "use_etag", "Kept for Salt's callers.");
  const auto compress = [](const char* name) {
    return Schema<Compress>()
        .required(&Compress::file, name, "Full path of the file.")
        .optional(&Compress::template_engine, "template", "Kept for Salt's callers.")
        .optional(&Compress::runas, "runas", "Run as this user.")
        .optional(&Compress::options, "options", "Kept for Salt's callers.");
  };
  const auto zip_schema = Schema<Pack>()
                              .required(&Pack::archive, "zip_file", "Full path of the archive.")
                              .required(&Pack::sources, "sources", "What it is to hold.")
                              .optional(&Pack::template_engine, "template", "Kept for Salt's callers.")
                              .optional(&Pack::cwd, "cwd", "Directory that the sources are seen from.")
                              .optional(&Pack::runas, "runas", "Run as this user.")
                              .optional(&Pack::zip64, "zip64", "Kept for Salt's callers.");
  return {
      function<Listing>("archive.list", "What an archive holds.", listing, list),
      function<Listing>("archive.is_encrypted", "True when a zip archive has a password.", listing, is_encrypted),
      function<Pack>("archive.tar", "Makes, unpacks or lists a tar archive, by the letters c, x and t.",
                     Schema<Pack>()
                         .required(&Pack::options, "options", "As tar has them: cvzf, xf, tf.")
                         .required(&Pack::archive, "tarfile", "Full path of the archive.")
                         .optional(&Pack::sources, "sources", "What a new archive is to hold.")
                         .optional(&Pack::dest, "dest", "Where to unpack.")
                         .optional(&Pack::cwd, "cwd", "Directory that the sources are seen from.")
                         .optional(&Pack::template_engine, "template", "Kept for Salt's callers.")
                         .optional(&Pack::runas, "runas", "Run as this user."),
                     tar),
      function<Pack>("archive.zip", "Makes a zip archive.", zip_schema, zip),
      function<Pack>("archive.cmd_zip", "Makes a zip archive.", zip_schema, zip),
      function<Unpack>("archive.unzip", "Unpacks a zip archive; gives the paths.", unpack_schema("zip_file"), unpack),
      function<Unpack>("archive.cmd_unzip", "Unpacks a zip archive; gives the paths.", unpack_schema("zip_file"),
                       unpack),
      function<Unpack>("archive.unrar", "Unpacks a rar archive; gives the paths.", unpack_schema("rarfile"), unpack),
      function<Compress>("archive.gzip", "Compresses a file.", compress("sourcefile"), gzip),
      function<Compress>("archive.gunzip", "Takes a compressed file apart.", compress("gzipfile"), gunzip),
  };
}

}  // namespace halite::minion
