#include "ganglion/engine/embed_job.h"

#include <string>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/engine/limits.h"

namespace ganglion::engine {
namespace {

Status Bad(std::string what) { return Status(Code::kInvalidArgument, std::move(what)); }

Status CheckSizes(const api::EmbedRequest& request) {
  if (request.texts.empty() == request.tokens.empty()) {
    return Bad("a request for embeddings needs either texts or tokens");
  }
  const std::size_t texts = request.texts.size() + request.tokens.size();
  if (texts > kEmbedTextsMax) {
    return Bad(Concat(texts, " texts are more than ", kEmbedTextsMax, ": ask in several requests"));
  }
  std::size_t bytes = 0;
  for (const std::string& text : request.texts) bytes += text.size();
  if (bytes > kPromptBytesMax) {
    return Bad(Concat("the texts have ", bytes, " bytes, over ", kPromptBytesMax));
  }
  return {};
}

Result<std::vector<TokenId>> TokensOf(const api::EmbedRequest& request, std::size_t index,
                                      const EmbedTraits& traits) {
  if (request.tokens.empty()) {
    if (request.texts[index].empty()) return Bad(Concat("texts[", index, "] is empty"));
    auto tokens = traits.tokenizer->Encode(request.texts[index], {.add_special = true});
    if (!tokens.ok()) return std::move(tokens).error().WithContext(Concat("texts[", index, "]"));
    return tokens;
  }
  std::vector<TokenId> tokens;
  tokens.reserve(request.tokens[index].size());
  for (const std::int32_t id : request.tokens[index]) {
    if (id < 0 || static_cast<std::uint32_t>(id) >= traits.vocab_size) {
      return Bad(Concat("tokens[", index, "]: ", id, " is not in 0 to ", traits.vocab_size - 1));
    }
    tokens.push_back(TokenId{id});
  }
  return tokens;
}

Pooling PoolingOf(api::Pooling asked, Pooling of_model) {
  switch (asked) {
    case api::Pooling::kModel:
      return of_model;
    case api::Pooling::kMean:
      return Pooling::kMean;
    case api::Pooling::kLast:
      return Pooling::kLast;
    case api::Pooling::kCls:
      return Pooling::kCls;
  }
  return of_model;
}

}  // namespace

Result<std::unique_ptr<EmbedJob>> PrepareEmbedJob(const api::EmbedRequest& request,
                                                  const EmbedTraits& traits) {
  GN_RETURN_IF_ERROR(CheckSizes(request));
  const char* const field = request.tokens.empty() ? "texts[" : "tokens[";
  auto job = std::make_unique<EmbedJob>();
  const std::size_t count = request.texts.size() + request.tokens.size();
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < count; ++i) {
    GN_ASSIGN_OR_RETURN(std::vector<TokenId> text, TokensOf(request, i, traits));
    if (text.empty()) return Bad(Concat(field, i, "] has no tokens"));
    if (text.size() > traits.context_tokens) {
      return Status(Code::kResourceExhausted,
                    Concat(field, i, "] has ", text.size(), " tokens, but the model reads ",
                           traits.context_tokens, ": shorten or split it"));
    }
    tokens += text.size();
    if (tokens > kEmbedTokensMax) {
      return Status(Code::kResourceExhausted,
                    Concat("the texts up to ", field, i, "] have more than ", kEmbedTokensMax,
                           " tokens: ask in several requests"));
    }
    job->texts.push_back(std::move(text));
  }
  job->vectors.assign(count, std::vector<float>(traits.width));
  job->prompt_tokens = static_cast<std::int32_t>(tokens);
  job->pooling = PoolingOf(request.pooling, traits.pooling);
  job->normalize = request.normalize;
  return job;
}

}  // namespace ganglion::engine
