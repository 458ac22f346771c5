#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/base/ids.h"
#include "ganglion/gguf/gguf.h"
#include "ganglion/testing/seed.h"

// An encoder with random weights, made in memory, and what it must compute in double precision. The
// forward pass here shares no code with the room's own and is written to be read.
namespace ganglion {

struct TinyEncoderSpec {
  std::string architecture = "bert";  // or "nomic-bert"
  gguf::TensorType type = gguf::TensorType::kF32;
  std::size_t layers = 2;
  std::size_t width = 64;
  std::size_t heads = 4;
  std::size_t ffn = 96;
  std::size_t vocab = 70;
  std::size_t context = 150;
  std::size_t types = 2;  // kinds of text; 0: no tensor for them
  bool fused = false;     // attn_qkv
  int pooling = -1;       // pooling_type; -1: no key
};

class TinyEncoder {
 public:
  TinyEncoder(const TinyEncoderSpec& spec, testing::SeededRng& rng);

  const std::vector<std::byte>& bytes() const { return bytes_; }
  // Parsed from bytes(), which must outlive it.
  std::shared_ptr<const gguf::File> Open() const;

  // The hidden states of every token, from the weights as the file holds them.
  std::vector<std::vector<double>> Forward(const std::vector<TokenId>& tokens) const;

  std::vector<TokenId> RandomTokens(std::size_t count, testing::SeededRng& rng) const;

 private:
  using Row = std::vector<double>;

  bool nomic() const { return spec_.architecture == "nomic-bert"; }
  void AddMetadata(gguf::Writer& writer) const;
  void AddTensor(gguf::Writer& writer, const std::string& name, gguf::TensorType type,
                 std::vector<std::uint64_t> dims, double middle, testing::SeededRng& rng);
  void AddMatrix(gguf::Writer& writer, const std::string& name, std::size_t rows, std::size_t cols,
                 testing::SeededRng& rng);
  void AddNorm(gguf::Writer& writer, const std::string& name, testing::SeededRng& rng);

  Row Embedding(TokenId token, std::size_t position) const;
  Row Multiply(const std::string& name, const Row& x, std::size_t first, std::size_t rows) const;
  Row Multiply(const std::string& name, const Row& x) const;
  Row Project(const std::string& at, std::size_t which, const Row& x) const;
  Row AddAndNorm(const std::string& name, Row x, const Row& y) const;
  void Turn(Row& heads, std::size_t position) const;
  std::vector<Row> Attend(const std::string& at, const std::vector<Row>& x) const;
  Row FeedForward(const std::string& at, const Row& x) const;

  TinyEncoderSpec spec_;
  std::map<std::string, std::vector<float>> tensors_;
  std::vector<std::byte> bytes_;
};

}  // namespace ganglion
