// What a streamed token costs on the engine's thread, from the sink to the exchange. Not part of
// the default build: cmake --build build/release --target ganglion_serve_rest_bench

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <time.h>

#include "ganglion/base/check.h"
#include "ganglion/serve/rest/rest.h"

namespace ganglion::serve::rest {
namespace {

double Nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// Never ends an answer by itself.
class Client final : public api::InferenceClient {
 public:
  Result<api::RequestId> Submit(api::GenerateRequest /*request*/,
                                std::shared_ptr<api::EventSink> sink) override {
    sink_ = std::move(sink);
    return api::RequestId{1};
  }
  void Cancel(api::RequestId /*request*/) override {}
  api::ModelInfo Describe() const override {
    api::ModelInfo info;
    info.context_tokens = 1 << 20;
    info.can_generate = true;
    return info;
  }

  std::shared_ptr<api::EventSink> sink_;
};

class Exchange final : public http::Exchange {
 public:
  Exchange(std::string path, std::string body) {
    request_.method = "POST";
    request_.path = std::move(path);
    request_.body = std::move(body);
  }
  const http::Request& request() const override { return request_; }
  void Reply(http::Response /*response*/) override {}
  void BeginStream(http::Response /*head*/) override {}
  bool Append(std::string_view bytes) override {
    bytes_ += bytes.size();
    return true;
  }
  void End() override {}
  void OnGone(std::function<void()> /*gone*/) override {}

  http::Request request_;
  std::size_t bytes_ = 0;
};

struct Case {
  const char* path;
  const char* more;
};

void Measure(const Case& one) {
  Client client;
  Models models(false);
  GN_CHECK(models.Add("tiny", {}, client).ok());
  metrics::NoObserver nobody;
  timespec (*clock)() = [] {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now;
  };
  const auto monotonic = [clock] { return static_cast<TimeNs>(clock().tv_nsec); };
  Rest rest({}, models, nobody, {monotonic, monotonic}, Rng(1));
  const std::string body = std::string("{\"model\":\"tiny\",\"stream\":true,") + one.more + "}";
  const auto exchange = std::make_shared<Exchange>(one.path, body);
  for (const Route& route : rest.Routes()) {
    if (route.pattern == one.path) route.handler(exchange);
  }
  GN_CHECK(client.sink_ != nullptr);
  client.sink_->OnText("begin");
  constexpr int kTokens = 200'000;
  double best = 1e30;
  const std::size_t before = exchange->bytes_;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const double begin = Nanoseconds();
    for (int i = 0; i < kTokens; ++i) client.sink_->OnText(" token");
    best = std::min(best, (Nanoseconds() - begin) / kTokens);
  }
  std::printf("%-22s %7.0f ns a token  %4zu bytes\n", one.path, best,
              (exchange->bytes_ - before) / 5 / kTokens);
  client.sink_->OnDone(api::FinishReason::kStop, {}, {});
  client.sink_.reset();
  rest.Stop();
}

}  // namespace
}  // namespace ganglion::serve::rest

int main() {
  using ganglion::serve::rest::Case;
  const char* const messages = R"("messages":[{"role":"user","content":"hi"}])";
  for (const Case& one :
       {Case{"/v1/chat/completions", messages}, Case{"/v1/completions", R"("prompt":"hi")"},
        Case{"/v1/responses", R"("input":"hi")"}, Case{"/api/chat", messages}}) {
    ganglion::serve::rest::Measure(one);
  }
  return 0;
}
