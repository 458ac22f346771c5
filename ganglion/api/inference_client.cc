#include "ganglion/api/inference_client.h"

namespace ganglion::api {
namespace {

Status Lacks(const char* what) {
  return Status(Code::kUnimplemented, std::string("this client cannot ") + what);
}

}  // namespace

Result<RequestId> InferenceClient::Embed(EmbedRequest /*request*/, EmbedCallback /*done*/) {
  return Lacks("compute embeddings");
}

Result<RequestId> InferenceClient::Score(ScoreRequest /*request*/, ScoreCallback /*done*/) {
  return Lacks("score labels");
}

Result<std::vector<std::int32_t>> InferenceClient::Tokenize(
    const TokenizeRequest& /*request*/) const {
  return Lacks("tokenize");
}

Result<std::string> InferenceClient::Detokenize(const std::vector<std::int32_t>& /*tokens*/) const {
  return Lacks("detokenize");
}

}  // namespace ganglion::api
