#include "ganglion/serve/http/transport_asio.h"

#include <utility>

#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/error.hpp>

namespace ganglion::serve::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// What both kinds share. The owner stands in each pending call, so it lives until the last is over.
template <class Stream>
class StreamTransport : public Transport {
 public:
  template <class... Arguments>
  explicit StreamTransport(Arguments&&... arguments)
      : stream_(std::forward<Arguments>(arguments)...) {}

  void Read(std::span<char> into) override {
    stream_.async_read_some(
        asio::buffer(into.data(), into.size()),
        [owner = owner_](ErrorCode error, std::size_t size) { owner->OnRead(error ? 0 : size); });
  }

  void Write(std::string_view bytes) override {
    stream_.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                             [owner = owner_](ErrorCode error, std::size_t size) {
                               owner->OnWritten(error ? 0 : size);
                             });
  }

  void Close() override {
    ErrorCode ignored;
    stream_.lowest_layer().close(ignored);
    owner_.reset();
  }

 protected:
  void ShutDownTcp() {
    ErrorCode ignored;
    stream_.lowest_layer().shutdown(tcp::socket::shutdown_send, ignored);
  }

  Stream stream_;
  std::shared_ptr<TransportOwner> owner_;
};

class PlainTransport final : public StreamTransport<tcp::socket> {
 public:
  explicit PlainTransport(tcp::socket socket) : StreamTransport(std::move(socket)) {}

  void Start(std::shared_ptr<TransportOwner> owner) override {
    owner_ = std::move(owner);
    asio::post(stream_.get_executor(), [owner = owner_] { owner->OnReady(true); });
  }
  void Finish() override { ShutDownTcp(); }
};

class TlsTransport final : public StreamTransport<asio::ssl::stream<tcp::socket>> {
 public:
  TlsTransport(tcp::socket socket, asio::ssl::context& context)
      : StreamTransport(std::move(socket), context) {}

  void Start(std::shared_ptr<TransportOwner> owner) override {
    owner_ = std::move(owner);
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [owner = owner_](ErrorCode error) { owner->OnReady(!error); });
  }

  void Finish() override {
    // The client's own farewell, which this waits for, ends the pending read as well.
    stream_.async_shutdown([this, owner = owner_](ErrorCode /*error*/) { ShutDownTcp(); });
  }
};

class OpenSslContext final : public TlsContext {
 public:
  std::unique_ptr<Transport> Wrap(tcp::socket socket) override {
    return std::make_unique<TlsTransport>(std::move(socket), context_);
  }
  asio::ssl::context& context() { return context_; }

 private:
  asio::ssl::context context_{asio::ssl::context::tls_server};
};

Status FileError(const std::string& file, const char* what, const ErrorCode& error) {
  return Status(Code::kInvalidArgument, "TLS: " + file + ": " + what + ": " + error.message());
}

Status Load(asio::ssl::context& context, const std::string& certificate_file,
            const std::string& key_file) {
  ErrorCode error;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                          asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression,
                      error);
  if (error) return Status(Code::kInternal, "TLS: options: " + error.message());
  // A client could make us compute by asking for new keys for ever.
  SSL_CTX_set_options(context.native_handle(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Connections that rest keep no buffers of 16 KiB.
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context.use_certificate_chain_file(certificate_file, error);
  if (error) return FileError(certificate_file, "no chain of certificates in PEM form", error);
  context.use_private_key_file(key_file, asio::ssl::context::pem, error);
  if (error) {
    return FileError(key_file, "no private key in PEM form that fits the certificate", error);
  }
  if (SSL_CTX_check_private_key(context.native_handle()) != 1) {
    return Status(Code::kInvalidArgument, "TLS: the key in " + key_file +
                                              " is not that of the first certificate in " +
                                              certificate_file);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<TlsContext>> LoadTls(const std::string& certificate_file,
                                            const std::string& key_file) {
  try {
    auto context = std::make_unique<OpenSslContext>();
    GN_RETURN_IF_ERROR(Load(context->context(), certificate_file, key_file));
    return context;
  } catch (const std::exception& error) {
    return Status(Code::kInternal, std::string("TLS: ") + error.what());
  }
}

std::unique_ptr<Transport> MakePlainTransport(tcp::socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace ganglion::serve::http
