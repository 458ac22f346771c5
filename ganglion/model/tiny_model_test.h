#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/testing/seed.h"

// A model with random weights, made in memory, and what it must compute: so the tests of this room
// need no file. The forward pass here shares no code with the room's own and is written to be read.
namespace ganglion {

struct TinySpec {
  std::string architecture = "llama";  // also "qwen2", "qwen3"
  gguf::TensorType type = gguf::TensorType::kF32;
  std::size_t layers = 2;
  std::size_t width = 64;
  std::size_t heads = 4;
  std::size_t kv_heads = 2;
  std::size_t key_dim = 16;
  std::size_t value_dim = 16;
  std::size_t rope_dims = 16;
  std::size_t ffn = 96;
  std::size_t vocab = 70;
  bool tied = true;
  bool every_bias = false;    // of a llama; qwen2 has those of q, k and v
  bool rope_factors = false;  // of a llama
  std::string scaling = "";   // "linear" or "yarn"
};

class TinyModel {
 public:
  TinyModel(const TinySpec& spec, testing::SeededRng& rng);

  const std::vector<std::byte>& bytes() const { return bytes_; }
  // Parsed from bytes(), which must outlive it.
  std::shared_ptr<const gguf::File> Open() const;

  // Logits of every token, in double precision, from the weights as the file holds them.
  std::vector<std::vector<double>> Forward(const std::vector<TokenId>& tokens) const;

  std::vector<TokenId> RandomTokens(std::size_t count, testing::SeededRng& rng) const;

 private:
  using Row = std::vector<double>;

  void AddMetadata(gguf::Writer& writer) const;
  void AddTensor(gguf::Writer& writer, const std::string& name, std::size_t rows, std::size_t cols,
                 testing::SeededRng& rng);
  void AddLayer(gguf::Writer& writer, std::size_t index, testing::SeededRng& rng);

  bool half_split() const { return spec_.architecture != "llama"; }
  const std::vector<float>& Tensor(const std::string& name) const { return tensors_.at(name); }
  Row Multiply(const std::string& name, const Row& x) const;  // with its bias if it has one
  Row Norm(const std::string& name, const Row& x) const;
  void Turn(Row& heads, std::size_t position) const;
  double Frequency(std::size_t pair) const;
  Row Attend(const Row& q, const std::vector<Row>& keys, const std::vector<Row>& values) const;

  TinySpec spec_;
  std::map<std::string, std::vector<float>> tensors_;
  std::vector<std::byte> bytes_;
};

// ||got - want|| / ||want|| over all rows.
double RelativeError(const std::vector<float>& got, const std::vector<std::vector<double>>& want);

}  // namespace ganglion
