// Starting libgit2 and turning its errors into ours.
#include "pillar/git/handles.h"

#include "pillar/git/git_stream.h"

namespace halite::pillar {

void start_git() {
  static const bool started = [] {
    git_libgit2_init();
    for (const int level :
         {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_PROGRAMDATA})
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    // The master runs as its own user and fetches from repositories that belong to others. git's ownership check
    // guards against programs named in a repository's configuration; libgit2 runs none.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    // Objects are checked against their hash when read, so a damaged store is noticed.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
    register_stream();
    return true;
  }();
  static_cast<void>(started);
}

std::string git_message() {
  const auto* error = git_error_last();
  return error && error->message ? error->message : "no reason given";
}

void git_check(int result, ErrorKind kind, std::string_view doing) {
  if (result >= 0) return;
  throw Error(result == GIT_ENOTFOUND ? ErrorKind::not_found : kind, "{}: {}", doing, git_message());
}

GitHandle<git_repository> open_store(const std::string& path) {
  start_git();
  git_repository* repository = nullptr;
  git_check(git_repository_open_ext(&repository, path.c_str(), GIT_REPOSITORY_OPEN_BARE | GIT_REPOSITORY_OPEN_NO_SEARCH,
                                    nullptr),
            ErrorKind::internal, "opening the git store '" + path + "'");
  return GitHandle<git_repository>(repository);
}

git_oid to_oid(const std::string& commit) {
  git_oid oid{};
  if (commit.size() != GIT_OID_HEXSZ || git_oid_fromstr(&oid, commit.c_str()) != 0)
    throw Error(ErrorKind::invalid, "'{}' is no commit id; one has 40 hex digits", commit);
  return oid;
}

std::string to_text(const git_oid& oid) {
  char text[GIT_OID_HEXSZ + 1];
  return git_oid_tostr(text, sizeof text, &oid);
}

}  // namespace halite::pillar
