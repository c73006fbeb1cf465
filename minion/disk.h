// Small files of the minion's own: private directories, whole writes, bounded reads. Not the managed machine: that is Host.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace halite::minion {

// Makes the directory and its missing parents, 0700. Throws Error naming the path; also when it is a symlink or a file.
void make_private_directory(const std::string& path);
void write_all(int fd, std::string_view data, const std::string& path);
// Throws Error(invalid) when there is more than `limit_bytes`.
std::string read_all(int fd, std::size_t limit_bytes, const std::string& path);
// Sorted; none when the directory is not there.
std::vector<std::string> list_names(const std::string& directory);
// The old content or the new one: temporary file 0600, fsync, rename, fsync of the directory.
void replace_private_file(const std::string& path, std::string_view content);

// Space set aside in a directory for the time when its disk is full. False when it is not there and there is no space for it.
bool make_reserve(const std::string& directory);
// Runs the work; when it fails, once more without the reserve. Throws its error when there was none, or it fails again.
void with_reserve(const std::string& directory, const std::function<void()>& work);

}  // namespace halite::minion
