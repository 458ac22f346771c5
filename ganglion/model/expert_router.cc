#include "ganglion/model/expert_router.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ganglion/base/check.h"
#include "ganglion/model/limits.h"

namespace ganglion {
namespace {

// Below this a sum of weights is not divided by: what is left of them is rounding.
constexpr float kWeightSumMin = 6.103515625e-5f;  // the smallest normal half

}  // namespace

void ChooseExperts(const ExpertConfig& config, std::span<const float> scores,
                   std::span<ExpertChoice> choices) {
  GN_CHECK(scores.size() == config.count && choices.size() == config.used);
  std::array<float, kExpertsMax> left;
  std::ranges::copy(scores, left.begin());
  const auto end = left.begin() + config.count;
  float highest = 0.0f;
  for (std::size_t slot = 0; slot < choices.size(); ++slot) {
    const auto best = std::max_element(left.begin(), end);
    if (slot == 0) highest = *best;
    choices[slot] = {static_cast<std::uint32_t>(best - left.begin()), std::exp(*best - highest)};
    *best = -HUGE_VALF;
  }
  float all = 0.0f;
  for (const float score : scores) all += std::exp(score - highest);
  float chosen = 0.0f;
  for (ExpertChoice& choice : choices) chosen += choice.weight /= all;
  const float divisor = config.renormalize ? std::max(chosen, kWeightSumMin) : 1.0f;
  for (ExpertChoice& choice : choices) choice.weight *= config.scale / divisor;
}

void ExpertGroups::Prepare(const ExpertConfig& config, std::size_t tokens_max) {
  used_ = config.used;
  choices_.assign(tokens_max * used_, {});
  rows_.assign(tokens_max * used_, 0);
  first_rows_.assign(config.count + std::size_t{1}, 0);
  next_rows_.assign(config.count, 0);
}

void ExpertGroups::Group(std::size_t tokens) {
  const auto choices = std::span(choices_).first(tokens * used_);
  std::ranges::fill(first_rows_, 0);
  for (const ExpertChoice& choice : choices) ++first_rows_[choice.expert + 1];
  for (std::size_t e = 0; e < next_rows_.size(); ++e) {
    next_rows_[e] = first_rows_[e];
    first_rows_[e + 1] += first_rows_[e];
  }
  for (std::size_t i = 0; i < choices.size(); ++i) rows_[i] = next_rows_[choices[i].expert]++;
}

}  // namespace ganglion
