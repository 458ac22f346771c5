#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/serve/http/raw_client.h"
#include "ganglion/serve/http/server.h"
#include "ganglion/sys/clock.h"

namespace ganglion::serve::http {

// Something that happens on another thread, once.
class Event {
 public:
  void Set() {
    const std::lock_guard lock(mutex_);
    is_set_ = true;
    changed_.notify_all();
  }
  bool Wait(TimeNs time_ns_max = 10_s) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::nanoseconds(time_ns_max), [&] { return is_set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_set_ = false;
};

// For what no event tells: looks again every few milliseconds, for at most ten seconds.
inline bool WaitFor(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    Event pause;
    pause.Wait(5_ms);
  }
  return condition();
}

// A server on a free port of loopback, with handlers of each kind:
// GET /hello answers at once, POST /echo the body, POST /later the body from another thread,
// GET /stream three lines, GET and POST /held waits for TakeHeld(), GET /dropped forgets.
class ServerFixture : public ::testing::Test {
 public:
  ~ServerFixture() override {
    server_.reset();
    for (std::thread& thread : threads_) thread.join();
  }

 protected:
  static std::string StreamText() { return "one\ntwo\nthree\n"; }

  ServerOptions& options() { return options_; }
  Server& server() { return *server_; }
  std::uint16_t port() const { return server_->port(); }

  void Start() {
    options_.port = 0;
    options_.observer = [this](const RequestRecord& record) {
      const std::lock_guard lock(mutex_);
      records_.push_back(record);
      changed_.notify_all();
    };
    auto server = Server::Create(options_);
    ASSERT_TRUE(server.ok()) << server.error().message();
    server_ = *std::move(server);
    AddRoutes();
    ASSERT_TRUE(server_->Start().ok());
  }

  // The next exchange of /held.
  std::shared_ptr<Exchange> TakeHeld() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !held_.empty(); })) {
      ADD_FAILURE() << "no request came to /held";
      std::abort();
    }
    auto exchange = std::move(held_.front());
    held_.pop_front();
    return exchange;
  }

  // The records so far, when there are `count` of them.
  std::vector<RequestRecord> WaitForRecords(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return records_.size() >= count; });
    EXPECT_GE(records_.size(), count);
    return records_;
  }

  void DropServer() { server_.reset(); }

 private:
  void AddRoutes() {
    server_->Route("GET", "/hello", [](const std::shared_ptr<Exchange>& exchange) {
      exchange->Reply({.body = R"({"hello":true})"});
    });
    server_->Route("POST", "/echo", [](const std::shared_ptr<Exchange>& exchange) {
      exchange->Reply({.content_type = "text/plain", .body = exchange->request().body});
    });
    server_->Route("POST", "/later", [this](std::shared_ptr<Exchange> exchange) {
      const std::lock_guard lock(mutex_);
      threads_.emplace_back([exchange = std::move(exchange)] {
        exchange->Reply({.body = exchange->request().body});
      });
    });
    server_->Route("GET", "/stream", [](const std::shared_ptr<Exchange>& exchange) {
      exchange->BeginStream({.content_type = "text/plain"});
      for (const char* line : {"one\n", "two\n", "three\n"}) exchange->Append(line);
      exchange->End();
    });
    const auto hold = [this](std::shared_ptr<Exchange> exchange) {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(exchange));
      changed_.notify_all();
    };
    server_->Route("GET", "/held", hold);
    server_->Route("POST", "/held", hold);
    server_->Route("GET", "/items/{id}", [](const std::shared_ptr<Exchange>& exchange) {
      exchange->Reply({.body = exchange->request().path});
    });
    server_->Route("GET", "/dropped", [](const std::shared_ptr<Exchange>& /*exchange*/) {});
  }

  ServerOptions options_;
  std::unique_ptr<Server> server_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Exchange>> held_;
  std::vector<RequestRecord> records_;
  std::vector<std::thread> threads_;
};

}  // namespace ganglion::serve::http
