#include "bench/swarm/keys.h"

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/host/atomic_file.h"

namespace halite::swarm {
namespace {

namespace fs = std::filesystem;

constexpr int key_bits = 2048;
constexpr std::size_t pairs_a_file = 100;
constexpr std::string_view token_mark = "token ";

std::shared_ptr<const KeyPair> make_pair() {
  auto key = crypto::PrivateKey::generate(key_bits);
  std::string token = key.sign_x931("salt");
  return std::make_shared<const KeyPair>(KeyPair{std::move(key), std::move(token)});
}

// Pairs one after another: the private key's PEM, then "token HEX".
std::string text_of(const std::vector<std::shared_ptr<const KeyPair>>& pairs) {
  std::string text;
  for (const auto& pair : pairs) text += pair->key.pem() + std::string(token_mark) + to_hex(pair->token) + "\n";
  return text;
}

std::vector<std::shared_ptr<const KeyPair>> read_pairs(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::vector<std::shared_ptr<const KeyPair>> pairs;
  std::string pem;
  for (const auto& line : split_lines(text.str())) {
    if (!line.starts_with(token_mark)) {
      pem += line + "\n";
      continue;
    }
    auto token = from_hex(std::string_view(line).substr(token_mark.size()));
    if (!token) throw Error(ErrorKind::invalid, "'{}' holds a token that is not hexadecimal; remove the file, new keys are made", path);
    pairs.push_back(std::make_shared<const KeyPair>(KeyPair{crypto::PrivateKey::from_pem(pem, path), *std::move(token)}));
    pem.clear();
  }
  if (pairs.empty() || !pem.empty())
    throw Error(ErrorKind::invalid, "'{}' holds no whole key pairs; remove the file, new keys are made", path);
  return pairs;
}

std::string file_of(const std::string& directory, std::size_t number) { return fmt::format("{}/keys-{:04}.pem", directory, number); }

// Runs `work(i)` for each i below `count`; the first error is thrown when all threads have ended.
void in_parallel(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  std::vector<std::thread> running;
  for (unsigned i = 0; i < std::max(threads, 1u); ++i)
    running.emplace_back([&] {
      try {
        for (std::size_t at = next++; at < count; at = next++) work(at);
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
        next = count;
      }
    });
  for (auto& thread : running) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

std::vector<std::shared_ptr<const KeyPair>> load_keys(const std::string& directory, std::size_t count, unsigned threads,
                                                      const std::function<void(std::size_t)>& progress) {
  fs::create_directories(directory);
  if (::chmod(directory.c_str(), 0700) != 0) throw system_error(errno, fmt::format("making '{}' private", directory));
  const std::size_t files = (count + pairs_a_file - 1) / pairs_a_file;
  std::vector<std::vector<std::shared_ptr<const KeyPair>>> blocks(files);
  std::atomic<std::size_t> made{0};
  std::mutex mutex;
  in_parallel(files, threads, [&](std::size_t number) {
    const std::string path = file_of(directory, number);
    auto& block = blocks[number];
    if (fs::exists(path)) block = read_pairs(path);
    if (block.size() < std::min(pairs_a_file, count - number * pairs_a_file)) {
      while (block.size() < std::min(pairs_a_file, count - number * pairs_a_file)) block.push_back(make_pair());
      FileAttributes attributes;
      attributes.mode = 0600;
      replace_file_atomically(path, text_of(block), attributes);
    }
    made += block.size();
    const std::lock_guard lock(mutex);
    progress(made);
  });
  std::vector<std::shared_ptr<const KeyPair>> pairs;
  for (const auto& block : blocks) pairs.insert(pairs.end(), block.begin(), block.end());
  pairs.resize(std::min(pairs.size(), count));
  return pairs;
}

}  // namespace halite::swarm
