// file.patch: a patch is applied to a file, or to the files of a directory.
#include <memory>

#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "states/modules/file/common.h"
#include "states/providers/private_file.h"
#include "states/providers/sources.h"

namespace halite::states {
namespace {

struct Patch {
  std::string name, options, template_engine, source_hash_name;
  Value source, context, defaults;
  Text source_hash;
  std::optional<std::string> reject_file, saltenv;
  std::optional<Number> strip;
  bool skip_verify = false;
  // Derived.
  std::optional<bool> is_applied;
  std::string text, path;
  bool is_directory = false;
  Argv words;                         // options that were asked for
  std::shared_ptr<std::string> told;  // what the program said
};

Schema<Patch> schema() {
  return Schema<Patch>()
      .key(&Patch::name, "name", "Full path of the file, or of the directory that the patch's paths begin in.")
      .key(&Patch::source, "source", "Where the patch is: salt://, http://, file:// or a full path; of a list, the first that exists.")
      .parameter(&Patch::source_hash, "source_hash", "Checksum the source must have (sha256=HEX).")
      .parameter(&Patch::source_hash_name, "source_hash_name", "The name to look for in a file of checksums.")
      .parameter(&Patch::skip_verify, "skip_verify", "A source from elsewhere needs no checksum.")
      .parameter(&Patch::template_engine, "template", "Render the patch with this engine first.")
      .parameter(&Patch::context, "context", "Names for the template.")
      .parameter(&Patch::defaults, "defaults", "Names for the template that `context` may replace.")
      .parameter(&Patch::options, "options", "Further options of patch, such as --ignore-whitespace.")
      .parameter(&Patch::reject_file, "reject_file", "Full path for the parts that do not fit. Unset: they are dropped.")
      .parameter(&Patch::strip, "strip", "Parts to take from the front of the patch's paths. Needed for a directory.")
      .parameter(&Patch::saltenv, "saltenv", "Environment of the source. Unset: that of the state.");
}

// What we say ourselves, and what would write elsewhere.
const std::vector<std::string> refused_options{"-N", "--forward", "-r", "--reject-file", "-o", "--output", "-d", "--directory", "-i", "--input", "-b", "--backup", "--dry-run"};

CommandResult run_on(const std::string& path, const Patch& asked, Argv words, World& world) {
  Argv argv{"patch", "--no-backup-if-mismatch"};
  argv.insert(argv.end(), words.begin(), words.end());
  if (asked.strip) argv.push_back(fmt::format("-p{}", asked.strip->value));
  argv.insert(argv.end(), asked.words.begin(), asked.words.end());
  if (asked.is_directory) argv.insert(argv.end(), {"-d", path});
  else argv.push_back(path);
  return world.host.execute({.argv = argv, .environment = {{"LC_ALL", "C"}}, .input = asked.text, .is_cancelled = world.is_cancelled});
}

// A file that only the dry run has seen so far is tried as a copy.
CommandResult run(const Patch& asked, Argv words, World& world) {
  if (world.dry_run && !asked.is_directory) {
    const auto planned = world.host.read_file_if_exists(asked.path);
    if (planned && planned != world.own_files.read_file_if_exists(asked.path)) {
      const PrivateFile copy("patched", *planned, world.own_files);
      CommandResult result = run_on(copy.path(), asked, std::move(words), world);
      result.output = replace_all(result.output, copy.path(), asked.path);
      result.error = replace_all(result.error, copy.path(), asked.path);
      return result;
    }
  }
  return run_on(asked.path, asked, std::move(words), world);
}

bool is_applied(const Patch& asked, World& world) { return run(asked, {"--dry-run", "-R", "-f", "-r", "-"}, world).exit_code == 0; }

void read_options(Patch& asked) {
  asked.words = split_shell_words(asked.options);
  for (const auto& word : asked.words)
    for (const auto& refused : refused_options)
      if (word == refused || (word.starts_with(refused) && (refused.size() == 2 ? !word.starts_with("--") : word[refused.size()] == '=')) || word[0] != '-')
        throw Error(ErrorKind::invalid, "The following CLI options are not allowed: {}", escape_control(word));
}

std::optional<Outcome> prepare(Patch& asked, World& world) {
  asked.path = full_path(asked.name, world);
  const auto status = world.host.status_of_target(asked.path);
  if (!status) throw Error(ErrorKind::not_found, "{} does not exist", asked.path);
  asked.is_directory = status->type == FileType::directory;
  if (asked.is_directory && !asked.strip) throw Error(ErrorKind::invalid, "'strip' is missing: {} is a directory, so paths in the patch count", asked.path);
  if (!asked.is_directory) asked.path = follow_link(asked.path, world);
  if (asked.reject_file && !asked.reject_file->starts_with('/')) throw Error(ErrorKind::invalid, "'{}' is not an absolute path", *asked.reject_file);
  read_options(asked);
  if (asked.saltenv) world.environment = *asked.saltenv;
  const Source source = read_source({.sources = source_names(asked.source),
                                     .hash = asked.source_hash.text,
                                     .hash_name = asked.source_hash_name,
                                     .skip_verify = asked.skip_verify},
                                    world);
  asked.text = source.content;
  if (!asked.template_engine.empty())
    asked.text = render_text({.engine = asked.template_engine,
                              .text = asked.text,
                              .source_name = source.name,
                              .context = template_names(asked.context, "context"),
                              .defaults = template_names(asked.defaults, "defaults")},
                             world);
  asked.is_applied = true;
  asked.told = std::make_shared<std::string>();
  if (is_applied(asked, world)) return unchanged("Patch was already applied");
  const CommandResult would = run(asked, {"--dry-run", "-N", "-f", "-r", "-"}, world);
  if (would.exit_code != 0)
    return failed(fmt::format("Patch would not apply cleanly, no changes made.\n{}", trim(would.output + would.error)));
  // What it will say when it does it.
  *asked.told = replace_all(std::string(trim(would.output)), "checking file ", "patching file ");
  return std::nullopt;
}

std::optional<Patch> read(const Patch& asked, World& world) {
  Patch now;
  now.is_applied = is_applied(asked, world);
  return now;
}

void apply(const std::optional<Patch>&, const std::optional<Patch>& want, World& world) {
  const CommandResult result = run(*want, {"-N", "-f", "-r", want->reject_file.value_or("-")}, world);
  *want->told = std::string(trim(result.output));
  if (result.exit_code != 0) throw Error(ErrorKind::unavailable, "Failed to apply patch: {}", trim(result.output + result.error));
}

}  // namespace

Function file_patch() {
  Resource<Patch> patch{.name = "file", .schema = schema(), .read = read, .apply = apply};
  patch.derived = Schema<Patch>().property(&Patch::is_applied, "applied", "The patch is applied.");
  patch.prepare = prepare;
  Wording<Patch> words;
  words.planned = [](const Change<Patch>&) -> std::string { return "The patch would be applied"; };
  words.done = [](const Change<Patch>&) -> std::string { return "Patch successfully applied"; };
  words.changes = [](const Change<Patch>& change) { return Map{{"retcode", 0}, {"stdout", *change.asked.told}}; };
  return patch.ensure("patch", "A patch is applied.", {{"name", "/etc/app.conf"}, {"source", "salt://app.patch"}}, as_given<Patch>, words);
}

}  // namespace halite::states
