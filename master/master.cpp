#include "master/master.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/control/protocol.h"
#include "common/wire/http_page.h"
#include "common/wire/publisher.h"
#include "master/commands/commands.h"
#include "master/commands/peer.h"
#include "master/events/presence_watch.h"
#include "master/files/file_sources.h"
#include "master/files/tops.h"
#include "master/jobs/retention.h"
#include "master/keys/master_key.h"
#include "master/pillars/pillar_desk.h"
#include "master/prepare.h"
#include "master/metrics/master_metrics.h"
#include "master/runners/runners.h"
#include "master/store/sqlite_store.h"
#include "master/upkeep.h"

namespace halite::master {
namespace {

// One master on one state directory; the lock goes with the process.
UniqueFd lock_directory(const std::string& directory) {
  const std::string path = directory + "/master.lock";
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) throw system_error(errno, "opening " + path);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    throw Error(ErrorKind::unavailable, "another master runs on {}: {} is locked", directory, path);
  return fd;
}

std::string tcp_address(const std::string& interface, std::int64_t port) {
  if (interface.find(':') != std::string::npos && !interface.starts_with('[')) return fmt::format("tcp://[{}]:{}", interface, port);
  return fmt::format("tcp://{}:{}", interface, port);
}

bool is_v6(const MasterSettings& settings) { return settings.interface.find(':') != std::string::npos; }

KeyringOptions keyring_options(const MasterSettings& settings) {
  KeyringOptions options;
  options.auto_accept = settings.auto_accept;
  options.open_mode = settings.open_mode;
  options.max_minions = static_cast<std::size_t>(std::max<std::int64_t>(settings.max_minions, 0));
  options.publish_session = std::chrono::duration_cast<std::chrono::seconds>(settings.publish_session);
  options.autosign.autosign_file = settings.autosign_file;
  options.autosign.autoreject_file = settings.autoreject_file;
  options.autosign.autosign_grains_dir = settings.autosign_grains_dir;
  options.autosign.autosign_dir = settings.pki_dir + "/minions_autosign";
  options.autosign.autosign_timeout = std::chrono::minutes(settings.autosign_timeout);
  options.autosign.permissive_pki_access = settings.permissive_pki_access;
  options.autosign.owner = ::geteuid();
  return options;
}

wire::PublisherOptions publisher_options(const MasterSettings& settings) {
  wire::PublisherOptions options;
  options.address = tcp_address(settings.interface, settings.publish_port);
  options.send_limit = static_cast<int>(settings.pub_hwm);
  options.backlog = static_cast<int>(settings.zmq_backlog);
  options.ipv6 = is_v6(settings);
  options.connection_limit = connection_limits().publish_port;
  return options;
}

wire::RequestServerOptions request_options(const MasterSettings& settings, int publish_port) {
  wire::RequestServerOptions options;
  options.address = tcp_address(settings.interface, settings.ret_port);
  options.publish_port = publish_port;
  // Level 2 is Salt's of before 2025: a minion's identity is then weakly proven, so it has to be asked for.
  options.minimum_auth_version = settings.minimum_auth_version == 2 ? wire::level_shared_key : wire::level_session_key;
  options.backlog = static_cast<int>(settings.zmq_backlog);
  options.ipv6 = is_v6(settings);
  options.connection_limit = connection_limits().request_port;
  return options;
}

std::optional<crypto::PrivateKey> signing_key(Host& host, const MasterSettings& settings) {
  if (!settings.master_sign_pubkey) return std::nullopt;
  return load_or_make_key(host, settings.pki_dir, settings.master_sign_key_name, static_cast<int>(settings.keysize));
}

// Whoever has no rights is told so by us: the kernel says who calls.
wire::ControlServerOptions control_options(const MasterSettings& settings, const Rights& rights) {
  wire::ControlServerOptions options;
  options.path = settings.sock_dir + "/" + std::string(control::socket_name);
  if (!rights.is_empty()) options.mode = 0666;
  return options;
}

wire::HttpPageOptions metrics_page_options(const MasterSettings& settings) {
  wire::HttpPageOptions options;
  options.address = settings.metrics_address;
  options.path = "/metrics";
  options.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return options;
}

// As Salt has it: the option `id` as it is, else the name of the host with "_master" behind.
std::string master_minion_id(const MasterSettings& settings) {
  if (!settings.id.empty()) return settings.id;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) throw system_error(errno, "asking for the name of this host");
  return std::string(name.data()) + "_master";
}

// All requests that are in flight may wait for a thread.
constexpr std::size_t works_limit = wire::RequestServerOptions{}.requests_in_flight;

std::uint64_t mebibytes(std::int64_t count) { return static_cast<std::uint64_t>(std::clamp<std::int64_t>(count, 0, 1 << 24)) << 20; }

PushLimits push_limits(const MasterSettings& settings) {
  PushLimits limits;
  limits.file_bytes = mebibytes(settings.file_recv_max_size);
  limits.minion_bytes = mebibytes(settings.file_recv_quota);
  return limits;
}

JobRetention job_retention(const MasterSettings& settings) {
  return {settings.keep_jobs_seconds, mebibytes(settings.keep_jobs_size)};
}

std::size_t chunk_size(const MasterSettings& settings) {
  return static_cast<std::size_t>(std::clamp<std::int64_t>(settings.file_buffer_size, 4 << 10, 16 << 20));
}

}  // namespace

struct Master::Parts {
  Parts(wire::Loop& loop, Host& host, const MasterSettings& settings);
  wire::RequestHandlers request_handlers();
  wire::ControlHandler control_handler();
  Task<Value> obey(Operator who, std::string command, Map arguments);
  void cut_off();
  Task<void> update_pillars();
  Task<void> update_files();
  Task<void> renew_shared_key();
  Task<void> forget_old_audit();
  Task<void> look_for_twins();
  Task<void> watch_presence();

  wire::Loop& loop;
  Host& host;
  const MasterSettings settings;
  UniqueFd lock;
  const crypto::PrivateKey key;
  const Rights rights;
  std::unique_ptr<Store> store;
  AuditTrail audit;
  wire::Workers workers;
  wire::Workers rsa_workers;
  wire::SharedKey shared_key;
  EventBus events;
  Keyring keyring;
  Served served;
  const std::shared_ptr<FileSources> file_sources;  // a worker may hold it longer than we do
  Files files;
  PillarDesk pillars;
  RangeServer ranges;
  Targets targets;
  wire::Publisher publisher;
  Presence presence;
  PresenceWatch presence_watch;
  JobBoard jobs;
  const std::string minion_id;  // ours, where the master acts as a minion
  Orchestrations orchestrations;
  RunnerTable runners;
  RunnerTable wheels;
  RunnerDesk runner_desk;
  Reactor reactor;
  MinionCommands minion_commands;
  OperatorCommands operator_commands;
  wire::RequestServer requests;
  wire::ControlServer control;
  Metrics metrics;
  std::optional<wire::HttpPage> metrics_page;
  std::set<std::string> twins;  // that were told of
  UpdateLog pillar_log{"git_pillar"};
  UpdateLog file_log{"gitfs"};
};

Master::Parts::Parts(wire::Loop& the_loop, Host& the_host, const MasterSettings& the_settings)
    : loop(the_loop),
      host(the_host),
      settings(the_settings),
      lock(lock_directory(settings.state_dir)),
      key(load_or_make_key(host, settings.pki_dir, "master", static_cast<int>(settings.keysize))),
      rights({settings.publisher_acl, settings.publisher_acl_blacklist, settings.external_auth, settings.nodegroups}),
      store(make_sqlite_store(loop, settings.state_dir + "/master.db")),
      audit(*store, host),
      workers(loop, {.name = "worker", .threads = static_cast<std::size_t>(std::clamp<std::int64_t>(settings.worker_threads, 1, 64)), .queue_limit = works_limit}),
      rsa_workers(loop, {.name = "rsa", .threads = 2, .queue_limit = works_limit, .nice = 5}),
      events(loop, host),
      keyring({loop, workers, *store, host, events, [this] { cut_off(); }}, keyring_options(settings)),
      file_sources(std::make_shared<FileSources>(settings, host)),
      files(file_sources->tree()),
      pillars(loop, settings, host, workers, *store, served),
      ranges(settings.range_server, host, workers),
      targets(keyring, *store, settings.nodegroups, ranges),
      publisher(loop, rsa_workers, key, shared_key, publisher_options(settings)),
      presence(publisher.listeners(), host),
      presence_watch(events, host,
                     {[this] { return keyring.accepted_ids(); }, [this](const std::string& id) { return presence.is_there(id); },
                      [this] { return keyring.changes() + publisher.listeners().changes; }}),
      jobs({loop, host, *store, events, targets, presence, served,
            [this](Map load, std::vector<std::string> ids) { return publisher.publish(std::move(load), std::move(ids)); },
            rights},
           {.timeout = settings.timeout, .gather_timeout = settings.gather_job_timeout}),
      minion_id(master_minion_id(settings)),
      orchestrations(loop, settings.sock_dir + "/" + std::string(control::socket_name), master_settings_schema().encode(settings)),
      runner_desk({loop, host, *store, events, jobs, audit, minion_id}),
      reactor({loop, host, settings, events, files, workers, jobs, runner_desk, runners, wheels}),
      requests({loop, rsa_workers, keyring, shared_key, key, signing_key(host, settings)},
               request_options(settings, publisher.port()), request_handlers()),
      control(loop, control_options(settings, rights), control_handler()) {
  add_master_metrics(metrics, {publisher, requests, minion_commands, workers, rsa_workers, keyring, jobs, events, *store, pillars, files});
  if (!settings.metrics_address.empty())
    during([&] { metrics_page.emplace(loop, metrics_page_options(settings), [this] { return metrics.as_text(); }); },
           "opening the page of metrics_address");

  add_result_commands(minion_commands, jobs, events);
  add_file_commands(minion_commands, files, workers, served, chunk_size(settings));
  if (settings.file_recv)
    add_push_commands(minion_commands, std::make_shared<PushedFiles>(host, settings.cachedir + "/minions", push_limits(settings)), workers);
  add_option_commands(minion_commands, settings, std::make_shared<const Tops>(settings.master_tops, host), workers);
  add_mine_commands(minion_commands, *store, targets);
  add_trust_commands(minion_commands, keyring, settings.allow_minion_key_revoke);
  add_peer_commands(minion_commands, settings, {jobs, targets, *store, runner_desk, runners, audit});

  add_job_runners(runners, jobs, *store, runner_desk, orchestrations);
  add_manage_runners(runners, jobs, presence, keyring, *store);
  add_pillar_runners(runners, pillars, *store);
  add_fileserver_runners(runners, files, workers, [this] { return update_files(); });
  add_status_runners(runners, metrics);
  add_audit_runners(runners, *store);
  add_state_runners(runners, orchestrations, pillars, minion_id);
  add_reactor_runners(runners, reactor);
  add_cache_runners(runners, *store, targets);
  add_minion_runners(runners, jobs, *store, targets);
  add_plain_runners(runners, wheels, events, settings);
  add_wheel_functions(wheels, keyring, key, settings, presence, workers);

  add_key_commands(operator_commands, keyring, key);
  add_enrolment_commands(operator_commands, keyring.enrolments(), host);
  add_job_commands(operator_commands, jobs, targets);
  add_event_commands(operator_commands, events, audit);
  add_runner_commands(operator_commands, runner_desk, runners, wheels);
  add_orchestration_commands(operator_commands, orchestrations);
}

wire::RequestHandlers Master::Parts::request_handlers() {
  return {[this](wire::Principal who, std::string command, Map load) {
            presence.heard_of(who.id);
            return minion_commands.run(std::move(who), std::move(command), std::move(load));
          },
          [this](wire::Principal who, Map load) { return pillars.serve(std::move(who), std::move(load)); }};
}

wire::ControlHandler Master::Parts::control_handler() {
  return [this](wire::Caller caller, std::string command, Map arguments, wire::ControlEvents& say) {
    return obey(Operator{orchestrations.acting_for(std::move(caller)), say}, std::move(command), std::move(arguments));
  };
}

Task<Value> Master::Parts::obey(Operator who, std::string command, Map arguments) {
  std::optional<Error> refusal;
  try {
    if (!who.is_superuser() && !rights.is_empty()) {
      auto look_up = [name = who.caller.user, gid = who.caller.gid] { return user_of(name, gid); };
      who.grants = rights.grants(co_await workers.run(std::move(look_up)));
    }
    co_return co_await operator_commands.run(who, command, arguments);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) throw;
    refusal = error;
  }
  log::warning("{}: refused to {}: {}", escape_control(command), who.actor().user, refusal->what());
  co_await audit.note_refusal(who.actor(), command, arguments, refusal->what());
  throw *refusal;
}

// What a minion without trust still knows is worthless at once; Salt takes up to a minute.
void Master::Parts::cut_off() {
  shared_key.rotate(false);
  events.publish("key", {{"rotate_aes_key", true}});
}

Task<void> Master::Parts::update_pillars() {
  if (!pillars.has_remotes()) co_return;
  pillar_log.tell(co_await pillars.update());
}

Task<void> Master::Parts::update_files() {
  if (!file_sources->has_remotes()) co_return;
  auto update = [sources = file_sources] { return sources->update(); };
  file_log.tell(co_await workers.run(std::move(update)));
  auto tree = [sources = file_sources] { return sources->tree(); };
  files.replace(co_await workers.run(std::move(tree)));
}

Task<void> Master::Parts::renew_shared_key() {
  if (std::chrono::steady_clock::now() - shared_key.made_at() < settings.publish_session) co_return;
  shared_key.rotate(true);
  events.publish("key", {{"rotate_aes_key", true}});
}

// Two hosts with one id and key: a cloned machine, most often. Told when it begins, and when it is over.
Task<void> Master::Parts::look_for_twins() {
  std::set<std::string> now;
  if (presence.any_may_be_twice())
    for (const auto& id : keyring.accepted_ids())
      if (presence.is_twice(id)) now.insert(id);
  for (const auto& id : now)
    if (!twins.contains(id)) {
      log::error("DUPLICATE IDENTITY: two connections listen as '{}'. Is it a copy of that host? Give one of them another id and key", id);
      events.publish("salt/presence/duplicate", {{"id", id}});
    }
  for (const auto& id : twins)
    if (!now.contains(id)) log::info("one connection alone listens as '{}' again", id);
  twins = std::move(now);
  co_return;
}

Task<void> Master::Parts::forget_old_audit() {
  if (settings.keep_audit_seconds.count() == 0) co_return;
  co_await store->remove_audit_before(unix_seconds(host.now() - settings.keep_audit_seconds));
}

Task<void> Master::Parts::watch_presence() {
  presence_watch.look();
  co_return;
}

Master::Master(wire::Loop& loop, Host& host, const MasterSettings& settings)
    : parts_(std::make_unique<Parts>(loop, host, settings)) {}

Master::~Master() = default;

Task<void> Master::start() {
  Parts& parts = *parts_;
  co_await parts.keyring.load();
  // A connection on each port, and what the master itself opens.
  const std::size_t minions = parts.keyring.accepted_ids().size(), descriptors = raise_descriptor_limit();
  if (2 * minions + own_descriptors > descriptors)
    log::warning("{} minions are accepted and may need {} descriptors, but the system allows {}: raise LimitNOFILE in the unit", minions,
                 2 * minions + own_descriptors, descriptors);
  co_await parts.jobs.resume();
  parts.requests.start();
  parts.control.start();
  if (parts.metrics_page) parts.metrics_page->start();
  parts.loop.spawn("reactor", parts.reactor.watch());
  const auto at_least_a_second = [](std::chrono::milliseconds interval) {
    return std::max<wire::Duration>(interval, std::chrono::seconds(1));
  };
  parts.loop.spawn("git_pillar", repeat("git_pillar", at_least_a_second(parts.settings.git_pillar_update_interval),
                                        [&parts] { return parts.update_pillars(); }));
  parts.loop.spawn("gitfs", repeat("gitfs", at_least_a_second(parts.settings.gitfs_update_interval),
                                   [&parts] { return parts.update_files(); }));
  parts.loop.spawn("key renewal", repeat("key renewal", std::chrono::minutes(1), [&parts] { return parts.renew_shared_key(); }));
  parts.loop.spawn("job retention", repeat("job retention", at_least_a_second(parts.settings.loop_interval), [&parts] {
    return forget_old_jobs(*parts.store, parts.host, job_retention(parts.settings));
  }));
  parts.loop.spawn("twins", repeat("twins", std::chrono::seconds(15), [&parts] { return parts.look_for_twins(); }));
  parts.loop.spawn("audit retention", repeat("audit retention", std::chrono::hours(1), [&parts] { return parts.forget_old_audit(); }));
  if (parts.settings.presence_events)
    parts.loop.spawn("presence", repeat("presence", std::chrono::seconds(1), [&parts] { return parts.watch_presence(); }));
  log::info("serving: publications on {}, requests on {}, tools on {}/{}", parts.publisher.address(), parts.requests.address(),
            parts.settings.sock_dir, control::socket_name);
}

void Master::close() {
  parts_->control.close();
  if (parts_->metrics_page) parts_->metrics_page->close();
  parts_->requests.close();
  parts_->publisher.close();
}

int Master::publish_port() const { return parts_->publisher.port(); }

int Master::request_port() const {
  const std::string& address = parts_->requests.address();
  return static_cast<int>(parse_int(address.substr(address.rfind(':') + 1)).value_or(0));
}

std::vector<CommandInfo> Master::minion_commands() const { return parts_->minion_commands.list(); }

std::vector<CommandInfo> Master::operator_commands() const { return parts_->operator_commands.list(); }

const Metrics& Master::metrics() const { return parts_->metrics; }

std::string Master::fingerprint() const { return parts_->key.public_key().fingerprint(); }

}  // namespace halite::master
