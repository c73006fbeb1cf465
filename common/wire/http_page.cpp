#include "common/wire/http_page.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <algorithm>
#include <list>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/wire/http_head.h"
#include "common/wire/loop_impl.h"

namespace halite::wire {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Stream = boost::beast::tcp_stream;

Tcp::endpoint endpoint_of(const std::string& text) {
  const auto colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  const auto port = colon == std::string::npos ? -1 : parse_int(text.substr(colon + 1)).value_or(-1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string::npos) host.clear();
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error || port < 0 || port > 65535)
    throw Error(ErrorKind::invalid, "'{}' is not IP:PORT, as 127.0.0.1:9106 or [::1]:9106", escape_control(text));
  return {address, static_cast<std::uint16_t>(port)};
}

struct Reader {
  Stream stream;
  asio::ip::address address;
};

}  // namespace

struct HttpPage::Impl {
  Impl(Loop& on_loop, HttpPageOptions given, std::function<std::string()> page)
      : loop(on_loop), options(std::move(given)), text(std::move(page)), acceptor(context_of(on_loop)) {}

  using Self = std::shared_ptr<Impl>;
  void listen();
  static Task<void> accept_all(Self self);
  static Task<void> serve(Self self, std::shared_ptr<Reader> reader);
  static Task<void> serve_all(std::shared_ptr<Reader> reader, Self self);
  void make_place();

  Loop& loop;
  HttpPageOptions options;
  std::function<std::string()> text;
  Tcp::acceptor acceptor;
  std::list<std::shared_ptr<Reader>> open;  // the one silent the longest first
  bool is_closed = false;
};

void HttpPage::Impl::listen() {
  const Tcp::endpoint endpoint = endpoint_of(options.address);
  boost::system::error_code error;
  acceptor.open(endpoint.protocol());
  acceptor.set_option(Tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) throw Error(ErrorKind::unavailable, "can't listen on {}: {}", options.address, error.message());
}

Task<void> HttpPage::Impl::serve(Self self, std::shared_ptr<Reader> reader) {
  try {
    co_await serve_all(reader, self);
  } catch (const std::exception& error) {
    log::error("the page at {}: {}", self->options.address, error.what());
  }
  reader->stream.close();
  self->open.remove(reader);
}

Task<void> HttpPage::Impl::serve_all(std::shared_ptr<Reader> reader, Self self) {
  boost::beast::flat_buffer buffer(self->options.header_limit_bytes * 2);
  Stream& stream = reader->stream;
  boost::system::error_code error;
  for (bool goes_on = true; goes_on && !error;) {
    PageHead head(self->options.header_limit_bytes);
    stream.expires_after(self->options.step_limit);
    co_await http::async_read_header(stream, buffer, head.parser(), asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    const auto response = head.answer(self->options.path, self->options.content_type, self->text);
    goes_on = response.keep_alive();
    stream.expires_after(self->options.step_limit);
    co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, error));
    // It may have been closed for another meanwhile.
    const auto place = std::find(self->open.begin(), self->open.end(), reader);
    if (place == self->open.end()) break;
    self->open.splice(self->open.end(), self->open, place);
  }
}

// Whoever opens connections and says nothing loses them before anybody else does.
void HttpPage::Impl::make_place() {
  const auto of_address = [&](const auto& reader) {
    return std::count_if(open.begin(), open.end(), [&](const auto& other) { return other->address == reader->address; });
  };
  const auto victim = std::max_element(open.begin(), open.end(), [&](const auto& a, const auto& b) { return of_address(a) < of_address(b); });
  (*victim)->stream.close();
  open.erase(victim);
}

Task<void> HttpPage::Impl::accept_all(Self self) {
  while (!self->is_closed) {
    Tcp::socket socket(context_of(self->loop));
    auto error = co_await accept_next(self->acceptor, socket);
    if (self->is_closed) co_return;
    if (error) {
      log::warning("{}: {}", self->options.address, error.message());
      co_await sleep_for(std::chrono::seconds(1));  // no descriptors left, most often
      continue;
    }
    const auto remote = socket.remote_endpoint(error);
    if (error) continue;  // gone already
    if (self->open.size() >= self->options.connection_limit) self->make_place();
    const auto reader = std::make_shared<Reader>(Reader{Stream(std::move(socket)), remote.address()});
    self->open.push_back(reader);
    self->loop.spawn("a reader of a page", serve(self, reader));
  }
}

HttpPage::HttpPage(Loop& loop, HttpPageOptions options, std::function<std::string()> text)
    : impl_(std::make_shared<Impl>(loop, std::move(options), std::move(text))) {
  impl_->listen();
}
HttpPage::~HttpPage() { close(); }

void HttpPage::start() { impl_->loop.spawn("a page over HTTP", Impl::accept_all(impl_)); }

void HttpPage::close() {
  impl_->is_closed = true;
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
  for (const auto& reader : impl_->open) reader->stream.close();
}

std::string HttpPage::address() const {
  const auto endpoint = impl_->acceptor.local_endpoint();
  const std::string host = endpoint.address().to_string();
  return fmt::format("{}:{}", endpoint.address().is_v6() ? "[" + host + "]" : host, endpoint.port());
}

}  // namespace halite::wire
