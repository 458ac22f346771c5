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

// Where nothing is known: a small model on a small machine. Given up with the first step.
constexpr std::array<double, 4> kFirstGuess = {0.005, 0.008, 0.05, 0.01};
constexpr double kFirstError = 0.1;
constexpr double kFirstTokens = 16;
constexpr std::uint64_t kFirstSteps = 8;  // are believed as they are

constexpr double kErrorMin = 0.02;
constexpr double kErrorRate = 0.03;  // of learning the usual error
constexpr double kSurpriseMax = 3;
constexpr int kSurprisesMax = 4;      // more of them in a row are no accident
constexpr double kFade = 0.98;        // from step to step of one kind: some 50 count
constexpr double kFadeQuickly = 0.7;  // of both kinds, where the machine has changed
constexpr double kInertia = 1e-3;     // where steps do not tell two coefficients apart
constexpr int kSweeps = 50;
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
    : coefficients_(kFirstGuess), error_(kFirstError), prompt_tokens_seen_(kFirstTokens) {}

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
  if (!std::isfinite(seconds) || seconds < kSecondsMin) return;  // no clock worth learning from
  const double predicted = Predict(work);
  const double believed = Believe(predicted, seconds);
  if (std::abs(surprises_) >= kSurprisesMax) {
    for (Sums& sums : sums_) Fade(sums, kFadeQuickly);
  }
  Sums& sums = sums_[work.prompt_tokens > 0 ? 1 : 0];
  Fade(sums, kFade);
  const double scale = steps_ < kFirstSteps ? seconds : std::max(predicted, 0.1 * seconds);
  Add(sums, Features(work), believed, 1 / (scale * scale));
  Solve();

  const double missed = std::abs(seconds - predicted) / predicted;
  error_ += kErrorRate * (std::min(missed, kSurpriseMax * error_ + 0.01) - error_);
  prompt_tokens_seen_ = std::max(prompt_tokens_seen_, work.prompt_tokens);
  ++steps_;
}

double CostModel::Believe(double predicted, double seconds) {
  const double usual = kSurpriseMax * std::max(error_, kErrorMin) * predicted;
  const double missed = seconds - predicted;
  if (std::abs(missed) <= usual) {
    surprises_ = 0;
    return seconds;
  }
  surprises_ = missed > 0 ? std::max(surprises_, 0) + 1 : std::min(surprises_, 0) - 1;
  surprises_ = std::clamp(surprises_, -kSurprisesMax, kSurprisesMax);
  if (steps_ < kFirstSteps || std::abs(surprises_) == kSurprisesMax) return seconds;
  return predicted + std::clamp(missed, -usual, usual);
}

void CostModel::Fade(Sums& sums, double part) {
  for (std::size_t i = 0; i < kFeatures; ++i) {
    sums.seconds[i] *= part;
    for (double& product : sums.features[i]) product *= part;
  }
}

void CostModel::Add(Sums& sums, const Vector& features, double seconds, double weight) {
  for (std::size_t i = 0; i < kFeatures; ++i) {
    sums.seconds[i] += weight * features[i] * seconds;
    for (std::size_t j = 0; j < kFeatures; ++j) {
      sums.features[i][j] += weight * features[i] * features[j];
    }
  }
}

// Coordinate descent from where the last step left off: each coefficient in turn takes its best
// value, which is never below zero, given the others.
void CostModel::Solve() {
  const Vector before = coefficients_;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (std::size_t i = 0; i < kFeatures; ++i) {
      double weight = 0;
      double sum = 0;
      for (const Sums& sums : sums_) {
        weight += sums.features[i][i];
        sum += sums.seconds[i];
        for (std::size_t j = 0; j < kFeatures; ++j) {
          if (j != i) sum -= sums.features[i][j] * coefficients_[j];
        }
      }
      if (weight <= 0) continue;
      const double inertia = kInertia * weight;
      coefficients_[i] = std::max(0.0, (sum + inertia * before[i]) / (weight + inertia));
    }
  }
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
