// The content that file.managed is asked for: given in place, from pillar or grains, or from a source.
#include "common/base/strings.h"
#include "states/lookup.h"
#include "states/modules/file/common.h"
#include "states/modules/file/managed.h"
#include "states/providers/sources.h"
#include "states/text/encode.h"

namespace halite::states {
namespace {

std::string joined_lookup(const Value& paths, const Value& data, const std::string& delimiter, const char* what) {
  std::string text;
  for (const Value& path : paths.is_list() ? paths.as_list() : List{paths}) {
    const auto found = look_up(data, python_text(path), delimiter);
    if (!found || found->is_null()) throw Error(ErrorKind::not_found, "{} {} does not exist", what, python_text(path));
    if (!text.empty()) text += "\n";
    if (!found->is_list())
      text += python_text(*found);
    else
      for (const Value& line : found->as_list()) text += python_text(line) + "\n";
  }
  return text;
}

// Salt joins what it is given line by line, whatever ends the lines had.
std::string joined_lines(const Value& contents, bool ends_with_newline) {
  std::string text;
  for (const Value& part : contents.is_list() ? contents.as_list() : List{contents})
    for (const auto& line : python_lines(python_text(part))) text += line + "\n";
  if (!ends_with_newline)
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

std::string given_contents(const ManagedFile& asked, World& world) {
  Value contents = asked.contents;
  if (!asked.contents_pillar.is_null())
    contents = joined_lookup(asked.contents_pillar, world.pillar, asked.contents_delimiter, "Pillar");
  if (!asked.contents_grains.is_null())
    contents = joined_lookup(asked.contents_grains, world.grains, asked.contents_delimiter, "Grain");
  if (contents.is_bytes()) return contents.if_bytes()->data;
  const bool is_empty = contents == Value("") || (contents.is_list() && contents.as_list().empty());
  if (is_empty && !asked.allow_empty)
    throw Error(ErrorKind::invalid,
                "'contents' value would result in empty contents. Set allow_empty to True to allow the managed file to "
                "be empty.");
  if (contents.is_list() && contents.as_list().empty())
    throw Error(ErrorKind::invalid,
                "Contents specified by contents/contents_pillar/contents_grains is not a string or list of strings, "
                "and is not binary data. SLS is likely malformed.");
  return joined_lines(contents, asked.contents_newline);
}

std::string rendered(const ManagedFile& asked, std::string text, const std::string& source_name, World& world) {
  if (asked.template_engine.empty()) return text;
  RenderRequest request{.engine = asked.template_engine, .text = std::move(text), .source_name = source_name};
  request.context = template_names(asked.context, "Context");
  request.defaults = template_names(asked.defaults, "Defaults");
  request.extra = {{"name", asked.name},
                   {"source", source_name},
                   {"user", asked.user ? Value(asked.user->text) : Value()},
                   {"group", asked.group ? Value(asked.group->text) : Value()},
                   {"mode", asked.mode && !asked.mode->keep ? Value(mode_text(asked.mode->bits)) : Value()},
                   {"saltenv", world.environment}};
  if (const Value texts = accumulated_for(asked.name, world); !texts.is_null()) request.extra.set("accumulator", texts);
  return render_text(request, world);
}

}  // namespace

bool has_content(const ManagedFile& asked) {
  return !asked.contents.is_null() || !asked.contents_pillar.is_null() || !asked.contents_grains.is_null() ||
         !(asked.source.is_null() || asked.source == Value(""));
}

void check_combination(const ManagedFile& asked) {
  const int contents = !asked.contents.is_null() + !asked.contents_pillar.is_null() + !asked.contents_grains.is_null();
  if (!asked.source.is_null() && contents > 0)
    throw Error(ErrorKind::invalid,
                "'source' cannot be used in combination with 'contents', 'contents_pillar', or 'contents_grains'");
  if (asked.mode && asked.mode->keep && contents > 0)
    throw Error(
        ErrorKind::invalid,
        "Mode preservation cannot be used in combination with 'contents', 'contents_pillar', or 'contents_grains'");
  if (contents > 1)
    throw Error(ErrorKind::invalid, "Only one of 'contents', 'contents_pillar', and 'contents_grains' is permitted");
}

void fill_content(ManagedFile& asked, World& world) {
  if (!asked.contents.is_null() || !asked.contents_pillar.is_null() || !asked.contents_grains.is_null()) {
    asked.content = rendered(asked, given_contents(asked, world), asked.name, world);
    if (!asked.encoding.empty()) asked.content = encode(*asked.content, asked.encoding, asked.encoding_errors);
    return;
  }
  if (!has_content(asked)) return;
  Source source = read_source({.sources = source_names(asked.source),
                               .hash = asked.source_hash.text,
                               .hash_name = asked.source_hash_name,
                               .skip_verify = asked.skip_verify,
                               .verify_ssl = asked.verify_ssl,
                               .use_etag = asked.use_etag,
                               .keep_source = asked.keep_source,
                               .destination = asked.path,
                               .may_take_destination = asked.template_engine.empty()},
                              world);
  asked.has_source = true;
  if (asked.mode && asked.mode->keep) {
    asked.mode.reset();
    if (source.mode) asked.mode = FileMode{*source.mode, false};
  }
  asked.content = rendered(asked, std::move(source.content), source.name, world);
}

}  // namespace halite::states
