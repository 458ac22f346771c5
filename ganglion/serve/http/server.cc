#include "ganglion/serve/http/server.h"

#include <algorithm>
#include <cstdio>
#include <future>
#include <utility>

#include <boost/asio/post.hpp>

#include "ganglion/base/check.h"
#include "ganglion/serve/http/context.h"
#include "ganglion/serve/http/listener.h"
#include "ganglion/serve/http/loop.h"
#include "ganglion/serve/http/transport_asio.h"
#include "ganglion/sys/clock.h"

namespace ganglion::serve::http {

namespace asio = boost::asio;
using asio::ip::tcp;

class Server::Impl {
 public:
  explicit Impl(ServerOptions options) { context_.options = std::move(options); }
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status Open();
  Status Start();
  bool Drain(TimeNs time_ns_max);

  Context& context() { return context_; }
  const Context& context() const { return context_; }
  std::uint16_t port() const { return listener_->port(); }
  bool started() const { return started_; }

 private:
  void Welcome(tcp::socket socket);
  void CloseListener();
  void Stop();

  Context context_;
  std::unique_ptr<TlsContext> tls_;
  std::vector<std::shared_ptr<Loop>> loops_;
  std::unique_ptr<Listener> listener_;  // on the first loop
  std::size_t next_loop_ = 0;           // of the first loop's thread
  bool started_ = false;
  bool stopped_ = false;
};

namespace {

Status CheckOptions(const ServerOptions& options) {
  const Limits& limits = options.limits;
  if (options.threads < 1 || options.threads > kThreadsMax) {
    return Status(Code::kInvalidArgument, "the HTTP server needs 1 to " +
                                              std::to_string(kThreadsMax) + " threads, not " +
                                              std::to_string(options.threads));
  }
  if (options.tls_certificate_file.empty() != options.tls_key_file.empty()) {
    return Status(Code::kInvalidArgument,
                  "TLS needs both a certificate file and a key file; one of them is not given");
  }
  const auto in_range = [](std::size_t value, std::size_t least, std::size_t most) {
    return value >= least && value <= most;
  };
  if (!in_range(limits.header_bytes_max, 64, 1u << 20) ||
      !in_range(limits.request_line_bytes_max, 16, limits.header_bytes_max) ||
      !in_range(limits.stream_bytes_max, 1, 1u << 30) || limits.connections_max == 0) {
    return Status(Code::kInvalidArgument,
                  "a limit of the HTTP server is out of range: a header has 64 B to 1 MiB, a "
                  "request line 16 B to that, a stream 1 B to 1 GiB; connections are at least 1");
  }
  return {};
}

std::string IdPrefix() {
  char text[32];
  std::snprintf(text, sizeof text, "req-%llx-",
                static_cast<unsigned long long>(sys::WallNow() / 1'000'000));
  return text;
}

}  // namespace

Status Server::Impl::Open() {
  const ServerOptions& options = context_.options;
  GN_RETURN_IF_ERROR(CheckOptions(options));
  GN_ASSIGN_OR_RETURN(const auto address, ParseAddress(options.address));
  if (!address.is_loopback() && (!options.has_tokens || !options.authorizer)) {
    return Status(Code::kFailedPrecondition,
                  "refusing to listen on " + options.address +
                      ", which other machines reach, without tokens; configure tokens, or listen "
                      "on 127.0.0.1");
  }
  if (!options.tls_key_file.empty()) {
    GN_ASSIGN_OR_RETURN(tls_, LoadTls(options.tls_certificate_file, options.tls_key_file));
  }
  context_.policy =
      OriginPolicy(address.is_loopback(), options.hosts_allowed, options.cors_origins);
  context_.id_prefix = IdPrefix();
  for (int i = 0; i < options.threads; ++i) loops_.push_back(std::make_shared<Loop>(context_));
  listener_ = std::make_unique<Listener>(loops_.front()->io());
  return listener_->Bind(address, options.port);
}

Status Server::Impl::Start() {
  GN_CHECK(!started_);
  started_ = true;
  listener_->Accept([this]() -> asio::io_context& { return loops_[next_loop_]->io(); },
                    [this](tcp::socket socket) { Welcome(std::move(socket)); });
  for (const auto& loop : loops_) GN_RETURN_IF_ERROR(loop->Start());
  return {};
}

void Server::Impl::Welcome(tcp::socket socket) {
  const Limits& limits = context_.options.limits;
  Counters& counters = *context_.counters;
  Loop& loop = *loops_[next_loop_];
  next_loop_ = (next_loop_ + 1) % loops_.size();
  ++counters.connections_accepted;

  boost::system::error_code error;
  asio::ip::address address = socket.remote_endpoint(error).address();
  if (error) return;  // gone already
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  Loop::Guest guest = {.transport = nullptr, .peer = address.to_string()};
  if (counters.connections_open() >= limits.connections_max) {
    guest.refusal = "this server has as many connections as it may; try again later";
  } else {
    guest.in_peer_table = context_.peers.Enter(guest.peer, limits.connections_per_peer_max);
    if (!guest.in_peer_table) guest.refusal = "you have as many connections here as you may";
  }
  if (!guest.refusal.empty()) {
    ++counters.connections_refused;
    if (counters.connections_open() >= limits.connections_max + kRefusalsMax) return;
  }
  socket.set_option(tcp::no_delay(true), error);
  if (limits.socket_send_bytes > 0) {
    socket.set_option(asio::socket_base::send_buffer_size(limits.socket_send_bytes), error);
  }
  guest.transport = tls_ ? tls_->Wrap(std::move(socket)) : MakePlainTransport(std::move(socket));
  counters.BeginConnection();
  loop.Adopt(std::move(guest));
}

void Server::Impl::CloseListener() {
  if (!loops_.front()->started()) return listener_->Close();
  std::promise<void> closed;
  asio::post(loops_.front()->io(), [&] {
    listener_->Close();
    closed.set_value();
  });
  closed.get_future().wait();
}

bool Server::Impl::Drain(TimeNs time_ns_max) {
  if (stopped_) return true;
  const TimeNs end = sys::MonotonicNow() + time_ns_max;
  const auto left = [&] { return std::max<TimeNs>(end - sys::MonotonicNow(), 0); };
  context_.counters->draining = true;
  CloseListener();
  const bool answered = context_.counters->WaitForNoRequest(left());
  for (const auto& loop : loops_) loop->FinishIdle();
  context_.counters->WaitForNoConnection(
      std::min(left(), context_.options.limits.linger_ns_max + kTickNs));
  Stop();
  return answered;
}

void Server::Impl::Stop() {
  if (std::exchange(stopped_, true)) return;
  CloseListener();
  for (const auto& loop : loops_) loop->StopAndJoin();
}

Server::Impl::~Impl() {
  if (listener_ == nullptr) return;
  try {
    Stop();
  } catch (...) {
    // Asio's calls fail for want of memory only, and threads that cannot be told to end would go
    // on with what is no more.
    GN_CHECK(!"the server's threads could not be stopped");
  }
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  try {
    GN_RETURN_IF_ERROR(impl->Open());
  } catch (const std::exception& error) {  // Asio: no epoll, no descriptor
    return Status(Code::kUnavailable, std::string("cannot open the HTTP server: ") + error.what());
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

void Server::Route(std::string_view method, std::string_view pattern, Handler handler) {
  GN_CHECK(!impl_->started());
  impl_->context().router.Add(method, pattern, std::move(handler));
}

Status Server::Start() { return impl_->Start(); }
std::uint16_t Server::port() const { return impl_->port(); }
bool Server::tls() const { return !impl_->context().options.tls_key_file.empty(); }
bool Server::Drain(TimeNs time_ns_max) { return impl_->Drain(time_ns_max); }
ServerStats Server::Stats() const { return impl_->context().counters->Stats(); }

}  // namespace ganglion::serve::http
