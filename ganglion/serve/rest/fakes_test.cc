#include "ganglion/serve/rest/fakes_test.h"

#include <algorithm>

#include "ganglion/base/check.h"

namespace ganglion::serve::rest {

Result<api::RequestId> FakeClient::Submit(api::GenerateRequest request,
                                          std::shared_ptr<api::EventSink> sink) {
  std::unique_lock lock(mutex_);
  const std::size_t index = submitted.size();
  lock.unlock();
  if (on_submit) GN_RETURN_IF_ERROR(on_submit(index, sink));
  lock.lock();
  submitted.push_back({std::move(request), std::move(sink)});
  return api::RequestId{index + 1};
}

void FakeClient::Cancel(api::RequestId request) {
  const std::lock_guard lock(mutex_);
  const auto id = static_cast<std::uint64_t>(request);
  if (id >= 1 && id <= submitted.size()) {
    submitted[id - 1].cancelled = true;
  } else {
    cancelled_others.push_back(id);
  }
}

Result<api::RequestId> FakeClient::Embed(api::EmbedRequest request, api::EmbedCallback done) {
  embed = std::move(request);
  embed_done = std::move(done);
  return api::RequestId{100};
}

Result<api::RequestId> FakeClient::Score(api::ScoreRequest request, api::ScoreCallback done) {
  score = std::move(request);
  score_done = std::move(done);
  return api::RequestId{200};
}

Result<std::vector<std::int32_t>> FakeClient::Tokenize(const api::TokenizeRequest& request) const {
  tokenize = request;
  std::vector<std::int32_t> tokens;
  for (const char c : request.text) tokens.push_back(static_cast<unsigned char>(c));
  return tokens;
}

Result<std::string> FakeClient::Detokenize(const std::vector<std::int32_t>& tokens) const {
  std::string text;
  for (const std::int32_t token : tokens) text += static_cast<char>(token);
  return text;
}

void FakeClient::Done(std::size_t index, api::FinishReason reason, Status status) {
  const std::shared_ptr<api::EventSink> sink = std::move(submitted.at(index).sink);
  sink->OnDone(reason, usage, status);
}

std::size_t FakeClient::cancelled() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(submitted, [](const Submitted& one) { return one.cancelled; }));
}

FakeExchange::FakeExchange(std::string method, std::string path, std::string body,
                           http::Headers headers) {
  request_.method = std::move(method);
  request_.path = std::move(path);
  request_.body = std::move(body);
  request_.headers = std::move(headers);
}

void FakeExchange::Reply(http::Response response) {
  GN_CHECK(!reply && !head);
  reply = std::move(response);
}

void FakeExchange::BeginStream(http::Response begun) {
  GN_CHECK(!reply && !head);
  head = std::move(begun);
}

bool FakeExchange::Append(std::string_view bytes) {
  GN_CHECK(head && !ended);
  if (reads) stream += bytes;
  return reads;
}

void FakeExchange::End() {
  GN_CHECK(head && !ended);
  ended = true;
}

void FakeExchange::OnGone(std::function<void()> gone) {
  if (is_gone) return gone();
  gone_ = std::move(gone);
}

void FakeExchange::Leave() {
  is_gone = true;
  reads = false;
  if (gone_) gone_();
  gone_ = nullptr;
}

Json FakeExchange::json() const {
  GN_CHECK(reply.has_value());
  return Json::parse(reply->body);
}

std::vector<Json> FakeExchange::events() const {
  std::vector<Json> events;
  constexpr std::string_view kData = "data: ";
  for (std::size_t at = stream.find(kData); at != std::string::npos; at = stream.find(kData, at)) {
    at += kData.size();
    const std::string line = stream.substr(at, stream.find('\n', at) - at);
    if (line != "[DONE]") events.push_back(Json::parse(line));
  }
  return events;
}

TestRest::TestRest(RestOptions options) : models(options.any_model_name) {
  client.info = {.name = "Tiny",
                 .architecture = "llama",
                 .quantization = "Q8_0",
                 .parameters = 1'100'000'000,
                 .file_bytes = 123,
                 .created_s = 1'700'000'000,
                 .context_tokens = 2048,
                 .vocab_size = 1000,
                 .embedding_size = 64,
                 .can_generate = true,
                 .has_chat_template = true,
                 .can_call_tools = true};
  embedder.info.architecture = "bert";
  embedder.info.context_tokens = 512;
  embedder.info.vocab_size = 300;
  embedder.info.embedding_size = 2;
  embedder.info.can_embed = true;
  GN_CHECK(models.Add("tiny", {"small"}, client).ok());
  GN_CHECK(models.Add("vector", {}, embedder).ok());
  rest = std::make_unique<Rest>(
      options, models, nobody,
      Clocks{[this] { return now; }, [] { return TimeNs{1'700'000'123'000'000'000}; }}, Rng(1));
}

std::shared_ptr<FakeExchange> TestRest::Send(std::string method, std::string path, std::string body,
                                             http::Headers headers) {
  return Dispatch(std::make_shared<FakeExchange>(std::move(method), std::move(path),
                                                 std::move(body), std::move(headers)));
}

std::shared_ptr<FakeExchange> TestRest::Dispatch(std::shared_ptr<FakeExchange> exchange) {
  for (const Route& route : rest->Routes()) {
    const std::string_view pattern = route.pattern;
    const std::size_t part = pattern.find('{');
    const std::string& path = exchange->request_.path;
    const bool fits = part == std::string_view::npos ? path == pattern
                                                     : path.starts_with(pattern.substr(0, part));
    if (!fits || route.method != exchange->request_.method) continue;
    route.handler(exchange);
    return exchange;
  }
  GN_CHECK(false);
  return exchange;
}

Json ChatBody(const Json& more) {
  Json body = {{"model", "tiny"},
               {"messages", Json::array({{{"role", "user"}, {"content", "hi"}}})}};
  body.update(more);
  return body;
}

}  // namespace ganglion::serve::rest
