// POST /v1/embeddings

#include "ganglion/serve/rest/embeddings.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/generate_fields.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/measured_call.h"
#include "ganglion/serve/rest/prompts.h"
#include "ganglion/serve/rest/vector_text.h"

namespace ganglion::serve::rest {
namespace {

std::string Body(const api::EmbedAnswer& answer, const std::string& model, bool base64) {
  std::string out = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < answer.vectors.size(); ++i) {
    if (i > 0) out += ',';
    out += Concat(R"({"object":"embedding","index":)", i, R"(,"embedding":)");
    if (base64) {
      out += Concat("\"", Base64(answer.vectors[i]), "\"");
    } else {
      AppendNumbers(answer.vectors[i], out);
    }
    out += '}';
  }
  out += Concat("],\"model\":", Quoted(model), R"(,"usage":{"prompt_tokens":)",
                answer.prompt_tokens, ",\"total_tokens\":", answer.prompt_tokens, "}}");
  return out;
}

bool ReadBase64(const Fields& fields) {
  const std::string format = fields.Text("encoding_format", "float");
  if (format != "float" && format != "base64") {
    fields.Wrong("encoding_format", Concat("'", format, "' is neither float nor base64"));
  }
  return format == "base64";
}

}  // namespace

void ReadEmbedFields(const Fields& fields, std::string_view name, const http::Request& http,
                     const RestOptions& options, EmbedCall& call) {
  Prompts prompts = ReadPrompts(fields, name, kEmbedTextsMax, call.model->info.vocab_size);
  call.request.texts = std::move(prompts.texts);
  call.request.tokens = std::move(prompts.tokens);
  call.request.priority = ReadPriority(fields, http, options);
  call.request.tenant = http.tenant;
  const std::int64_t size = call.model->info.embedding_size;
  if (size > 0 && fields.Integer("dimensions", {1, 1 << 24}, size) != size) {
    fields.Wrong("dimensions", Concat("vectors of this model have ", size, " numbers"));
  }
}

void StartEmbed(Services& services, const std::shared_ptr<http::Exchange>& exchange, EmbedCall call,
                ErrorShape shape, RenderEmbeddings render) {
  MeasuredCall::Start(services, exchange, *call.model, shape,
                      [&call, &render](const std::shared_ptr<MeasuredCall>& running) {
                        return call.model->client->Embed(
                            std::move(call.request),
                            [running, render = std::move(render)](Result<api::EmbedAnswer> answer) {
                              if (!answer.ok()) return running->Fail(answer.error());
                              const std::int32_t tokens = answer->prompt_tokens;
                              running->Finish(
                                  tokens,
                                  [render, answer = std::make_shared<api::EmbedAnswer>(
                                               *std::move(answer))] { return render(*answer); });
                            });
                      });
}

Outcome Embeddings(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  OrError<Json> body = ParseBody(exchange->request(), services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  EmbedCall call = {.model = ReadModel(fields, services.models(), Purpose::kEmbed), .request = {}};
  if (!problem.ok()) return tl::unexpected(problem.error());
  ReadEmbedFields(fields, "input", exchange->request(), services.options(), call);
  const bool base64 = ReadBase64(fields);
  if (!problem.ok()) return tl::unexpected(problem.error());
  StartEmbed(services, exchange, std::move(call), ErrorShape::kOpenAi,
             [model = call.model->name, base64](const api::EmbedAnswer& answer) {
               return Body(answer, model, base64);
             });
  return {};
}

}  // namespace ganglion::serve::rest
