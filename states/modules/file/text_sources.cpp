#include "states/modules/file/text_sources.h"

#include "common/base/error.h"
#include "states/providers/sources.h"

namespace halite::states {
namespace {

std::string text_of(const std::string& name, const std::string& hash, const TextSources& asked, World& world) {
  std::string text = read_source({.sources = {{name, hash}}}, world).content;
  if (asked.template_engine.empty()) return text;
  return render_text({.engine = asked.template_engine,
                      .text = std::move(text),
                      .source_name = name,
                      .context = template_names(asked.context, "Context"),
                      .defaults = template_names(asked.defaults, "Defaults")},
                     world);
}

}  // namespace

std::optional<std::vector<std::string>> texts_of(const TextSources& asked, World& world) {
  if (asked.source && asked.sources) throw Error(ErrorKind::invalid, "source and sources are mutually exclusive");
  if (!asked.source_hash.text.empty() && !asked.source_hashes.items.empty())
    throw Error(ErrorKind::invalid, "source_hash and source_hashes are mutually exclusive");
  const auto& names = asked.source ? asked.source : asked.sources;
  if (!names) return std::nullopt;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < names->items.size(); ++i) {
    const auto& hashes = asked.source_hashes.items;
    texts.push_back(text_of(names->items[i], i < hashes.size() ? hashes[i] : asked.source_hash.text, asked, world));
  }
  return texts;
}

}  // namespace halite::states
