#include "ganglion/sched/cost_model.h"

#include <algorithm>
#include <cmath>

#include "ganglion/base/check.h"

namespace ganglion::sched {
namespace {

// Units in which all coefficients are of one size: seconds for so much of each.
constexpr double kDecodersUnit = 8;
constexpr double kTokensUnit = 64;
constexpr double kContextUnit = 64.0 * 1024;

// Where nothing is known: a small model on a small machine, and that this may be far off.
constexpr std::array<double, 4> kFirstGuess = {0.005, 0.008, 0.05, 0.01};
constexpr double kFirstDoubt = 10;
constexpr double kFirstError = 0.1;
constexpr double kFirstTokens = 16;

constexpr double kErrorMin = 0.02;
constexpr double kErrorRate = 0.03;  // of learning the usual error
constexpr double kSurpriseMax = 3;
constexpr double kDrift = 0.01;    // of a coefficient from step to step
constexpr double kDoubtMax = 0.5;  // of a coefficient that was not seen for long
constexpr double kSecondsMin = 1e-6;

}  // namespace

void StepWork::AddPrompt(std::uint32_t first, std::uint32_t tokens) {
  prompt_tokens += tokens;
  context += static_cast<double>(tokens) * (first + tokens * 0.5);
}

void StepWork::AddDecoder(std::uint32_t first) {
  decoders += 1;
  context += first;
}

CostModel::CostModel()
    : coefficients_(kFirstGuess), error_(kFirstError), prompt_tokens_seen_(kFirstTokens) {
  for (std::size_t i = 0; i < kFeatures; ++i) {
    covariance_[i][i] = std::pow(kFirstDoubt * kFirstGuess[i], 2);
  }
}

CostModel::Vector CostModel::Features(const StepWork& work) {
  return {1.0, work.decoders / kDecodersUnit, work.prompt_tokens / kTokensUnit,
          work.context / kContextUnit};
}

double CostModel::Predict(const StepWork& work) const {
  const Vector features = Features(work);
  double seconds = 0;
  for (std::size_t i = 0; i < kFeatures; ++i) seconds += coefficients_[i] * features[i];
  return std::max(seconds, kSecondsMin);
}

void CostModel::Learn(const StepWork& work, double seconds) {
  if (!std::isfinite(seconds) || seconds <= 0) return;  // no clock worth learning from
  const Vector features = Features(work);
  const double predicted = Predict(work);

  Vector gain = {};
  double variance = 0;
  for (std::size_t i = 0; i < kFeatures; ++i) {
    for (std::size_t j = 0; j < kFeatures; ++j) gain[i] += covariance_[i][j] * features[j];
    variance += features[i] * gain[i];
  }
  const double measured = std::max(error_, kErrorMin) * std::max(predicted, kSecondsMin);
  variance += measured * measured;

  const double usual = std::sqrt(variance);
  const double surprise =
      std::clamp(seconds - predicted, -kSurpriseMax * usual, kSurpriseMax * usual);
  for (std::size_t i = 0; i < kFeatures; ++i) {
    for (std::size_t j = 0; j < kFeatures; ++j) {
      covariance_[i][j] -= gain[i] * gain[j] / variance;
    }
  }
  for (std::size_t i = 0; i < kFeatures; ++i) {
    coefficients_[i] = std::max(0.0, coefficients_[i] + gain[i] / variance * surprise);
    const double size = std::max(coefficients_[i], 0.01 * coefficients_[0]);
    const double doubt = std::pow(kDoubtMax * size, 2);
    const double grown = covariance_[i][i] + std::pow(kDrift * size, 2);
    covariance_[i][i] = std::max(covariance_[i][i], std::min(grown, doubt));
    covariance_[i][i] = std::max(covariance_[i][i], 1e-18);
  }

  const double missed = std::abs(surprise) / std::max(predicted, kSecondsMin);
  error_ += kErrorRate * (std::min(missed, kSurpriseMax * error_ + 0.01) - error_);
  prompt_tokens_seen_ = std::max(prompt_tokens_seen_, work.prompt_tokens);
}

std::uint32_t CostModel::TokensWithin(const StepWork& work, std::uint32_t first,
                                      double seconds) const {
  const double known = 2 * prompt_tokens_seen_ - work.prompt_tokens;
  if (seconds <= 0 || known < 1) return 0;
  const double quadratic = coefficients_[3] / kContextUnit / 2;
  const double linear = coefficients_[2] / kTokensUnit + 2 * quadratic * first;
  // linear * n + quadratic * n^2 <= seconds, in the form that also holds where either is zero.
  const double root = std::sqrt(linear * linear + 4 * quadratic * seconds);
  const double tokens = linear + root > 0 ? 2 * seconds / (linear + root) : known;
  return static_cast<std::uint32_t>(std::min(tokens, known));
}

}  // namespace ganglion::sched
