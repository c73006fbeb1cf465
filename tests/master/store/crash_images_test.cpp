// Power that fails at any moment: every write and sync of a run of the store is recorded below SQLite, and from the record
// disks are made as a crash may leave them: all that was synced, and of what was written since, any sectors in any order.
// Each must open, be sound, and hold all that was acknowledged before. HALITE_CRASH_IMAGES says how many, 40
// unless set; TMPDIR=/dev/shm makes thousands quick.
#include <sqlite3.h>

#include <catch2/catch.hpp>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>

#include "master/store/sqlite.h"
#include "master/store/sqlite_store.h"
#include "tests/master/support/await.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;

namespace {

constexpr std::size_t sector_bytes = 512;

struct Operation {
  enum Kind { write, truncate, sync, remove } kind = write;
  std::string file;
  std::size_t offset = 0;  // or the size after a truncation
  std::string bytes = {};
};

struct Recording {
  std::mutex mutex;
  bool is_on = false;
  std::vector<Operation> operations;
  std::size_t size() {
    const std::lock_guard lock(mutex);
    return operations.size();
  }
  void add(Operation operation) {
    const std::lock_guard lock(mutex);
    if (is_on) operations.push_back(std::move(operation));
  }
};

Recording& recording() {
  static Recording one;
  return one;
}

// SQLite's file, with the machine's own behind it.
struct RecordedFile {
  sqlite3_file base;
  char name[256];
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
RecordedFile& recorded(sqlite3_file* file) { return *reinterpret_cast<RecordedFile*>(file); }
sqlite3_file* real(sqlite3_file* file) { return recorded(file).real(); }

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  recording().add({Operation::write, recorded(file).name, static_cast<std::size_t>(offset),
                   std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))});
  return real(file)->pMethods->xWrite(real(file), bytes, size, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  recording().add({Operation::truncate, recorded(file).name, static_cast<std::size_t>(size)});
  return real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags) {
  const int code = real(file)->pMethods->xSync(real(file), flags);
  recording().add({Operation::sync, recorded(file).name});
  return code;
}

const sqlite3_io_methods& recorded_methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods made{};
    made.iVersion = 2;  // no memory maps: a write through one would not be seen
    made.xClose = [](sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); };
    made.xRead = [](sqlite3_file* file, void* into, int size, sqlite3_int64 at) { return real(file)->pMethods->xRead(real(file), into, size, at); };
    made.xWrite = write;
    made.xTruncate = truncate;
    made.xSync = sync;
    made.xFileSize = [](sqlite3_file* file, sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); };
    made.xLock = [](sqlite3_file* file, int kind) { return real(file)->pMethods->xLock(real(file), kind); };
    made.xUnlock = [](sqlite3_file* file, int kind) { return real(file)->pMethods->xUnlock(real(file), kind); };
    made.xCheckReservedLock = [](sqlite3_file* file, int* is_held) { return real(file)->pMethods->xCheckReservedLock(real(file), is_held); };
    made.xFileControl = [](sqlite3_file* file, int what, void* with) { return real(file)->pMethods->xFileControl(real(file), what, with); };
    made.xSectorSize = [](sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); };
    made.xDeviceCharacteristics = [](sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); };
    made.xShmMap = [](sqlite3_file* file, int page, int size, int extend, void volatile** at) {
      return real(file)->pMethods->xShmMap(real(file), page, size, extend, at);
    };
    made.xShmLock = [](sqlite3_file* file, int offset, int count, int flags) { return real(file)->pMethods->xShmLock(real(file), offset, count, flags); };
    made.xShmBarrier = [](sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); };
    made.xShmUnmap = [](sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); };
    return made;
  }();
  return methods;
}

std::string base_name(const char* path) { return path ? std::filesystem::path(path).filename().string() : "temporary"; }

// SQLite opens everything through the recorder for as long as this lives.
class Recorder {
 public:
  Recorder() : machine_(sqlite3_vfs_find(nullptr)), vfs_(*machine_) {
    vfs_.zName = "recorded";
    vfs_.szOsFile = static_cast<int>(sizeof(RecordedFile)) + machine_->szOsFile;
    vfs_.pAppData = machine_;
    vfs_.pNext = nullptr;
    vfs_.xOpen = [](sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* given) {
      auto* machine = static_cast<sqlite3_vfs*>(vfs->pAppData);
      std::memset(file, 0, sizeof(RecordedFile));
      const std::string name = base_name(path);
      std::memcpy(recorded(file).name, name.c_str(), std::min(name.size(), sizeof recorded(file).name - 1));
      const int code = machine->xOpen(machine, path, real(file), flags, given);
      if (code == SQLITE_OK) file->pMethods = &recorded_methods();
      return code;
    };
    vfs_.xDelete = [](sqlite3_vfs* vfs, const char* path, int is_synced) {
      recording().add({Operation::remove, base_name(path)});
      auto* machine = static_cast<sqlite3_vfs*>(vfs->pAppData);
      return machine->xDelete(machine, path, is_synced);
    };
    sqlite3_vfs_register(&vfs_, 1);
    recording().operations.clear();
    recording().is_on = true;
  }
  ~Recorder() {
    recording().is_on = false;
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(machine_, 1);
  }
  Recorder(const Recorder&) = delete;

 private:
  sqlite3_vfs* machine_;
  sqlite3_vfs vfs_;
};

void apply(std::string& content, const Operation& operation, std::mt19937* lossy) {
  if (operation.kind == Operation::truncate) {
    if (!lossy || (*lossy)() % 2) content.resize(operation.offset);
    return;
  }
  const std::size_t end = operation.offset + operation.bytes.size();
  for (std::size_t at = operation.offset; at < end;) {
    const std::size_t next = std::min(end, (at / sector_bytes + 1) * sector_bytes);
    if (!lossy || (*lossy)() % 2) {
      if (content.size() < next) content.resize(next, '\0');
      content.replace(at, next - at, operation.bytes, at - operation.offset, next - at);
    }
    at = next;
  }
}

// What a disk may hold when the power fails before operation `end`.
std::map<std::string, std::string> disk_at(const std::vector<Operation>& operations, std::size_t end, std::mt19937& chance) {
  std::map<std::string, std::string> disk;
  std::map<std::string, std::vector<const Operation*>> unsynced;
  for (std::size_t i = 0; i < end; ++i) {
    const Operation& operation = operations[i];
    auto& waiting = unsynced[operation.file];
    if (operation.kind == Operation::remove) {
      disk.erase(operation.file);
      waiting.clear();
    } else if (operation.kind == Operation::sync) {
      for (const Operation* one : waiting) apply(disk[operation.file], *one, nullptr);
      waiting.clear();
    } else {
      waiting.push_back(&operation);
    }
  }
  for (const auto& [file, waiting] : unsynced)
    for (const Operation* one : waiting) apply(disk[file], *one, &chance);
  return disk;
}

struct Acknowledged {
  std::size_t at = 0;  // of the recording
  std::string id;      // of a key, or of a job with its return
};

}  // namespace

TEST_CASE("Whenever the power fails, the store opens, is sound, and holds what was acknowledged") {
  std::vector<Acknowledged> acknowledged;
  std::vector<Operation> operations;
  {
    TempDirectory folder;
    const Recorder recorder;
    wire::Loop loop;
    const auto store = make_sqlite_store(loop, folder / "master.db");
    for (int i = 0; i < 120; ++i) {
      const std::string number = std::to_string(1000 + i);
      await(loop, store->put_key({"k" + number, KeyState::accepted, "PEM", "192.0.2.1", i}, {KeyState::pending}, {}));
      acknowledged.push_back({recording().size(), "k" + number});
      const std::string jid = "2026010100000000" + number;
      await(loop, store->put_job({jid, "root", {{"fun", "test.ping"}, {"tgt", "*"}}, {"web1"}, {}, false}, {}));
      const std::string output(static_cast<std::size_t>(i % 7 == 0 ? 60'000 : 50), 'x');
      await(loop, store->put_return({jid, "web1", "ok", Map{{"return", output}}, "", "", 1}));
      acknowledged.push_back({recording().size(), jid});
    }
    operations = recording().operations;
  }
  REQUIRE(operations.size() > 500);
  REQUIRE(std::any_of(operations.begin(), operations.end(), [](const Operation& one) { return one.file == "master.db" && one.kind == Operation::sync; }));

  const char* given = std::getenv("HALITE_CRASH_IMAGES");
  const int images = given ? std::atoi(given) : 40;
  std::mt19937 chance(20260101);
  for (int image = 0; image < images; ++image) {
    const std::size_t end = 1 + chance() % operations.size();
    const auto disk = disk_at(operations, end, chance);
    TempDirectory folder;
    for (const auto& [file, content] : disk)
      if (file.starts_with("master.db") && file != "master.db-shm") std::ofstream(folder / file, std::ios::binary) << content;
    INFO("image " << image << ", before operation " << end << " of " << operations.size());
    {
      wire::Loop loop;
      const auto store = make_sqlite_store(loop, folder / "master.db");
      std::set<std::string> keys;
      for (const auto& key : await(loop, store->keys())) keys.insert(key.id);
      std::set<std::string> jobs;
      for (const auto& job : await(loop, store->jobs({}))) jobs.insert(job.jid);
      int lost = 0;
      for (const auto& one : acknowledged) {
        if (one.at > end) break;
        if (one.id.starts_with('k') ? !keys.contains(one.id) : !jobs.contains(one.id)) ++lost;
      }
      CHECK(lost == 0);
      const auto last = std::find_if(acknowledged.rbegin(), acknowledged.rend(), [&](const Acknowledged& one) { return one.at <= end && !one.id.starts_with('k'); });
      if (last != acknowledged.rend()) CHECK(await(loop, store->returns(last->id)).size() == 1);
    }
    Database database(folder / "master.db");
    auto answer = database.prepare("PRAGMA integrity_check");
    REQUIRE(answer.step());
    CHECK(answer.text(0) == "ok");
  }
}
