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

// A model with random weights, made in memory, and what it must compute: so the tests of this room
// need no file. The forward pass here shares no code with the room's own and is written to be read.
namespace ganglion {

struct TinySpec {
  std::string architecture = "llama";  // any that TraitsOf() knows
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
  bool every_bias = false;    // of a llama; the families with biases have theirs anyway
  bool rope_factors = false;  // of a llama
  std::string scaling = "";   // "linear", "yarn", "llama3" or "longrope"
  bool long_factors = true;   // of longrope: the reference takes those for long contexts

  // The families with experts have them anyway; a llama with experts is a Mixtral.
  bool experts = false;
  std::size_t experts_count = 6;
  std::size_t experts_used = 2;
  std::size_t expert_ffn = 32;
  std::size_t shared_ffn = 64;
  bool experts_apart = false;  // a tensor for each expert, as old files have it

  // Of the families with local layers. A period of 0 leaves the key out; -1: a list of flags.
  std::size_t window = 20;
  int period = 0;
  double local_base = 0.0;  // 0 leaves the key out
};

// In what the families differ.
struct TinyTraits {
  bool half_split = true;  // which elements the rotation pairs
  bool qkv_bias = false;
  bool head_norms = false;  // of queries and keys, each head by itself
  bool row_norms = false;   // all heads of a token together
  bool fused = false;       // attn_qkv, and ffn_up with the gate's rows first
  bool experts = false;
  bool renormalize = false;  // the weights of the chosen experts
  bool shared_expert = false;
  bool gemma = false;  // embedding scale, GELU, norms behind attention and feed-forward part
  bool softcaps = false;
  std::size_t period = 0;  // every so-manieth layer sees all keys, the others a window; 0: all do
  bool window_everywhere = false;
  bool growing_queries = false;
};

TinyTraits TraitsOf(const TinySpec& spec);

class TinyModel {
 public:
  TinyModel(const TinySpec& spec, testing::SeededRng& rng);

  const std::vector<std::byte>& bytes() const { return bytes_; }
  // Parsed from bytes(), which must outlive it.
  std::shared_ptr<const gguf::File> Open() const;

  // Logits of every token, in double precision, from the weights as the file holds them.
  std::vector<std::vector<double>> Forward(const std::vector<TokenId>& tokens) const;

  // The smallest difference between the scores of a chosen and a rejected expert in the last
  // Forward(). Where it is small, rounding decides.
  double router_gap() const { return router_gap_; }

  std::vector<TokenId> RandomTokens(std::size_t count, testing::SeededRng& rng) const;

 private:
  using Row = std::vector<double>;

  void AddMetadata(gguf::Writer& writer) const;
  void AddRopeMetadata(gguf::Writer& writer) const;
  void AddExpertMetadata(gguf::Writer& writer) const;
  void AddWindowMetadata(gguf::Writer& writer) const;
  void AddTensor(gguf::Writer& writer, const std::string& name, gguf::TensorType type,
                 std::vector<std::uint64_t> dims, testing::SeededRng& rng);
  void AddMatrix(gguf::Writer& writer, const std::string& name, std::size_t rows, std::size_t cols,
                 bool bias, testing::SeededRng& rng);
  void AddVector(gguf::Writer& writer, const std::string& name, std::size_t size,
                 testing::SeededRng& rng);
  void AddAttention(gguf::Writer& writer, const std::string& at, testing::SeededRng& rng);
  void AddFeedForward(gguf::Writer& writer, const std::string& at, testing::SeededRng& rng);
  void AddExperts(gguf::Writer& writer, const std::string& at, testing::SeededRng& rng);

  bool IsLocal(std::size_t layer) const;
  const std::vector<float>& Tensor(const std::string& name) const { return tensors_.at(name); }
  // The product with a matrix and its bias, if it has one. The matrix may be some rows of a tensor.
  Row Multiply(const std::string& name, const Row& x) const;
  Row MultiplyRows(const std::string& name, const Row& x, std::size_t first,
                   std::size_t rows) const;
  Row Norm(const std::string& name, const Row& x) const;
  Row Project(const std::string& at, const char* which, const Row& x) const;
  void Turn(Row& heads, std::size_t position, bool local) const;
  double Frequency(std::size_t pair, bool local) const;
  double YarnFrequency(double pair, double own) const;
  double Llama3Frequency(double own) const;
  double Magnitude() const;
  Row Attend(const Row& q, const std::vector<Row>& keys, const std::vector<Row>& values,
             bool local) const;
  Row FeedForward(const std::string& at, const Row& x) const;
  Row Gated(const Row& gate, const Row& up) const;
  Row Experts(const std::string& at, const Row& x) const;
  Row Expert(const std::string& at, std::size_t index, const Row& x) const;

  TinySpec spec_;
  TinyTraits traits_;
  std::map<std::string, std::vector<float>> tensors_;
  std::vector<std::byte> bytes_;
  mutable double router_gap_ = 1e9;
};

// ||got - want|| / ||want|| over all rows.
double RelativeError(const std::vector<float>& got, const std::vector<std::vector<double>>& want);

}  // namespace ganglion
