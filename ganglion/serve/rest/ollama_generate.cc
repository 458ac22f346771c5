// POST /api/chat, /api/generate, /api/embed, /api/embeddings

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/embeddings.h"
#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/messages.h"
#include "ganglion/serve/rest/ollama.h"
#include "ganglion/serve/rest/tool_fields.h"
#include "ganglion/serve/rest/vector_text.h"

namespace ganglion::serve::rest {
namespace {

constexpr std::string_view kNoImages = "this model reads text alone";

// Calls have objects as arguments and, in older clients, no id.
std::vector<api::ToolCall> ReadToolCalls(const Fields& message) {
  std::vector<api::ToolCall> calls;
  const Json* const list = message.Array("tool_calls", kToolCallsMax);
  if (list == nullptr) return calls;
  for (std::size_t i = 0; i < list->size() && message.problem().ok(); ++i) {
    const Fields call((*list)[i], message.Path("tool_calls", i), message.problem());
    const Json* const function = call.Object("function");
    if (function == nullptr) {
      call.Wrong("function", "is missing: expected an object");
      break;
    }
    const Fields fields(*function, call.Path("function"), message.problem());
    const Json* const arguments = fields.Object("arguments");
    calls.push_back({.id = call.Text("id", Concat("call_", i)),
                     .name = fields.RequiredText("name"),
                     .arguments = arguments == nullptr ? "{}" : Dump(*arguments)});
  }
  return calls;
}

std::vector<api::Message> ReadOllamaMessages(const Fields& fields) {
  std::vector<api::Message> messages;
  const Json* const list = fields.Array("messages", kMessagesMax);
  if (list == nullptr) return messages;
  for (std::size_t i = 0; i < list->size() && fields.problem().ok(); ++i) {
    const Fields one((*list)[i], fields.Path("messages", i), fields.problem());
    one.Refuse("images", kNoImages);
    const std::string role = one.RequiredText("role");
    if (role != "system" && role != "user" && role != "assistant" && role != "tool") {
      one.Wrong("role", Concat("'", role, "' is none of system, user, assistant, tool"));
    }
    messages.push_back({.role = role,
                        .content = one.Text("content"),
                        .tool_calls = ReadToolCalls(one),
                        .tool_call_id = one.Text("tool_call_id"),
                        .name = one.Text("tool_name")});
  }
  return messages;
}

void ReadGeneratePrompt(const Fields& fields, api::GenerateRequest& request) {
  fields.Refuse("suffix", "text is not filled in before a given end");
  fields.Refuse("template", "the model's own template is used; raw uses none");
  fields.Refuse("context", "send the conversation to /api/chat");
  fields.Refuse("images", kNoImages);
  const std::string prompt = fields.Text("prompt");
  const std::string system = fields.Text("system");
  if (fields.Flag("raw", false)) {
    request.prompt = prompt;
    return;
  }
  if (!system.empty()) request.messages.push_back({.role = "system", .content = system});
  request.messages.push_back({.role = "user", .content = prompt});
}

using ReadRest = bool (*)(const Fields& fields, api::GenerateRequest& request);

// `read` says whether there is anything to answer.
Outcome Answer(Services& services, const std::shared_ptr<http::Exchange>& exchange, OllamaKind kind,
               ReadRest read) {
  OrError<Json> body = ParseBody(exchange->request(), services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  GenerateCall call;
  call.model = ReadOllamaModel(fields, services.models(), Purpose::kGenerate);
  if (!problem.ok()) return tl::unexpected(problem.error());
  ReadOllamaFields(fields, exchange->request(), services, call);
  const bool has_prompt = read(fields, call.request);
  if (!problem.ok()) return tl::unexpected(problem.error());
  if (has_prompt) {
    StartOllama(services, exchange, std::move(call), kind);
  } else {
    ReplyLoaded(services, *exchange, *call.model, kind);
  }
  return {};
}

Outcome Embed(Services& services, const std::shared_ptr<http::Exchange>& exchange,
              std::string_view field, const auto& render) {
  OrError<Json> body = ParseBody(exchange->request(), services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  EmbedCall call = {.model = ReadOllamaModel(fields, services.models(), Purpose::kEmbed),
                    .request = {}};
  if (!problem.ok()) return tl::unexpected(problem.error());
  ReadEmbedFields(fields, field, exchange->request(), services.options(), call);
  if (!problem.ok()) return tl::unexpected(problem.error());
  // Models live as long as the server.
  StartEmbed(services, exchange, std::move(call), ErrorShape::kOllama,
             [render, &model = *call.model](const api::EmbedAnswer& answer) {
               return render(model, answer);
             });
  return {};
}

}  // namespace

Outcome OllamaChat(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  return Answer(services, exchange, OllamaKind::kChat,
                [](const Fields& fields, api::GenerateRequest& request) {
                  request.messages = ReadOllamaMessages(fields);
                  ReadNestedTools(fields, request);
                  return !request.messages.empty();
                });
}

Outcome OllamaGenerate(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  return Answer(services, exchange, OllamaKind::kGenerate,
                [](const Fields& fields, api::GenerateRequest& request) {
                  ReadGeneratePrompt(fields, request);
                  return !fields.Text("prompt").empty();
                });
}

Outcome OllamaEmbed(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  return Embed(
      services, exchange, "input",
      [&services, began = services.Now()](const Model& model, const api::EmbedAnswer& answer) {
        std::string out = Concat("{\"model\":", Quoted(model.name), ",\"embeddings\":[");
        for (std::size_t i = 0; i < answer.vectors.size(); ++i) {
          if (i > 0) out += ',';
          AppendNumbers(answer.vectors[i], out);
        }
        return out + Concat("],\"total_duration\":", services.Now() - began,
                            ",\"load_duration\":0,\"prompt_eval_count\":", answer.prompt_tokens,
                            "}");
      });
}

Outcome OllamaEmbeddings(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  return Embed(
      services, exchange, "prompt", [](const Model& /*model*/, const api::EmbedAnswer& answer) {
        std::string out = "{\"embedding\":";
        AppendNumbers(answer.vectors.empty() ? std::vector<float>() : answer.vectors.front(), out);
        return out + "}";
      });
}

}  // namespace ganglion::serve::rest
