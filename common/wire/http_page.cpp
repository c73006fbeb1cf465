#include "common/wire/http_page.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <set>

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

}  // namespace

struct HttpPage::Impl {
  Impl(Loop& on_loop, HttpPageOptions given, std::function<std::string()> page)
      : loop(on_loop), options(std::move(given)), text(std::move(page)), acceptor(context_of(on_loop)) {}

  using Self = std::shared_ptr<Impl>;
  void listen();
  static Task<void> accept_all(Self self);
  static Task<void> serve(Self self, std::shared_ptr<Stream> stream);

  Loop& loop;
  HttpPageOptions options;
  std::function<std::string()> text;
  Tcp::acceptor acceptor;
  std::set<std::shared_ptr<Stream>> open;
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

Task<void> HttpPage::Impl::serve(Self self, std::shared_ptr<Stream> stream) {
  boost::beast::flat_buffer buffer(self->options.header_limit_bytes * 2);
  boost::system::error_code error;
  for (bool goes_on = true; goes_on && !error;) {
    PageHead head(self->options.header_limit_bytes);
    stream->expires_after(self->options.step_limit);
    co_await http::async_read_header(*stream, buffer, head.parser(), asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    const auto response = head.answer(self->options.path, self->options.content_type, self->text);
    goes_on = response.keep_alive();
    stream->expires_after(self->options.step_limit);
    co_await http::async_write(*stream, response, asio::redirect_error(asio::use_awaitable, error));
  }
  stream->close();
  self->open.erase(stream);
}

Task<void> HttpPage::Impl::accept_all(Self self) {
  while (!self->is_closed) {
    Tcp::socket socket(context_of(self->loop));
    boost::system::error_code error;
    co_await self->acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (self->is_closed) co_return;
    if (error) {
      log::warning("{}: {}", self->options.address, error.message());
      co_await sleep_for(std::chrono::seconds(1));  // no descriptors left, most often
      continue;
    }
    if (self->open.size() >= self->options.connection_limit) continue;  // closed by its destructor
    const auto stream = std::make_shared<Stream>(std::move(socket));
    self->open.insert(stream);
    self->loop.spawn("a reader of a page", serve(self, stream));
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
  for (const auto& stream : impl_->open) stream->close();
}

std::string HttpPage::address() const {
  const auto endpoint = impl_->acceptor.local_endpoint();
  const std::string host = endpoint.address().to_string();
  return fmt::format("{}:{}", endpoint.address().is_v6() ? "[" + host + "]" : host, endpoint.port());
}

}  // namespace halite::wire
