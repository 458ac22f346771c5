#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ganglion/serve/http/server_fixture.h"

namespace ganglion::serve::http {
namespace {

// A key and a certificate for it that it signs itself, as PEM files.
class Identity {
 public:
  explicit Identity(const std::string& name)
      : certificate_file(::testing::TempDir() + name + "_certificate.pem"),
        key_file(::testing::TempDir() + name + "_key.pem") {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* file = std::fopen(certificate_file.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Identity() {
    std::remove(certificate_file.c_str());
    std::remove(key_file.c_str());
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  const std::string certificate_file;
  const std::string key_file;
};

class TlsClient {
 public:
  TlsClient(std::uint16_t port, const Identity& server, int version_max = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_client_method())), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    SSL_CTX_set_max_proto_version(context_, version_max);
    SSL_CTX_load_verify_locations(context_, server.certificate_file.c_str(), nullptr);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return;
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_);
    connected_ = SSL_connect(ssl_) == 1;
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ::close(socket_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool connected() const { return connected_; }
  void Send(const std::string& bytes) {
    EXPECT_EQ(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())),
              static_cast<int>(bytes.size()));
  }
  // All bytes until they end with the mark, or, without a mark, until the server's farewell.
  std::string ReadUntil(const std::string& mark) {
    std::string all;
    std::array<char, 16384> bytes;
    while (mark.empty() || !all.ends_with(mark)) {
      const int size = SSL_read(ssl_, bytes.data(), bytes.size());
      if (size <= 0) {
        said_farewell_ = SSL_get_error(ssl_, size) == SSL_ERROR_ZERO_RETURN;
        break;
      }
      all.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return all;
  }
  bool said_farewell() const { return said_farewell_; }

 private:
  SSL_CTX* context_;
  int socket_;
  SSL* ssl_ = nullptr;
  bool connected_ = false;
  bool said_farewell_ = false;
};

class ServerTlsTest : public ServerFixture {
 protected:
  void StartTls() {
    options().tls_certificate_file = identity_.certificate_file;
    options().tls_key_file = identity_.key_file;
    Start();
  }
  Identity identity_{"server"};
};

TEST_F(ServerTlsTest, RequestsAndStreamsAreAnswered) {
  StartTls();
  TlsClient client(port(), identity_);
  ASSERT_TRUE(client.connected());
  client.Send(Get("/hello"));
  EXPECT_NE(client.ReadUntil("true}").find("200 OK"), std::string::npos);
  client.Send(Get("/stream", "Connection: close\r\n"));
  EXPECT_NE(client.ReadUntil("").find("three"), std::string::npos);
  EXPECT_TRUE(client.said_farewell()) << "else a cut answer looks like a whole one";
}

TEST_F(ServerTlsTest, LongBodiesPassBothWays) {
  StartTls();
  TlsClient client(port(), identity_);
  ASSERT_TRUE(client.connected());
  const std::string body = std::string(3 << 20, 'b') + "end";
  client.Send(Post("/echo", body));
  EXPECT_NE(client.ReadUntil("bend").find(body), std::string::npos);
}

TEST_F(ServerTlsTest, AHandlerHearsThatItsClientLeft) {
  StartTls();
  Event gone;
  std::shared_ptr<Exchange> exchange;
  {
    TlsClient client(port(), identity_);
    ASSERT_TRUE(client.connected());
    client.Send(Get("/held"));
    exchange = TakeHeld();
    exchange->OnGone([&] { gone.Set(); });
  }
  EXPECT_TRUE(gone.Wait());
}

TEST_F(ServerTlsTest, OldVersionsAndPlainTextAreRefused) {
  StartTls();
  EXPECT_FALSE(TlsClient(port(), identity_, TLS1_1_VERSION).connected());
  EXPECT_TRUE(TlsClient(port(), identity_, TLS1_2_VERSION).connected());
  RawClient plain(port());
  ASSERT_TRUE(plain.Send(Get("/hello")));
  EXPECT_TRUE(plain.WaitForEnd());
}

TEST_F(ServerTlsTest, AHandshakeThatDoesNotComeIsTimedOut) {
  options().limits.handshake_ns_max = 100_ms;
  StartTls();
  RawClient silent(port());
  EXPECT_TRUE(silent.WaitForEnd());
}

TEST_F(ServerTlsTest, BadFilesAreNamed) {
  const auto error = [](std::string certificate, std::string key) {
    const auto server = Server::Create({.port = 0,
                                        .tls_certificate_file = std::move(certificate),
                                        .tls_key_file = std::move(key)});
    return server.ok() ? "" : std::string(server.error().message());
  };
  const Identity other("other");
  const std::string garbage = ::testing::TempDir() + "garbage.pem";
  std::ofstream(garbage) << "no PEM";
  EXPECT_NE(error("/no/such.pem", identity_.key_file).find("/no/such.pem"), std::string::npos);
  EXPECT_NE(error(garbage, identity_.key_file).find("garbage.pem"), std::string::npos);
  EXPECT_NE(error(identity_.certificate_file, garbage).find("garbage.pem"), std::string::npos);
  EXPECT_NE(error(identity_.certificate_file, other.key_file).find("other_key.pem"),
            std::string::npos);
  EXPECT_NE(error(identity_.certificate_file, "").find("both"), std::string::npos);
  EXPECT_EQ(error(identity_.certificate_file, identity_.key_file), "");
  std::remove(garbage.c_str());
}

}  // namespace
}  // namespace ganglion::serve::http
