#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/serve/rest/fakes_test.h"
#include "ganglion/serve/rest/vector_text.h"

namespace ganglion::serve::rest {
namespace {

using ::testing::HasSubstr;

TEST(Embeddings, AnswersFloatsAndBase64) {
  for (const bool base64 : {false, true}) {
    TestRest rest;
    Json body = {{"model", "vector"}, {"input", {"a", "b"}}};
    if (base64) body["encoding_format"] = "base64";
    const auto exchange = rest.Post("/v1/embeddings", body);
    ASSERT_TRUE(rest.embedder.embed);
    EXPECT_EQ(rest.embedder.embed->texts, (std::vector<std::string>{"a", "b"}));
    rest.embedder.embed_done(
        api::EmbedAnswer{.vectors = {{0.1f, -2.0f}, {1.0f, 0.0f}}, .prompt_tokens = 4});
    rest.rest->Stop();
    ASSERT_TRUE(exchange->reply);
    EXPECT_EQ(exchange->reply->body,
              std::string(R"({"object":"list","data":[)"
                          R"({"object":"embedding","index":0,"embedding":)") +
                  (base64 ? "\"zczMPQAAAMA=\"" : "[0.1,-2]") +
                  R"(},{"object":"embedding","index":1,"embedding":)" +
                  (base64 ? "\"AACAPwAAAAA=\"" : "[1,0]") +
                  R"(}],"model":"vector","usage":{"prompt_tokens":4,"total_tokens":4}})");
  }
}

TEST(Embeddings, Base64PadsWhatIsNoMultipleOfThree) {
  EXPECT_EQ(Base64({}), "");
  EXPECT_EQ(Base64({1.0f}), "AACAPw==");
  EXPECT_EQ(Base64({1.0f, 1.0f, 1.0f}), "AACAPwAAgD8AAIA/");
}

TEST(Embeddings, RefusesAndFails) {
  TestRest rest;
  EXPECT_EQ(rest.Post("/v1/embeddings", {{"model", "vector"}, {"input", "a"}, {"dimensions", 1}})
                ->json()["error"]["param"],
            "dimensions");
  EXPECT_EQ(rest.Post("/v1/embeddings", {{"model", "tiny"}, {"input", "a"}})->reply->status, 400);
  const auto exchange = rest.Post("/v1/embeddings", {{"model", "vector"}, {"input", {1, 2}}});
  EXPECT_EQ(rest.embedder.embed->tokens.at(0), (std::vector<std::int32_t>{1, 2}));
  rest.embedder.embed_done(Status(Code::kResourceExhausted, "too long"));
  EXPECT_EQ(exchange->json()["error"]["code"], "context_length_exceeded");
}

TEST(Embeddings, AClientThatGoesAwayCancels) {
  TestRest rest;
  const auto exchange = rest.Post("/v1/embeddings", {{"model", "vector"}, {"input", "a"}});
  exchange->Leave();
  EXPECT_EQ(rest.embedder.cancelled_others, (std::vector<std::uint64_t>{100}));
  rest.embedder.embed_done(Status(Code::kCancelled, "cancelled"));
  EXPECT_FALSE(exchange->reply);
}

TEST(Decisions, ScoresChoicesInTheirOrder) {
  TestRest rest;
  const auto exchange =
      rest.Post("/v1/decisions", ChatBody({{"choices", {"left", "right"}}, {"deadline_ms", 9}}));
  ASSERT_TRUE(rest.client.score);
  EXPECT_EQ(rest.client.score->labels, (std::vector<std::string>{"left", "right"}));
  EXPECT_EQ(rest.client.score->deadline_ms, 9);
  rest.client.score_done(api::ScoreAnswer{
      .labels = {{-1.5, 0.25, 1}, {-0.5, 0.75, 2}}, .prompt_tokens = 5, .prompt_tokens_cached = 3});
  rest.rest->Stop();
  const Json body = exchange->json();
  EXPECT_EQ(body["best"], "right");
  EXPECT_EQ(body["choices"], Json::parse(R"([
    {"index":0,"choice":"left","probability":0.25,"logprob":-1.5,"tokens":1},
    {"index":1,"choice":"right","probability":0.75,"logprob":-0.5,"tokens":2}])"));
  EXPECT_EQ(body["usage"]["prompt_tokens_details"]["cached_tokens"], 3);
  EXPECT_EQ(rest.Post("/v1/decisions", ChatBody({{"choices", {""}}}))->json()["error"]["param"],
            "choices[0]");
}

TEST(Tokenize, SpeaksBothDialects) {
  TestRest rest;
  const Json plain = rest.Post("/tokenize", {{"content", "ab"}})->json();
  EXPECT_EQ(plain["tokens"], Json::parse("[97,98]"));
  EXPECT_FALSE(rest.client.tokenize->add_special);
  EXPECT_TRUE(rest.client.tokenize->parse_special);
  const Json other = rest.Post("/tokenize", {{"model", "tiny"}, {"prompt", "ab"}})->json();
  EXPECT_EQ(other["count"], 2);
  EXPECT_TRUE(rest.client.tokenize->add_special);
  const Json pieces =
      rest.Post("/tokenize", {{"content", "a\xc3\xbc"}, {"with_pieces", true}})->json();
  EXPECT_EQ(pieces["tokens"], Json::parse(R"([{"id":97,"piece":"a"},{"id":195,"piece":[195]},
    {"id":188,"piece":[188]}])"));
  EXPECT_EQ(rest.Post("/detokenize", {{"tokens", {104, 105}}})->json()["content"], "hi");
  EXPECT_EQ(rest.Post("/detokenize", {{"tokens", {-1}}})->json()["error"]["param"], "tokens[0]");
  EXPECT_EQ(rest.Post("/tokenize", Json::object())->reply->status, 400);
}

TEST(Responses, AnswersInOnePiece) {
  TestRest rest;
  const auto exchange = rest.Post("/v1/responses", Json::parse(R"({"model":"tiny",
    "instructions":"be brief","max_output_tokens":9,"metadata":{"a":"b"},
    "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"null"}}},
    "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true}],
    "input":[{"role":"user","content":[{"type":"input_text","text":"hi"}]},
      {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{}"},
      {"type":"function_call_output","call_id":"c1","output":"42"}]})"));
  const api::GenerateRequest& request = rest.client.at(0).request;
  ASSERT_EQ(request.messages.size(), 4u);
  EXPECT_EQ(request.messages[0].role, "system");
  EXPECT_EQ(request.messages[2].tool_calls.at(0).name, "f");
  EXPECT_EQ(request.messages[3].tool_call_id, "c1");
  EXPECT_EQ(request.json_schema, R"({"type":"null"})");
  EXPECT_EQ(request.tools.at(0).definition,
            R"({"type":"function","function":{"name":"f","parameters":{"type":"object"}}})");
  EXPECT_TRUE(request.tools.at(0).strict);
  rest.client.at(0).sink->OnText("yes");
  rest.client.at(0).sink->OnToolCall({"c2", "f", "{}"});
  rest.client.Done(0, api::FinishReason::kToolCalls);
  const Json body = exchange->json();
  EXPECT_EQ(body["object"], "response");
  EXPECT_EQ(body["status"], "completed");
  EXPECT_EQ(body["output"][0]["content"][0]["text"], "yes");
  EXPECT_EQ(body["output"][1]["call_id"], "c2");
  EXPECT_EQ(body["usage"]["input_tokens_details"]["cached_tokens"], 4);
  EXPECT_EQ(body["metadata"]["a"], "b");
  EXPECT_EQ(body["store"], false);
}

TEST(Responses, StreamsTheEventsInOrder) {
  TestRest rest;
  const auto exchange =
      rest.Post("/v1/responses", {{"model", "tiny"}, {"input", "hi"}, {"stream", true}});
  rest.client.at(0).sink->OnText("a\"");
  rest.client.at(0).sink->OnText("b");
  rest.client.at(0).sink->OnToolCall({"c2", "f", "{}"});
  rest.client.Done(0, api::FinishReason::kLength);
  std::vector<std::string> types;
  const std::vector<Json> events = exchange->events();
  for (std::size_t i = 0; i < events.size(); ++i) {
    types.push_back(events[i]["type"]);
    EXPECT_EQ(events[i]["sequence_number"], i);
    EXPECT_THAT(exchange->stream, HasSubstr("event: " + types.back() + "\ndata: {"));
  }
  EXPECT_EQ(types, (std::vector<std::string>{
                       "response.created", "response.in_progress", "response.output_item.added",
                       "response.content_part.added", "response.output_text.delta",
                       "response.output_text.delta", "response.output_text.done",
                       "response.content_part.done", "response.output_item.done",
                       "response.output_item.added", "response.function_call_arguments.delta",
                       "response.function_call_arguments.done", "response.output_item.done",
                       "response.incomplete"}));
  EXPECT_EQ(events[4]["delta"], "a\"");
  EXPECT_EQ(events[6]["text"], "a\"b");
  EXPECT_EQ(events.back()["response"]["incomplete_details"]["reason"], "max_output_tokens");
  EXPECT_EQ(events.back()["response"]["output"].size(), 2u);
  EXPECT_TRUE(exchange->ended);
}

TEST(Responses, RefusesWhatWouldNeedMemory) {
  TestRest rest;
  for (const char* field : {"previous_response_id", "conversation"}) {
    const auto exchange =
        rest.Post("/v1/responses", {{"model", "tiny"}, {"input", "hi"}, {field, "x"}});
    EXPECT_EQ(exchange->json()["error"]["param"], field);
  }
}

TEST(Ollama, ChatStreamsLinesByDefault) {
  TestRest rest;
  const auto exchange = rest.Post("/api/chat", Json::parse(R"({"model":"tiny:latest",
    "messages":[{"role":"user","content":"hi"},
      {"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]},
      {"role":"tool","content":"2","tool_name":"f"}],
    "options":{"num_predict":5,"temperature":0,"seed":3,"stop":["x"],"num_ctx":2048,"num_gpu":1},
    "format":{"type":"null"},"think":false})"));
  const api::GenerateRequest& request = rest.client.at(0).request;
  EXPECT_EQ(request.messages.at(1).tool_calls.at(0).arguments, R"({"x":1})");
  EXPECT_EQ(request.messages.at(2).name, "f");
  EXPECT_EQ(request.tokens_max, 5);
  EXPECT_EQ(request.sampling.temperature, 0);
  EXPECT_EQ(request.sampling.top_k, 40);
  EXPECT_EQ(request.sampling.seed, 3u);
  EXPECT_EQ(request.json_schema, R"({"type":"null"})");
  rest.client.at(0).sink->OnText("a\n");
  rest.client.at(0).sink->OnToolCall({"c", "f", R"({"x":1})"});
  rest.client.Done(0);
  EXPECT_EQ(exchange->head->content_type, "application/x-ndjson");
  const std::string open = R"({"model":"tiny","created_at":"2023-11-14T22:15:23.000Z",)";
  EXPECT_EQ(exchange->stream,
            open +
                R"("message":{"role":"assistant","content":"a\n"},"done":false})"
                "\n" +
                open +
                R"("message":{"role":"assistant","content":"","tool_calls":[{"id":"c","function":)"
                R"({"index":0,"name":"f","arguments":{"x":1}}}]},"done":false})"
                "\n" +
                open +
                R"("message":{"role":"assistant","content":""},"done":true,"done_reason":"stop",)"
                R"("total_duration":10000000,"load_duration":0,"prompt_eval_count":7,)"
                R"("prompt_eval_duration":2000000,"eval_count":3,"eval_duration":7000000})"
                "\n");
  EXPECT_TRUE(exchange->ended);
}

TEST(Ollama, GenerateInOnePiece) {
  TestRest rest;
  const auto exchange = rest.Post("/api/generate", {{"model", "tiny"},
                                                    {"prompt", "hi"},
                                                    {"system", "s"},
                                                    {"stream", false},
                                                    {"format", "json"}});
  EXPECT_EQ(rest.client.at(0).request.messages.size(), 2u);
  EXPECT_TRUE(rest.client.at(0).request.json_object);
  rest.client.at(0).sink->OnText("{}");
  rest.client.Done(0, api::FinishReason::kLength);
  EXPECT_EQ(exchange->json()["response"], "{}");
  EXPECT_EQ(exchange->json()["done_reason"], "length");
  rest.Post("/api/generate", {{"model", "tiny"}, {"prompt", "raw"}, {"raw", true}});
  EXPECT_EQ(rest.client.at(1).request.prompt, "raw");
  EXPECT_EQ(rest.Post("/api/generate", {{"model", "tiny"}})->json()["done_reason"], "load");
}

TEST(Ollama, ErrorsAreOneString) {
  TestRest rest;
  const auto exchange = rest.Post("/api/chat", {{"model", "none"}});
  EXPECT_EQ(exchange->reply->status, 404);
  EXPECT_THAT(exchange->json()["error"].get<std::string>(), HasSubstr("'none'"));
  const auto late = rest.Post("/api/generate", {{"model", "tiny"}, {"prompt", "x"}});
  rest.client.at(0).sink->OnText("a");
  rest.client.Done(0, api::FinishReason::kError, Status(Code::kInternal, "broken"));
  EXPECT_TRUE(late->stream.ends_with("{\"error\":\"broken\"}\n"));
  EXPECT_EQ(
      rest.Post("/api/chat", {{"model", "tiny"}, {"options", {{"num_ctx", 9999}}}})->reply->status,
      400);
}

TEST(Ollama, EmbedsAndDescribes) {
  TestRest rest;
  const auto embed = rest.Post("/api/embed", {{"model", "vector"}, {"input", "a"}});
  rest.embedder.embed_done(api::EmbedAnswer{.vectors = {{0.5f, 1}}, .prompt_tokens = 2});
  const auto old = rest.Post("/api/embeddings", {{"model", "vector"}, {"prompt", "a"}});
  rest.embedder.embed_done(api::EmbedAnswer{.vectors = {{0.5f, 1}}, .prompt_tokens = 2});
  const Json tags = rest.Send("GET", "/api/tags")->json();
  const Json show = rest.Post("/api/show", {{"model", "tiny"}})->json();
  EXPECT_EQ(rest.Send("GET", "/api/version")->json()["version"], "0.12.0");
  EXPECT_EQ(rest.Send("GET", "/api/ps")->json()["models"].size(), 2u);
  rest.rest->Stop();
  EXPECT_EQ(embed->json()["embeddings"], Json::parse("[[0.5,1]]"));
  EXPECT_EQ(embed->json()["model"], "vector");
  EXPECT_EQ(old->json()["embedding"], Json::parse("[0.5,1]"));
  EXPECT_EQ(tags["models"][0]["details"]["parameter_size"], "1.1B");
  EXPECT_EQ(tags["models"][0]["digest"].get<std::string>().size(), 64u);
  EXPECT_EQ(show["capabilities"], Json::parse(R"(["completion","tools"])"));
  EXPECT_EQ(show["model_info"]["llama.context_length"], 2048);
}

}  // namespace
}  // namespace ganglion::serve::rest
