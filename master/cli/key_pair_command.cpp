// halite-key --gen-keys and --preseed: a minion's key pair before there is a minion.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/minion_id.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/config/program.h"
#include "common/control/client.h"
#include "common/wire/messages/key.h"
#include "master/cli/commands.h"
#include "master/cli/printer.h"
#include "master/cli/tool.h"

namespace halite::cli {
namespace {

// A new file, or an error: an older key may be in use.
void write_new(const std::string& path, const std::string& content, unsigned mode) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file && errno == EEXIST) throw Error(ErrorKind::invalid, "{} is there already, and a key is never replaced", path);
  if (!file) throw system_error(errno, "making " + path);
  const bool is_written = ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size());
  if (!is_written || ::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0) {
    const int code = errno;
    ::unlink(path.c_str());
    throw system_error(code, "writing " + path);
  }
}

struct Files {
  std::string private_path, public_path;

  void remove() const {
    ::unlink(private_path.c_str());
    ::unlink(public_path.c_str());
  }
};

Files write_pair(const std::string& directory, const std::string& name, const KeyPair& pair) {
  const Files files{directory + "/" + name + ".pem", directory + "/" + name + ".pub"};
  write_new(files.private_path, pair.private_pem, 0400);
  try {
    write_new(files.public_path, pair.public_pem + (pair.public_pem.ends_with('\n') ? "" : "\n"), 0644);
  } catch (const Error&) {
    ::unlink(files.private_path.c_str());
    throw;
  }
  return files;
}

void accept(const MasterSettings& settings, const std::string& id, const KeyPair& pair) {
  control::Client client(control_socket(settings));
  const wire::KeyImport offer{{{id, "accepted", pair.public_pem}}};
  const auto report = wire::decode_message<wire::KeyImportReport>(client.call("key.import", wire::encode_message(offer)), "the master's reply");
  if (const auto refused = report.refused.find(id); refused != report.refused.end())
    throw Error(ErrorKind::denied, "the key of '{}' is not accepted: {}", id, refused->second);
}

}  // namespace

bool is_about_key_pairs(const ParsedOptions& options) { return options.has("gen-keys") || options.has("preseed"); }

int key_pair_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options,
                     const std::function<KeyPair(int)>& make) {
  const bool is_preseed = options.has("preseed");
  if (is_preseed && options.has("gen-keys")) throw UsageError("--preseed makes the keys itself: leave out --gen-keys");
  const std::string name = options.text_or(is_preseed ? "preseed" : "gen-keys", "");
  if (is_preseed) check_minion_id(name);
  if (name.empty() || name.find('/') != std::string::npos || name.starts_with('.'))
    throw UsageError("option --gen-keys: '{}' can't be the name of a file", escape_control(name));
  const std::string directory = options.text_or("gen-keys-dir", ".");
  const auto bits = options.integer("keysize").value_or(settings.keysize);
  if (bits < 2048 || bits > 4096) throw UsageError("option --keysize: must be from 2048 to 4096, not {}", bits);

  const KeyPair pair = make(static_cast<int>(bits));
  const Files files = write_pair(directory, name, pair);
  if (is_preseed) {
    try {
      accept(settings, name, pair);
    } catch (const Error&) {
      files.remove();
      throw;
    }
  }
  Printer printer(screen, settings, options);
  if (!printer.asked().empty()) {
    printer.show(Map{{"private", files.private_path}, {"public", files.public_path}, {"fingerprint", pair.fingerprint}});
  } else if (!options.has("quiet")) {
    screen.out(fmt::format("{}\n{}\nFingerprint: {}\n", files.private_path, files.public_path, pair.fingerprint));
    if (is_preseed)
      screen.out(fmt::format("The key of minion {} is accepted. Put both files into its pki_dir as minion.pem (0400) and minion.pub\n"
                             "before it first starts, over a way that nobody reads, and delete them here.\n", name));
  }
  return exit_code::ok;
}

}  // namespace halite::cli
