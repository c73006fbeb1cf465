// A real master with real minions on loopback, and what must still hold after each attack on it: the same process, a good
// minion that answers within a second all the time, no file, job or event that the attack made, no secret in an answer.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <optional>
#include <thread>
#include <vector>

#include "common/control/client.h"
#include "common/wire/messages/event.h"
#include "tests/hostile/master/attacker.h"
#include "tests/support/temp_directory.h"

namespace halite::hostile {

class Siege {
 public:
  // One for all attacks: the master has to live through every one of them. Its minions are "good" and "m2", programs of
  // their own, and "m1", whose keys the attacker has. It has to end before main does: its threads use what
  // is destroyed then.
  static Siege& the();
  static void end();
  ~Siege();

  Attacker& attacker() { return *attacker_; }
  const Pass& m1() const { return *m1_; }
  int request_port() const { return request_port_; }
  int publish_port() const { return publish_port_; }
  // A minion of its own that authenticates here and listens there: who holds that port is the man in the middle.
  void start_minion(const std::string& id, int listens_to);
  void restart_minion(const std::string& id);
  std::string path(const std::string& name) const { return directory_ / name; }
  void write(const std::string& name, const std::string& text) const;

  // As root on the control socket.
  Value call(const std::string& command, Map arguments);
  Value run(const std::string& function, List arguments = {});
  // As another user of this machine, from a process of its own. Gives the error's text, or nothing when it was obeyed.
  std::optional<std::string> refusal_for(const std::string& user, const std::string& command, const Map& arguments);
  // Waits until a key of that id is on record as `state`.
  bool has_key(const std::string& id, const std::string& state);

  // Waits until every job has ended: for attacks that send jobs and do not wait.
  void let_jobs_end();

  // A process of the master's programs; gives its exit code and what it wrote to both outputs.
  std::pair<int, std::string> tool(const std::string& program, std::vector<std::string> arguments, std::vector<std::string> environment = {});

  // From the start of an attack to its end. The destructor checks what must hold (Catch's CHECK).
  class Attack {
   public:
    // `allowed`: tags of events that the attack may cause (globs).
    explicit Attack(Siege& siege, std::vector<std::string> allowed = {});
    ~Attack();

   private:
    Siege& siege_;
    std::vector<std::string> allowed_;
    std::map<std::string, std::string> files_;
  };

 private:
  Siege();
  void start_master();
  pid_t start(const std::string& program, const std::string& configuration);
  void enrol(const std::string& id);
  void keep_asking_good();
  void watch_events();
  std::map<std::string, std::string> files() const;
  std::string log_text() const;

  TempDirectory directory_;
  int request_port_ = 0, publish_port_ = 0;
  pid_t master_ = 0;
  std::map<std::string, pid_t> processes_;  // by the folder of their configuration
  std::unique_ptr<Attacker> attacker_;
  std::optional<Pass> m1_;

  std::atomic<bool> is_over_ = false;
  std::mutex mutex_;  // of the three below
  std::vector<std::string> failures_;
  double slowest_s_ = 0;
  std::vector<wire::Event> events_;
  std::thread asking_, watching_;
};

}  // namespace halite::hostile
