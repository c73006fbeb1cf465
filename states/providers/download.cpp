#include "states/providers/download.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "states/providers/paths.h"
#include "states/providers/secrets.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

constexpr std::size_t longest_name = 200;

std::string scheme_of(const std::string& url) {
  const std::size_t end = url.find("://");
  return end == std::string::npos ? "" : to_lower(url.substr(0, end));
}

// A value in curl's configuration. Control characters were refused before.
std::string quoted(const std::string& text) {
  return "\"" + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

// By its standard input: a command line could be read by all users, and an address may hold a password.
std::string curl_settings(const DownloadRequest& request, const std::string& part, const std::string& etag) {
  const bool is_safe = scheme_of(request.url) == "https";
  std::string settings = "url = " + quoted(request.url) + "\noutput = " + quoted(part) +
                         "\nfail\nsilent\nshow-error\nlocation\nmax-redirs = 10\ngloboff\nconnect-timeout = 30\n"
                         "speed-limit = 1\nspeed-time = 60\nretry = 2\nproto = \"=http,https,ftp\"\nproto-redir = " +
                         (is_safe ? "\"=https\"" : "\"=http,https\"") + "\nwrite-out = \"%{http_code}\"\n";
  if (!request.verify_ssl) settings += "insecure\n";
  if (request.use_etag) settings += "etag-compare = " + quoted(etag) + "\netag-save = " + quoted(etag) + "\n";
  return settings;
}

std::string part_of(const std::string& text) {
  if (text.size() <= longest_name) return text;
  return text.substr(0, longest_name - 65) + "-" + crypto::hash_hex(crypto::HashType::sha256, text);
}

}  // namespace

bool is_download(const std::string& address) {
  const std::string scheme = scheme_of(address);
  return scheme == "http" || scheme == "https" || scheme == "ftp";
}

std::string download_place(const std::string& url, World& world) {
  const bool is_plain = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c != 127; });
  if (!is_plain)
    throw Error(ErrorKind::invalid, "'{}' is no address: it holds white space or control characters",
                escape_control(without_password(url)));
  const std::string rest = url.substr(url.find("://") + 3);
  std::string place = world.cache_directory + "/extrn_files/" + part_of(replace_all(world.environment, "/", "|"));
  std::string path = rest.substr(0, rest.find('#'));
  if (const std::size_t query = path.find('?'); query != std::string::npos)
    path = path.substr(0, query) + "-" + replace_all(path.substr(query + 1), "/", "|");
  std::vector<std::string> parts = split(path, '/');
  if (const std::size_t at = parts[0].rfind('@'); at != std::string::npos) parts[0].erase(0, at + 1);
  if (parts.size() < 2 || parts.back().empty())
    throw Error(ErrorKind::invalid, "'{}' names no file", without_password(url));
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (part == "." || part == "..")
      throw Error(ErrorKind::invalid, "'{}' has '{}' as a part of its path", without_password(url), part);
    place += "/" + part_of(part);
  }
  return place;
}

void check_hash(const std::string& content, const SourceHash& wanted, const std::string& subject) {
  const SourceHash found = hash_of(wanted.type, content);
  if (found != wanted)
    throw Error(ErrorKind::invalid, "Specified {} checksum for {} ({}) does not match actual checksum ({})",
                crypto::to_string(wanted.type), without_password(subject), wanted.hex, found.hex);
}

std::string download(const DownloadRequest& request, World& world) {
  const std::string place = download_place(request.url, world);
  const std::string part = place + ".part";
  const std::string etag = place + ".etag";
  Host& host = world.own_files;
  make_private_parents(place, host);
  // A tag without its file would have the server say that nothing changed.
  if (host.status(etag) && !host.status(place)) host.remove_file(etag);
  if (host.status(part)) host.remove_file(part);
  Command command{.argv = {"curl", "--disable", "--config", "-"}};
  command.input = curl_settings(request, part, etag);
  command.is_cancelled = world.is_cancelled;
  const CommandResult result =
      during([&] { return host.execute(command); }, "fetching {}", without_password(request.url));
  if (result.exit_code != 0) {
    if (host.status(part)) host.remove_file(part);
    throw Error(ErrorKind::unavailable, "Failed to cache {}: {}", without_password(request.url),
                strip(result.error).empty() ? fmt::format("curl ended with code {}", result.exit_code)
                                            : std::string(strip(result.error)));
  }
  if (strip(result.output) == "304") return place;
  // curl makes no file for an empty answer.
  if (!host.status(part)) host.replace_file(part, "", {.mode = 0600, .uid = {}, .gid = {}});
  if (request.hash) {
    const std::string content = host.read_file(part);
    if (hash_of(request.hash->type, content) != *request.hash) {
      host.remove_file(part);
      check_hash(content, *request.hash, request.hash_subject.empty() ? request.url : request.hash_subject);
    }
  }
  host.rename(part, place);
  return place;
}

}  // namespace halite::states
