#include "published_model_test.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace ganglion::convert {
namespace {

using Row = std::vector<double>;
using Json = nlohmann::json;

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

Row Softmax(Row x) {
  const double largest = *std::ranges::max_element(x);
  double sum = 0;
  for (double& value : x) sum += value = std::exp(value - largest);
  for (double& value : x) value /= sum;
  return x;
}

void Add(Row& to, const Row& x) {
  for (std::size_t i = 0; i < x.size(); ++i) to[i] += x[i];
}

class PublishedModel {
 public:
  explicit PublishedModel(const TinyModel& model) : model_(model), config_(model.config) {
    if (config_.contains("text_config")) config_.update(Json(config_["text_config"]));
    name_ = config_["architectures"][0].get<std::string>();
    gemma_ = Is("Gemma");
    prefix_ = Is("Conditional") ? "language_model.model." : "model.";
  }

  std::vector<Row> Logits(const std::vector<std::size_t>& tokens) const {
    std::vector<Row> x;
    for (const std::size_t token : tokens) x.push_back(Embedding(token));
    for (std::size_t layer = 0; layer < kTinyLayers; ++layer) {
      const std::string at = prefix_ + "layers." + std::to_string(layer) + ".";
      Attention(at, layer, x);
      for (Row& row : x) {
        Row h = Norm(at + (gemma_ ? "pre_feedforward_layernorm" : "post_attention_layernorm"), row);
        h = FeedForward(at, h);
        if (gemma_) h = Norm(at + "post_feedforward_layernorm", h);
        Add(row, h);
      }
    }
    for (Row& row : x) row = Output(Norm(prefix_ + "norm", row));
    return x;
  }

 private:
  bool Is(const char* part) const { return name_.find(part) != std::string::npos; }
  const TinyTensor& At(const std::string& name) const { return model_.tensors.at(name); }

  Row Embedding(std::size_t token) const {
    const auto& table = At(prefix_ + "embed_tokens.weight").values;
    Row row(kTinyWidth);
    for (std::size_t i = 0; i < kTinyWidth; ++i) {
      row[i] = table[token * kTinyWidth + i] * (gemma_ ? std::sqrt(double{kTinyWidth}) : 1);
    }
    return row;
  }

  Row Output(const Row& x) const {
    Row logits = Multiply(gemma_ ? prefix_ + "embed_tokens" : "lm_head", x);
    if (!Is("Gemma2")) return logits;
    for (double& value : logits) value = 30 * std::tanh(value / 30);
    return logits;
  }

  // The matrix times x, and its bias where it has one.
  Row Multiply(const std::string& name, const Row& x) const {
    const auto& weights = At(name + ".weight").values;
    Row y(weights.size() / x.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      for (std::size_t j = 0; j < x.size(); ++j) y[i] += weights[i * x.size() + j] * x[j];
    }
    const auto bias = model_.tensors.find(name + ".bias");
    for (std::size_t i = 0; bias != model_.tensors.end() && i < y.size(); ++i) {
      y[i] += bias->second.values[i];
    }
    return y;
  }

  Row Norm(const std::string& name, const Row& x) const {
    const double squares = std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
    const double scale = 1 / std::sqrt(squares / static_cast<double>(x.size()) + 1e-6);
    const auto& weights = At(name + ".weight").values;
    Row y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      y[i] = x[i] * scale * (weights[i] + (gemma_ ? 1 : 0));
    return y;
  }

  // By which pair i of a head turns from one token to the next.
  double Frequency(std::size_t layer, std::size_t i) const {
    const double exponent = -static_cast<double>(i) / (double{kTinyHeadDim} / 2);
    if (Is("Gemma3") && !IsLocal(layer)) {
      return std::pow(config_["rope_theta"].get<double>(), exponent) /
             config_["rope_scaling"]["factor"].get<double>();
    }
    const double plain = std::pow(10000.0, exponent);
    if (!Is("Llama")) return plain;
    // Waves longer than the original context are stretched, those that fit four times are not.
    const Json& scaling = config_["rope_scaling"];
    const double factor = scaling["factor"];
    const double times =
        scaling["original_max_position_embeddings"].get<double>() * plain / (2 * std::numbers::pi);
    const double share = std::clamp((times - 1) / 3, 0.0, 1.0);
    return (1 - share) * plain / factor + share * plain;
  }

  // Norms the heads where the model does, and turns element i with element i + half.
  void Turn(const std::string& norm, std::size_t layer, std::size_t position, Row& heads) const {
    const bool has_norm = model_.tensors.contains(norm + ".weight");
    if (has_norm && Is("Olmoe")) heads = Norm(norm, heads);
    for (auto head = heads.begin(); head != heads.end(); head += kTinyHeadDim) {
      if (has_norm && !Is("Olmoe")) {
        const Row normed = Norm(norm, Row(head, head + kTinyHeadDim));
        std::ranges::copy(normed, head);
      }
      constexpr std::size_t kHalf = kTinyHeadDim / 2;
      for (std::size_t i = 0; i < kHalf; ++i) {
        const double angle = static_cast<double>(position) * Frequency(layer, i);
        const double a = head[static_cast<long>(i)];
        const double b = head[static_cast<long>(i + kHalf)];
        head[static_cast<long>(i)] = a * std::cos(angle) - b * std::sin(angle);
        head[static_cast<long>(i + kHalf)] = b * std::cos(angle) + a * std::sin(angle);
      }
    }
  }

  void Attention(const std::string& at, std::size_t layer, std::vector<Row>& x) const {
    constexpr long kQuery = kTinyHeads * kTinyHeadDim;
    constexpr long kKeyValue = kTinyKvHeads * kTinyHeadDim;
    std::vector<Row> keys;
    std::vector<Row> values;
    const std::string self = at + "self_attn.";
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Row h = Norm(at + "input_layernorm", x[i]);
      Row q, k, v;
      if (Is("Phi3")) {
        const Row all = Multiply(self + "qkv_proj", h);
        q.assign(all.begin(), all.begin() + kQuery);
        k.assign(all.begin() + kQuery, all.begin() + kQuery + kKeyValue);
        v.assign(all.begin() + kQuery + kKeyValue, all.end());
      } else {
        q = Multiply(self + "q_proj", h);
        k = Multiply(self + "k_proj", h);
        v = Multiply(self + "v_proj", h);
      }
      Turn(self + "q_norm", layer, i, q);
      Turn(self + "k_norm", layer, i, k);
      keys.push_back(k);
      values.push_back(v);
      Row mixed = Multiply(self + "o_proj", Attend(q, keys, values, IsLocal(layer) ? 8 : i + 1));
      if (gemma_) mixed = Norm(at + "post_attention_layernorm", mixed);
      Add(x[i], mixed);
    }
  }

  bool IsLocal(std::size_t layer) const {
    if (Is("Gemma3")) return config_["layer_types"][layer] == "sliding_attention";
    return Is("Gemma2") && layer % 2 == 0;
  }

  // Of the last token, which sees `window` keys, its own included.
  Row Attend(const Row& q, const std::vector<Row>& keys, const std::vector<Row>& values,
             std::size_t window) const {
    const std::size_t first = keys.size() - std::min(window, keys.size());
    Row mixed(q.size());
    for (std::size_t head = 0; head < kTinyHeads; ++head) {
      const std::size_t from = head * kTinyKvHeads / kTinyHeads * kTinyHeadDim;
      const std::size_t to = head * kTinyHeadDim;
      Row scores;
      for (std::size_t j = first; j < keys.size(); ++j) {
        double score = 0;
        for (std::size_t i = 0; i < kTinyHeadDim; ++i) score += q[to + i] * keys[j][from + i];
        score /= std::sqrt(double{kTinyHeadDim});
        scores.push_back(Is("Gemma2") ? 50 * std::tanh(score / 50) : score);
      }
      const Row weights = Softmax(scores);
      for (std::size_t j = first; j < keys.size(); ++j) {
        for (std::size_t i = 0; i < kTinyHeadDim; ++i) {
          mixed[to + i] += weights[j - first] * values[j][from + i];
        }
      }
    }
    return mixed;
  }

  Row FeedForward(const std::string& at, const Row& x) const {
    if (Is("Mixtral")) {
      return Mixture(at + "block_sparse_moe.", {"w1", "w3", "w2"}, true, x);
    }
    const std::string mlp = at + "mlp.";
    const Names names = {"gate_proj", "up_proj", "down_proj"};
    if (Is("Phi3")) {
      const Row both = Multiply(mlp + "gate_up_proj", x);
      Row h(kTinyFfn);
      for (std::size_t i = 0; i < kTinyFfn; ++i) h[i] = Activated(both[i]) * both[kTinyFfn + i];
      return Multiply(mlp + "down_proj", h);
    }
    if (!Is("Moe") && !Is("Olmoe")) return Gated(mlp, names, x);
    Row y = Mixture(mlp, names, Is("Qwen3"), x);
    if (Is("Qwen2Moe")) {
      const double share = Sigmoid(Multiply(mlp + "shared_expert_gate", x)[0]);
      Row shared = Gated(mlp + "shared_expert.", names, x);
      for (double& value : shared) value *= share;
      Add(y, shared);
    }
    return y;
  }

  struct Names {
    const char* gate;
    const char* up;
    const char* down;
  };

  double Activated(double x) const {
    if (!gemma_) return x * Sigmoid(x);
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
  }

  Row Gated(const std::string& at, const Names& names, const Row& x) const {
    Row h = Multiply(at + names.gate, x);
    const Row up = Multiply(at + names.up, x);
    for (std::size_t i = 0; i < h.size(); ++i) h[i] = Activated(h[i]) * up[i];
    return Multiply(at + names.down, h);
  }

  Row Mixture(const std::string& at, const Names& names, bool renormalize, const Row& x) const {
    const Row weights = Softmax(Multiply(at + "gate", x));
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, std::greater(), [&](std::size_t expert) { return weights[expert]; });
    const double sum = renormalize ? weights[order[0]] + weights[order[1]] : 1;
    Row y(x.size());
    for (std::size_t chosen = 0; chosen < 2; ++chosen) {
      Row one = Gated(at + "experts." + std::to_string(order[chosen]) + ".", names, x);
      for (double& value : one) value *= weights[order[chosen]] / sum;
      Add(y, one);
    }
    return y;
  }

  const TinyModel& model_;
  Json config_;
  std::string name_;
  std::string prefix_;
  bool gemma_ = false;
};

}  // namespace

std::vector<std::vector<double>> PublishedLogits(const TinyModel& model,
                                                 const std::vector<std::size_t>& tokens) {
  return PublishedModel(model).Logits(tokens);
}

}  // namespace ganglion::convert
