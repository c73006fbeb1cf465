#include "master/metrics/master_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace halite::master {
namespace {

double number(std::uint64_t value) { return static_cast<double>(value); }

template <class Counts>
std::vector<Metrics::Labelled> labelled(const Counts& counts) {
  std::vector<Metrics::Labelled> values;
  for (const auto& [label, count] : counts) values.push_back({label, number(count)});
  return values;
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_files() {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  double count = -1;  // the look itself holds one
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) ++count;
  return std::max(count, 0.0);
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void add_connections(Metrics& metrics, const MetricSources& from) {
  metrics.add("accepted_minions", "Minions whose key is accepted.", [&keyring = from.keyring] { return number(keyring.accepted_ids().size()); });
  const auto by_port = [publish = &from.publisher.connections(), request = &from.requests.connections()](auto count) {
    return [=] { return std::vector<Metrics::Labelled>{{"publish", number(count(*publish))}, {"request", number(count(*request))}}; };
  };
  metrics.add_labelled("connections", "Connections that are open.", "port", by_port([](const wire::ZmtpServer& port) { return port.connections(); }));
  metrics.add_labelled("connections_total", "Connections taken.", "port", by_port([](const wire::ZmtpServer& port) { return port.counters().accepted; }));
  metrics.add_labelled("cut_off_connections_total", "Connections cut off for what they sent, for silence, or for taking nothing.", "port",
                       by_port([](const wire::ZmtpServer& port) { return port.counters().cut_off; }));
  metrics.add_labelled("turned_away_connections_total", "Connections for which there was no place.", "port",
                       by_port([](const wire::ZmtpServer& port) { return port.counters().turned_away; }));
  metrics.add_labelled("dropped_messages_total", "Messages dropped for peers that were too slow.", "port",
                       by_port([](const wire::ZmtpServer& port) { return port.counters().dropped; }));
  metrics.add("present_minions", "Minions that listen and have said who they are.",
              [&listeners = from.publisher.listeners()] { return number(listeners.topics_there); });
}

void add_requests(Metrics& metrics, const MetricSources& from) {
  const wire::RequestCounters& counters = from.requests.counters();
  metrics.add("requests_total", "Requests read on the request port.", [&counters] { return number(counters.requests); });
  metrics.add("replies_total", "Replies to them.", [&counters] { return number(counters.replies); });
  metrics.add("authentications_total", "Handshakes asked for.", [&counters] { return number(counters.auths); });
  metrics.add("requests_in_flight", "Requests being answered.", [&counters] { return number(counters.in_flight); });
  metrics.add_timings("request_seconds", "From reading a request to its reply.", counters.answers);
  metrics.add_labelled("refused_requests_total", "Requests refused.", "reason", [&counters] {
    std::vector<Metrics::Labelled> values;
    for (std::size_t i = 0; i < wire::refusal_count; ++i) {
      const auto reason = static_cast<wire::Refusal>(i);
      values.push_back({std::string(to_string(reason)), number(counters.refusals[reason])});
    }
    return values;
  });
  metrics.add_labelled("commands_total", "Commands of minions.", "command", [&commands = from.commands] { return labelled(commands.counts()); });
}

void add_queues(Metrics& metrics, const MetricSources& from) {
  metrics.add_labelled("waiting_works", "Work that waits for a place or a thread.", "kind",
                       [&workers = from.workers, &rsa = from.rsa_workers, &auths = from.requests.auth_turns(), &pillars = from.pillars.turns()] {
                         return std::vector<Metrics::Labelled>{{"authentication", number(auths.waiting())},
                                                               {"pillar", number(pillars.waiting())},
                                                               {"worker", number(workers.waiting())},
                                                               {"rsa", number(rsa.waiting())}};
                       });
  const StoreLoad& load = from.store.load();
  metrics.add("store_queue", "Reads and writes that the store has not done yet.", [&load] { return number(load.waiting); });
  metrics.add("store_works_total", "Reads and writes that it has done.", [&load] { return number(load.works); });
  metrics.add_timings("store_commit_seconds", "Transactions of the store, each for all that had gathered.", load.groups);
}

void add_work(Metrics& metrics, const MetricSources& from) {
  const JobCounters& jobs = from.jobs.counters();
  metrics.add("running_jobs", "Jobs that have not ended.", [&board = from.jobs] { return number(board.running().size()); });
  metrics.add("jobs_total", "Jobs started.", [&jobs] { return number(jobs.started); });
  metrics.add_labelled("outcomes_total", "Outcomes of minions in jobs.", "outcome", [&jobs] { return labelled(jobs.outcomes); });
  metrics.add_timings("pillar_seconds", "Pillars compiled for minions, their time in the queue included.", from.pillars.timings());
  metrics.add("pillar_failures_total", "Pillars with errors.", [&pillars = from.pillars] { return number(pillars.failed()); });
  metrics.add("file_parts_total", "Parts of files served.", [&files = from.files] { return number(files.counters.parts); });
  metrics.add("file_bytes_total", "Bytes of files served.", [&files = from.files] { return number(files.counters.bytes); });
  metrics.add("events_total", "Events on the bus.", [&events = from.events] { return number(events.count()); });
  metrics.add("event_listeners", "Listeners on the event bus.", [&events = from.events] { return number(events.listeners()); });
  metrics.add("lost_events_total", "Events that a listener had no room for.", [&events = from.events] { return number(events.lost()); });
}

void add_process(Metrics& metrics) {
  const auto start = std::chrono::system_clock::now().time_since_epoch();
  metrics.add("start_time_seconds", "When the master started, seconds since 1970.",
              [start_s = std::chrono::duration<double>(start).count()] { return std::floor(start_s); });
  metrics.add("cpu_seconds_total", "Processor time of the master.", cpu_seconds);
  metrics.add("resident_memory_bytes", "Memory of the master.", resident_bytes);
  metrics.add("open_files", "Descriptors that are open.", open_files);
}

}  // namespace

void add_master_metrics(Metrics& metrics, const MetricSources& sources) {
  add_connections(metrics, sources);
  add_requests(metrics, sources);
  add_queues(metrics, sources);
  add_work(metrics, sources);
  add_process(metrics);
}

}  // namespace halite::master
