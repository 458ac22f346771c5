#include "ganglion/engine/test_model_test.h"

#include <cmath>
#include <utility>

#include <gtest/gtest.h>

#include "ganglion/base/check.h"
#include "ganglion/base/rng.h"
#include "ganglion/gguf/quantize.h"

namespace ganglion::engine {
namespace {

constexpr std::uint32_t kWidth = 64, kLayers = 2, kHeads = 4, kKvHeads = 2, kHeadDim = 16,
                        kFfn = 96, kPadding = 5;
constexpr std::uint32_t kStringElements = 8, kInt32Elements = 5;  // GGUF value types
constexpr const char* kTestMerges[] = {"{ \"", "\" :", "a b", "ab c", "o p", "\": \"", "op abc"};
constexpr const char* kTemplate =
    "{%- for m in messages %}{{ '<|start|>' + m.role + '\n' + m.content + '<|end|>' }}"
    "{%- endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}";

std::string Utf8(std::uint32_t code) {
  if (code < 0x80) return {static_cast<char>(code)};
  return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
}

// The character that stands for each byte in a byte-level vocabulary.
std::vector<std::string> ByteTokens() {
  std::vector<std::string> tokens;
  std::uint32_t next = 256;
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const bool visible = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    tokens.push_back(Utf8(visible ? byte : next++));
  }
  return tokens;
}

class Builder {
 public:
  explicit Builder(const TestModelSpec& spec) : spec_(spec), rng_(spec.seed) {}

  std::vector<std::byte> Build() {
    AddVocabulary();
    AddShape();
    AddEmbedding();
    Vector("output_norm.weight", kWidth);
    for (std::uint32_t i = 0; i < kLayers; ++i) AddLayer("blk." + std::to_string(i) + ".");
    return writer_.Serialize();
  }

 private:
  void AddVocabulary() {
    std::vector<std::string> tokens = ByteTokens();
    std::vector<std::string> merges;
    if (spec_.has_merges) {
      for (const char* merge : kTestMerges) {
        merges.emplace_back(merge);
        std::string token = merge;
        token.erase(token.find(' '), 1);
        tokens.push_back(token);
      }
    }
    plain_tokens_ = tokens.size();
    std::vector<std::int64_t> types(tokens.size(), 1);
    std::vector<std::string> controls = {"<|start|>", "<|end|>", "<|bos|>"};
    controls.insert(controls.end(), spec_.controls.begin(), spec_.controls.end());
    for (const std::string& control : controls) {
      tokens.push_back(control);
      types.push_back(3);
    }
    const auto id = [&](std::size_t i) { return static_cast<std::uint32_t>(plain_tokens_ + i); };
    vocab_size_ = static_cast<std::uint32_t>(tokens.size()) + kPadding;
    writer_.Add("tokenizer.ggml.model", std::string("gpt2"));
    writer_.Add("tokenizer.ggml.pre", std::string("gpt-2"));
    writer_.Add("tokenizer.ggml.tokens", gguf::Array{std::move(tokens), kStringElements});
    writer_.Add("tokenizer.ggml.token_type", gguf::Array{std::move(types), kInt32Elements});
    writer_.Add("tokenizer.ggml.merges", gguf::Array{std::move(merges), kStringElements});
    writer_.Add("tokenizer.ggml.eos_token_id", id(1));
    writer_.Add("tokenizer.ggml.bos_token_id", id(2));
    writer_.Add("tokenizer.ggml.add_bos_token", spec_.add_bos);
    const std::string source = spec_.chat_template.empty() ? kTemplate : spec_.chat_template;
    if (spec_.has_template) writer_.Add("tokenizer.chat_template", source);
  }

  void AddShape() {
    writer_.Add("general.architecture", std::string("llama"));
    const std::pair<const char*, std::uint32_t> counts[] = {
        {"block_count", kLayers},           {"embedding_length", kWidth},
        {"feed_forward_length", kFfn},      {"context_length", spec_.context},
        {"attention.head_count", kHeads},   {"attention.head_count_kv", kKvHeads},
        {"rope.dimension_count", kHeadDim}, {"vocab_size", vocab_size_}};
    for (const auto& [name, count] : counts) writer_.Add(std::string("llama.") + name, count);
    writer_.Add("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  }

  // The rows of what the model shall not choose are 0, and so are their logits.
  void AddEmbedding() {
    std::vector<float> values = Random(vocab_size_ * kWidth, 1.0);
    for (std::size_t token = 0; token < vocab_size_; ++token) {
      const bool wanted = (token >= 32 && token < 127) || (token >= 256 && token < plain_tokens_);
      for (std::size_t i = 0; i < kWidth && !wanted; ++i) values[token * kWidth + i] = 0;
    }
    Add("token_embd.weight", {kWidth, vocab_size_}, values);
  }

  void AddLayer(const std::string& at) {
    Vector(at + "attn_norm.weight", kWidth);
    Matrix(at + "attn_q.weight", kWidth, kHeads * kHeadDim);
    Matrix(at + "attn_k.weight", kWidth, kKvHeads * kHeadDim);
    Matrix(at + "attn_v.weight", kWidth, kKvHeads * kHeadDim);
    Matrix(at + "attn_output.weight", kHeads * kHeadDim, kWidth);
    Vector(at + "ffn_norm.weight", kWidth);
    Matrix(at + "ffn_gate.weight", kWidth, kFfn);
    Matrix(at + "ffn_up.weight", kWidth, kFfn);
    Matrix(at + "ffn_down.weight", kFfn, kWidth);
  }

  std::vector<float> Random(std::size_t count, double size) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>((2 * rng_.Uniform() - 1) * size);
    return values;
  }

  void Matrix(const std::string& name, std::uint32_t columns, std::uint32_t rows) {
    const double size = 3 / std::sqrt(static_cast<double>(columns));
    Add(name, {columns, rows}, Random(std::size_t{columns} * rows, size));
  }

  // Norms of both signs, so that a tied output does not repeat its input.
  void Vector(const std::string& name, std::uint32_t size) { Add(name, {size}, Random(size, 1.5)); }

  void Add(const std::string& name, std::vector<std::uint64_t> dims,
           const std::vector<float>& values) {
    auto data = gguf::Quantize(gguf::TensorType::kF32, values);
    GN_CHECK(data.ok());
    GN_CHECK(
        writer_.AddTensor(name, gguf::TensorType::kF32, std::move(dims), *std::move(data)).ok());
  }

  const TestModelSpec spec_;
  Rng rng_;
  gguf::Writer writer_;
  std::size_t plain_tokens_ = 0;
  std::uint32_t vocab_size_ = 0;
};

}  // namespace

TestModel::TestModel(const TestModelSpec& spec) : bytes_(Builder(spec).Build()) {
  auto file = gguf::File::Parse(bytes_);
  GN_CHECK(file.ok());
  file_ = *std::move(file);
}

std::unique_ptr<Engine> TestModel::MakeEngine(const EngineOptions& options) const {
  EngineOptions used = options;
  if (used.threads == 0) used.threads = 1;
  auto engine = Engine::Create(file_, used);
  if (!engine.ok()) ADD_FAILURE() << engine.error().message();
  GN_CHECK(engine.ok());
  return *std::move(engine);
}

api::GenerateRequest RawRequest(std::string prompt, std::int32_t tokens_max) {
  api::GenerateRequest request;
  request.prompt = std::move(prompt);
  request.tokens_max = tokens_max;
  return request;
}

api::Answer Ask(api::InferenceClient& client, api::GenerateRequest request) {
  auto answer = api::GenerateAndWait(client, std::move(request));
  if (!answer.ok()) ADD_FAILURE() << answer.error().message();
  return answer.ok() ? *std::move(answer) : api::Answer{};
}

std::string ErrorOf(api::InferenceClient& client, api::GenerateRequest request) {
  const auto answer = api::GenerateAndWait(client, std::move(request));
  return answer.ok() ? "answered: " + answer->text : std::string(answer.error().message());
}

}  // namespace ganglion::engine
