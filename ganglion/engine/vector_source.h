#pragma once

#include <cstdint>
#include <memory>

#include "ganglion/base/status.h"
#include "ganglion/engine/embed_job.h"
#include "ganglion/kv/kv_type.h"
#include "ganglion/model/encoder.h"
#include "ganglion/model/model.h"

namespace ganglion::engine {

// Computes the vectors of a job, a bounded piece at a time.
//
// Thread: the engine thread only.
class VectorSource {
 public:
  virtual ~VectorSource() = default;

  // Begins with a job, from its first text. What was left of another is forgotten.
  virtual Status Start(const EmbedJob& job) = 0;
  // Goes on with that job, which is not done: fills in job.vectors and counts job.texts_done. The
  // vectors are not normalised.
  virtual void Step(EmbedJob& job) = 0;
};

// Steps of several short texts or one long one. `encoder` is prepared for `limits`, each text of
// which may have limits.tokens tokens, and outlives the source.
std::unique_ptr<VectorSource> MakeEncoderVectors(Encoder& encoder, const EncoderLimits& limits);

struct DecoderVectorsOptions {
  std::uint32_t chunk_tokens = 256;  // of a step
  std::uint32_t context_tokens = 0;  // of a text
  KvType kv_type = KvType::kF16;
};
// Steps of a chunk of one text, which see nothing of the sequences of answers: keys and values lie
// in pages of its own, for one context, reserved by the first Start() and taken from the system as
// far as texts reach. `model` outlives the source, and is prepared for batches of chunk_tokens and
// the pages of context_tokens whenever Step() is called.
std::unique_ptr<VectorSource> MakeDecoderVectors(Model& model,
                                                 const DecoderVectorsOptions& options);

}  // namespace ganglion::engine
