#include <algorithm>
#include <cmath>
#include <numbers>

#include "ganglion/base/check.h"
#include "ganglion/model/tiny_constants_test.h"
#include "ganglion/model/tiny_model_test.h"

// What a tiny model must compute, one token at a time, in double precision.
namespace ganglion {
namespace {

constexpr double kTwoPi = 2.0 * std::numbers::pi;

void Add(std::vector<double>& x, const std::vector<double>& y, double weight = 1.0) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += weight * y[i];
}

double Capped(double x, double cap) { return cap * std::tanh(x / cap); }

double Sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

std::vector<double> Softmax(std::vector<double> scores) {
  double sum = 0.0;
  for (double& score : scores) sum += score = std::exp(score);
  for (double& score : scores) score /= sum;
  return scores;
}

}  // namespace

bool TinyModel::IsLocal(std::size_t layer) const {
  if (traits_.window_everywhere) return true;
  if (traits_.period == 0) return false;
  const std::size_t period =
      spec_.period > 0 ? static_cast<std::size_t>(spec_.period) : traits_.period;
  return (layer + 1) % period != 0;
}

TinyModel::Row TinyModel::MultiplyRows(const std::string& name, const Row& x, std::size_t first,
                                       std::size_t rows) const {
  const std::vector<float>& w = Tensor(name + ".weight");
  Row y(rows, 0.0);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < x.size(); ++c) y[r] += w[(first + r) * x.size() + c] * x[c];
  }
  const auto bias = tensors_.find(name + ".bias");
  for (std::size_t r = 0; r < rows && bias != tensors_.end(); ++r) y[r] += bias->second[first + r];
  return y;
}

TinyModel::Row TinyModel::Multiply(const std::string& name, const Row& x) const {
  return MultiplyRows(name, x, 0, Tensor(name + ".weight").size() / x.size());
}

// The weight may be shorter than the row: then each piece of its length is normed by itself.
TinyModel::Row TinyModel::Norm(const std::string& name, const Row& x) const {
  const std::vector<float>& weight = Tensor(name);
  Row y(x.size());
  for (std::size_t first = 0; first < x.size(); first += weight.size()) {
    double squares = 0.0;
    for (std::size_t i = 0; i < weight.size(); ++i) squares += x[first + i] * x[first + i];
    const double mean = squares / static_cast<double>(weight.size());
    const double scale = 1.0 / std::sqrt(mean + double{float(tiny::kEpsilon)});
    for (std::size_t i = 0; i < weight.size(); ++i) y[first + i] = x[first + i] * scale * weight[i];
  }
  return y;
}

// Queries, keys or values: a tensor of their own, or their rows of the common one.
TinyModel::Row TinyModel::Project(const std::string& at, const char* which, const Row& x) const {
  if (!traits_.fused) return Multiply(at + "attn_" + which, x);
  const std::size_t q_rows = spec_.heads * spec_.key_dim;
  const std::size_t k_rows = spec_.kv_heads * spec_.key_dim;
  const std::size_t v_rows = spec_.kv_heads * spec_.value_dim;
  if (*which == 'q') return MultiplyRows(at + "attn_qkv", x, 0, q_rows);
  if (*which == 'k') return MultiplyRows(at + "attn_qkv", x, q_rows, k_rows);
  return MultiplyRows(at + "attn_qkv", x, q_rows + k_rows, v_rows);
}

// YaRN by the paper's "NTK by parts": r = context / wavelength, a ramp of r between beta_slow = 1
// and beta_fast = 32, expressed in pairs and rounded outward as the format's authors do.
double TinyModel::YarnFrequency(double pair, double own) const {
  const auto dims = static_cast<double>(spec_.rope_dims);
  const auto pair_with_rotations = [&](double rotations) {
    return dims * std::log(tiny::kOriginalContext / (rotations * kTwoPi)) /
           (2.0 * std::log(tiny::kRopeBase));
  };
  const double low = std::max(std::floor(pair_with_rotations(32.0)), 0.0);
  const double high = std::min(std::ceil(pair_with_rotations(1.0)), dims - 1.0);
  const double slow = std::clamp((pair - low) / std::max(high - low, 0.001), 0.0, 1.0);
  return own * (1.0 - slow) + own / tiny::kRopeFactor * slow;
}

// Llama 3.1 by wavelengths, as its authors published it: those up to context / 4 stay, those above
// the context are stretched, and between the two the frequencies are mixed.
double TinyModel::Llama3Frequency(double own) const {
  const double wavelength = kTwoPi / own;
  if (wavelength < tiny::kOriginalContext / 4.0) return own;
  if (wavelength > tiny::kOriginalContext) return own / tiny::kRopeFactor;
  const double smooth = (tiny::kOriginalContext / wavelength - 1.0) / (4.0 - 1.0);
  return (1.0 - smooth) * own / tiny::kRopeFactor + smooth * own;
}

double TinyModel::Frequency(std::size_t pair, bool local) const {
  const auto i = static_cast<double>(pair);
  const bool own_base = local && spec_.architecture == "gemma3";
  const double local_base = spec_.local_base == 0.0 ? tiny::kDefaultLocalBase : spec_.local_base;
  const double base = own_base ? local_base : tiny::kRopeBase;
  double f = std::pow(base, -2.0 * i / static_cast<double>(spec_.rope_dims));
  if (own_base) return f;
  if (spec_.rope_factors) f /= Tensor("rope_freqs.weight")[pair];
  if (spec_.scaling == "linear") return f / tiny::kRopeFactor;
  if (spec_.scaling == "yarn") return YarnFrequency(i, f);
  if (spec_.scaling == "llama3" && !spec_.rope_factors) return Llama3Frequency(f);
  if (spec_.scaling != "longrope") return f;
  return f / Tensor(spec_.long_factors ? "rope_factors_long.weight"
                                       : "rope_factors_short.weight")[pair];
}

double TinyModel::Magnitude() const {
  if (spec_.scaling == "longrope") return tiny::kAttentionFactor;
  if (traits_.growing_queries) return 1.0;  // the logarithms cancel each other
  return spec_.scaling == "yarn" ? 1.0 + 0.1 * std::log(tiny::kRopeFactor) : 1.0;
}

void TinyModel::Turn(Row& heads, std::size_t position, bool local) const {
  const std::size_t half = spec_.rope_dims / 2;
  for (std::size_t head = 0; head < heads.size(); head += spec_.key_dim) {
    for (std::size_t pair = 0; pair < half; ++pair) {
      const double angle = static_cast<double>(position) * Frequency(pair, local);
      double& a = heads[head + (traits_.half_split ? pair : 2 * pair)];
      double& b = heads[head + (traits_.half_split ? pair + half : 2 * pair + 1)];
      const double turned = a * std::cos(angle) - b * std::sin(angle);
      b = Magnitude() * (a * std::sin(angle) + b * std::cos(angle));
      a = Magnitude() * turned;
    }
  }
}

TinyModel::Row TinyModel::Attend(const Row& q, const std::vector<Row>& keys,
                                 const std::vector<Row>& values, bool local) const {
  Row out(spec_.heads * spec_.value_dim, 0.0);
  const std::size_t seen = local ? std::min(keys.size(), spec_.window) : keys.size();
  const std::size_t first = keys.size() - seen;
  for (std::size_t head = 0; head < spec_.heads; ++head) {
    const std::size_t kv_head = head * spec_.kv_heads / spec_.heads;
    Row scores;
    for (std::size_t t = first; t < keys.size(); ++t) {
      double score = 0.0;
      for (std::size_t d = 0; d < spec_.key_dim; ++d) {
        score += q[head * spec_.key_dim + d] * keys[t][kv_head * spec_.key_dim + d];
      }
      score /= std::sqrt(static_cast<double>(spec_.key_dim));
      scores.push_back(traits_.softcaps ? Capped(score, tiny::kScoreCap) : score);
    }
    const Row weights = Softmax(scores);
    for (std::size_t t = 0; t < seen; ++t) {
      for (std::size_t d = 0; d < spec_.value_dim; ++d) {
        out[head * spec_.value_dim + d] +=
            weights[t] * values[first + t][kv_head * spec_.value_dim + d];
      }
    }
  }
  return out;
}

TinyModel::Row TinyModel::Gated(const Row& gate, const Row& up) const {
  Row y(gate.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = gate[i];
    const double inner = std::sqrt(2.0 / std::numbers::pi) * (x + 0.044715 * x * x * x);
    y[i] = up[i] * (traits_.gemma ? 0.5 * x * (1.0 + std::tanh(inner)) : x * Sigmoid(x));
  }
  return y;
}

TinyModel::Row TinyModel::FeedForward(const std::string& at, const Row& x) const {
  if (traits_.experts) return Experts(at, x);
  if (traits_.fused) {
    const Row gate = MultiplyRows(at + "ffn_up", x, 0, spec_.ffn);
    const Row up = MultiplyRows(at + "ffn_up", x, spec_.ffn, spec_.ffn);
    return Multiply(at + "ffn_down", Gated(gate, up));
  }
  const Row gate = Multiply(at + "ffn_gate", x);
  return Multiply(at + "ffn_down", Gated(gate, Multiply(at + "ffn_up", x)));
}

TinyModel::Row TinyModel::Expert(const std::string& at, std::size_t index, const Row& x) const {
  const auto multiply = [&](const std::string& name, const Row& in, std::size_t rows) {
    if (spec_.experts_apart) return Multiply(name + "." + std::to_string(index), in);
    return MultiplyRows(name + "_exps", in, index * rows, rows);
  };
  const Row gate = multiply(at + "ffn_gate", x, spec_.expert_ffn);
  const Row up = multiply(at + "ffn_up", x, spec_.expert_ffn);
  return multiply(at + "ffn_down", Gated(gate, up), spec_.width);
}

TinyModel::Row TinyModel::Experts(const std::string& at, const Row& x) const {
  const Row scores = Multiply(at + "ffn_gate_inp", x);
  const Row weights = Softmax(scores);
  std::vector<std::size_t> order(scores.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](auto a, auto b) { return scores[a] > scores[b]; });
  const std::size_t used = spec_.experts_used;
  if (used < order.size()) {
    router_gap_ = std::min(router_gap_, scores[order[used - 1]] - scores[order[used]]);
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < used; ++i) sum += weights[order[i]];
  Row y(spec_.width, 0.0);
  for (std::size_t i = 0; i < used; ++i) {
    Add(y, Expert(at, order[i], x), weights[order[i]] / (traits_.renormalize ? sum : 1.0));
  }
  if (!traits_.shared_expert) return y;
  const Row gated = Gated(Multiply(at + "ffn_gate_shexp", x), Multiply(at + "ffn_up_shexp", x));
  const double share = Multiply(at + "ffn_gate_inp_shexp", x)[0];
  Add(y, Multiply(at + "ffn_down_shexp", gated), Sigmoid(share));
  return y;
}

std::vector<std::vector<double>> TinyModel::Forward(const std::vector<TokenId>& tokens) const {
  std::vector<std::vector<Row>> keys(spec_.layers), values(spec_.layers);
  std::vector<Row> logits;
  for (std::size_t position = 0; position < tokens.size(); ++position) {
    const auto token = static_cast<std::ptrdiff_t>(Value(tokens[position]));
    const auto width = static_cast<std::ptrdiff_t>(spec_.width);
    const auto row = Tensor("token_embd.weight").begin() + token * width;
    Row x(row, row + width);
    for (double& v : x) v *= traits_.gemma ? std::sqrt(static_cast<double>(spec_.width)) : 1.0;
    for (std::size_t layer = 0; layer < spec_.layers; ++layer) {
      const std::string at = "blk." + std::to_string(layer) + ".";
      const bool local = IsLocal(layer);
      const Row in = Norm(at + "attn_norm.weight", x);
      Row q = Project(at, "q", in);
      Row k = Project(at, "k", in);
      if (traits_.head_norms || traits_.row_norms) {
        q = Norm(at + "attn_q_norm.weight", q);
        k = Norm(at + "attn_k_norm.weight", k);
      }
      Turn(q, position, local);
      Turn(k, position, local);
      if (traits_.growing_queries) {
        const auto steps = static_cast<double>(position / tiny::kOriginalContext);
        for (double& v : q) v *= 1.0 + tiny::kQueryGrowth * std::log(1.0 + steps);
      }
      keys[layer].push_back(k);
      values[layer].push_back(Project(at, "v", in));
      Row attended = Multiply(at + "attn_output", Attend(q, keys[layer], values[layer], local));
      if (traits_.gemma) attended = Norm(at + "post_attention_norm.weight", attended);
      Add(x, attended);
      Row fed = FeedForward(at, Norm(at + "ffn_norm.weight", x));
      if (traits_.gemma) fed = Norm(at + "post_ffw_norm.weight", fed);
      Add(x, fed);
    }
    logits.push_back(Multiply(spec_.tied ? "token_embd" : "output", Norm("output_norm.weight", x)));
    for (double& v : logits.back()) v = traits_.softcaps ? Capped(v, tiny::kLogitCap) : v;
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
