#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/model/aligned_buffer.h"
#include "ganglion/model/config.h"
#include "ganglion/model/linear.h"
#include "ganglion/model/packed_store.h"
#include "ganglion/model/weights.h"
#include "ganglion/sys/thread_pool.h"

namespace ganglion {

// Some rows of a tensor, and the matrix that they are.
struct TensorPart {
  Linear* linear;
  std::size_t rows;
};

// Finds, checks and packs tensors by name, and remembers which it was asked for. Errors name the
// tensor, what it is and what it should be.
//
// Keeps references to all that it is made of. Thread: one at a time, helped by the pool.
class TensorLoader {
 public:
  TensorLoader(const gguf::File& file, PackedStore& store, sys::ThreadPool& pool)
      : file_(file), store_(store), pool_(pool) {}

  // A tensor of just this shape.
  Result<const gguf::Tensor*> Find(const std::string& name, std::vector<std::uint64_t> dims);
  bool Has(const std::string& name) const { return file_.FindTensor(name) != nullptr; }
  // token_embd.weight, of as many tokens as it has rows: one row is read for a token.
  struct TokenEmbedding {
    const gguf::Tensor* tensor = nullptr;
    std::uint32_t vocab_size = 0;
  };
  Result<TokenEmbedding> FindTokenEmbedding(std::uint64_t width);
  // A tensor that the file may have and this load does not need.
  void Skip(const std::string& name) { used_.insert(file_.FindTensor(name)); }

  // As floats, whatever the file has them in.
  Result<AlignedBuffer<float>> Vector(const std::string& name, std::size_t size);
  Status Floats(const std::string& name, std::vector<std::uint64_t> dims, std::span<float> values);

  // `base` without ".weight" and ".bias".
  Result<Linear> Matrix(const std::string& base, std::size_t rows, std::size_t cols, Presence bias);
  // Matrices that lie one after the other in the rows of one tensor, and likewise their biases.
  Status Split(const std::string& base, std::size_t cols, std::span<const TensorPart> parts,
               Presence bias);
  // One matrix of each expert: BASE_exps holds them all, or, in old files, BASE.0 the first and so
  // on. A token meets `used` of them.
  Status Experts(const std::string& base, const ExpertConfig& config, std::size_t rows,
                 std::size_t cols, std::span<ExpertWeights> experts, Linear ExpertWeights::*member);
  // The scores by which experts are chosen, always in F32. The gate of the shared expert becomes
  // one more row.
  Result<Linear> Router(const std::string& at, const ExpertConfig& config, std::size_t cols);
  // Rows of a tensor that was found.
  Result<Linear> Pack(const gguf::Tensor& tensor, std::size_t first_row, std::size_t rows,
                      std::size_t cols);

  // Of a tensor of which only single rows are read.
  Status CheckLookupType(const gguf::Tensor& tensor) const;
  // A tensor that nobody asked for means that the model computes something else.
  Status CheckAllUsed() const;

  // Of the matrices and vectors so far that a token meets.
  std::size_t bytes() const { return bytes_; }

 private:
  Result<AlignedBuffer<float>> Bias(const std::string& name, std::size_t size, Presence presence);
  void Release(std::span<const std::byte> data) const;
  Status PackRows(std::span<const std::byte> data, const std::string& name, std::size_t rows,
                  std::size_t cols, Linear& linear);

  const gguf::File& file_;
  PackedStore& store_;
  sys::ThreadPool& pool_;
  std::unordered_set<const gguf::Tensor*> used_;
  std::size_t bytes_ = 0;
};

}  // namespace ganglion
