// Texts that a state takes from sources, rendered: of file.append, file.prepend and file.blockreplace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "states/arguments.h"
#include "states/resource.h"
#include "states/world.h"

namespace halite::states {

struct TextSources {
  std::optional<TextList> source, sources;
  Text source_hash;
  TextList source_hashes;
  std::string template_engine = "jinja";
  Value context, defaults;
};

template <class T>
void add_text_sources(Schema<T>& schema) {
  schema
      .parameter(static_cast<std::optional<TextList> T::*>(&T::source), "source",
                 "Where the text is instead: salt://, http://, file:// or a full path; of a list, all in their order.")
      .parameter(static_cast<Text T::*>(&T::source_hash), "source_hash", "Checksum the source must have (sha256=HEX).")
      .parameter(static_cast<std::optional<TextList> T::*>(&T::sources), "sources",
                 "Several sources, one after the other.")
      .parameter(static_cast<TextList T::*>(&T::source_hashes), "source_hashes",
                 "Checksums of the sources, in their order.")
      .parameter(static_cast<std::string T::*>(&T::template_engine), "template",
                 "The texts of sources are rendered with this engine first; empty: they are not.")
      .parameter(static_cast<Value T::*>(&T::context), "context", "Names for the template.")
      .parameter(static_cast<Value T::*>(&T::defaults), "defaults",
                 "Names for the template that `context` may replace.");
}

// The texts of the sources; nothing when none is asked for. Throws Error(invalid) for source beside sources.
std::optional<std::vector<std::string>> texts_of(const TextSources& asked, World& world);

}  // namespace halite::states
