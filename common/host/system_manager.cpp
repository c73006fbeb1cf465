#include "common/host/system_manager.h"

#include <dlfcn.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>

namespace halite {
namespace {

constexpr std::uint64_t answer_limit_us = 10'000'000;

// The functions of libsystemd that we use.
struct Library {
  void* handle = nullptr;
  decltype(&sd_bus_open_system) open_system = nullptr;
  decltype(&sd_bus_flush_close_unref) close = nullptr;
  decltype(&sd_bus_set_method_call_timeout) set_timeout = nullptr;
  decltype(&sd_bus_path_encode) path_encode = nullptr;
  decltype(&sd_bus_call_method) call_method = nullptr;
  decltype(&sd_bus_error_free) error_free = nullptr;
  decltype(&sd_bus_message_unref) message_unref = nullptr;
  decltype(&sd_bus_message_enter_container) enter = nullptr;
  decltype(&sd_bus_message_exit_container) exit = nullptr;
  decltype(&sd_bus_message_read) read = nullptr;
  decltype(&sd_bus_message_skip) skip = nullptr;

  bool load() {
    handle = ::dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    return handle && find(open_system, "sd_bus_open_system") && find(close, "sd_bus_flush_close_unref") &&
           find(set_timeout, "sd_bus_set_method_call_timeout") && find(path_encode, "sd_bus_path_encode") &&
           find(call_method, "sd_bus_call_method") && find(error_free, "sd_bus_error_free") &&
           find(message_unref, "sd_bus_message_unref") && find(enter, "sd_bus_message_enter_container") &&
           find(exit, "sd_bus_message_exit_container") && find(read, "sd_bus_message_read") &&
           find(skip, "sd_bus_message_skip");
  }

 private:
  template <class F>
  bool find(F& function, const char* name) {
    function = reinterpret_cast<F>(::dlsym(handle, name));
    return function != nullptr;
  }
};

}  // namespace

struct SystemManager::Connection {
  std::mutex mutex;
  bool is_tried = false;
  Library library;
  sd_bus* bus = nullptr;

  ~Connection() { drop(); }

  void drop() {
    if (bus) library.close(bus);
    bus = nullptr;
  }

  bool open() {
    if (!is_tried) {
      is_tried = true;
      if (!library.load()) return false;
      if (library.open_system(&bus) < 0) bus = nullptr;
      if (bus) library.set_timeout(bus, answer_limit_us);
    }
    return bus != nullptr;
  }

  // The four properties we know among about a hundred.
  bool read_properties(sd_bus_message* reply, UnitStatus& status) {
    if (library.enter(reply, 'a', "{sv}") < 0) return false;
    while (library.enter(reply, 'e', "sv") > 0) {
      const char* name = nullptr;
      if (library.read(reply, "s", &name) < 0) return false;
      const std::string property = name;
      std::string* text = property == "LoadState"       ? &status.load_state
                          : property == "ActiveState"   ? &status.active_state
                          : property == "UnitFileState" ? &status.unit_file_state
                                                        : nullptr;
      int result = 0;
      if (text) {
        const char* value = nullptr;
        result = library.read(reply, "v", "s", &value);
        if (result >= 0) *text = value;
      } else if (property == "NeedDaemonReload") {
        int value = 0;
        result = library.read(reply, "v", "b", &value);
        status.needs_reload = value != 0;
      } else {
        result = library.skip(reply, "v");
      }
      if (result < 0 || library.exit(reply) < 0) return false;
    }
    return true;
  }

  std::optional<UnitStatus> ask(const std::string& unit) {
    char* path = nullptr;
    if (library.path_encode("/org/freedesktop/systemd1/unit", unit.c_str(), &path) < 0) return std::nullopt;
    const std::unique_ptr<char, decltype(&std::free)> kept(path, &std::free);
    sd_bus_error error{};
    sd_bus_message* reply = nullptr;
    // systemd loads the unit of a path that is asked for; one that is not there answers as "not-found".
    const int result =
        library.call_method(bus, "org.freedesktop.systemd1", path, "org.freedesktop.DBus.Properties", "GetAll", &error,
                            &reply, "s", "org.freedesktop.systemd1.Unit");
    library.error_free(&error);
    if (result < 0) {
      drop();  // a bus that went away: the next question goes another way
      return std::nullopt;
    }
    UnitStatus status;
    const bool is_read = read_properties(reply, status);
    library.message_unref(reply);
    return is_read ? std::optional(status) : std::nullopt;
  }
};

SystemManager::SystemManager() : connection_(std::make_unique<Connection>()) {}
SystemManager::~SystemManager() = default;

std::optional<UnitStatus> SystemManager::unit_status(const std::string& unit) {
  const std::scoped_lock lock(connection_->mutex);
  return connection_->open() ? connection_->ask(unit) : std::nullopt;
}

}  // namespace halite
