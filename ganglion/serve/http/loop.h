#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ganglion/base/status.h"
#include "ganglion/serve/http/connection.h"
#include "ganglion/serve/http/context.h"
#include "ganglion/serve/http/transport.h"

namespace ganglion::serve::http {

// One thread of the server and the connections that live on it.
//
// Thread: its own, but for what says otherwise. Exchanges keep it alive, asleep, after the server.
class Loop final : public ReadySignal,
                   public ConnectionHost,
                   public std::enable_shared_from_this<Loop> {
 public:
  struct Guest {
    std::unique_ptr<Transport> transport;
    std::string peer;
    bool in_peer_table = false;
    std::string refusal = {};  // not empty: say 503 with this and close
  };

  explicit Loop(Context& context) : context_(context), work_(io_.get_executor()), tick_(io_) {}
  ~Loop() override;

  // Any thread.
  boost::asio::io_context& io() { return io_; }
  Status Start();
  bool started() const { return thread_.joinable(); }
  void Adopt(Guest guest);  // counted as open already
  void FinishIdle();
  void StopAndJoin();
  void Ready(std::uint64_t connection) override;

  TimeNs Now() const override;
  void Closed(std::uint64_t connection) override;

 private:
  struct Entry {
    std::shared_ptr<Connection> connection;
    std::string peer;
    bool in_peer_table = false;
  };

  void Insert(Guest guest);
  void Forget(const std::string& peer, bool in_peer_table);
  void ServeReady();
  void ArmTick();
  void Stop();
  // Connections may close, and so leave the table, while one goes through it.
  std::vector<std::shared_ptr<Connection>> Connections() const;

  Context& context_;  // not touched after StopAndJoin()
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer tick_;
  bool tick_armed_ = false;
  bool stopping_ = false;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::thread thread_;

  std::mutex ready_mutex_;            // guards the three below
  std::vector<std::uint64_t> ready_;  // at most two per connection
  bool ready_posted_ = false;
  bool deaf_ = false;  // nobody is left to wake
};

}  // namespace ganglion::serve::http
