#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ganglion/base/status.h"

namespace ganglion::serve::http {

Result<boost::asio::ip::address> ParseAddress(const std::string& text);

// Accepts connections on one address. Thread: that of `io`, once it runs.
class Listener {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  explicit Listener(boost::asio::io_context& io) : acceptor_(io), retry_(io) {}

  Status Bind(const boost::asio::ip::address& address, std::uint16_t port);
  std::uint16_t port() const { return port_; }

  // `pick` says on whose thread the next client will live; `accepted` gets it.
  void Accept(std::function<boost::asio::io_context&()> pick, std::function<void(Socket)> accepted);
  void Close();

 private:
  void AcceptNext();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::uint16_t port_ = 0;
  std::function<boost::asio::io_context&()> pick_;
  std::function<void(Socket)> accepted_;
};

}  // namespace ganglion::serve::http
