#include <cmath>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/answer_head.h"
#include "ganglion/serve/rest/collecting_writer.h"
#include "ganglion/serve/rest/generation.h"
#include "ganglion/serve/rest/ollama.h"

namespace ganglion::serve::rest {
namespace {

std::int64_t Nanoseconds(double ms) {
  return ms > 0 ? static_cast<std::int64_t>(std::llround(ms * 1e6)) : 0;
}

struct OllamaHead {
  std::string model;
  std::string created_at;
  OllamaKind kind = OllamaKind::kChat;

  Json ToJson() const { return {{"model", model}, {"created_at", created_at}}; }
};

// Arguments are an object here, and text in our events.
Json ToolCallJson(const api::ToolCall& call, std::size_t index) {
  Json arguments = Json::parse(call.arguments, nullptr, false);
  if (!arguments.is_object()) arguments = Json::object();
  return {
      {"id", call.id},
      {"function", {{"index", index}, {"name", call.name}, {"arguments", std::move(arguments)}}}};
}

Json Message(const std::string& text, const std::vector<api::ToolCall>& calls) {
  Json message = {{"role", "assistant"}, {"content", text}};
  for (std::size_t i = 0; i < calls.size(); ++i) {
    message["tool_calls"].push_back(ToolCallJson(calls[i], i));
  }
  return message;
}

Json LastObject(const OllamaHead& head, const CollectedAnswer& answer) {
  const api::Usage& usage = answer.usage;
  Json body = head.ToJson();
  if (head.kind == OllamaKind::kChat) {
    body["message"] = Message(answer.text, answer.tool_calls);
  } else {
    body["response"] = answer.text;
  }
  body.update({{"done", true},
               {"done_reason", answer.reason == api::FinishReason::kLength ? "length" : "stop"},
               {"total_duration", Nanoseconds(usage.total_ms)},
               {"load_duration", 0},
               {"prompt_eval_count", usage.prompt_tokens},
               {"prompt_eval_duration", Nanoseconds(usage.first_token_ms - usage.queue_ms)},
               {"eval_count", usage.generated_tokens},
               {"eval_duration", Nanoseconds(usage.total_ms - usage.first_token_ms)}});
  return body;
}

// One JSON object a line.
class LineStream final : public AnswerWriter {
 public:
  LineStream(std::shared_ptr<http::Exchange> exchange, OllamaHead head)
      : exchange_(std::move(exchange)), head_(std::move(head)) {
    const bool chat = head_.kind == OllamaKind::kChat;
    open_ = Concat("{\"model\":", Quoted(head_.model), ",\"created_at\":", Quoted(head_.created_at),
                   chat ? R"(,"message":{"role":"assistant","content":")" : R"(,"response":")");
    close_ = chat ? "\"},\"done\":false}\n" : "\",\"done\":false}\n";
  }

  bool OnText(std::size_t /*answer*/, std::string_view text) override {
    Begin();
    buffer_ = open_;
    AppendEscaped(text, buffer_);
    buffer_ += close_;
    return exchange_->Append(buffer_);
  }
  bool OnToken(std::size_t /*answer*/, const api::TokenEvent& /*token*/) override { return true; }
  bool OnToolCall(std::size_t /*answer*/, const api::ToolCall& call) override {
    Json line = head_.ToJson();
    line["message"] = Message({}, {});
    line["message"]["tool_calls"] = Json::array({ToolCallJson(call, calls_++)});
    line["done"] = false;
    return Append(line);
  }
  bool OnAnswerDone(std::size_t /*answer*/, api::FinishReason reason,
                    const api::Usage& usage) override {
    return Append(LastObject(
        head_, {.text = {}, .tokens = {}, .tool_calls = {}, .reason = reason, .usage = usage}));
  }
  void OnEnd() override { exchange_->End(); }
  void OnError(const ApiError& error) override {
    if (!begun_) return exchange_->Reply(ErrorResponse(ErrorShape::kOllama, error));
    if (exchange_->Append(OllamaErrorBody(error) + "\n")) exchange_->End();
  }

 private:
  void Begin() {
    if (begun_) return;
    begun_ = true;
    exchange_->BeginStream({.content_type = "application/x-ndjson", .body = {}});
  }
  bool Append(const Json& line) {
    Begin();
    return exchange_->Append(Dump(line) + "\n");
  }

  const std::shared_ptr<http::Exchange> exchange_;
  const OllamaHead head_;
  std::string open_;
  std::string close_;
  std::string buffer_;
  std::size_t calls_ = 0;
  bool begun_ = false;
};

}  // namespace

void StartOllama(Services& services, const std::shared_ptr<http::Exchange>& exchange,
                 GenerateCall call, OllamaKind kind) {
  OllamaHead head = {call.model->name, TimeText(services.WallNow()), kind};
  std::unique_ptr<AnswerWriter> writer;
  if (call.stream) {
    writer = std::make_unique<LineStream>(exchange, std::move(head));
  } else {
    writer = std::make_unique<CollectingWriter>(
        exchange, ErrorShape::kOllama, 1,
        [head = std::move(head)](const std::vector<CollectedAnswer>& answers) {
          return LastObject(head, answers.front());
        });
  }
  Generation::Start(services, exchange,
                    {.model = call.model,
                     .requests = Repeat(call.request, 1),
                     .tokens_max_asked = call.tokens_max_asked},
                    std::move(writer));
}

void ReplyLoaded(Services& services, http::Exchange& exchange, const Model& model,
                 OllamaKind kind) {
  Json body = {{"model", model.name}, {"created_at", TimeText(services.WallNow())}};
  if (kind == OllamaKind::kChat) {
    body["message"] = Message({}, {});
  } else {
    body["response"] = "";
  }
  body.update({{"done", true}, {"done_reason", "load"}});
  exchange.Reply({.body = Dump(body)});
}

}  // namespace ganglion::serve::rest
