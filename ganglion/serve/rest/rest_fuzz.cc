// Any bytes as the body of any endpoint: the first byte names the endpoint. The answer is one reply
// of JSON, or a stream with an end, whatever the model says then.

#include <cstdint>
#include <string_view>
#include <vector>

#include "ganglion/base/check.h"
#include "ganglion/serve/rest/fakes_test.h"

namespace ganglion::serve::rest {
namespace {

// Everything that a model can do, to each of its requests.
void PlayGenerate(FakeClient& client) {
  for (std::size_t i = 0; i < client.submitted.size(); ++i) {
    api::EventSink& sink = *client.at(i).sink;
    sink.OnToken({{1, "\xc3", -0.5f}, {{2, "a", -1e30f}}});
    sink.OnText("\"\n\xc3\xbc");
    sink.OnToolCall({"call_1", "f", i % 2 == 0 ? "{\"x\":1}" : "no json \xff"});
    if (i % 3 == 2) {
      client.Done(i, api::FinishReason::kError, Status(Code::kInternal, "broken \xff"));
    } else {
      client.Done(i, api::FinishReason::kToolCalls);
    }
  }
}

void PlayMeasured(FakeClient& client) {
  if (client.embed_done) {
    const std::size_t count = client.embed->texts.size() + client.embed->tokens.size();
    client.embed_done(api::EmbedAnswer{.vectors = {count, {0.5f, -1e-30f}}, .prompt_tokens = 1});
  }
  if (client.score_done) {
    api::ScoreAnswer answer;
    answer.labels.resize(client.score->labels.size());
    client.score_done(std::move(answer));
  }
}

void CheckAnswer(const FakeExchange& exchange) {
  GN_CHECK(exchange.reply.has_value() != exchange.head.has_value());
  if (exchange.head) {
    GN_CHECK(exchange.ended && exchange.stream.ends_with("\n"));
    GN_CHECK(exchange.head->status == 200);
    return;
  }
  GN_CHECK(exchange.json().is_object());
  const int status = exchange.reply->status;
  GN_CHECK(status == 200 || (status >= 400 && status <= 504));
  // The model's own errors aside, nothing that a client sends is our fault.
  const bool is_broken = exchange.reply->body.find("broken") != std::string::npos;
  GN_CHECK(status != 500 || is_broken);
  // A response that went well has an error that is null.
  const Json body = exchange.json();
  GN_CHECK((status == 200) != (body.contains("error") && !body["error"].is_null()));
}

void Try(std::size_t choice, std::string_view bytes) {
  TestRest rest({.any_model_name = choice >= 128});
  const std::vector<Route> routes = rest.rest->Routes();
  const Route& route = routes[choice % routes.size()];
  std::string path(route.pattern);
  if (const std::size_t part = path.find('{'); part != std::string::npos) {
    path = path.substr(0, part) + std::string(bytes.substr(0, 100));
  }
  const auto exchange = rest.Send(std::string(route.method), path, std::string(bytes));
  PlayGenerate(rest.client);
  PlayMeasured(rest.client);
  PlayMeasured(rest.embedder);
  rest.rest->Stop();
  CheckAnswer(*exchange);
}

}  // namespace
}  // namespace ganglion::serve::rest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ganglion::serve::rest::Try(data[0], bytes);
  return 0;
}
