// Fetching a remote into a bare store, and its commits.
#include "pillar/git/git_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <mutex>

#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/crypto/hash.h"
#include "pillar/git/git_stream.h"
#include "pillar/git/git_tree.h"
#include "pillar/git/handles.h"
#include "pillar/git/loose_objects.h"
#include "pillar/git/ssh_fetch.h"

namespace halite::pillar {
namespace {

constexpr std::string_view heads = "refs/halite/heads/";
constexpr std::string_view tags = "refs/halite/tags/";
constexpr std::string_view kept = "refs/halite/kept/";
constexpr std::size_t tree_limit = 16;

// What a running fetch may still use.
struct Budget {
  std::chrono::steady_clock::time_point deadline;
  std::int64_t size_limit_bytes = 0;
  const GitRemote* remote = nullptr;
  int logins = 0;
  bool timed_out = false;
  bool too_big = false;
};

int on_progress(const git_indexer_progress* progress, void* payload) {
  auto& budget = *static_cast<Budget*>(payload);
  budget.timed_out = budget.timed_out || std::chrono::steady_clock::now() > budget.deadline;
  budget.too_big = static_cast<std::int64_t>(progress->received_bytes) > budget.size_limit_bytes;
  return budget.timed_out || budget.too_big ? GIT_EUSER : 0;
}

int on_message(const char*, int, void* payload) {
  auto& budget = *static_cast<Budget*>(payload);
  budget.timed_out = budget.timed_out || std::chrono::steady_clock::now() > budget.deadline;
  return budget.timed_out ? GIT_EUSER : 0;
}

// Called again after a refused login; a second try with the same words is no use.
int on_login(git_credential** out, const char*, const char*, unsigned allowed, void* payload) {
  auto& budget = *static_cast<Budget*>(payload);
  if (budget.logins++ > 0 || budget.remote->user.empty() || !(allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT))
    return GIT_EAUTH;
  return git_credential_userpass_plaintext_new(out, budget.remote->user.c_str(), budget.remote->password.c_str());
}

git_fetch_options fetch_options(Budget& budget) {
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  options.callbacks.transfer_progress = on_progress;
  options.callbacks.sideband_progress = on_message;
  options.callbacks.credentials = on_login;
  options.callbacks.payload = &budget;
  options.prune = GIT_FETCH_PRUNE;
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;  // the refspecs name them
  options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;    // a login must not travel to another host
  return options;
}

void make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw system_error(errno, fmt::format("making the folder '{}' for git stores", path));
}

// Two processes or threads must not write one store at once.
UniqueFd lock_store(const std::string& path) {
  const auto name = path + ".lock";
  UniqueFd fd(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw system_error(errno, fmt::format("opening '{}'", name));
  while (::flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR) throw system_error(errno, fmt::format("locking '{}'", name));
  return fd;
}

GitHandle<git_repository> open_or_make_store(const std::string& path) {
  start_git();
  git_repository* repository = nullptr;
  constexpr unsigned flags = GIT_REPOSITORY_OPEN_BARE | GIT_REPOSITORY_OPEN_NO_SEARCH;
  if (git_repository_open_ext(&repository, path.c_str(), flags, nullptr) != 0)
    git_check(git_repository_init(&repository, path.c_str(), 1), ErrorKind::unavailable,
              "making the git store '" + path + "'");
  return GitHandle<git_repository>(repository);
}

std::optional<git_oid> commit_of(git_repository* repository, const std::string& reference) {
  git_object* object = nullptr;
  if (git_revparse_single(&object, repository, (reference + "^{commit}").c_str()) != 0) return std::nullopt;
  GitHandle<git_object> held(object);
  return *git_object_id(object);
}

// A branch, else a tag.
std::optional<git_oid> branch_commit(git_repository* repository, const std::string& branch) {
  if (auto oid = commit_of(repository, std::string(heads) + branch)) return oid;
  return commit_of(repository, std::string(tags) + branch);
}

GitReferences references_of(git_repository* repository) {
  GitReferences found;
  git_strarray references{};
  if (git_reference_list(&references, repository) != 0) return found;
  for (std::size_t i = 0; i < references.count; ++i) {
    const std::string name = references.strings[i];
    const bool is_branch = name.starts_with(heads);
    if (!is_branch && !name.starts_with(tags)) continue;
    if (const auto oid = commit_of(repository, name))
      (is_branch ? found.branches : found.tags)[name.substr((is_branch ? heads : tags).size())] = to_text(*oid);
  }
  git_strarray_dispose(&references);
  return found;
}

// What a process that died amid a fetch left: its locks, which nobody else would ever remove, and half a pack. The caller
// holds the store's own lock, which went with that process.
void remove_leftovers(const std::string& store) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto remove = [&](const fs::directory_entry& entry) {
    if (fs::remove(entry.path(), error)) log::warning("removed what a fetch that was cut off left: {}", entry.path().string());
  };
  for (const auto& entry : fs::directory_iterator(store, error))
    if (entry.path().extension() == ".lock") remove(entry);
  for (auto entry = fs::recursive_directory_iterator(store + "/refs", error); entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (error) break;
    if (entry->path().extension() != ".lock") continue;
    // A commit is remembered without the store's lock, which takes no time: only an old one of those is nobody's.
    const bool is_remembering = entry->path().string().find(kept) != std::string::npos;
    if (is_remembering && fs::file_time_type::clock::now() - fs::last_write_time(*entry, error) < std::chrono::minutes(1)) continue;
    remove(*entry);
  }
  for (const auto& entry : fs::directory_iterator(store + "/objects/pack", error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("tmp_") || name.starts_with("pack_git2_") || name.ends_with(".lock")) remove(entry);
  }
}

Error missing_branch(git_repository* repository, const GitRemote& remote) {
  std::vector<std::string> names;
  for (const auto& [name, commit] : references_of(repository).branches) names.push_back(name);
  return Error(ErrorKind::not_found, "the git remote '{}' has no branch or tag '{}'{}", remote.url, remote.branch,
               names.empty() ? "; it has no branches at all" : "; it has " + join(names, ", "));
}

std::string kept_name(const std::string& name) {
  const bool is_plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '.';
  });
  if (!is_plain) throw Error(ErrorKind::invalid, "'{}' is no name for a commit", escape_control(name));
  return std::string(kept) + name;
}

std::vector<std::string> refspecs() {
  return {fmt::format("+refs/heads/*:{}*", heads), fmt::format("+refs/tags/*:{}*", tags)};
}

void transfer_by_libgit2(git_repository* repository, const GitRemote& remote) {
  git_remote* anonymous = nullptr;
  git_remote_create_options creation = GIT_REMOTE_CREATE_OPTIONS_INIT;
  creation.repository = repository;
  // A url.*.insteadOf of some user's configuration has no say; and looking for one, libgit2 1.5 loses 20 KB at each entry
  // of the configuration that is none.
  creation.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF;
  git_check(git_remote_create_with_opts(&anonymous, remote.url.c_str(), &creation), ErrorKind::invalid,
            "the git remote '" + remote.url + "'");
  GitHandle<git_remote> held(anonymous);
  Budget budget{std::chrono::steady_clock::now() + remote.timeout, remote.size_limit_bytes, &remote};
  auto options = fetch_options(budget);
  auto specs = refspecs();
  std::array<char*, 2> pointers{specs[0].data(), specs[1].data()};
  const git_strarray wanted{pointers.data(), pointers.size()};

  const StreamDeadline deadline(budget.deadline);
  const int result = git_remote_fetch(anonymous, &wanted, &options, nullptr);
  if (result >= 0) return;
  if (budget.timed_out || deadline.passed())
    throw Error(ErrorKind::timeout, "fetching '{}' took longer than {} s", remote.url,
                static_cast<double>(remote.timeout.count()) / 1000);
  if (budget.too_big)
    throw Error(ErrorKind::invalid, "fetching '{}' would bring more than {} bytes", remote.url,
                remote.size_limit_bytes);
  if (result == GIT_EAUTH)
    throw Error(ErrorKind::denied, "the git remote '{}' refuses us: {}", remote.url,
                remote.user.empty() ? "it wants a user and a password" : "wrong user or password");
  throw Error(ErrorKind::unavailable, "fetching '{}' failed: {}", remote.url, escape_control(git_message()));
}

}  // namespace

// Newest last.
struct GitStore::Trees {
  std::mutex mutex;
  std::vector<std::pair<GitPlace, std::shared_ptr<FileTree>>> last;
};

GitStore::GitStore(std::string folder, GitRemote remote, Host* host)
    : remote_(std::move(remote)), host_(host), trees_(std::make_shared<Trees>()), loose_objects_(std::make_shared<LooseObjects>()) {
  check(remote_);
  make_folder(folder);
  path_ = folder + "/" + crypto::hash_hex(crypto::HashType::sha256, remote_.url).substr(0, 32) + ".git";
}

void GitStore::transfer(git_repository* repository) const {
  if (!is_ssh(remote_.url)) {
    if (!remote_.url.starts_with("https://")) loose_objects_->check(remote_.url);
    return transfer_by_libgit2(repository, remote_);
  }
  if (!host_) throw Error(ErrorKind::internal, "the git remote '{}' is over ssh, and there is no host to run git", remote_.url);
  fetch_over_ssh(*host_, remote_, path_, refspecs());
}

std::string GitStore::fetch() {
  const auto lock = lock_store(path_);
  remove_leftovers(path_);
  const auto repository = open_or_make_store(path_);
  const auto before = commit_of(repository.get(), std::string(heads) + remote_.branch);
  transfer(repository.get());
  const auto oid = branch_commit(repository.get(), remote_.branch);
  if (!oid) throw missing_branch(repository.get(), remote_);
  if (before) judge_move(repository.get(), to_text(*before), to_text(*oid));
  return to_text(*oid);
}

// A rewritten branch is followed, and said; or it is put back to where it was, so that a restart serves no more than now.
void GitStore::judge_move(git_repository* repository, const std::string& before, const std::string& now) const {
  const git_oid old_oid = to_oid(before), new_oid = to_oid(now);
  if (before == now || git_graph_descendant_of(repository, &new_oid, &old_oid) == 1) return;
  const std::string what = fmt::format("the branch '{}' of the git remote '{}' was rewritten: it is at {}, and {} is no part of that any more",
                                       remote_.branch, remote_.url, now, before);
  if (remote_.history == "any") {
    log::warning("{}", what);
    return;
  }
  git_reference* reference = nullptr;
  git_check(git_reference_create(&reference, repository, (std::string(heads) + remote_.branch).c_str(), &old_oid, 1, nullptr), ErrorKind::unavailable,
            "putting back the branch '" + remote_.branch + "'");
  GitHandle<git_reference> held(reference);
  throw Error(ErrorKind::denied, "{}; its history is ff-only, so {} is served on. If it is meant: history: any, or a new branch", what, before);
}

GitReferences GitStore::fetch_all() {
  const auto lock = lock_store(path_);
  remove_leftovers(path_);
  const auto repository = open_or_make_store(path_);
  transfer(repository.get());
  return references_of(repository.get());
}

// Another one may be making it at this moment, for a fetch of its own: HEAD is what is written last.
bool GitStore::is_made() const { return ::access((path_ + "/HEAD").c_str(), F_OK) == 0; }

GitReferences GitStore::references() const {
  if (!is_made()) return {};
  return references_of(open_store(path_).get());
}

std::optional<std::string> GitStore::head() const {
  if (!is_made()) return std::nullopt;
  const auto repository = open_store(path_);
  const auto oid = branch_commit(repository.get(), remote_.branch);
  return oid ? std::optional(to_text(*oid)) : std::nullopt;
}

std::vector<GitCommit> GitStore::history(const std::string& commit, std::size_t limit) const {
  const auto repository = open_store(path_);
  std::vector<GitCommit> commits;
  auto oid = to_oid(commit);
  while (commits.size() < limit) {
    git_commit* found = nullptr;
    git_check(git_commit_lookup(&found, repository.get(), &oid), ErrorKind::not_found, "reading commit " + commit);
    GitHandle<git_commit> held(found);
    const auto* subject = git_commit_summary(found);
    commits.push_back({to_text(oid), subject ? subject : "", git_commit_time(found)});
    if (git_commit_parentcount(found) == 0) break;
    oid = *git_commit_parent_id(found, 0);
  }
  return commits;
}

std::shared_ptr<FileTree> GitStore::tree(const std::string& commit) const {
  return tree(GitPlace{commit, remote_.root, remote_.mountpoint, environment_of(remote_)});
}

std::shared_ptr<FileTree> GitStore::tree(const GitPlace& place) const {
  const std::lock_guard lock(trees_->mutex);
  auto& last = trees_->last;
  const auto known = std::find_if(last.begin(), last.end(), [&](const auto& entry) { return entry.first == place; });
  if (known != last.end()) {
    std::rotate(known, known + 1, last.end());
    return last.back().second;
  }
  auto tree = std::make_shared<GitTree>(open_store(path_), place, fmt::format("git:{}@{}", remote_.url, place.commit));
  last.emplace_back(place, tree);
  if (last.size() > tree_limit) last.erase(last.begin());
  return tree;
}

void GitStore::remember(const std::string& name, const std::string& commit) const {
  const auto reference_name = kept_name(name);
  const auto repository = open_store(path_);
  const auto oid = to_oid(commit);
  git_reference* reference = nullptr;
  git_check(git_reference_create(&reference, repository.get(), reference_name.c_str(), &oid, 1, nullptr),
            ErrorKind::unavailable, "remembering commit " + commit);
  GitHandle<git_reference> held(reference);
}

std::optional<std::string> GitStore::remembered(const std::string& name) const {
  if (!is_made()) return std::nullopt;
  const auto oid = commit_of(open_store(path_).get(), kept_name(name));
  return oid ? std::optional(to_text(*oid)) : std::nullopt;
}

}  // namespace halite::pillar
