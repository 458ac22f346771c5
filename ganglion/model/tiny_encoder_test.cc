#include "ganglion/model/tiny_encoder_test.h"

#include <cmath>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/gguf/quantize.h"

namespace ganglion {
namespace {

using gguf::TensorType;

constexpr float kEpsilon = 1e-12f;
constexpr float kRopeBase = 1000.0f;

}  // namespace

TinyEncoder::TinyEncoder(const TinyEncoderSpec& spec, testing::SeededRng& rng) : spec_(spec) {
  gguf::Writer writer;
  AddMetadata(writer);
  const std::size_t width = spec.width;
  AddTensor(writer, "token_embd.weight", spec.type, {width, spec.vocab}, 0.0, rng);
  if (!nomic()) {
    AddTensor(writer, "position_embd.weight", TensorType::kF32, {width, spec.context}, 0.0, rng);
  }
  if (spec.types != 0) {
    AddTensor(writer, "token_types.weight", TensorType::kF32, {width, spec.types}, 0.0, rng);
  }
  AddNorm(writer, "token_embd_norm", rng);
  for (std::size_t i = 0; i < spec.layers; ++i) {
    const std::string at = "blk." + std::to_string(i) + ".";
    if (spec.fused) {
      AddMatrix(writer, at + "attn_qkv", 3 * width, width, rng);
    } else {
      for (const char* which : {"attn_q", "attn_k", "attn_v"}) {
        AddMatrix(writer, at + which, width, width, rng);
      }
    }
    AddMatrix(writer, at + "attn_output", width, width, rng);
    AddNorm(writer, at + "attn_output_norm", rng);
    if (nomic()) AddMatrix(writer, at + "ffn_gate", spec.ffn, width, rng);
    AddMatrix(writer, at + "ffn_up", spec.ffn, width, rng);
    AddMatrix(writer, at + "ffn_down", width, spec.ffn, rng);
    AddNorm(writer, at + "layer_output_norm", rng);
  }
  bytes_ = writer.Serialize();
}

void TinyEncoder::AddMetadata(gguf::Writer& writer) const {
  const std::string prefix = spec_.architecture + ".";
  const auto count = [&](const char* name, std::size_t value) {
    writer.Add(prefix + name, static_cast<std::uint32_t>(value));
  };
  writer.Add("general.architecture", spec_.architecture);
  count("block_count", spec_.layers);
  count("embedding_length", spec_.width);
  count("feed_forward_length", spec_.ffn);
  count("context_length", spec_.context);
  count("attention.head_count", spec_.heads);
  writer.Add(prefix + "attention.layer_norm_epsilon", kEpsilon);
  writer.Add(prefix + "attention.causal", false);
  if (nomic()) writer.Add(prefix + "rope.freq_base", kRopeBase);
  if (spec_.pooling >= 0) count("pooling_type", static_cast<std::size_t>(spec_.pooling));
}

void TinyEncoder::AddTensor(gguf::Writer& writer, const std::string& name, TensorType type,
                            std::vector<std::uint64_t> dims, double middle,
                            testing::SeededRng& rng) {
  const double size = dims.size() == 1 ? 0.5 : 2.5 / std::sqrt(static_cast<double>(dims[0]));
  std::size_t elements = 1;
  for (const std::uint64_t dim : dims) elements *= dim;
  std::vector<float> values(elements);
  for (float& v : values) {
    v = static_cast<float>(middle + size * (static_cast<double>(rng.Below(20001)) / 1e4 - 1.0));
  }
  auto data = gguf::Quantize(type, values);
  GN_CHECK(data.ok());
  gguf::Dequantize(type, *data, values);
  tensors_[name] = values;
  GN_CHECK(writer.AddTensor(name, type, std::move(dims), *std::move(data)).ok());
}

void TinyEncoder::AddMatrix(gguf::Writer& writer, const std::string& name, std::size_t rows,
                            std::size_t cols, testing::SeededRng& rng) {
  AddTensor(writer, name + ".weight", spec_.type, {cols, rows}, 0.0, rng);
  if (!nomic()) AddTensor(writer, name + ".bias", TensorType::kF32, {rows}, 0.0, rng);
}

void TinyEncoder::AddNorm(gguf::Writer& writer, const std::string& name, testing::SeededRng& rng) {
  AddTensor(writer, name + ".weight", TensorType::kF32, {spec_.width}, 1.0, rng);
  AddTensor(writer, name + ".bias", TensorType::kF32, {spec_.width}, 0.0, rng);
}

std::shared_ptr<const gguf::File> TinyEncoder::Open() const {
  auto file = gguf::File::Parse(bytes_);
  GN_CHECK(file.ok());
  return *std::move(file);
}

std::vector<TokenId> TinyEncoder::RandomTokens(std::size_t count, testing::SeededRng& rng) const {
  std::vector<TokenId> tokens(count);
  for (TokenId& token : tokens) token = TokenId{static_cast<std::int32_t>(rng.Below(spec_.vocab))};
  return tokens;
}

std::vector<std::vector<double>> TinyEncoder::Forward(const std::vector<TokenId>& tokens) const {
  std::vector<Row> x;
  for (std::size_t i = 0; i < tokens.size(); ++i) x.push_back(Embedding(tokens[i], i));
  for (std::size_t layer = 0; layer < spec_.layers; ++layer) {
    const std::string at = "blk." + std::to_string(layer) + ".";
    const std::vector<Row> mixed = Attend(at, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = AddAndNorm(at + "attn_output_norm", x[i], Multiply(at + "attn_output", mixed[i]));
      x[i] = AddAndNorm(at + "layer_output_norm", x[i], FeedForward(at, x[i]));
    }
  }
  return x;
}

TinyEncoder::Row TinyEncoder::Embedding(TokenId token, std::size_t position) const {
  Row x(spec_.width, 0.0), other(spec_.width, 0.0);
  for (std::size_t i = 0; i < spec_.width; ++i) {
    const auto id = static_cast<std::size_t>(Value(token));
    x[i] = tensors_.at("token_embd.weight")[id * spec_.width + i];
    if (spec_.types != 0) other[i] += tensors_.at("token_types.weight")[i];
    if (!nomic()) other[i] += tensors_.at("position_embd.weight")[position * spec_.width + i];
  }
  return AddAndNorm("token_embd_norm", x, other);
}

TinyEncoder::Row TinyEncoder::Multiply(const std::string& name, const Row& x, std::size_t first,
                                       std::size_t rows) const {
  const std::vector<float>& weights = tensors_.at(name + ".weight");
  const auto bias = tensors_.find(name + ".bias");
  Row y(rows, 0.0);
  for (std::size_t r = 0; r < rows; ++r) {
    if (bias != tensors_.end()) y[r] = bias->second[first + r];
    for (std::size_t c = 0; c < x.size(); ++c) y[r] += x[c] * weights[(first + r) * x.size() + c];
  }
  return y;
}

TinyEncoder::Row TinyEncoder::Multiply(const std::string& name, const Row& x) const {
  return Multiply(name, x, 0, tensors_.at(name + ".weight").size() / x.size());
}

// Queries (0), keys (1) or values (2).
TinyEncoder::Row TinyEncoder::Project(const std::string& at, std::size_t which,
                                      const Row& x) const {
  constexpr const char* kNames[] = {"attn_q", "attn_k", "attn_v"};
  if (!spec_.fused) return Multiply(at + kNames[which], x);
  return Multiply(at + "attn_qkv", x, which * spec_.width, spec_.width);
}

TinyEncoder::Row TinyEncoder::AddAndNorm(const std::string& name, Row x, const Row& y) const {
  const auto count = static_cast<double>(x.size());
  double mean = 0.0, variance = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) mean += (x[i] += y[i]) / count;
  for (const double value : x) variance += (value - mean) * (value - mean) / count;
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] =
        (x[i] - mean) / std::sqrt(variance + double{kEpsilon}) * tensors_.at(name + ".weight")[i] +
        tensors_.at(name + ".bias")[i];
  }
  return x;
}

void TinyEncoder::Turn(Row& heads, std::size_t position) const {
  const std::size_t dim = spec_.width / spec_.heads;
  for (std::size_t head = 0; head < heads.size(); head += dim) {
    for (std::size_t i = 0; i < dim / 2; ++i) {
      const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(dim);
      const double angle = static_cast<double>(position) * std::pow(double{kRopeBase}, exponent);
      const double a = heads[head + i], b = heads[head + dim / 2 + i];
      heads[head + i] = a * std::cos(angle) - b * std::sin(angle);
      heads[head + dim / 2 + i] = b * std::cos(angle) + a * std::sin(angle);
    }
  }
}

std::vector<TinyEncoder::Row> TinyEncoder::Attend(const std::string& at,
                                                  const std::vector<Row>& x) const {
  std::vector<Row> q, k, v, y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    q.push_back(Project(at, 0, x[i]));
    k.push_back(Project(at, 1, x[i]));
    v.push_back(Project(at, 2, x[i]));
    if (nomic()) {
      Turn(q.back(), i);
      Turn(k.back(), i);
    }
  }
  const std::size_t dim = spec_.width / spec_.heads;
  for (std::size_t i = 0; i < x.size(); ++i) {
    Row& mixed = y.emplace_back(spec_.width, 0.0);
    for (std::size_t head = 0; head < spec_.width; head += dim) {
      Row weights(x.size(), 0.0);
      double sum = 0.0;
      for (std::size_t j = 0; j < x.size(); ++j) {
        for (std::size_t d = head; d < head + dim; ++d) weights[j] += q[i][d] * k[j][d];
        sum += weights[j] = std::exp(weights[j] / std::sqrt(static_cast<double>(dim)));
      }
      for (std::size_t j = 0; j < x.size(); ++j) {
        for (std::size_t d = head; d < head + dim; ++d) mixed[d] += weights[j] / sum * v[j][d];
      }
    }
  }
  return y;
}

TinyEncoder::Row TinyEncoder::FeedForward(const std::string& at, const Row& x) const {
  Row up = Multiply(at + "ffn_up", x);
  if (nomic()) {
    const Row gate = Multiply(at + "ffn_gate", x);
    for (std::size_t i = 0; i < up.size(); ++i) up[i] *= gate[i] / (1.0 + std::exp(-gate[i]));
  } else {
    for (double& value : up) value *= (1.0 + std::erf(value / std::sqrt(2.0))) / 2.0;
  }
  return Multiply(at + "ffn_down", up);
}

}  // namespace ganglion
