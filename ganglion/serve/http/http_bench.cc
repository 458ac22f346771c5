// A server with a fixed answer and a stream of events, for a load generator to measure:
//
//   ganglion_http_bench [port] [threads] [microseconds between two events of a stream] &
//   wrk -t1 -c8 -d5 http://127.0.0.1:8090/fixed
//   wrk -t1 -c8 -d5 http://127.0.0.1:8090/events
//
// On SIGINT and SIGTERM it says how many it served and what processor time that took.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "ganglion/serve/http/server.h"

namespace {

using ganglion::serve::http::Exchange;
using ganglion::serve::http::Server;

constexpr int kEventsPerStream = 1000;
constexpr std::string_view kEvent =
    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":"
    "\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"finish_reason\":null}]}"
    "\n\n";

// Speaks to all streams in turn from one thread, as an engine does; an event to each is a step.
class Speaker {
 public:
  explicit Speaker(int pause_us) : pause_(pause_us), thread_([this] { Run(); }) {}
  ~Speaker() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void Add(std::shared_ptr<Exchange> stream) {
    const std::lock_guard lock(mutex_);
    fresh_.push_back(std::move(stream));
    changed_.notify_all();
  }
  std::uint64_t events() const { return events_; }

 private:
  struct Stream {
    std::shared_ptr<Exchange> exchange;
    int left = kEventsPerStream;
  };

  void Run() {
    std::vector<Stream> streams;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return done_ || !fresh_.empty() || !streams.empty(); });
        if (done_) return;
        for (auto& stream : fresh_) streams.push_back({std::move(stream)});
        fresh_.clear();
        if (pause_.count() > 0) changed_.wait_for(lock, pause_, [&] { return done_; });
      }
      for (Stream& stream : streams) {
        ++events_;
        if (!stream.exchange->Append(kEvent)) stream.left = 0;
        if (--stream.left == 0) stream.exchange->End();
      }
      std::erase_if(streams, [](const Stream& stream) { return stream.left <= 0; });
    }
  }

  const std::chrono::microseconds pause_;
  std::mutex mutex_;  // guards the three below
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Exchange>> fresh_;
  bool done_ = false;
  std::atomic<std::uint64_t> events_{0};
  std::thread thread_;
};

double ProcessorSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread begins: all have it so

  Speaker speaker(argc > 3 ? std::atoi(argv[3]) : 0);
  auto created =
      Server::Create({.port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 8090),
                      .threads = argc > 2 ? std::atoi(argv[2]) : 1,
                      .limits = {.stream_bytes_max = 64u << 20}});
  if (!created.ok()) {
    std::fprintf(stderr, "%s\n", std::string(created.error().message()).c_str());
    return 1;
  }
  Server& server = **created;
  server.Route("GET", "/fixed", [](const std::shared_ptr<Exchange>& exchange) {
    exchange->Reply({.body = R"({"object":"list","data":[]})"});
  });
  server.Route("GET", "/events", [&](std::shared_ptr<Exchange> exchange) {
    exchange->BeginStream({.content_type = "text/event-stream"});
    speaker.Add(std::move(exchange));
  });
  if (!server.Start().ok()) return 1;
  std::printf("listening on port %d\n", server.port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  server.Drain(0);
  const auto stats = server.Stats();
  std::printf("%llu requests, %llu events, %.3f s of processor time\n",
              static_cast<unsigned long long>(stats.requests),
              static_cast<unsigned long long>(speaker.events()), ProcessorSeconds());
  return 0;
}
