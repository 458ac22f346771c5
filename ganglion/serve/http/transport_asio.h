#pragma once

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "ganglion/base/status.h"
#include "ganglion/serve/http/transport.h"

namespace ganglion::serve::http {

// The server's certificate and key, in OpenSSL's hands.
class TlsContext {
 public:
  virtual ~TlsContext() = default;
  virtual std::unique_ptr<Transport> Wrap(boost::asio::ip::tcp::socket socket) = 0;
};

Result<std::unique_ptr<TlsContext>> LoadTls(const std::string& certificate_file,
                                            const std::string& key_file);

std::unique_ptr<Transport> MakePlainTransport(boost::asio::ip::tcp::socket socket);

}  // namespace ganglion::serve::http
