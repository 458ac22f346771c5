#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/serve/rest/fakes_test.h"

namespace ganglion::serve::rest {
namespace {

using ::testing::HasSubstr;

TEST(ChatCompletions, AnswersInOnePiece) {
  TestRest rest;
  const auto exchange = rest.Post("/v1/chat/completions", ChatBody());
  ASSERT_EQ(rest.client.submitted.size(), 1u);
  EXPECT_FALSE(exchange->reply);
  rest.client.at(0).sink->OnText("Hel");
  rest.client.at(0).sink->OnText("lo");
  rest.client.Done(0);
  ASSERT_TRUE(exchange->reply);
  Json body = exchange->json();
  EXPECT_TRUE(body["id"].get<std::string>().starts_with("chatcmpl-"));
  EXPECT_EQ(body["id"].get<std::string>().size(), 9u + 24u);
  EXPECT_TRUE(body["system_fingerprint"].get<std::string>().starts_with("fp_"));
  body.erase("id");
  body.erase("system_fingerprint");
  EXPECT_EQ(body, Json::parse(R"({"object":"chat.completion","created":1700000123,"model":"tiny",
    "choices":[{"index":0,"message":{"role":"assistant","content":"Hello","refusal":null},
      "logprobs":null,"finish_reason":"stop"}],
    "usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10,
      "prompt_tokens_details":{"cached_tokens":4},
      "completion_tokens_details":{"reasoning_tokens":0}}})"));
}

TEST(ChatCompletions, PassesEveryFieldOn) {
  TestRest rest;
  rest.Post("/v1/chat/completions", ChatBody(Json::parse(R"({
    "temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.1,"seed":-3,"presence_penalty":1,
    "frequency_penalty":-1,"repetition_penalty":1.1,"max_completion_tokens":100,"stop":["a","b"],
    "logit_bias":{"5":-100,"7":1.5},"logprobs":true,"top_logprobs":3,"ignore_eos":true,
    "priority":"batch","deadline_ms":250,"pin_prefix":true,"parallel_tool_calls":false,
    "chat_template_kwargs":{"enable_thinking":false},"user":"me","store":true,"unheard_of":[1]})")));
  const api::GenerateRequest& request = rest.client.at(0).request;
  EXPECT_FLOAT_EQ(request.sampling.temperature, 0.5f);
  EXPECT_FLOAT_EQ(request.sampling.top_p, 0.9f);
  EXPECT_EQ(request.sampling.top_k, 40);
  EXPECT_FLOAT_EQ(request.sampling.min_p, 0.1f);
  EXPECT_EQ(request.sampling.seed, static_cast<std::uint64_t>(-3));
  EXPECT_FLOAT_EQ(request.sampling.presence_penalty, 1);
  EXPECT_FLOAT_EQ(request.sampling.frequency_penalty, -1);
  EXPECT_FLOAT_EQ(request.sampling.repetition_penalty, 1.1f);
  EXPECT_EQ(request.sampling.penalty_last_n, 100);
  EXPECT_EQ(request.tokens_max, 100);
  EXPECT_EQ(request.stop, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(request.logit_bias.size(), 2u);
  EXPECT_EQ(request.logit_bias[1].token, 7);
  EXPECT_FLOAT_EQ(request.logit_bias[1].bias, 1.5f);
  EXPECT_EQ(request.top_logprobs, 3);
  EXPECT_TRUE(request.ignore_end);
  EXPECT_EQ(request.priority, api::Priority::kBatch);
  EXPECT_EQ(request.deadline_ms, 250);
  EXPECT_TRUE(request.pin_system);
  EXPECT_FALSE(request.parallel_tool_calls);
  EXPECT_EQ(request.template_arguments, R"({"enable_thinking":false})");
}

TEST(ChatCompletions, DefaultsAreThoseOfOpenAi) {
  TestRest rest;
  rest.Post("/v1/chat/completions", ChatBody());
  const api::GenerateRequest& request = rest.client.at(0).request;
  EXPECT_EQ(request.sampling.temperature, 1);
  EXPECT_EQ(request.sampling.top_p, 1);
  EXPECT_EQ(request.tokens_max, 2048) << "to the end of the context";
  EXPECT_EQ(request.top_logprobs, -1);
  EXPECT_EQ(request.priority, api::Priority::kInteractive);
}

TEST(ChatCompletions, ReadsEveryKindOfMessage) {
  TestRest rest;
  rest.Post("/v1/chat/completions", Json::parse(R"({"model":"small","messages":[
    {"role":"developer","content":"be brief"},
    {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"name":"Jo"},
    {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
      "function":{"name":"f","arguments":"{\"x\":1}"}}]},
    {"role":"tool","tool_call_id":"c1","content":"42"}]})"));
  const auto& messages = rest.client.at(0).request.messages;
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[0].role, "system");
  EXPECT_EQ(messages[1].content, "a\nb");
  EXPECT_EQ(messages[1].name, "Jo");
  EXPECT_EQ(messages[2].tool_calls.at(0).arguments, R"({"x":1})");
  EXPECT_EQ(messages[3].tool_call_id, "c1");
}

TEST(ChatCompletions, ReadsToolsAndSchemas) {
  TestRest rest;
  rest.Post("/v1/chat/completions", ChatBody(Json::parse(R"({
    "tools":[{"type":"function","function":{"name":"f","strict":true,
      "parameters":{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}}}}}],
    "tool_choice":{"type":"function","function":{"name":"f"}},
    "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,
      "schema":{"type":"object","properties":{"z":{"type":"null"},"a":{"type":"null"}}}}}})")));
  const api::GenerateRequest& request = rest.client.at(0).request;
  ASSERT_EQ(request.tools.size(), 1u);
  EXPECT_TRUE(request.tools[0].strict);
  EXPECT_EQ(request.tools[0].definition,
            R"({"type":"function","function":{"name":"f","parameters":{"type":"object",)"
            R"("properties":{"z":{"type":"string"},"a":{"type":"string"}}}}})");
  EXPECT_EQ(request.tool_choice, api::ToolChoice::kNamed);
  EXPECT_EQ(request.tool_name, "f");
  EXPECT_EQ(request.json_schema,
            R"({"type":"object","properties":{"z":{"type":"null"},"a":{"type":"null"}}})")
      << "in the order of the client";
}

TEST(ChatCompletions, WhatCannotBeEnforcedMayBeValidated) {
  const Json validated = {{"guided_json", {{"type", "array"}}}, {"unenforced", "validate"}};
  TestRest rest;
  for (const bool stream : {false, true}) {
    Json more = validated;
    more["unenforced_retries"] = 5;
    more["stream"] = stream;
    const auto exchange = rest.Post("/v1/chat/completions", ChatBody(more));
    const std::size_t index = rest.client.submitted.size() - 1;
    EXPECT_EQ(rest.client.at(index).request.unenforced, api::Unenforced::kValidate);
    EXPECT_EQ(rest.client.at(index).request.retries_max, 5);
    // Nothing was shown before: so the error has a status, of a stream, too.
    rest.client.Done(index, api::FinishReason::kError,
                     Status(Code::kFailedPrecondition, "/0: there twice (#/uniqueItems)"));
    ASSERT_TRUE(exchange->reply);
    EXPECT_EQ(exchange->reply->status, 422);
    EXPECT_EQ(exchange->json()["error"]["code"], "invalid_answer");
    EXPECT_EQ(exchange->json()["error"]["message"], "/0: there twice (#/uniqueItems)");
  }
  (void)rest.Post("/v1/chat/completions", ChatBody(validated));
  EXPECT_EQ(rest.client.at(2).request.retries_max, 2);
  (void)rest.Post("/v1/chat/completions",
                  ChatBody({{"guided_json", Json::object()}, {"unenforced", "refuse"}}));
  EXPECT_EQ(rest.client.at(3).request.unenforced, api::Unenforced::kRefuse);
  (void)rest.Post("/v1/responses",
                  {{"model", "tiny"},
                   {"input", "hi"},
                   {"text", {{"format", {{"type", "json_schema"}, {"schema", Json::object()}}}}},
                   {"unenforced", "validate"}});
  EXPECT_EQ(rest.client.at(4).request.unenforced, api::Unenforced::kValidate);
  (void)rest.Post("/api/generate", {{"model", "tiny"},
                                    {"prompt", "hi"},
                                    {"format", Json::object()},
                                    {"unenforced", "validate"}});
  EXPECT_EQ(rest.client.at(5).request.unenforced, api::Unenforced::kValidate);
}

TEST(ChatCompletions, TakesFormsAsOtherServersNameThem) {
  struct Case {
    const char* more;
    const char* form;
  };
  constexpr Case kCases[] = {
      {R"({"guided_json":{"type":"null"}})", R"(json {"type":"null"})"},
      {R"({"guided_json":"{\"type\": \"null\"}"})", R"(json {"type": "null"})"},
      {R"({"json_schema":{"type":"null"}})", R"(json {"type":"null"})"},
      {R"({"structured_outputs":{"json":{"type":"null"}}})", R"(json {"type":"null"})"},
      {R"({"guided_regex":"a+"})", "regex a+"},
      {R"({"structured_outputs":{"regex":"a+"}})", "regex a+"},
      {R"({"guided_grammar":"root ::= [a]"})", "grammar root ::= [a]"},
      {R"({"grammar":"root ::= [a]"})", "grammar root ::= [a]"},
      {R"({"structured_outputs":{"grammar":"root ::= [a]"}})", "grammar root ::= [a]"},
      {R"({"guided_choice":["a","b"]})", "choices a b"},
      {R"({"structured_outputs":{"choice":["a","b"]}})", "choices a b"},
      {R"({"structured_outputs":{"json_object":true,"disable_any_whitespace":true}})", "object"},
      {R"({"structured_outputs":{"json_object":false,"regex":null},"grammar":""})", ""},
  };
  for (const Case& each : kCases) {
    TestRest rest;
    rest.Post("/v1/chat/completions", ChatBody(Json::parse(each.more)));
    ASSERT_EQ(rest.client.submitted.size(), 1u) << each.more;
    const api::GenerateRequest& request = rest.client.at(0).request;
    std::string form;
    if (request.json_schema) form += "json " + *request.json_schema;
    if (request.json_object) form += "object";
    if (request.regex) form += "regex " + *request.regex;
    if (request.grammar) form += "grammar " + *request.grammar;
    if (!request.choices.empty()) form += "choices";
    for (const std::string& choice : request.choices) form += " " + choice;
    EXPECT_EQ(form, each.form) << each.more;
  }
}

TEST(ChatCompletions, StreamsByteByByte) {
  TestRest rest;
  const auto exchange =
      rest.Post("/v1/chat/completions",
                ChatBody({{"stream", true}, {"stream_options", {{"include_usage", true}}}}));
  EXPECT_FALSE(exchange->head) << "the first event decides the status";
  rest.client.at(0).sink->OnText("a\"\n\x01ü");
  const std::string id = exchange->events().at(0)["id"];
  const std::string fingerprint = exchange->events().at(0)["system_fingerprint"];
  rest.client.Done(0, api::FinishReason::kLength);
  EXPECT_EQ(exchange->head->content_type, "text/event-stream; charset=utf-8");
  EXPECT_TRUE(exchange->ended);
  const std::string open = R"(data: {"id":")" + id +
                           R"(","object":"chat.completion.chunk","created":1700000123,)"
                           R"("model":"tiny","system_fingerprint":")" +
                           fingerprint + R"(","choices":[)";
  EXPECT_EQ(exchange->stream,
            open +
                R"({"index":0,"delta":{"role":"assistant","content":"","refusal":null},)"
                R"("logprobs":null,"finish_reason":null}],"usage":null})"
                "\n\n" +
                open +
                R"({"index":0,"delta":{"content":"a\"\n\u0001ü"},)"
                R"("logprobs":null,"finish_reason":null}],"usage":null})"
                "\n\n" +
                open +
                R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}],"usage":null})"
                "\n\n" +
                open +
                R"(],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10,)"
                R"("prompt_tokens_details":{"cached_tokens":4},)"
                R"("completion_tokens_details":{"reasoning_tokens":0}}})"
                "\n\n" +
                "data: [DONE]\n\n");
}

TEST(ChatCompletions, StreamsToolCalls) {
  TestRest rest;
  const auto exchange = rest.Post("/v1/chat/completions", ChatBody({{"stream", true}}));
  rest.client.at(0).sink->OnToolCall({"call_1", "f", R"({"x":1})"});
  rest.client.at(0).sink->OnToolCall({"call_2", "g", "{}"});
  rest.client.Done(0, api::FinishReason::kToolCalls);
  const auto events = exchange->events();
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[1]["choices"][0]["delta"], Json::parse(R"({"tool_calls":[{"index":0,
    "id":"call_1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]})"));
  EXPECT_EQ(events[2]["choices"][0]["delta"]["tool_calls"][0]["index"], 1);
  EXPECT_EQ(events[3]["choices"][0]["finish_reason"], "tool_calls");
}

TEST(ChatCompletions, ToolCallsWithoutTextHaveNullContent) {
  TestRest rest;
  const auto exchange = rest.Post("/v1/chat/completions", ChatBody());
  rest.client.at(0).sink->OnToolCall({"call_1", "f", "{}"});
  rest.client.Done(0, api::FinishReason::kToolCalls);
  const Json choice = exchange->json()["choices"][0];
  EXPECT_TRUE(choice["message"]["content"].is_null());
  EXPECT_EQ(choice["message"]["tool_calls"][0]["function"]["name"], "f");
  EXPECT_EQ(choice["finish_reason"], "tool_calls");
}

TEST(ChatCompletions, LogprobsHaveBytesAlsoWithinCharacters) {
  TestRest rest;
  const auto exchange =
      rest.Post("/v1/chat/completions", ChatBody({{"logprobs", true}, {"top_logprobs", 1}}));
  rest.client.at(0).sink->OnToken({{1, "\xc3", -0.5f}, {{1, "\xc3", -0.5f}}});
  rest.client.at(0).sink->OnToken({{2, "\xbc", -1e30f}, {}});
  rest.client.at(0).sink->OnText("ü");
  rest.client.Done(0);
  EXPECT_EQ(exchange->json()["choices"][0]["logprobs"], Json::parse(R"({"content":[
    {"token":"\ufffd","logprob":-0.5,"bytes":[195],
      "top_logprobs":[{"token":"\ufffd","logprob":-0.5,"bytes":[195]}]},
    {"token":"\ufffd","logprob":-9999.0,"bytes":[188],"top_logprobs":[]}],"refusal":null})"));
}

TEST(ChatCompletions, StreamedLogprobsComeWithTheirText) {
  TestRest rest;
  const auto exchange =
      rest.Post("/v1/chat/completions", ChatBody({{"logprobs", true}, {"stream", true}}));
  rest.client.at(0).sink->OnToken({{1, "a", -0.5f}, {}});
  rest.client.at(0).sink->OnText("a");
  rest.client.at(0).sink->OnToken({{2, "", -0.25f}, {}});
  rest.client.Done(0);
  const auto events = exchange->events();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1]["choices"][0]["logprobs"]["content"].size(), 1u);
  EXPECT_EQ(events[2]["choices"][0]["logprobs"]["content"][0]["logprob"], -0.25);
}

TEST(ChatCompletions, SeveralAnswersHaveSeedsInARow) {
  TestRest rest;
  const auto exchange = rest.Post("/v1/chat/completions", ChatBody({{"n", 3}, {"seed", 10}}));
  ASSERT_EQ(rest.client.submitted.size(), 3u);
  EXPECT_EQ(rest.client.at(2).request.sampling.seed, 12u);
  rest.client.at(1).sink->OnText("one");
  rest.client.at(0).sink->OnText("zero");
  rest.client.Done(2);
  rest.client.Done(1);
  EXPECT_FALSE(exchange->reply);
  rest.client.Done(0);
  const Json body = exchange->json();
  EXPECT_EQ(body["choices"][0]["message"]["content"], "zero");
  EXPECT_EQ(body["choices"][1]["message"]["content"], "one");
  EXPECT_EQ(body["usage"]["prompt_tokens"], 7) << "they share it";
  EXPECT_EQ(body["usage"]["completion_tokens"], 9);
}

struct BadField {
  const char* more;
  const char* param;
};

TEST(ChatCompletions, WrongFieldsAreRefusedByName) {
  const BadField kCases[] = {
      {R"({"temperature":"hot"})", "temperature"},
      {R"({"temperature":-1})", "temperature"},
      {R"({"top_p":1.5})", "top_p"},
      {R"({"n":9})", "n"},
      {R"({"n":1.5})", "n"},
      {R"({"stream":"yes"})", "stream"},
      {R"({"max_tokens":0})", "max_tokens"},
      {R"({"stop":[1]})", "stop[0]"},
      {R"({"logit_bias":{"1000":1}})", "logit_bias"},
      {R"({"logit_bias":{"x":1}})", "logit_bias"},
      {R"({"top_logprobs":2})", "top_logprobs"},
      {R"({"functions":[{"name":"f"}]})", "functions"},
      {R"({"modalities":["text","audio"]})", "modalities"},
      {R"({"web_search_options":{"a":1}})", "web_search_options"},
      {R"({"messages":[]})", "messages"},
      {R"({"messages":"hi"})", "messages"},
      {R"({"messages":[3]})", "messages[0]"},
      {R"({"messages":[{"role":"robot","content":""}]})", "messages[0].role"},
      {R"({"messages":[{"role":"user"}]})", "messages[0].content"},
      {R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]})",
       "messages[0].content[0].type"},
      {R"({"tools":[{"type":"web_search"}]})", "tools[0].type"},
      {R"({"tools":[{"type":"function"}]})", "tools[0].function"},
      {R"({"tool_choice":"required"})", "tool_choice"},
      {R"({"response_format":{"type":"xml"}})", "response_format.type"},
      {R"({"response_format":{"type":"json_schema"}})", "response_format.json_schema"},
      {R"({"guided_choice":[]})", "guided_choice"},
      {R"({"guided_choice":["a",""]})", "guided_choice[1]"},
      {R"({"guided_json":7})", "guided_json"},
      {R"({"guided_regex":"a","guided_choice":["b"]})", "guided_choice"},
      {R"({"response_format":{"type":"json_object"},"grammar":"root ::= \"a\""})", "grammar"},
      {R"({"structured_outputs":{"structural_tag":"x"}})", "structured_outputs.structural_tag"},
      {R"({"structured_outputs":{"regex":"a","grammar":"b"}})", "structured_outputs.grammar"},
      {R"({"guided_whitespace_pattern":"[ ]*"})", "guided_whitespace_pattern"},
      {R"({"priority":"soon"})", "priority"},
      {R"({"guided_json":{},"unenforced":"accept"})", "unenforced"},
      {R"({"guided_json":{},"unenforced":true})", "unenforced"},
      {R"({"guided_regex":"a","unenforced":"validate"})", "unenforced"},
      {R"({"guided_json":{},"unenforced_retries":1})", "unenforced_retries"},
      {R"({"guided_json":{},"unenforced":"validate","unenforced_retries":9})",
       "unenforced_retries"},
  };
  for (const BadField& bad : kCases) {
    TestRest rest;
    const auto exchange = rest.Post("/v1/chat/completions", ChatBody(Json::parse(bad.more)));
    ASSERT_TRUE(exchange->reply) << bad.more;
    EXPECT_EQ(exchange->reply->status, 400) << bad.more;
    EXPECT_EQ(exchange->json()["error"]["param"], bad.param) << exchange->reply->body;
    EXPECT_EQ(exchange->json()["error"]["type"], "invalid_request_error");
    EXPECT_TRUE(rest.client.submitted.empty());
  }
}

TEST(ChatCompletions, UnknownModelIsNotFound) {
  TestRest rest;
  const auto exchange = rest.Post("/v1/chat/completions", ChatBody({{"model", "gpt-4o"}}));
  EXPECT_EQ(exchange->reply->status, 404);
  EXPECT_EQ(exchange->json()["error"]["code"], "model_not_found");
  EXPECT_EQ(exchange->json()["error"]["param"], "model");
  EXPECT_EQ(rest.Post("/v1/chat/completions", ChatBody({{"model", "vector"}}))->reply->status, 400);
}

TEST(ChatCompletions, ErrorsRepeatLittleOfWhatWasSent) {
  TestRest rest;
  const auto exchange =
      rest.Post("/v1/chat/completions", ChatBody({{"model", std::string(1'000'000, 'x')}}));
  EXPECT_LT(exchange->reply->body.size(), 3000u);
}

TEST(ChatCompletions, AnyNameMeansTheDefaultModelWhereThatIsAllowed) {
  TestRest rest({.any_model_name = true});
  rest.Post("/v1/chat/completions", ChatBody({{"model", "gpt-4o"}}));
  EXPECT_EQ(rest.client.submitted.size(), 1u);
}

TEST(ChatCompletions, BodiesThatAreNoJsonSayWhere) {
  TestRest rest;
  const auto exchange = rest.Send("POST", "/v1/chat/completions", "{\"model\":\n  tiny}");
  EXPECT_EQ(exchange->reply->status, 400);
  EXPECT_THAT(exchange->json()["error"]["message"].get<std::string>(),
              HasSubstr("line 2, column 4"));
  const auto deep = rest.Send("POST", "/v1/chat/completions", std::string(100'000, '['));
  EXPECT_THAT(deep->reply->body, HasSubstr("nested deeper than"));
  EXPECT_THAT(rest.Send("POST", "/v1/chat/completions", "")->reply->body, HasSubstr("empty"));
  EXPECT_THAT(rest.Send("POST", "/v1/chat/completions", "[]")->reply->body, HasSubstr("an array"));
}

TEST(ModelsApi, ListsNamesAndAliases) {
  TestRest rest;
  const Json body = rest.Send("GET", "/v1/models")->json();
  EXPECT_EQ(body["object"], "list");
  ASSERT_EQ(body["data"].size(), 3u);
  EXPECT_EQ(body["data"][1], Json::parse(R"({"id":"small","object":"model","created":1700000000,
    "owned_by":"ganglion","root":"tiny","parent":null,"max_model_len":2048})"));
  EXPECT_EQ(rest.Send("GET", "/v1/models/tiny")->json()["id"], "tiny");
  EXPECT_EQ(rest.Send("GET", "/v1/models/org/none")->reply->status, 404);
}

TEST(Completions, TakesTextsAndTokens) {
  for (const char* prompt : {R"(["a","b"])", R"([[1,2],[3]])"}) {
    TestRest rest;
    const auto exchange = rest.Post("/v1/completions",
                                    {{"model", "tiny"}, {"prompt", Json::parse(prompt)}, {"n", 2}});
    ASSERT_EQ(rest.client.submitted.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
      rest.client.at(i).sink->OnText(std::to_string(i));
      rest.client.Done(i);
    }
    const Json body = exchange->json();
    EXPECT_EQ(body["object"], "text_completion");
    EXPECT_EQ(body["choices"][3]["text"], "3");
    EXPECT_EQ(body["usage"]["prompt_tokens"], 14) << "each prompt once";
  }
  TestRest rest;
  rest.Post("/v1/completions", {{"model", "tiny"}, {"prompt", Json::parse("[5,6]")}});
  EXPECT_EQ(rest.client.at(0).request.prompt_tokens, (std::vector<std::int32_t>{5, 6}));
  EXPECT_EQ(rest.client.at(0).request.tokens_max, 16);
}

TEST(Completions, RefusesWhatItWouldNotDo) {
  const BadField kCases[] = {{R"({"echo":true})", "echo"},
                             {R"({"suffix":"x"})", "suffix"},
                             {R"({"best_of":3})", "best_of"},
                             {R"({"prompt":[1,"a"]})", "prompt[1]"},
                             {R"({"prompt":["a",[1]]})", "prompt[1]"},
                             {R"({"prompt":[1000]})", "prompt[0]"},
                             {R"({"prompt":[]})", "prompt"}};
  for (const BadField& bad : kCases) {
    TestRest rest;
    Json body = {{"model", "tiny"}, {"prompt", "x"}};
    body.update(Json::parse(bad.more));
    const auto exchange = rest.Post("/v1/completions", body);
    ASSERT_TRUE(exchange->reply) << bad.more;
    EXPECT_EQ(exchange->json()["error"]["param"], bad.param) << exchange->reply->body;
  }
}

TEST(Completions, StreamsWithLogprobsAndOffsets) {
  TestRest rest;
  const auto exchange = rest.Post(
      "/v1/completions", {{"model", "tiny"}, {"prompt", "x"}, {"logprobs", 0}, {"stream", true}});
  rest.client.at(0).sink->OnToken({{1, "ab", -0.5f}, {}});
  rest.client.at(0).sink->OnText("ab");
  rest.client.at(0).sink->OnToken({{2, "c", -0.25f}, {}});
  rest.client.at(0).sink->OnText("c");
  rest.client.Done(0);
  const auto events = exchange->events();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0]["choices"][0]["text"], "ab");
  EXPECT_EQ(events[1]["choices"][0]["logprobs"]["text_offset"], Json::parse("[2]"));
  EXPECT_EQ(events[2]["choices"][0]["finish_reason"], "stop");
}

}  // namespace
}  // namespace ganglion::serve::rest
