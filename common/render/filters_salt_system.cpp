// Salt's filters that look at the machine. A render has no machine of its own: they ask the remote functions that do.
#include "common/render/evaluator.h"
#include "common/render/filters.h"

namespace halite::render {
namespace {

struct FileHash { static constexpr std::string_view name = "file.get_hash"; };
struct Which { static constexpr std::string_view name = "cmd.which"; };
struct UserId { static constexpr std::string_view name = "file.user_to_uid"; };
struct HttpQuery { static constexpr std::string_view name = "http.query"; };

template <class Target>
Value ask(Evaluator& evaluator, Arguments& arguments) {
  const FunctionTable* functions = evaluator.context().salt;
  const Function* function = functions ? functions->find(Target::name) : nullptr;
  if (!function) fail("this filter needs the function {}, which is not there", Target::name);
  Map named;
  for (auto& [name, value] : arguments.named) named.set(name, std::move(value));
  try {
    return (*function)(arguments.positional, named);
  } catch (const Error& error) {
    throw Failure(FailureKind::function, error.what());
  }
}

constexpr FilterEntry filters[] = {
    {"file_hashsum", ask<FileHash>, "The hash of a file of the minion (Salt's).", "'/etc/hosts'|file_hashsum"},
    {"which", ask<Which>, "The path of a program of the minion (Salt's).", "'ls'|which"},
    {"get_uid", ask<UserId>, "The numeric id of a user of the minion (Salt's).", "'root'|get_uid"},
    {"http_query", ask<HttpQuery>, "What a web server answers (Salt's).", "'http://example.org'|http_query"},
};

}  // namespace

std::span<const FilterEntry> salt_system_filters() { return filters; }

}  // namespace halite::render
