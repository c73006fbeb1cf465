#include "common/wire/control_server.h"

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <map>

#include "common/base/log.h"
#include "common/wire/loop_impl.h"

namespace halite::wire {
namespace {

namespace asio = boost::asio;
using Stream = asio::local::stream_protocol;

std::string user_name(uid_t uid) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found) return found->pw_name;
  return std::to_string(uid);
}

Caller caller_of(int descriptor) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    throw system_error(errno, "asking who is on the control socket");
  return {credentials.uid, credentials.gid, credentials.pid, user_name(credentials.uid)};
}

// Names are printed and stored: what is no name says nothing.
bool is_user_name(const std::string& text) {
  return !text.empty() && text.size() <= 256 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c != 127; });
}

// Cuts the connection when one step of it takes too long. One at a time.
class Deadline {
 public:
  Deadline(asio::io_context& context, std::function<void()> cut, Duration limit) : timer_(context, limit) {
    timer_.async_wait([cut = std::move(cut)](const boost::system::error_code& error) {
      if (!error) cut();
    });
  }

 private:
  asio::steady_timer timer_;
};

}  // namespace

class Connection;

struct ControlServer::Impl {
  Impl(Loop& on_loop, ControlServerOptions given, ControlHandler answer)
      : loop(on_loop), options(std::move(given)), handler(std::move(answer)), acceptor(context_of(on_loop)) {}

  void listen();
  bool is_answered() const;
  std::string refusal(const Connection& newest) const;

  Loop& loop;
  ControlServerOptions options;
  ControlHandler handler;
  Stream::acceptor acceptor;
  std::map<Connection*, std::weak_ptr<Connection>> open;
  bool is_closed = false;
};

// One caller. Its tasks hold it and the server's inside alive.
class Connection final : public ControlEvents, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<ControlServer::Impl> server, Stream::socket socket)
      : server_(std::move(server)), socket_(std::move(socket)), caller_(caller_of(socket_.native_handle())) {
    server_->open[this] = {};
  }
  ~Connection() override { server_->open.erase(this); }

  Task<void> send(Value event) override { return write(shared_from_this(), control::Event{std::move(event)}); }
  bool is_gone() const override {
    char byte = 0;
    return !socket_.is_open() || ::recv(const_cast<Stream::socket&>(socket_).native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  static Task<void> serve(std::shared_ptr<Connection> self);
  static Task<void> turn_away(std::shared_ptr<Connection> self, std::string why);
  uid_t uid() const { return caller_.uid; }

 private:
  static Task<void> write(std::shared_ptr<Connection> self, control::Reply reply);
  static Task<std::optional<std::string>> read(std::shared_ptr<Connection> self, std::size_t size, Duration limit);
  static Task<control::Reply> answer(std::shared_ptr<Connection> self, control::Request request);

  std::shared_ptr<ControlServer::Impl> server_;
  Stream::socket socket_;
  Caller caller_;
};

Task<void> Connection::write(std::shared_ptr<Connection> self, control::Reply reply) {
  const std::string frame = control::encode(reply);
  const Deadline deadline(context_of(self->server_->loop), [self] { self->close(); }, self->server_->options.write_limit);
  boost::system::error_code error;
  co_await asio::async_write(self->socket_, asio::buffer(frame), asio::redirect_error(asio::use_awaitable, error));
  if (error) throw Error(ErrorKind::unavailable, "the caller ({}, process {}) has gone", self->caller_.user, self->caller_.pid);
}

// Reads that many bytes; nothing when the caller closes or the limit comes first. Memory grows with what really arrives.
Task<std::optional<std::string>> Connection::read(std::shared_ptr<Connection> self, std::size_t size, Duration limit) {
  constexpr std::size_t block_bytes = std::size_t{256} << 10;
  const Deadline deadline(context_of(self->server_->loop), [self] { self->close(); }, limit);
  std::string text;
  while (text.size() < size) {
    const std::size_t before = text.size();
    text.resize(std::min(size, before + block_bytes));
    boost::system::error_code error;
    const auto rest = asio::buffer(text.data() + before, text.size() - before);
    co_await asio::async_read(self->socket_, rest, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return std::nullopt;
  }
  co_return text;
}

Task<control::Reply> Connection::answer(std::shared_ptr<Connection> self, control::Request request) {
  std::optional<Error> failure;
  try {
    Caller caller = self->caller_;
    if (caller.uid == 0 && is_user_name(request.behind)) caller.behind = request.behind;
    Value result = co_await self->server_->handler(std::move(caller), request.command, request.arguments, *self);
    co_return control::Result{std::move(result)};
  } catch (const Error& error) {
    failure = error;
  } catch (const std::exception& error) {
    failure = Error(ErrorKind::internal, "{}", error.what());
  }
  if (failure->kind() == ErrorKind::internal) log::error("the command '{}' failed: {}", request.command, failure->what());
  co_return control::Failure{std::move(*failure)};
}

Task<void> Connection::serve(std::shared_ptr<Connection> self) {
  const auto& options = self->server_->options;
  for (;;) {
    const auto header = co_await read(self, control::header_size_bytes, options.idle_limit);
    if (!header) co_return;
    std::optional<control::Request> request;
    std::optional<Error> refusal;
    try {
      const auto body = co_await read(self, control::body_size(*header, control::request_limit_bytes), options.request_limit);
      if (!body) co_return;
      request = control::decode_request(*body);
    } catch (const Error& error) {
      refusal = error;
    }
    if (refusal) {
      // What follows in the stream can't be trusted to be a frame.
      control::Reply reply = control::Failure{*refusal};
      co_await write(self, std::move(reply));
      co_return;
    }
    control::Reply reply = co_await answer(self, std::move(*request));
    co_await write(self, std::move(reply));
  }
}

Task<void> Connection::turn_away(std::shared_ptr<Connection> self, std::string why) {
  control::Reply reply = control::Failure{Error(ErrorKind::unavailable, "{}; try again later", why)};
  co_await write(self, std::move(reply));
}

// Why the newest connection is one too many; empty when it is not. Ordinary users have half of the places together, so that
// root always finds one.
std::string ControlServer::Impl::refusal(const Connection& newest) const {
  const auto is_ordinary = [](const auto& entry) { return entry.first->uid() != 0 && entry.first->uid() != ::geteuid(); };
  const auto is_of_user = [&](const auto& entry) { return entry.first->uid() == newest.uid(); };
  const auto count = [&](const auto& test) { return static_cast<std::size_t>(std::count_if(open.begin(), open.end(), test)); };
  if (open.size() > options.connection_limit) return fmt::format("the master already serves {} callers", options.connection_limit);
  if (newest.uid() == 0 || newest.uid() == ::geteuid()) return "";
  if (count(is_ordinary) > options.connection_limit / 2)
    return fmt::format("the master already serves {} callers who are not root", options.connection_limit / 2);
  if (count(is_of_user) > options.user_connection_limit)
    return fmt::format("the master already serves {} calls of this user", options.user_connection_limit);
  return "";
}

namespace {

void welcome(const std::shared_ptr<ControlServer::Impl>& server, Stream::socket socket) {
  auto connection = std::make_shared<Connection>(server, std::move(socket));
  server->open[connection.get()] = connection;
  std::string refusal = server->refusal(*connection);
  server->loop.spawn("a control connection", refusal.empty() ? Connection::serve(connection)
                                                             : Connection::turn_away(connection, std::move(refusal)));
}

Task<void> accept_all(std::shared_ptr<ControlServer::Impl> server) {
  using namespace std::chrono_literals;
  while (!server->is_closed) {
    Stream::socket socket(context_of(server->loop));
    const auto error = co_await accept_next(server->acceptor, socket);
    if (server->is_closed) co_return;
    if (error) {
      log::warning("the control socket can't accept a connection: {}", error.message());
      co_await sleep_for(100ms);  // out of descriptors: give others time to close
      continue;
    }
    try {
      welcome(server, std::move(socket));
    } catch (const std::exception& problem) {
      log::warning("the control socket can't serve a connection: {}", problem.what());
    }
  }
}

}  // namespace

bool ControlServer::Impl::is_answered() const {
  try {
    Stream::socket probe(context_of(loop));
    probe.connect(Stream::endpoint(options.path));
    return true;
  } catch (const boost::system::system_error&) {
    return false;
  }
}

void ControlServer::Impl::listen() {
  if (options.path.size() >= sizeof(sockaddr_un::sun_path))
    throw Error(ErrorKind::invalid, "the control socket's path {} is too long: at most {} bytes", options.path,
                sizeof(sockaddr_un::sun_path) - 1);
  if (is_answered()) throw Error(ErrorKind::unavailable, "another master already listens on {}", options.path);
  ::unlink(options.path.c_str());
  // Closed to all others from the moment it exists.
  const mode_t before = ::umask(0177);
  boost::system::error_code error;
  acceptor.open(Stream());
  acceptor.bind(Stream::endpoint(options.path), error);
  ::umask(before);
  if (error) throw Error(ErrorKind::unavailable, "can't make the control socket {}: {}", options.path, error.message());
  if (options.group != static_cast<gid_t>(-1) && ::chown(options.path.c_str(), static_cast<uid_t>(-1), options.group) != 0)
    throw system_error(errno, fmt::format("giving {} to group {}", options.path, options.group));
  if (::chmod(options.path.c_str(), options.mode) != 0) throw system_error(errno, fmt::format("setting the mode of {}", options.path));
  acceptor.listen();
}

ControlServer::ControlServer(Loop& loop, ControlServerOptions options, ControlHandler handler)
    : impl_(std::make_shared<Impl>(loop, std::move(options), std::move(handler))) {
  impl_->listen();
}

ControlServer::~ControlServer() {
  close();
  ::unlink(impl_->options.path.c_str());
}

void ControlServer::start() { impl_->loop.spawn("the control socket", accept_all(impl_)); }

void ControlServer::close() {
  impl_->is_closed = true;
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
  for (const auto& [address, connection] : impl_->open)
    if (const auto held = connection.lock()) held->close();
}

std::size_t ControlServer::connections() const { return impl_->open.size(); }

}  // namespace halite::wire
