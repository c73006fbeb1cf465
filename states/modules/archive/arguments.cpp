#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/archive/archive.h"
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

// The options that tar has in Salt's trees and that bsdtar has too.
void read_options(Extraction& asked) {
  const auto words = split_words(asked.options);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = words[i];
    const auto value_of = [&](const char* option) -> std::optional<std::string> {
      const std::string name(option);
      if (word.starts_with(name + "=")) return word.substr(name.size() + 1);
      if (word == name && i + 1 < words.size()) return words[++i];
      return std::nullopt;
    };
    std::optional<std::string> count = value_of("--strip-components");
    if (!count) count = value_of("--strip");
    if (count) {
      const auto number = parse_int(*count);
      if (!number || *number < 0 || *number > 100)
        throw Error(ErrorKind::invalid, "'options': --strip-components takes a number from 0 to 100, not '{}'", *count);
      asked.strip_components = static_cast<int>(*number);
    } else if (const auto pattern = value_of("--exclude")) {
      asked.exclude.push_back(*pattern);
    } else if (word == "--no-same-owner") {
      asked.keeps_owners = false;
    } else if (word == "--no-same-permissions") {
      asked.keeps_modes = false;
    } else if (word != "--same-owner" && word != "--same-permissions" && word != "--verbose" && word != "--overwrite" &&
               (word.starts_with("--") || word.find_first_not_of("-vxfzjJapoq") != std::string::npos)) {
      throw Error(ErrorKind::invalid,
                  "'options': '{}' is not known here; there are --strip-components, --exclude, --no-same-owner and "
                  "--no-same-permissions (compression is found out without any)",
                  word);
    }
  }
}

std::int64_t read_trim(const Value& trim) {
  if (trim.is_null() || trim == Value(false)) return 0;
  if (trim == Value(true)) return 100;
  const auto number = Convert<Number>::decode(trim).value;
  if (number < 0)
    throw Error(ErrorKind::invalid, "'trim_output' must be true, false or a number from 0 up, not {}", number);
  return number;
}

}  // namespace

Schema<Extraction> extraction_schema() {
  return Schema<Extraction>()
      .key(&Extraction::name, "name", "Full path of the directory; it is made when it is not there.")
      .parameter(&Extraction::source, "source",
                 "The archive: salt://, http(s)://, ftp://, file:// or a full path; of a list, the first that exists.")
      .parameter(&Extraction::source_hash, "source_hash",
                 "Checksum the archive must have (sha256=HEX), or the address of a file of checksums.")
      .parameter(&Extraction::source_hash_name, "source_hash_name", "Name to look for in a file of checksums.")
      .parameter(&Extraction::source_hash_update, "source_hash_update",
                 "Unpack again when the archive differs from the one unpacked last.")
      .parameter(&Extraction::skip_files_list_verify, "skip_files_list_verify",
                 "When the archive is the one unpacked last, do not look for what it holds.")
      .parameter(&Extraction::skip_verify, "skip_verify", "No checksum is asked for of an archive from http or ftp.")
      .parameter(&Extraction::use_etag, "use_etag", "Ask the server each time whether the archive changed.")
      .parameter(&Extraction::keep_source, "keep_source", "False: a fetched archive does not stay in the cache.")
      .alias("keep")
      .parameter(&Extraction::password, "password", "Password of a zip archive.")
      .secret()
      .parameter(&Extraction::options, "options",
                 "Options of tar: --strip-components=N, --exclude=GLOB, --no-same-owner, --no-same-permissions.")
      .parameter(&Extraction::list_options, "list_options", "Kept for Salt's trees; no archive needs them here.")
      .parameter(&Extraction::force, "force", "Remove what is of another kind than the archive has it.")
      .parameter(&Extraction::overwrite, "overwrite", "Unpack each time.")
      .parameter(&Extraction::clean, "clean", "Before unpacking, remove what the archive has at its top level.")
      .parameter(&Extraction::clean_parent, "clean_parent", "Before unpacking, remove the directory.")
      .parameter(&Extraction::user, "user", "Owner of what the archive holds. Unset: as the archive has it.")
      .parameter(&Extraction::group, "group", "Group of what the archive holds. Unset: as the archive has it.")
      .parameter(&Extraction::if_missing, "if_missing", "When this path is there, nothing is to be done.")
      .parameter(&Extraction::trim, "trim_output", "How many of the unpacked paths are told; true is 100.")
      .parameter(&Extraction::use_cmd_unzip, "use_cmd_unzip", "Kept for Salt's trees; one program unpacks all formats.")
      .parameter(&Extraction::extract_perms, "extract_perms", "Give files the modes that the archive has.")
      .parameter(&Extraction::enforce_toplevel, "enforce_toplevel",
                 "Refuse an archive that has more than one directory at its top level.")
      .parameter(&Extraction::enforce_ownership_on, "enforce_ownership_on",
                 "The one path below the directory that user and group are meant for.")
      .parameter(&Extraction::archive_format, "archive_format", "tar, zip or rar. Unset: by the name of the source.");
}

std::optional<Outcome> prepare_extraction(Extraction& asked, World& world) {
  if (asked.skip_files_list_verify && asked.skip_verify)
    throw Error(ErrorKind::invalid, "Only one of \"skip_files_list_verify\" and \"skip_verify\" can be set to True");
  if (!asked.name.starts_with('/')) throw Error(ErrorKind::invalid, "{} is not an absolute path", asked.name);
  asked.name = full_path(asked.name, world);
  const auto there = world.host.status_of_target(asked.name);
  if (there && there->type != FileType::directory)
    throw Error(ErrorKind::invalid, "{} exists and is not a directory", asked.name);
  if (!asked.if_missing.empty() && !asked.if_missing.starts_with('/'))
    throw Error(ErrorKind::invalid, "Value for 'if_missing' is not an absolute path");
  std::string& owned = asked.enforce_ownership_on;
  if (!owned.empty() && !owned.starts_with('/'))
    throw Error(ErrorKind::invalid, "Value for 'enforce_ownership_on' is not an absolute path");
  if (!owned.empty()) owned = normal_path(owned);
  if (!owned.empty() && owned != asked.name && !owned.starts_with(asked.name + "/"))
    throw Error(ErrorKind::invalid, "Value for 'enforce_ownership_on' must be within {}/", asked.name);
  if (!asked.if_missing.empty() && world.host.status_of_target(asked.if_missing))
    return unchanged(fmt::format("Path {} exists", asked.if_missing));
  check_owners_exist(asked.user, asked.group, world);
  if (asked.clean && asked.clean_parent)
    throw Error(ErrorKind::invalid, "Only one of 'clean' and 'clean_parent' can be set to True");
  if (asked.source.is_null() || asked.source == Value(""))
    throw Error(ErrorKind::invalid, "'source' is missing: where is the archive?");
  read_options(asked);
  asked.trim_output = read_trim(asked.trim);
  return std::nullopt;
}

void check_format(const Extraction& asked) {
  const std::string format = to_lower(asked.archive_format);
  if (format.empty())
    throw Error(ErrorKind::invalid,
                "Could not guess archive_format from the value of the 'source' argument. Please set this "
                "archive_format to one of the following: tar, rar, zip");
  if (format != "tar" && format != "rar" && format != "zip")
    throw Error(ErrorKind::invalid,
                "Invalid archive_format '{}'. Either set it to a supported value (tar, rar, zip) or remove this "
                "argument and the archive format will be guessed based on file extension.",
                format);
  if (format != "zip" && !asked.password.text.empty())
    throw Error(ErrorKind::invalid, "The 'password' argument is only supported for zip archives");
  if (format == "rar" && !asked.options.empty())
    throw Error(ErrorKind::invalid,
                "The 'options' argument is only compatible with the following archive formats: tar, zip");
}

}  // namespace halite::states
