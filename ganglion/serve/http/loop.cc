#include "ganglion/serve/http/loop.h"

#include <chrono>
#include <system_error>
#include <utility>

#include <boost/asio/post.hpp>

#include "ganglion/base/check.h"
#include "ganglion/serve/http/limits.h"
#include "ganglion/sys/clock.h"

namespace ganglion::serve::http {

namespace asio = boost::asio;

Loop::~Loop() { GN_CHECK(!thread_.joinable()); }

Status Loop::Start() {
  try {
    thread_ = std::thread([this] { io_.run(); });
  } catch (const std::system_error& error) {
    return Status(Code::kResourceExhausted,
                  std::string("cannot start a thread of the HTTP server: ") + error.what());
  }
  return {};
}

TimeNs Loop::Now() const { return sys::MonotonicNow(); }

void Loop::Adopt(Guest guest) {
  asio::post(io_, [self = shared_from_this(), guest = std::move(guest)]() mutable {
    self->Insert(std::move(guest));
  });
}

void Loop::Insert(Guest guest) {
  if (stopping_) return Forget(guest.peer, guest.in_peer_table);
  const std::uint64_t id = ++last_id_;
  auto connection = std::make_shared<Connection>(id, guest.peer, std::move(guest.transport),
                                                 context_, *this, shared_from_this());
  entries_.emplace(id, Entry{connection, std::move(guest.peer), guest.in_peer_table});
  if (guest.refusal.empty()) {
    connection->Start();
  } else {
    connection->StartRefused(guest.refusal);
  }
  ArmTick();
}

void Loop::Closed(std::uint64_t connection) {
  const auto found = entries_.find(connection);
  GN_CHECK(found != entries_.end());
  const Entry entry = std::move(found->second);
  entries_.erase(found);
  Forget(entry.peer, entry.in_peer_table);
}

void Loop::Forget(const std::string& peer, bool in_peer_table) {
  if (in_peer_table) context_.peers.Leave(peer);
  context_.counters->EndConnection();
}

void Loop::Ready(std::uint64_t connection) {
  const std::lock_guard lock(ready_mutex_);
  if (deaf_) return;
  ready_.push_back(connection);
  // One call serves all that became ready until it runs: a step of the engine that says something
  // to thirty clients wakes this thread once.
  if (std::exchange(ready_posted_, true)) return;
  asio::post(io_, [self = shared_from_this()] { self->ServeReady(); });
}

void Loop::ServeReady() {
  std::vector<std::uint64_t> ready;
  {
    const std::lock_guard lock(ready_mutex_);
    ready.swap(ready_);
    ready_posted_ = false;
  }
  for (const std::uint64_t id : ready) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) continue;
    const std::shared_ptr<Connection> connection = found->second.connection;
    connection->OnAnswer();
  }
}

std::vector<std::shared_ptr<Connection>> Loop::Connections() const {
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) all.push_back(entry.connection);
  return all;
}

void Loop::ArmTick() {
  if (tick_armed_ || stopping_ || entries_.empty()) return;
  tick_armed_ = true;
  tick_.expires_after(std::chrono::nanoseconds(kTickNs));
  tick_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    self->tick_armed_ = false;
    if (error) return;
    const TimeNs now = self->Now();
    for (const auto& connection : self->Connections()) connection->OnTick(now);
    self->ArmTick();
  });
}

void Loop::FinishIdle() {
  asio::post(io_, [self = shared_from_this()] {
    for (const auto& connection : self->Connections()) connection->FinishIdle();
  });
}

void Loop::Stop() {
  stopping_ = true;
  for (const auto& connection : Connections()) connection->Cut();
  tick_.cancel();
  {
    const std::lock_guard lock(ready_mutex_);
    deaf_ = true;
  }
  // The thread ends when the calls that were under way have come back, and nothing refers to this
  // loop from its own queue then.
  work_.reset();
}

void Loop::StopAndJoin() {
  if (!thread_.joinable()) {
    Stop();
    io_.run();
    return;
  }
  GN_CHECK(thread_.get_id() != std::this_thread::get_id());
  asio::post(io_, [self = shared_from_this()] { self->Stop(); });
  thread_.join();
}

}  // namespace ganglion::serve::http
