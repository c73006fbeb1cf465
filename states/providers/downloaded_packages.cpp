#include "states/providers/downloaded_packages.h"

#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr const char* archive_folder = "/var/cache/apt/archives";

}  // namespace

// apt writes NAME_VERSION_ARCH.deb, with the colon of an epoch as %3a.
std::map<std::string, std::map<std::string, DownloadedPackage>> downloaded_packages(Host& host, const std::string& root) {
  std::map<std::string, std::map<std::string, DownloadedPackage>> all;
  const std::string folder = root + archive_folder;
  if (!host.status_of_target(folder)) return all;
  for (const auto& file : host.list_directory(folder)) {
    const auto parts = split(file, '_');
    if (!file.ends_with(".deb") || parts.size() != 3) continue;
    const std::string path = folder + "/" + file;
    const auto status = host.status(path);
    if (status && status->type == FileType::regular)
      all[parts[0]][replace_all(parts[1], "%3a", ":")] = {path, status->size_bytes, status->ctime_s};
  }
  return all;
}

}  // namespace halite::states
