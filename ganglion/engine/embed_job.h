#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/ids.h"
#include "ganglion/base/status.h"
#include "ganglion/model/config.h"
#include "ganglion/tokenizer/tokenizer.h"

namespace ganglion::engine {

// A request for vectors that was checked and tokenised: made on the thread of the caller, and
// handed over to the engine thread.
struct EmbedJob {
  api::RequestId id{};
  std::vector<std::vector<TokenId>> texts;  // at least one; none is empty
  Pooling pooling = Pooling::kMean;         // not kNone
  bool normalize = true;
  std::int32_t prompt_tokens = 0;
  api::EmbedCallback done;
  // Room for the vectors; those of the first `texts_done` texts are there.
  std::vector<std::vector<float>> vectors;
  std::size_t texts_done = 0;
};

// What a request is checked against. Immutable, but lent.
struct EmbedTraits {
  const Tokenizer* tokenizer = nullptr;
  std::uint32_t vocab_size = 0;
  std::uint32_t context_tokens = 0;  // of one text
  std::uint32_t width = 0;           // of a vector
  Pooling pooling = Pooling::kMean;  // where the request leaves it to the model; not kNone
};

// Everything in a request that can be wrong is found here; an error names the text by its index. A
// text gets what the vocabulary puts around it ([CLS] and [SEP], BOS, EOS); tokens are taken as
// they are. Thread: any.
Result<std::unique_ptr<EmbedJob>> PrepareEmbedJob(const api::EmbedRequest& request,
                                                  const EmbedTraits& traits);

}  // namespace ganglion::engine
