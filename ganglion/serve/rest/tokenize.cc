// POST /tokenize and /detokenize, as llama.cpp's server and vLLM have them.

#include <utility>

#include "ganglion/serve/rest/endpoints.h"
#include "ganglion/serve/rest/generate_fields.h"
#include "ganglion/serve/rest/messages.h"
#include "ganglion/serve/rest/prompts.h"

namespace ganglion::serve::rest {
namespace {

// llama.cpp's clients name no model.
const Model* ReadOptionalModel(const Fields& fields, const Models& models) {
  return FindModel(fields.Text("model"), models, Purpose::kAny, fields.problem());
}

// The text that one token adds, or its bytes where they are no text alone.
Json Piece(const std::string& bytes) {
  const std::string dumped = Dump(Json(bytes));
  const Json read = Json::parse(dumped, nullptr, false);
  if (read == bytes) return read;
  Json list = Json::array();
  for (const char c : bytes) list.push_back(static_cast<unsigned char>(c));
  return list;
}

OrError<Json> Pieces(const Services& services, const Model& model,
                     const std::vector<std::int32_t>& tokens) {
  Json list = Json::array();
  for (const std::int32_t token : tokens) {
    const Result<std::string> bytes = model.client->Detokenize({token});
    if (!bytes.ok()) return tl::unexpected(services.ErrorOf(bytes.error(), *model.client));
    list.push_back({{"id", token}, {"piece", Piece(*bytes)}});
  }
  return list;
}

// The defaults differ: llama.cpp adds nothing unless asked, vLLM does.
api::TokenizeRequest ReadRequest(const Fields& fields) {
  api::TokenizeRequest request;
  if (fields.Has("content")) {
    request.text = fields.Text("content");
    request.add_special = fields.Flag("add_special", false);
    request.parse_special = fields.Flag("parse_special", true);
  } else if (fields.Has("prompt")) {
    request.text = fields.Text("prompt");
    request.add_special = fields.Flag("add_special_tokens", true);
    request.parse_special = true;
  } else if (fields.Has("messages")) {
    request.messages = ReadMessages(fields);
    request.add_special = fields.Flag("add_special_tokens", false);
    request.parse_special = true;
  } else {
    fields.Wrong("content", "is missing: give content, prompt or messages");
  }
  return request;
}

}  // namespace

Outcome Tokenize(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  OrError<Json> body = ParseBody(exchange->request(), services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  const Model* const model = ReadOptionalModel(fields, services.models());
  const api::TokenizeRequest request = ReadRequest(fields);
  const bool with_pieces = fields.Flag("with_pieces", false);
  if (!problem.ok()) return tl::unexpected(problem.error());
  const Result<std::vector<std::int32_t>> tokens = model->client->Tokenize(request);
  if (!tokens.ok()) return tl::unexpected(services.ErrorOf(tokens.error(), *model->client));
  Json answer = {{"tokens", *tokens},
                 {"count", tokens->size()},
                 {"max_model_len", model->info.context_tokens}};
  if (with_pieces) {
    OrError<Json> pieces = Pieces(services, *model, *tokens);
    if (!pieces) return tl::unexpected(std::move(pieces).error());
    answer["tokens"] = *std::move(pieces);
  }
  exchange->Reply({.body = Dump(answer)});
  return {};
}

Outcome Detokenize(Services& services, const std::shared_ptr<http::Exchange>& exchange) {
  OrError<Json> body = ParseBody(exchange->request(), services.options());
  if (!body) return tl::unexpected(std::move(body).error());
  Problem problem;
  const Fields fields(*body, {}, problem);
  const Model* const model = ReadOptionalModel(fields, services.models());
  if (!problem.ok()) return tl::unexpected(problem.error());
  std::vector<std::int32_t> tokens;
  const Json* const list = fields.Array("tokens", std::size_t{1} << 20);
  if (list == nullptr) {
    fields.Wrong("tokens", "is missing: expected an array of token ids");
  } else if (!list->empty()) {
    tokens = TokensOf(*list, "tokens", model->info.vocab_size, problem);
  }
  if (!problem.ok()) return tl::unexpected(problem.error());
  const Result<std::string> text = model->client->Detokenize(tokens);
  if (!text.ok()) return tl::unexpected(services.ErrorOf(text.error(), *model->client));
  exchange->Reply({.body = Dump({{"content", *text}, {"prompt", *text}})});
  return {};
}

}  // namespace ganglion::serve::rest
