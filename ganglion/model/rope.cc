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

}  // namespace

Rope::Rope(const RopeConfig& config, std::span<const float> factors)
    : pairing_(config.pairing), magnitude_(config.attention_factor), frequencies_(config.dims / 2) {
  GN_CHECK(config.dims % 2 == 0);
  GN_CHECK(factors.empty() || factors.size() == frequencies_.size());
  const bool yarn = config.scaling == RopeScaling::kYarn && config.yarn_extrapolation != 0.0;
  for (std::size_t i = 0; i < frequencies_.size(); ++i) {
    const double pair = static_cast<double>(i);
    double own = std::pow(config.base, -2.0 * pair / config.dims);
    if (!factors.empty()) own /= factors[i];
    const double stretched = own / config.factor;
    const double share = yarn ? ExtrapolatedShare(config, pair) : 0.0;
    frequencies_[i] = own * share + stretched * (1.0 - share);
  }
  // Longer contexts flatten the attention; YaRN sharpens it again.
  if (yarn) magnitude_ *= 1.0 + 0.1 * std::log(config.factor);
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
