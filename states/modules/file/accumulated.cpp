// file.accumulated: texts from several states for one file.
#include <algorithm>

#include "states/arguments.h"
#include "states/modules/file/common.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Accumulated {
  std::string name, filename;
  Value text;
};

// Ids and names of the states in a requisite, and whether one of them is a file's.
bool add_takers(const Value& requisite, std::set<std::string>& takers) {
  bool has_file = false;
  const List* items = requisite.if_list();
  if (!items) return false;
  for (const Value& item : *items) {
    const Map* one = item.if_map();
    if (!one) continue;
    for (const auto& [state, id] : *one) {
      has_file = has_file || state == Value("file");
      takers.insert(python_text(id));
    }
  }
  return has_file;
}

// Nothing on the machine changes, so a dry run gathers too: the file that takes the texts is judged by them.
Outcome run(const Accumulated& asked, World& world) {
  if (asked.text.is_null()) return failed("No text supplied for accumulator");
  std::set<std::string> takers;
  const bool is_required = add_takers(world.require_in, takers), is_watched = add_takers(world.watch_in, takers);
  if (!is_required && !is_watched)
    return failed(fmt::format("Orphaned accumulator {} in {}:{}", asked.name, world.sls, world.id));
  World::Accumulator& accumulator = world.accumulated[asked.filename][asked.name];
  accumulator.takers.merge(takers);
  const List* list = asked.text.if_list();
  bool is_new = false;
  for (const Value& text : list ? *list : List{asked.text}) {
    if (std::find(accumulator.texts.begin(), accumulator.texts.end(), text) != accumulator.texts.end()) continue;
    accumulator.texts.push_back(text);
    is_new = true;
  }
  return unchanged(is_new ? fmt::format("Accumulator {} for file {} was charged by text", asked.name, asked.filename)
                          : fmt::format("Accumulator {} for file {} holds the text already", asked.name, asked.filename));
}

}  // namespace

Value accumulated_for(const std::string& file, const World& world) {
  const auto found = world.accumulated.find(file);
  if (found == world.accumulated.end()) return {};
  Map texts;
  for (const auto& [name, accumulator] : found->second) texts.set(name, accumulator.texts);
  return texts;
}

std::vector<std::string> accumulated_lines(const std::string& file, const World& world) {
  const auto found = world.accumulated.find(file);
  if (found == world.accumulated.end()) return {};
  const auto is_own = [&](const auto& entry) { return entry.second.takers.contains(world.id); };
  const bool has_own = std::any_of(found->second.begin(), found->second.end(), is_own);
  std::vector<std::string> lines;
  for (const auto& entry : found->second)
    if (!has_own || is_own(entry))
      for (const Value& text : entry.second.texts) lines.push_back(python_text(text));
  return lines;
}

Function file_accumulated() {
  const Action<Accumulated> accumulated{
      .name = "file",
      .schema = Schema<Accumulated>()
                    .key(&Accumulated::name, "name", "Name of the accumulator.")
                    .key(&Accumulated::filename, "filename", "The file that it is for, by the name that its state gives it.")
                    .parameter(&Accumulated::text, "text", "A text, or a list of them."),
      .plan = run,
      .run = run};
  return accumulated.function("accumulated",
                              "Texts of several states come together in one file: its template sees `accumulator`, a map of lists by "
                              "name; file.blockreplace adds them to its content. Needs a require_in or watch_in of the file's state.",
                              {{"name", "hosts"}, {"filename", "/etc/hosts"}, {"text", "10.0.0.1 db"}});
}

}  // namespace halite::states
