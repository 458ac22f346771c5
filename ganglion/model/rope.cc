#include "ganglion/model/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ganglion/base/check.h"

namespace ganglion {
namespace {

// The pair that turns `rotations` times within the original context (Peng et al. 2023, YaRN).
double PairOfRotations(const RopeConfig& config, double rotations) {
  const double context = config.original_context;
  return config.dims * std::log(context / (rotations * 2.0 * std::numbers::pi)) /
         (2.0 * std::log(config.base));
}

// How much of pair `pair` keeps its own frequency: 1 for the fast ones, 0 for the slow, a ramp
// between.
double ExtrapolatedShare(const RopeConfig& config, double pair) {
  const double last = config.dims - 1.0;
  const double low =
      std::clamp(std::floor(PairOfRotations(config, config.yarn_beta_fast)), 0.0, last);
  const double high =
      std::clamp(std::ceil(PairOfRotations(config, config.yarn_beta_slow)), 0.0, last);
  const double ramp = (pair - low) / std::max(0.001, high - low);
  return config.yarn_extrapolation * (1.0 - std::clamp(ramp, 0.0, 1.0));
}

// The frequency of one pair under YaRN: the fast ones keep their own, the slow ones are stretched.
double YarnFrequency(const RopeConfig& config, double pair, double own) {
  const double share = ExtrapolatedShare(config, pair);
  return own * share + own / config.factor * (1.0 - share);
}

// Llama 3.1: pairs that turn less than `llama3_low` times in the original context are stretched,
// those above `llama3_high` are not, and between the two the frequencies are mixed.
double Llama3Frequency(const RopeConfig& config, double own) {
  const double rotations = config.original_context * own / (2.0 * std::numbers::pi);
  const double share = std::clamp(
      (rotations - config.llama3_low) / (config.llama3_high - config.llama3_low), 0.0, 1.0);
  return own * share + own / config.factor * (1.0 - share);
}

double ScaledFrequency(const RopeConfig& config, double pair, double own) {
  if (config.scaling == RopeScaling::kYarn) return YarnFrequency(config, pair, own);
  if (config.scaling == RopeScaling::kLlama3) return Llama3Frequency(config, own);
  return own / config.factor;
}

// Longer contexts flatten the attention; YaRN sharpens it again.
double YarnMagnitude(const RopeConfig& config) {
  if (config.yarn_magnitude != 0.0) return config.yarn_magnitude;
  if (config.yarn_extrapolation == 0.0 || config.factor <= 1.0) return 1.0;
  const double growth = 0.1 * std::log(config.factor);
  return (1.0 + growth) / (1.0 + config.yarn_log_multiplier * growth);
}

}  // namespace

Rope::Rope(const RopeConfig& config, std::span<const float> factors)
    : pairing_(config.pairing), magnitude_(config.attention_factor), frequencies_(config.dims / 2) {
  GN_CHECK(config.dims % 2 == 0);
  GN_CHECK(factors.empty() || factors.size() == frequencies_.size());
  for (std::size_t i = 0; i < frequencies_.size(); ++i) {
    const double pair = static_cast<double>(i);
    double own = std::pow(config.base, -2.0 * pair / config.dims);
    if (!factors.empty()) own /= factors[i];
    frequencies_[i] = ScaledFrequency(config, pair, own);
  }
  if (config.scaling == RopeScaling::kYarn) magnitude_ *= YarnMagnitude(config);
}

void Rope::FillTables(std::uint32_t position, float* cosine, float* sine) const {
  const std::size_t half = frequencies_.size();
  for (std::size_t i = 0; i < half; ++i) {
    const double angle = position * frequencies_[i];
    const auto c = static_cast<float>(std::cos(angle) * magnitude_);
    const auto s = static_cast<float>(std::sin(angle) * magnitude_);
    const bool interleaved = pairing_ == RopePairing::kInterleaved;
    const std::size_t first = interleaved ? 2 * i : i;
    const std::size_t second = interleaved ? 2 * i + 1 : i + half;
    cosine[first] = cosine[second] = c;
    sine[first] = -s;
    sine[second] = s;
  }
}

}  // namespace ganglion
