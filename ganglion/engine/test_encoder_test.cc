#include "ganglion/engine/test_encoder_test.h"

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "ganglion/base/check.h"
#include "ganglion/base/rng.h"

namespace ganglion::engine {
namespace {

constexpr std::uint32_t kWidth = 32, kLayers = 2, kHeads = 2, kFfn = 64;
constexpr std::uint32_t kStringElements = 8, kInt32Elements = 5;  // GGUF value types

class Builder {
 public:
  explicit Builder(const TestEncoderSpec& spec) : spec_(spec), rng_(spec.seed) {}

  std::vector<std::byte> Build() {
    if (spec_.vocabulary == nullptr) {
      AddVocabulary();
    } else {
      TakeVocabulary(*spec_.vocabulary);
    }
    AddShape();
    Tensor("token_embd.weight", {kWidth, vocab_size_}, 0.0);
    Tensor("position_embd.weight", {kWidth, spec_.context}, 0.0);
    Tensor("token_types.weight", {kWidth, 2}, 0.0);
    Norm("token_embd_norm");
    for (std::uint32_t i = 0; i < kLayers; ++i) AddLayer("blk." + std::to_string(i) + ".");
    return writer_.Serialize();
  }

 private:
  void AddVocabulary() {
    std::vector<std::string> tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]"};
    std::vector<std::int64_t> types = {3, 3, 3, 3};
    for (char letter = 'a'; letter <= 'z'; ++letter) {
      tokens.push_back("\xE2\x96\x81" + std::string(1, letter));
      tokens.emplace_back(1, letter);
      types.insert(types.end(), {1, 1});
    }
    vocab_size_ = static_cast<std::uint32_t>(tokens.size());
    const std::string prefix = "tokenizer.ggml.";
    writer_.Add(prefix + "model", std::string("bert"));
    writer_.Add(prefix + "tokens", gguf::Array{std::move(tokens), kStringElements});
    writer_.Add(prefix + "token_type", gguf::Array{std::move(types), kInt32Elements});
    writer_.Add(prefix + "padding_token_id", std::uint32_t{0});
    writer_.Add(prefix + "unknown_token_id", std::uint32_t{1});
    writer_.Add(prefix + "cls_token_id", std::uint32_t{2});
    writer_.Add(prefix + "seperator_token_id", std::uint32_t{3});
  }

  void TakeVocabulary(const gguf::File& file) {
    for (const gguf::KeyValue& entry : file.metadata()) {
      if (entry.key.starts_with("tokenizer.")) writer_.Add(entry.key, entry.value);
    }
    const auto tokens = file.ArrayOf("tokenizer.ggml.tokens");
    GN_CHECK(tokens.ok());
    vocab_size_ =
        static_cast<std::uint32_t>(std::get<std::vector<std::string>>((*tokens)->items).size());
  }

  void AddShape() {
    writer_.Add("general.architecture", std::string("bert"));
    writer_.Add("general.name", std::string("Test Encoder"));
    writer_.Add("general.file_type", std::uint32_t{0});
    const std::pair<const char*, std::uint32_t> counts[] = {
        {"block_count", kLayers},         {"embedding_length", kWidth},
        {"feed_forward_length", kFfn},    {"context_length", spec_.context},
        {"attention.head_count", kHeads}, {"pooling_type", spec_.pooling}};
    for (const auto& [name, count] : counts) writer_.Add(std::string("bert.") + name, count);
    writer_.Add("bert.attention.layer_norm_epsilon", 1e-12f);
    writer_.Add("bert.attention.causal", false);
  }

  void AddLayer(const std::string& at) {
    for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
      Matrix(at + name, kWidth, kWidth);
    }
    Norm(at + "attn_output_norm");
    Matrix(at + "ffn_up", kWidth, kFfn);
    Matrix(at + "ffn_down", kFfn, kWidth);
    Norm(at + "layer_output_norm");
  }

  void Matrix(const std::string& name, std::uint32_t columns, std::uint32_t rows) {
    Tensor(name + ".weight", {columns, rows}, 0.0);
    Tensor(name + ".bias", {rows}, 0.0);
  }

  void Norm(const std::string& name) {
    Tensor(name + ".weight", {kWidth}, 1.0);
    Tensor(name + ".bias", {kWidth}, 0.0);
  }

  void Tensor(const std::string& name, std::vector<std::uint64_t> dims, double middle) {
    const double size = dims.size() == 1 ? 0.5 : 3 / std::sqrt(static_cast<double>(dims[0]));
    std::vector<float> values(dims[0] * (dims.size() == 1 ? 1 : dims[1]));
    for (float& value : values) {
      value = static_cast<float>(middle + (2 * rng_.Uniform() - 1) * size);
    }
    if (spec_.broken && name == "blk.1.layer_output_norm.bias") {
      values[3] = std::numeric_limits<float>::quiet_NaN();
    }
    const auto bytes = std::as_bytes(std::span(values));
    GN_CHECK(writer_
                 .AddTensor(name, gguf::TensorType::kF32, std::move(dims),
                            std::vector<std::byte>(bytes.begin(), bytes.end()))
                 .ok());
  }

  const TestEncoderSpec spec_;
  Rng rng_;
  gguf::Writer writer_;
  std::uint32_t vocab_size_ = 0;
};

}  // namespace

TestEncoder::TestEncoder(const TestEncoderSpec& spec) : bytes_(Builder(spec).Build()) {
  auto file = gguf::File::Parse(bytes_);
  GN_CHECK(file.ok());
  file_ = *std::move(file);
}

}  // namespace ganglion::engine
