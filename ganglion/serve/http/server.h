#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/http/limits.h"

// An HTTP/1.1 server, plain or with TLS. No type of a library shows here.

namespace ganglion::serve::http {

// Why the server itself answers with an error: 400, 403, 404, 405, 408, 413, 414, 417, 431, 500,
// 501, 503 or 505.
struct ErrorCause {
  int status = 500;
  std::string_view message;
  std::string_view path;  // empty where it could not be read
};

// {"error":{"message","type","param","code"}}, as OpenAI's clients expect it.
Response OpenAiError(const ErrorCause& cause);

// Called when the header of a request has been read and its route is known, before the body is:
// `request.body` is empty. May set `request.tenant`; a Response refuses.
// Thread: any of the server's.
using Authorizer = std::function<std::optional<Response>(Request& request)>;

struct RequestRecord {
  std::string method;  // empty where it could not be read
  std::string route;   // the pattern: "/v1/models/{id}"; empty for the server's own errors
  std::string path;
  int status = 0;  // 499: the client went away before there was one
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  double seconds = 0;  // from the first byte of the request to the last of the answer
  std::string peer;
  std::string id;
  std::uint64_t tenant = 0;
  bool aborted = false;  // the answer did not leave as a whole
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address or localhost
  std::uint16_t port = 8080;          // 0: any free one
  int threads = 1;
  Limits limits = {};

  // Both or none: PEM files. With them the server speaks TLS only.
  std::string tls_certificate_file = {};  // the chain, the server's own first
  std::string tls_key_file = {};

  // Host names by which the server may be called, beside localhost, 127.0.0.1 and [::1]. A server
  // on a loopback address answers no other: a web page could point its own name here. Elsewhere
  // names are looked at only where this is not empty.
  std::vector<std::string> hosts_allowed = {};
  // "https://example.com", or "*" for all. Web pages of any other origin are refused.
  std::vector<std::string> cors_origins = {};

  // True where `authorizer` asks for a secret. Without, only a loopback address is listened on.
  bool has_tokens = false;
  Authorizer authorizer = {};
  // Called at the end of each request on a server's thread; must not block.
  std::function<void(const RequestRecord&)> observer = {};
  std::function<Response(const ErrorCause&)> error_answer = OpenAiError;
};

struct ServerStats {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  // over a limit
  std::uint64_t requests_open = 0;
  std::uint64_t requests = 0;
  std::uint64_t requests_aborted = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t body_bytes_held = 0;
};

// Listens from Create() on and answers from Start() on, on its own threads.
//
// Thread: one owner; Stats() and port() any. Drain() and the destructor wait for the server's
// threads, so a handler must not call them. Exchanges may outlive the server: their clients are
// gone then.
class Server {
 public:
  static Result<std::unique_ptr<Server>> Create(ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Before Start(). `pattern` is a path, in which "{name}" stands for any one segment and
  // "{name...}" at the end for one or more. What has no such part wins, then the first added.
  // HEAD is answered by the handler of GET, OPTIONS by the server.
  void Route(std::string_view method, std::string_view pattern, Handler handler);

  Status Start();
  std::uint16_t port() const;
  bool tls() const;

  // Stops listening, answers new requests with 503, waits until those in progress are answered,
  // but not longer than `time_ns_max`, and cuts what is left. True where nothing was left.
  bool Drain(TimeNs time_ns_max);

  ServerStats Stats() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganglion::serve::http
