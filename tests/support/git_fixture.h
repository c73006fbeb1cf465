// A bare git repository made by a test: a remote to fetch from, without git's own program.
#pragma once

#include <git2.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>

namespace halite::test {

// A folder that goes when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "halite-test-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct GitFile {
  std::string content;
  git_filemode_t mode = GIT_FILEMODE_BLOB;

  GitFile(const char* text) : content(text) {}
  GitFile(std::string text) : content(std::move(text)) {}
  GitFile(std::string text, git_filemode_t file_mode) : content(std::move(text)), mode(file_mode) {}
};
inline GitFile symlink_to(const std::string& target) {
  return {target, GIT_FILEMODE_LINK};
}

class GitFixture {
 public:
  explicit GitFixture(std::string path) : path_(std::move(path)) {
    git_libgit2_init();
    must(git_repository_init(&repository_, path_.c_str(), 1));
  }
  ~GitFixture() {
    git_repository_free(repository_);
    git_libgit2_shutdown();
  }
  GitFixture(const GitFixture&) = delete;
  GitFixture& operator=(const GitFixture&) = delete;

  const std::string& path() const { return path_; }

  // A commit with exactly these files, on the branch. Gives its id.
  std::string commit(const std::map<std::string, GitFile>& files, const std::string& branch = "master",
                     const std::string& message = "change") {
    git_index* index = nullptr;
    must(git_index_new(&index));
    for (const auto& [path, file] : files) add(index, path, file);
    git_oid tree_id;
    must(git_index_write_tree_to(&tree_id, index, repository_));
    git_index_free(index);
    return write_commit(tree_id, "refs/heads/" + branch, message);
  }

  void tag(const std::string& name, const std::string& commit) {
    git_oid oid;
    must(git_oid_fromstr(&oid, commit.c_str()));
    git_reference* reference = nullptr;
    must(git_reference_create(&reference, repository_, ("refs/tags/" + name).c_str(), &oid, 1, nullptr));
    git_reference_free(reference);
  }

  // The branch at a commit that is there, whatever it was at.
  void set_branch(const std::string& name, const std::string& commit) {
    git_oid oid;
    must(git_oid_fromstr(&oid, commit.c_str()));
    git_reference* reference = nullptr;
    must(git_reference_create(&reference, repository_, ("refs/heads/" + name).c_str(), &oid, 1, nullptr));
    git_reference_free(reference);
  }

  void remove_branch(const std::string& name) {
    must(git_reference_remove(repository_, ("refs/heads/" + name).c_str()));
  }

 private:
  static void must(int result) {
    if (result < 0) throw std::runtime_error(git_error_last() ? git_error_last()->message : "git failed");
  }

  void add(git_index* index, const std::string& path, const GitFile& file) {
    git_index_entry entry{};
    if (file.mode == GIT_FILEMODE_COMMIT)
      must(git_oid_fromstr(&entry.id, "0123456789012345678901234567890123456789"));
    else
      must(git_blob_create_from_buffer(&entry.id, repository_, file.content.data(), file.content.size()));
    entry.mode = file.mode;
    entry.path = path.c_str();
    must(git_index_add(index, &entry));
  }

  std::string write_commit(const git_oid& tree_id, const std::string& reference, const std::string& message) {
    git_tree* tree = nullptr;
    must(git_tree_lookup(&tree, repository_, &tree_id));
    git_signature* author = nullptr;
    must(git_signature_new(&author, "A. Author", "author@example.org", ++time_s_, 0));
    git_oid parent_id;
    git_commit* parent = nullptr;
    if (git_reference_name_to_id(&parent_id, repository_, reference.c_str()) == 0)
      must(git_commit_lookup(&parent, repository_, &parent_id));
    const git_commit* parents[] = {parent};
    git_oid id;
    must(git_commit_create(&id, repository_, reference.c_str(), author, author, nullptr, message.c_str(), tree,
                           parent ? 1 : 0, parents));
    git_commit_free(parent);
    git_signature_free(author);
    git_tree_free(tree);
    char text[GIT_OID_HEXSZ + 1];
    return git_oid_tostr(text, sizeof text, &id);
  }

  std::string path_;
  git_repository* repository_ = nullptr;
  git_time_t time_s_ = 1'700'000'000;
};

}  // namespace halite::test
