#include "states/modules/file/managed.h"

namespace halite::states {

Schema<ManagedFile> managed_schema() {
  return Schema<ManagedFile>()
      .key(&ManagedFile::name, "name", "Full path of the file.")
      .parameter(&ManagedFile::source, "source",
                 "Where the content is: salt://, http(s)://, ftp://, file:// or a full path; of a list, the first that "
                 "exists. An entry may be a map with its checksum.")
      .parameter(&ManagedFile::source_hash, "source_hash",
                 "Checksum the source must have (sha256=HEX), or the address of a file of checksums.")
      .parameter(&ManagedFile::source_hash_name, "source_hash_name", "Name to look for in a file of checksums.")
      .parameter(&ManagedFile::keep_source, "keep_source",
                 "False: a source from http or ftp does not stay in the minion's cache.")
      .property(&ManagedFile::user, "user", "Owner, by name or number. Unset: keep it; a new file is root's.")
      .alias("owner")
      .property(&ManagedFile::group, "group", "Group, by name or number. Unset: keep it; a new file is root's.")
      .property(&ManagedFile::mode, "mode", "Mode such as '0644', or keep for that of the source. Unset: keep it.")
      .property(&ManagedFile::attrs, "attrs", "File attributes as chattr has them, such as i or a; exactly these.")
      .parameter(&ManagedFile::template_engine, "template", "Render the content with this engine first: jinja.")
      .parameter(&ManagedFile::makedirs, "makedirs", "Make missing parent directories.")
      .parameter(&ManagedFile::dir_mode, "dir_mode", "Mode of parents made by makedirs. Unset: the file's, searchable.")
      .parameter(&ManagedFile::context, "context", "Names for the template.")
      .parameter(&ManagedFile::defaults, "defaults", "Names for the template that `context` may replace.")
      .parameter(&ManagedFile::replace, "replace", "Replace the content of a file that is there.")
      .parameter(&ManagedFile::backup, "backup", "minion: keep the old content below the cache directory.")
      .one_of({"", "minion", "master", "both"})
      .parameter(&ManagedFile::show_changes, "show_changes",
                 "Show the difference of the content. Unset: unless others may not read the file.")
      .parameter(&ManagedFile::show_diff, "show_diff", "Another name of show_changes.")
      .deprecated("use show_changes")
      .parameter(&ManagedFile::create, "create", "Make the file when it is not there.")
      .parameter(&ManagedFile::contents, "contents", "The content: text, or a list of lines.")
      .parameter(&ManagedFile::tmp_dir, "tmp_dir", "Directory for the file that check_cmd checks. Unset: /tmp.")
      .parameter(&ManagedFile::tmp_ext, "tmp_ext", "End of the name of the file that check_cmd checks.")
      .parameter(&ManagedFile::contents_pillar, "contents_pillar",
                 "Pillar key (or a list of them) that holds the content.")
      .parameter(&ManagedFile::contents_grains, "contents_grains", "Grain (or a list of them) that holds the content.")
      .parameter(&ManagedFile::contents_newline, "contents_newline", "End the content with a newline.")
      .parameter(&ManagedFile::contents_delimiter, "contents_delimiter",
                 "What separates the parts of a pillar or grain key.")
      .parameter(&ManagedFile::encoding, "encoding",
                 "Encoding of the content given in place, such as latin-1 or utf-16. Unset: UTF-8.")
      .parameter(&ManagedFile::encoding_errors, "encoding_errors", "What to do with text that the encoding lacks.")
      .one_of({"strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace"})
      .parameter(&ManagedFile::allow_empty, "allow_empty", "The content may be empty.")
      .parameter(&ManagedFile::follow_symlinks, "follow_symlinks",
                 "Manage the file that a symlink leads to, not the link.")
      .parameter(&ManagedFile::check_cmd, "check_cmd",
                 "Command that gets the new file's path and must succeed before the old one is replaced.")
      .parameter(&ManagedFile::skip_verify, "skip_verify",
                 "No checksum is asked for of a source from http or ftp; what the cache has of it will do.")
      .parameter(&ManagedFile::verify_ssl, "verify_ssl", "Check the certificate of an https source.")
      .parameter(&ManagedFile::use_etag, "use_etag",
                 "Ask the server of an http source each time whether it changed; no checksum is needed then.");
}

Schema<ManagedFile> managed_derived() {
  return Schema<ManagedFile>()
      .property(&ManagedFile::content, "content", "The content.")
      .show_as_text_diff()
      .property(&ManagedFile::is_symlink, "symlink", "A symlink stands in its place.");
}

}  // namespace halite::states
