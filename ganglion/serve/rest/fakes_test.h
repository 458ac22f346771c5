#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/rest/json.h"
#include "ganglion/serve/rest/rest.h"

// A client that computes nothing and an exchange that sends nothing, for tests of what lies
// between.
namespace ganglion::serve::rest {

// Keeps what is submitted, so that a test plays the engine's thread; or answers at once by
// `script`.
class FakeClient : public api::InferenceClient {
 public:
  struct Submitted {
    api::GenerateRequest request;
    std::shared_ptr<api::EventSink> sink;
    bool cancelled = false;
  };

  Result<api::RequestId> Submit(api::GenerateRequest request,
                                std::shared_ptr<api::EventSink> sink) override;
  void Cancel(api::RequestId request) override;
  Result<api::RequestId> Embed(api::EmbedRequest request, api::EmbedCallback done) override;
  Result<api::RequestId> Score(api::ScoreRequest request, api::ScoreCallback done) override;
  // One token for each byte.
  Result<std::vector<std::int32_t>> Tokenize(const api::TokenizeRequest& request) const override;
  Result<std::string> Detokenize(const std::vector<std::int32_t>& tokens) const override;
  api::ModelInfo Describe() const override { return info; }
  api::EngineStats Stats() const override { return stats; }

  Submitted& at(std::size_t index) { return submitted.at(index); }
  // The last of answer `index`: its sink is let go of.
  void Done(std::size_t index, api::FinishReason reason = api::FinishReason::kStop,
            Status status = {});
  std::size_t cancelled() const;

  api::ModelInfo info;
  api::EngineStats stats;
  std::vector<Submitted> submitted;
  // Called in Submit(), which then refuses by the Status unless it is ok.
  std::function<Status(std::size_t index, const std::shared_ptr<api::EventSink>& sink)> on_submit;
  std::optional<api::EmbedRequest> embed;
  api::EmbedCallback embed_done;
  std::optional<api::ScoreRequest> score;
  api::ScoreCallback score_done;
  std::vector<std::uint64_t> cancelled_others;
  mutable std::optional<api::TokenizeRequest> tokenize;
  api::Usage usage = {.prompt_tokens = 7,
                      .prompt_tokens_cached = 4,
                      .generated_tokens = 3,
                      .queue_ms = 1,
                      .first_token_ms = 3,
                      .total_ms = 10};

 private:
  std::mutex mutex_;  // guards `submitted` within Submit() and Cancel()
};

// What left, as the client would see it.
class FakeExchange : public http::Exchange {
 public:
  FakeExchange(std::string method, std::string path, std::string body, http::Headers headers = {});

  const http::Request& request() const override { return request_; }
  void Reply(http::Response response) override;
  void BeginStream(http::Response head) override;
  bool Append(std::string_view bytes) override;
  void End() override;
  void OnGone(std::function<void()> gone) override;

  // The client goes away.
  void Leave();

  // Of the body of a Reply().
  Json json() const;
  // The objects of a stream's "data: " lines, without "[DONE]".
  std::vector<Json> events() const;

  http::Request request_;
  std::optional<http::Response> reply;
  std::optional<http::Response> head;
  std::string stream;
  bool ended = false;
  bool reads = true;  // false: Append() says that nobody does
  bool is_gone = false;

 private:
  std::function<void()> gone_;
};

// A room with a model that writes ("tiny", alias "small") and one that embeds ("vector").
class TestRest {
 public:
  explicit TestRest(RestOptions options = {});

  // By the route that fits. Never null.
  std::shared_ptr<FakeExchange> Send(std::string method, std::string path, std::string body = {},
                                     http::Headers headers = {});
  std::shared_ptr<FakeExchange> Post(std::string path, const Json& body) {
    return Send("POST", std::move(path), Dump(body));
  }
  std::shared_ptr<FakeExchange> Dispatch(std::shared_ptr<FakeExchange> exchange);

  FakeClient client;
  FakeClient embedder;
  metrics::NoObserver nobody;
  Models models;
  std::unique_ptr<Rest> rest;
  TimeNs now = 5'000'000'000;
};

// {"model":"tiny","messages":[{"role":"user","content":"hi"}]}, and more.
Json ChatBody(const Json& more = Json::object());

}  // namespace ganglion::serve::rest
