// A whole master in the test's process, with minions that speak to it over real sockets on loopback.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "common/control/client.h"
#include "common/host/real_host.h"
#include "common/wire/master_connection.h"
#include "common/wire/messages/key.h"
#include "common/wire/messages/runner.h"
#include "master/master.h"
#include "master/prepare.h"
#include "tests/master/support/await.h"
#include "tests/support/temp_directory.h"

namespace halite::master {

namespace fs = std::filesystem;
using halite::test::await;

inline const crypto::PrivateKey& some_key(int number) {
  static const std::vector<crypto::PrivateKey> keys{crypto::PrivateKey::generate(2048), crypto::PrivateKey::generate(2048)};
  return keys.at(static_cast<std::size_t>(number));
}

class MemoryPin : public wire::PinStore {
 public:
  std::optional<std::string> public_pem() override { return pem_; }
  void set_public_pem(const std::string& pem) override { pem_ = pem; }
  bool saw_session_keys() override { return saw_; }
  void set_saw_session_keys() override { saw_ = true; }

 private:
  std::optional<std::string> pem_;
  bool saw_ = false;
};

struct Place {
  TempDirectory directory;
  fs::path path = directory.path();

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
  MasterSettings settings() {
    MasterSettings settings;
    settings.interface = "127.0.0.1";
    settings.publish_port = 0;
    settings.ret_port = 0;
    for (auto [member, name] : {std::pair{&CommonSettings::pki_dir, "pki"}, {&CommonSettings::cachedir, "cache"},
                                {&CommonSettings::state_dir, "state"}, {&CommonSettings::sock_dir, "run"}})
      settings.*member = (path / name).string();
    settings.file_roots["base"] = TextList{{(path / "srv").string()}};
    settings.pillar_roots["base"] = TextList{{(path / "pillar").string()}};
    settings.timeout = std::chrono::milliseconds(300);
    settings.gather_job_timeout = std::chrono::milliseconds(300);
    return settings;
  }
};

struct Fleet {
  explicit Fleet(Place& place) : Fleet(place, place.settings()) {}
  Fleet(Place&, MasterSettings wanted) : settings(std::move(wanted)) {
    prepare_directories(*host, settings, std::nullopt);
    master = std::make_unique<Master>(loop, *host, settings);
    await(loop, master->start());
  }

  // Calls on the control socket from a thread, as a tool does from its process.
  Value call(const std::string& command, Map arguments, std::vector<Value>* events = nullptr) {
    Value result;
    std::exception_ptr error;
    std::thread tool([&] {
      try {
        control::Client client(settings.sock_dir + "/" + std::string(control::socket_name));
        result = client.call(command, std::move(arguments), [&](const Value& event) {
          if (events) events->push_back(event);
        }, std::chrono::seconds(20));
      } catch (...) {
        error = std::current_exception();
      }
      loop.stop();
    });
    loop.run_for(std::chrono::seconds(30));
    tool.join();
    if (error) std::rethrow_exception(error);
    return result;
  }
  Value run(const std::string& fun, List arg = {}) {
    return *call("runner.run", wire::encode_message(wire::RunFunction{fun, std::move(arg), {}})).find("return");
  }

  MasterSettings settings;
  std::unique_ptr<Host> host = make_real_host();
  wire::Loop loop;
  std::unique_ptr<Master> master;
};

struct Minion {
  Minion(Fleet& fleet, const std::string& id, int key, std::string finger = "")
      : loop(fleet.loop), connection(fleet.loop, sockets, workers, options(fleet, id, std::move(finger)), some_key(key), pin) {}
  ~Minion() { connection.close(); }

  static wire::MasterOptions options(Fleet& fleet, const std::string& id, std::string finger) {
    wire::MasterOptions options;
    options.id = id;
    options.host = "127.0.0.1";
    options.request_port = fleet.master->request_port();
    options.publish_port = fleet.master->publish_port();
    options.finger = std::move(finger);
    return options;
  }
  wire::AuthOutcome enrol() { return await(loop, connection.authenticate()); }
  Value ask(const std::string& command, Map load) { return await(loop, connection.request(command, std::move(load))); }

  // Answers test.ping and find_job as long as it lives.
  void work() { loop.spawn("minion", connection.listen([this](Map load) { loop.spawn("job", answer(std::move(load))); })); }
  Task<void> answer(Map load) {
    const bool is_ping = load.at("fun") == Value("test.ping");
    Map given{{"jid", load.at("jid")}, {"fun", load.at("fun")}, {"fun_args", load.at("arg")}, {"retcode", 0}, {"success", true}};
    given.set("return", is_ping ? Value(true) : Value(Map{}));
    co_await connection.request("_return", std::move(given));
  }

  wire::Loop& loop;
  wire::SocketContext sockets;
  wire::Workers workers{loop, {.name = "minion", .threads = 1}};
  MemoryPin pin;
  wire::MasterConnection connection;
};

inline void accept(Fleet& fleet, const std::string& id) {
  const Value accepted = fleet.call("key.accept", {{"match", List{id}}});
  REQUIRE(accepted.find("keys")->as_list().size() == 1);
}

}  // namespace halite::master
