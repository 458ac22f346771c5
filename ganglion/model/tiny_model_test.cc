#include "ganglion/model/tiny_model_test.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ganglion/base/check.h"
#include "ganglion/gguf/quantize.h"

namespace ganglion {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr double kRopeBase = 5000.0;
constexpr double kRopeFactor = 4.0;
constexpr std::uint32_t kContext = 256;
constexpr std::uint32_t kOriginalContext = 32;

using gguf::TensorType;

std::string At(std::size_t layer) { return "blk." + std::to_string(layer) + "."; }

}  // namespace

TinyModel::TinyModel(const TinySpec& spec, testing::SeededRng& rng) : spec_(spec) {
  gguf::Writer writer;
  AddMetadata(writer);
  AddTensor(writer, "token_embd.weight", spec.vocab, spec.width, rng);
  AddTensor(writer, "output_norm.weight", 0, spec.width, rng);
  if (!spec.tied) AddTensor(writer, "output.weight", spec.vocab, spec.width, rng);
  if (spec.rope_factors) AddTensor(writer, "rope_freqs.weight", 0, spec.rope_dims / 2, rng);
  for (std::size_t i = 0; i < spec.layers; ++i) AddLayer(writer, i, rng);
  bytes_ = writer.Serialize();
}

void TinyModel::AddMetadata(gguf::Writer& writer) const {
  const std::string prefix = spec_.architecture + ".";
  const auto count = [&](const char* name, std::size_t value) {
    writer.Add(prefix + name, static_cast<std::uint32_t>(value));
  };
  writer.Add("general.architecture", spec_.architecture);
  count("block_count", spec_.layers);
  count("embedding_length", spec_.width);
  count("feed_forward_length", spec_.ffn);
  count("context_length", kContext);
  count("attention.head_count", spec_.heads);
  count("attention.head_count_kv", spec_.kv_heads);
  count("attention.key_length", spec_.key_dim);
  count("attention.value_length", spec_.value_dim);
  count("rope.dimension_count", spec_.rope_dims);
  writer.Add(prefix + "rope.freq_base", static_cast<float>(kRopeBase));
  writer.Add(prefix + "attention.layer_norm_rms_epsilon", static_cast<float>(kEpsilon));
  if (spec_.scaling.empty()) return;
  writer.Add(prefix + "rope.scaling.type", spec_.scaling);
  writer.Add(prefix + "rope.scaling.factor", static_cast<float>(kRopeFactor));
  count("rope.scaling.original_context_length", kOriginalContext);
}

// No rows: a vector, of weights around 1 (norms, factors) or 0 (biases), kept as F32.
void TinyModel::AddTensor(gguf::Writer& writer, const std::string& name, std::size_t rows,
                          std::size_t cols, testing::SeededRng& rng) {
  const bool vector = rows == 0;
  const TensorType type = vector ? TensorType::kF32 : spec_.type;
  const double size = vector ? 0.5 : 2.5 / std::sqrt(static_cast<double>(cols));
  const double middle = vector && name.ends_with("weight") ? 1.0 : 0.0;
  std::vector<float> values(std::max<std::size_t>(rows, 1) * cols);
  for (float& v : values) {
    const double uniform = static_cast<double>(rng.Below(20001)) / 10000.0 - 1.0;
    v = static_cast<float>(middle + size * uniform);
  }
  auto data = gguf::Quantize(type, values);
  GN_CHECK(data.ok());
  gguf::Dequantize(type, *data, values);
  tensors_[name] = values;
  std::vector<std::uint64_t> dims = {cols};
  if (!vector) dims.push_back(rows);
  GN_CHECK(writer.AddTensor(name, type, dims, *std::move(data)).ok());
}

void TinyModel::AddLayer(gguf::Writer& writer, std::size_t index, testing::SeededRng& rng) {
  const std::string at = At(index);
  const bool qkv_bias = spec_.every_bias || spec_.architecture == "qwen2";
  const auto matrix = [&](const std::string& name, std::size_t rows, std::size_t cols, bool bias) {
    AddTensor(writer, at + name + ".weight", rows, cols, rng);
    if (bias) AddTensor(writer, at + name + ".bias", 0, rows, rng);
  };
  const std::size_t width = spec_.width;
  AddTensor(writer, at + "attn_norm.weight", 0, width, rng);
  matrix("attn_q", spec_.heads * spec_.key_dim, width, qkv_bias);
  matrix("attn_k", spec_.kv_heads * spec_.key_dim, width, qkv_bias);
  matrix("attn_v", spec_.kv_heads * spec_.value_dim, width, qkv_bias);
  matrix("attn_output", width, spec_.heads * spec_.value_dim, spec_.every_bias);
  if (spec_.architecture == "qwen3") {
    AddTensor(writer, at + "attn_q_norm.weight", 0, spec_.key_dim, rng);
    AddTensor(writer, at + "attn_k_norm.weight", 0, spec_.key_dim, rng);
  }
  AddTensor(writer, at + "ffn_norm.weight", 0, width, rng);
  matrix("ffn_gate", spec_.ffn, width, spec_.every_bias);
  matrix("ffn_up", spec_.ffn, width, spec_.every_bias);
  matrix("ffn_down", width, spec_.ffn, spec_.every_bias);
}

std::shared_ptr<const gguf::File> TinyModel::Open() const {
  auto file = gguf::File::Parse(bytes_);
  GN_CHECK(file.ok());
  return *std::move(file);
}

std::vector<TokenId> TinyModel::RandomTokens(std::size_t count, testing::SeededRng& rng) const {
  std::vector<TokenId> tokens(count);
  for (TokenId& token : tokens) token = TokenId{static_cast<std::int32_t>(rng.Below(spec_.vocab))};
  return tokens;
}

TinyModel::Row TinyModel::Multiply(const std::string& name, const Row& x) const {
  const std::vector<float>& w = Tensor(name + ".weight");
  Row y(w.size() / x.size(), 0.0);
  for (std::size_t r = 0; r < y.size(); ++r) {
    for (std::size_t c = 0; c < x.size(); ++c) y[r] += w[r * x.size() + c] * x[c];
  }
  const auto bias = tensors_.find(name + ".bias");
  for (std::size_t r = 0; r < y.size() && bias != tensors_.end(); ++r) y[r] += bias->second[r];
  return y;
}

// The weight may be shorter than the row: then each piece of its length is normed by itself.
TinyModel::Row TinyModel::Norm(const std::string& name, const Row& x) const {
  const std::vector<float>& weight = Tensor(name);
  Row y(x.size());
  for (std::size_t first = 0; first < x.size(); first += weight.size()) {
    double squares = 0.0;
    for (std::size_t i = 0; i < weight.size(); ++i) squares += x[first + i] * x[first + i];
    const double scale =
        1.0 / std::sqrt(squares / static_cast<double>(weight.size()) + double{float(kEpsilon)});
    for (std::size_t i = 0; i < weight.size(); ++i) y[first + i] = x[first + i] * scale * weight[i];
  }
  return y;
}

// YaRN by the paper's "NTK by parts": r = context / wavelength, a ramp of r between beta_slow = 1
// and beta_fast = 32, expressed in pairs and rounded outward as the format's authors do.
double TinyModel::Frequency(std::size_t pair) const {
  const auto i = static_cast<double>(pair);
  const auto dims = static_cast<double>(spec_.rope_dims);
  double f = std::pow(kRopeBase, -2.0 * i / dims);
  if (spec_.rope_factors) f /= Tensor("rope_freqs.weight")[pair];
  if (spec_.scaling == "linear") return f / kRopeFactor;
  if (spec_.scaling != "yarn") return f;
  const auto pair_with_rotations = [&](double rotations) {
    return dims * std::log(kOriginalContext / (rotations * 2.0 * std::numbers::pi)) /
           (2.0 * std::log(kRopeBase));
  };
  const double low = std::max(std::floor(pair_with_rotations(32.0)), 0.0);
  const double high = std::min(std::ceil(pair_with_rotations(1.0)), dims - 1.0);
  const double slow = std::clamp((i - low) / std::max(high - low, 0.001), 0.0, 1.0);
  return f * (1.0 - slow) + f / kRopeFactor * slow;
}

void TinyModel::Turn(Row& heads, std::size_t position) const {
  const double size = spec_.scaling == "yarn" ? 1.0 + 0.1 * std::log(kRopeFactor) : 1.0;
  for (std::size_t head = 0; head < heads.size(); head += spec_.key_dim) {
    for (std::size_t pair = 0; pair < spec_.rope_dims / 2; ++pair) {
      const double angle = static_cast<double>(position) * Frequency(pair);
      double& a = heads[head + (half_split() ? pair : 2 * pair)];
      double& b = heads[head + (half_split() ? pair + spec_.rope_dims / 2 : 2 * pair + 1)];
      const double turned = a * std::cos(angle) - b * std::sin(angle);
      b = size * (a * std::sin(angle) + b * std::cos(angle));
      a = size * turned;
    }
  }
}

TinyModel::Row TinyModel::Attend(const Row& q, const std::vector<Row>& keys,
                                 const std::vector<Row>& values) const {
  Row out(spec_.heads * spec_.value_dim, 0.0);
  for (std::size_t head = 0; head < spec_.heads; ++head) {
    const std::size_t kv_head = head * spec_.kv_heads / spec_.heads;
    Row weights;
    for (const Row& key : keys) {
      double score = 0.0;
      for (std::size_t d = 0; d < spec_.key_dim; ++d) {
        score += q[head * spec_.key_dim + d] * key[kv_head * spec_.key_dim + d];
      }
      weights.push_back(std::exp(score / std::sqrt(static_cast<double>(spec_.key_dim))));
    }
    double sum = 0.0;
    for (const double w : weights) sum += w;
    for (std::size_t t = 0; t < values.size(); ++t) {
      for (std::size_t d = 0; d < spec_.value_dim; ++d) {
        out[head * spec_.value_dim + d] +=
            weights[t] / sum * values[t][kv_head * spec_.value_dim + d];
      }
    }
  }
  return out;
}

std::vector<std::vector<double>> TinyModel::Forward(const std::vector<TokenId>& tokens) const {
  std::vector<std::vector<Row>> keys(spec_.layers), values(spec_.layers);
  std::vector<Row> logits;
  const auto add = [](Row& x, const Row& y) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  };
  for (std::size_t position = 0; position < tokens.size(); ++position) {
    const auto token = static_cast<std::ptrdiff_t>(Value(tokens[position]));
    const auto row =
        Tensor("token_embd.weight").begin() + token * static_cast<std::ptrdiff_t>(spec_.width);
    Row x(row, row + static_cast<std::ptrdiff_t>(spec_.width));
    for (std::size_t layer = 0; layer < spec_.layers; ++layer) {
      const std::string at = At(layer);
      const Row in = Norm(at + "attn_norm.weight", x);
      Row q = Multiply(at + "attn_q", in);
      Row k = Multiply(at + "attn_k", in);
      if (spec_.architecture == "qwen3") {
        q = Norm(at + "attn_q_norm.weight", q);
        k = Norm(at + "attn_k_norm.weight", k);
      }
      Turn(q, position);
      Turn(k, position);
      keys[layer].push_back(k);
      values[layer].push_back(Multiply(at + "attn_v", in));
      add(x, Multiply(at + "attn_output", Attend(q, keys[layer], values[layer])));
      const Row ffn_in = Norm(at + "ffn_norm.weight", x);
      Row gate = Multiply(at + "ffn_gate", ffn_in);
      const Row up = Multiply(at + "ffn_up", ffn_in);
      for (std::size_t i = 0; i < gate.size(); ++i) gate[i] *= up[i] / (1.0 + std::exp(-gate[i]));
      add(x, Multiply(at + "ffn_down", gate));
    }
    logits.push_back(Multiply(spec_.tied ? "token_embd" : "output", Norm("output_norm.weight", x)));
  }
  return logits;
}

double RelativeError(const std::vector<float>& got, const std::vector<std::vector<double>>& want) {
  double difference = 0.0;
  double size = 0.0;
  std::size_t i = 0;
  for (const auto& row : want) {
    for (const double value : row) {
      difference += (got.at(i) - value) * (got.at(i) - value);
      size += value * value;
      ++i;
    }
  }
  GN_CHECK(i == got.size());
  return std::sqrt(difference / size);
}

}  // namespace ganglion
