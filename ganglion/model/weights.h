#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/config.h"
#include "ganglion/model/linear.h"
#include "ganglion/model/packed_store.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

struct ExpertWeights {
  Linear gate, up, down;
};

// Norms that the family does not have are empty.
struct LayerWeights {
  AlignedBuffer<float> attention_norm;
  Linear q, k, v, attention_output;
  AlignedBuffer<float> q_norm, k_norm;
  AlignedBuffer<float> post_attention_norm;
  AlignedBuffer<float> ffn_norm;
  Linear gate, up, down;  // of the dense part, or of the expert that every token visits
  AlignedBuffer<float> post_ffn_norm;
  Linear router;  // F32; a row for each expert, and one more for the gate of the shared one
  std::vector<ExpertWeights> experts;
};

// The weights of a decoder. Immutable once loaded.
struct Weights {
  std::shared_ptr<const gguf::File> file;  // shared with whoever opened it; embeddings lie in it
  const gguf::Tensor* embedding = nullptr;
  PackedStore store;  // of what the matrices below point at
  std::vector<LayerWeights> layers;
  AlignedBuffer<float> output_norm;
  Linear output;                    // packed from the embedding where the file ties them
  std::vector<float> rope_factors;  // empty where the file has none
  std::size_t bytes = 0;            // of the matrices and norms that a token meets
};

// Checks that the file holds exactly the tensors that the config asks for, each of the right shape
// and of a type that the kernels have, and packs them into `store`. An error names the tensor, what
// it is and what it should be. Sets config.vocab_size, which only the embedding knows.
Result<Weights> LoadWeights(std::shared_ptr<const gguf::File> file, PackedStore store,
                            ModelConfig& config, sys::ThreadPool& pool);

}  // namespace ganglion
