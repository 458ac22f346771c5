#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/aligned_buffer.h"
#include "ganglion/model/encoder_config.h"
#include "ganglion/model/linear.h"
#include "ganglion/model/packed_store.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

struct LayerNormWeights {
  AlignedBuffer<float> weight, bias;
};

struct EncoderLayerWeights {
  Linear q, k, v, attention_output;
  LayerNormWeights attention_norm;  // behind the attention
  Linear gate;                      // only where the config says so
  Linear up, down;
  LayerNormWeights output_norm;  // behind the feed-forward part
};

// The weights of an encoder. Immutable once loaded.
struct EncoderWeights {
  std::shared_ptr<const gguf::File> file;  // shared with whoever opened it; embeddings lie in it
  const gguf::Tensor* embedding = nullptr;
  const gguf::Tensor* positions = nullptr;  // null where they turn
  AlignedBuffer<float> type;                // of the first kind of text; empty where there are none
  LayerNormWeights embedding_norm;
  PackedStore store;  // of what the matrices below point at
  std::vector<EncoderLayerWeights> layers;
};

// Checks that the file holds exactly the tensors that the config asks for, each of the right shape
// and of a type that the kernels have, and packs them into `store`. Sets config.vocab_size, which
// only the embedding knows.
Result<EncoderWeights> LoadEncoderWeights(std::shared_ptr<const gguf::File> file, PackedStore store,
                                          EncoderConfig& config, sys::ThreadPool& pool);

}  // namespace ganglion
