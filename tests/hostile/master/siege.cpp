#include "tests/hostile/master/siege.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/control/protocol.h"
#include "common/data/json.h"
#include "common/wire/messages/event.h"
#include "common/wire/messages/job.h"
#include "common/wire/messages/key.h"
#include "common/wire/messages/runner.h"

namespace halite::hostile {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr double answer_limit_s = 1;

bool is_free(int port) {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// Below the range that the kernel gives to outgoing connections.
int free_pair() {
  int port = 10'000 + static_cast<int>(::getpid() % 1000) * 20;
  while (!is_free(port) || !is_free(port + 1)) port += 2;
  return port;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class Test>
bool eventually(Test test, std::chrono::milliseconds limit = 20s) {
  for (const auto deadline = Clock::now() + limit; Clock::now() < deadline; std::this_thread::sleep_for(20ms))
    if (test()) return true;
  return false;
}

// argv, with both outputs to a file. umask 0: what the daemons make must be closed by their own doing.
pid_t spawn(const std::vector<std::string>& words, const std::string& output, const std::vector<std::string>& environment) {
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::umask(0);
  ::setpgid(0, 0);
  for (const auto& setting : environment) ::putenv(const_cast<char*>(setting.c_str()));
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

bool is_alive(pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) == 0; }

constexpr std::size_t shown_of_event = 300;  // bytes: Catch breaks lines in more than linear time

std::unique_ptr<Siege>& the_one() {
  static std::unique_ptr<Siege> siege;
  return siege;
}

}  // namespace

Siege& Siege::the() {
  if (!the_one()) the_one().reset(new Siege);
  return *the_one();
}

void Siege::end() { the_one().reset(); }

Siege::Siege() {
  publish_port_ = free_pair();
  request_port_ = publish_port_ + 1;
  ::chmod(directory_.path().c_str(), 0711);  // other users reach the control socket
  write("states/motd", "hello\n");
  write("states/top.sls", "base: {'*': [motd]}\n");
  write("states-secret/key", "SECRET-BESIDE-THE-ROOT\n");
  write("outside/canary", "SECRET-OUTSIDE\n");
  write("pillar/top.sls", "base: {m2: [m2], m1: [m1]}\n");
  write("pillar/m1.sls", "token: OF-m1\n");
  write("pillar/m2.sls", "token: SECRET-OF-m2\n");
  fs::create_symlink(path("outside/canary"), path("states/link"));
  fs::create_directory_symlink("/", path("states/root"));
  ::mkfifo(path("outside/fifo").c_str(), 0600);
  write("master/master", fmt::format("interface: 127.0.0.1\npublish_port: {}\nret_port: {}\nroot_dir: {}\nuser: root\n"
                                     "file_recv: true\nfile_recv_max_size: 1\nfile_recv_quota: 4\nfile_roots: {{base: [{}]}}\npillar_roots: {{base: [{}]}}\ntimeout: 5\nlog_level: trace\n"
                                     "publisher_acl: {{daemon: [test.arg, '@jobs']}}\n"
                                     "peer: {{good: [test.ping]}}\npeer_run: {{good: [manage.up]}}\n",
                                     publish_port_, request_port_, path("root"), path("states"), path("pillar")));
  attacker_ = std::make_unique<Attacker>(request_port_);
  start_master();
  const auto key = crypto::PrivateKey::generate(2048);
  attacker_->enrol("m1", key);
  call("key.accept", {{"match", List{"m1"}}});
  m1_ = attacker_->enrol("m1", key);
  REQUIRE(m1_);
  for (const char* id : {"good", "m2"}) enrol(id);
  asking_ = std::thread([this] { keep_asking_good(); });
  watching_ = std::thread([this] { watch_events(); });
}

Siege::~Siege() {
  is_over_ = true;
  if (asking_.joinable()) asking_.join();
  for (const auto& [name, process] : processes_) ::kill(process, SIGTERM);
  for (const auto& [name, process] : processes_)
    if (const pid_t pid = process; !eventually([pid] { return !is_alive(pid); }, 5s)) ::kill(-pid, SIGKILL);
  if (watching_.joinable()) watching_.join();
}

void Siege::write(const std::string& name, const std::string& text) const {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream(path(name)) << text;
}

pid_t Siege::start(const std::string& program, const std::string& configuration) {
  const pid_t pid = spawn({std::string(HALITE_BIN_DIR) + "/" + program, "-c", path(configuration)}, path(configuration + ".log"), {});
  processes_[configuration] = pid;
  return pid;
}

void Siege::start_master() {
  master_ = start("halite-master", "master");
  const auto answers = [this] {
    try {
      call("key.list", {});
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  if (!eventually(answers)) throw Error(ErrorKind::unavailable, "the master does not start:\n{}", log_text());
}

void Siege::start_minion(const std::string& id, int listens_to) {
  write(id + "/minion", fmt::format("id: {}\nmaster: 127.0.0.1\nmaster_port: {}\nroot_dir: {}\nacceptance_wait_time: 0.2\n{}", id,
                                    request_port_, path(id + "/root"), listens_to ? fmt::format("publish_port: {}\n", listens_to) : ""));
  start("halite-minion", id);
  REQUIRE(eventually([&] { return has_key(id, "pending"); }));
  call("key.accept", {{"match", List{id}}});
}

void Siege::restart_minion(const std::string& id) {
  const pid_t pid = processes_.at(id);
  ::kill(pid, SIGTERM);
  REQUIRE(eventually([pid] { return !is_alive(pid); }));
  start("halite-minion", id);
  std::this_thread::sleep_for(1s);  // until it listens
}

void Siege::enrol(const std::string& id) {
  start_minion(id, 0);
  const auto pings = [&] {
    const auto summary = wire::decode_message<wire::JobSummary>(call("job.publish", {{"fun", "test.ping"}, {"tgt", id}, {"timeout", 1}}), "summary");
    return summary.outcomes.at(id) == wire::outcome::ok;
  };
  REQUIRE(eventually(pings));
}

bool Siege::has_key(const std::string& id, const std::string& state) {
  const Value keys = call("key.list", {{"match", List{id}}, {"states", List{state}}});
  return !keys.find("keys")->as_list().empty();
}

Value Siege::call(const std::string& command, Map arguments) {
  control::Client client(path("root/run/halite/master/" + std::string(control::socket_name)));
  return client.call(command, std::move(arguments), {}, 20s);
}

Value Siege::run(const std::string& function, List arguments) {
  return *call("runner.run", wire::encode_message(wire::RunFunction{function, std::move(arguments), {}})).find("return");
}

void Siege::let_jobs_end() {
  CHECK(eventually([&] { return run("jobs.active").as_map().empty(); }));
}

std::optional<std::string> Siege::refusal_for(const std::string& user, const std::string& command, const Map& arguments) {
  const passwd* entry = ::getpwnam(user.c_str());
  REQUIRE(entry);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    std::string text = "obeyed";
    if (::setgid(entry->pw_gid) != 0 || ::setuid(entry->pw_uid) != 0) ::_exit(1);
    try {
      call(command, arguments);
    } catch (const std::exception& error) {
      text = error.what();
    }
    [[maybe_unused]] const auto written = ::write(ends[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  for (char buffer[1024]; const ssize_t got = ::read(ends[0], buffer, sizeof buffer);) text.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  ::close(ends[0]);
  ::waitpid(pid, nullptr, 0);
  if (text == "obeyed") return std::nullopt;
  return text;
}

std::pair<int, std::string> Siege::tool(const std::string& program, std::vector<std::string> arguments, std::vector<std::string> environment) {
  const std::string output = path("tool.out");
  fs::remove(output);
  arguments.insert(arguments.begin(), {std::string(HALITE_BIN_DIR) + "/" + program, "-c", path("master")});
  int status = 0;
  ::waitpid(spawn(arguments, output, environment), &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(output)};
}

void Siege::keep_asking_good() {
  while (!is_over_) {
    const auto start = Clock::now();
    std::string failure;
    try {
      const auto summary = wire::decode_message<wire::JobSummary>(call("job.publish", {{"fun", "test.ping"}, {"tgt", "good"}}), "summary");
      if (summary.outcomes.at("good") != wire::outcome::ok) failure = "good: " + summary.outcomes.at("good");
    } catch (const std::exception& error) {
      failure = error.what();
    }
    const double took_s = std::chrono::duration<double>(Clock::now() - start).count();
    {
      const std::lock_guard guard(mutex_);
      slowest_s_ = std::max(slowest_s_, took_s);
      if (!failure.empty() && !is_over_) failures_.push_back(failure);
    }
    std::this_thread::sleep_for(50ms);
  }
}

void Siege::watch_events() {
  try {
    control::Client client(path("root/run/halite/master/" + std::string(control::socket_name)));
    client.send("event.stream", {});
    while (!is_over_) {
      const auto reply = client.next(200ms);
      const auto* event = reply ? std::get_if<control::Event>(&*reply) : nullptr;
      if (!event) continue;
      const std::lock_guard guard(mutex_);
      events_.push_back(wire::decode_message<wire::Event>(event->value.as_map(), "an event"));
    }
  } catch (const std::exception& error) {
    const std::lock_guard guard(mutex_);
    if (!is_over_) failures_.push_back(error.what());
  }
}

// Everything that the master is not the owner of, with content and mode.
std::map<std::string, std::string> Siege::files() const {
  std::map<std::string, std::string> found;
  for (const char* place : {"states", "states-secret", "outside", "pillar", "master"})
    for (const auto& entry : fs::recursive_directory_iterator(path(place))) {
      struct stat status {};
      ::lstat(entry.path().c_str(), &status);
      const bool is_file = S_ISREG(status.st_mode) && !entry.path().string().ends_with(".log");
      found[entry.path().string()] = fmt::format("{:o} {} {}", status.st_mode, status.st_ino, is_file ? text_of(entry.path().string()) : "");
    }
  return found;
}

std::string Siege::log_text() const { return text_of(path("master.log")); }

Siege::Attack::Attack(Siege& siege, std::vector<std::string> allowed)
    : siege_(siege), allowed_(std::move(allowed)), files_(siege.files()) {
  const std::lock_guard guard(siege_.mutex_);
  siege_.failures_.clear();
  siege_.events_.clear();
  siege_.slowest_s_ = 0;
}

Siege::Attack::~Attack() {
  std::this_thread::sleep_for(150ms);  // for what comes late
  CHECK(is_alive(siege_.master_));
  CHECK(siege_.files() == files_);
  const std::string children = text_of(fmt::format("/proc/{0}/task/{0}/children", siege_.master_));
  CHECK(children == "");
  for (const char* secret : {"SECRET", "PRIVATE KEY"}) CHECK(siege_.attacker_->heard().find(secret) == std::string::npos);
  CHECK(siege_.log_text().find("SECRET") == std::string::npos);

  const std::lock_guard guard(siege_.mutex_);
  CHECK(siege_.failures_ == std::vector<std::string>());
  CHECK(siege_.slowest_s_ < answer_limit_s);
  std::vector<std::string> strange;
  for (const auto& event : siege_.events_) {
    const Value* fun = event.data.find("fun");
    // Also what the attacks' own checks ask the master as root.
    const Value* user = event.data.find("user");
    const bool is_check = event.tag.starts_with("salt/run/") && user && *user == Value("root") && !event.data.contains("cmd");
    const bool is_ping = is_check || event.data.contains("minions") || (fun && *fun == Value("test.ping"));
    const bool is_allowed = std::any_of(allowed_.begin(), allowed_.end(), [&](const auto& tag) { return glob_match(tag, event.tag); });
    if (!is_ping && !is_allowed) strange.push_back(event.tag + " " + to_json(event.data).substr(0, shown_of_event));
  }
  CHECK(strange == std::vector<std::string>());
}

}  // namespace halite::hostile
