// file.decode: a file has the content that a base64 text stands for.
#include <cctype>

#include "common/base/strings.h"
#include "states/lookup.h"
#include "states/modules/file/common.h"
#include "states/providers/source_hash.h"

namespace halite::states {
namespace {

struct Decode {
  std::string name, encoding_type = "base64", checksum = "md5";
  std::optional<std::string> encoded_data, contents_pillar;
  // Derived.
  std::optional<std::string> digest;
  std::string content, path;
};

Schema<Decode> schema() {
  return Schema<Decode>()
      .key(&Decode::name, "name", "Full path of the file.")
      .parameter(&Decode::encoded_data, "encoded_data", "The base64 text.")
      .secret()
      .parameter(&Decode::contents_pillar, "contents_pillar", "Where pillar has the text, such as app:keytab.")
      .parameter(&Decode::encoding_type, "encoding_type", "How the text is encoded.")
      .one_of({"base64"})
      .parameter(&Decode::checksum, "checksum", "Hash that the changes show.");
}

std::string encoded_text(const Decode& asked, World& world) {
  if (!asked.encoded_data && !asked.contents_pillar)
    throw Error(ErrorKind::invalid, "Specify either the 'encoded_data' or 'contents_pillar' argument.");
  if (asked.encoded_data && asked.contents_pillar)
    throw Error(ErrorKind::invalid, "Specify only one 'encoded_data' or 'contents_pillar' argument.");
  if (asked.encoded_data) return *asked.encoded_data;
  const auto found = look_up(world.pillar, *asked.contents_pillar);
  if (!found || !found->is_string()) throw Error(ErrorKind::not_found, "Pillar data not found.");
  return found->as_string();
}

std::optional<Outcome> prepare(Decode& asked, World& world) {
  std::string text = encoded_text(asked, world);
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  auto content = from_base64(text);
  if (!content) throw Error(ErrorKind::invalid, "what {} is to have is no base64", asked.name);
  asked.content = std::move(*content);
  asked.digest = hash_of(crypto::hash_type_from(asked.checksum), asked.content).hex;
  asked.path = follow_link(full_path(asked.name, world), world);
  if (!has_directory(world, parent_of(asked.path))) throw Error(ErrorKind::not_found, "Parent directory of {} is not present", asked.name);
  return std::nullopt;
}

std::optional<Decode> read(const Decode& asked, World& world) {
  const auto content = world.host.read_file_if_exists(asked.path);
  if (!content) return std::nullopt;
  Decode found;
  found.digest = hash_of(crypto::hash_type_from(asked.checksum), *content).hex;
  return found;
}

void apply(const std::optional<Decode>&, const std::optional<Decode>& want, World& world) { world.host.replace_file(want->path, want->content, {}); }

}  // namespace

Function file_decode() {
  Resource<Decode> decode{.name = "file", .schema = schema(), .read = read, .apply = apply};
  decode.derived = Schema<Decode>().property(&Decode::digest, "digest", "Hash of its content.");
  decode.prepare = prepare;
  decode.rehearses = true;
  Wording<Decode> words;
  words.correct = [](const Decode&) -> std::string { return "File is in the correct state."; };
  words.planned = [](const Change<Decode>&) -> std::string { return "File is set to be updated."; };
  words.done = [](const Change<Decode>&) -> std::string { return "File was updated."; };
  words.changes = [](const Change<Decode>& change) {
    return Map{{"old", change.before ? Value(*change.before->digest) : Value()}, {"new", *change.after->digest}};
  };
  return decode.ensure("decode", "A file has the content that a base64 text stands for.", {{"name", "/etc/app.bin"}, {"encoded_data", "aGVsbG8="}},
                       as_given<Decode>, words);
}

}  // namespace halite::states
