#include "ganglion/serve/http/listener.h"

#include <chrono>
#include <utility>

#include "ganglion/serve/http/limits.h"

namespace ganglion::serve::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

std::string Advice(const ErrorCode& error) {
  if (error == asio::error::address_in_use) {
    return "; another program listens there: choose another port, or 0 for any free one";
  }
  if (error == asio::error::access_denied) {
    return "; ports below 1024 need a privilege: choose a higher one";
  }
  if (error == boost::system::errc::address_not_available) {
    return "; this machine has no such address: choose one of its own, 127.0.0.1 or 0.0.0.0";
  }
  return "";
}

}  // namespace

Result<asio::ip::address> ParseAddress(const std::string& text) {
  if (text == "localhost") return asio::ip::make_address("127.0.0.1");
  ErrorCode error;
  auto address = asio::ip::make_address(text, error);
  if (error) {
    return Status(Code::kInvalidArgument,
                  "'" + text +
                      "' is no IP address to listen on; give one of this machine's, "
                      "for example 127.0.0.1, ::1 or 0.0.0.0");
  }
  return address;
}

Status Listener::Bind(const asio::ip::address& address, std::uint16_t port) {
  const tcp::endpoint endpoint(address, port);
  ErrorCode error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(kListenBacklog, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (!error) return {};
  const std::string where =
      (address.is_v6() ? "[" + address.to_string() + "]" : address.to_string()) + ":" +
      std::to_string(port);
  return Status(Code::kUnavailable,
                "cannot listen on " + where + ": " + error.message() + Advice(error));
}

void Listener::Accept(std::function<asio::io_context&()> pick,
                      std::function<void(Socket)> accepted) {
  pick_ = std::move(pick);
  accepted_ = std::move(accepted);
  AcceptNext();
}

void Listener::AcceptNext() {
  acceptor_.async_accept(pick_(), [this](ErrorCode error, Socket socket) {
    if (!acceptor_.is_open()) return;
    if (!error) {
      accepted_(std::move(socket));
    } else if (error != asio::error::connection_aborted) {
      // No descriptor is free, most likely. Clients wait in the backlog meanwhile.
      retry_.expires_after(std::chrono::nanoseconds(kAcceptRetryNs));
      retry_.async_wait([this](ErrorCode cancelled) {
        if (!cancelled && acceptor_.is_open()) AcceptNext();
      });
      return;
    }
    AcceptNext();
  });
}

void Listener::Close() {
  ErrorCode ignored;
  acceptor_.close(ignored);
  retry_.cancel();
}

}  // namespace ganglion::serve::http
