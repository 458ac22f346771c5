#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ganglion/model/config.h"

namespace ganglion {

// An expert that a token chose, and how much its answer weighs.
struct ExpertChoice {
  std::uint32_t expert = 0;
  float weight = 0.0f;
};

// Fills `choices` with the config.used experts of the highest scores, the highest first and of
// equal ones the one that comes first. Their weights are the softmax over all config.count scores,
// renormalized and scaled as the config says. A token's choices depend on its scores alone.
void ChooseExperts(const ExpertConfig& config, std::span<const float> scores,
                   std::span<ExpertChoice> choices);

// The rows of a batch gathered by expert: rows of the same expert lie side by side, in the order
// of the tokens.
//
// Thread: one at a time. Memory: allocates in Prepare() and never again.
class ExpertGroups {
 public:
  void Prepare(const ExpertConfig& config, std::size_t tokens_max);

  // The choices of `tokens` tokens, to be filled before Group(); those of token t at t * used.
  std::span<ExpertChoice> choices(std::size_t token) {
    return std::span(choices_).subspan(token * used_, used_);
  }

  void Group(std::size_t tokens);

  // After Group(). Expert e has rows first_row(e) to first_row(e + 1) of the gathered ones.
  std::size_t first_row(std::size_t expert) const { return first_rows_[expert]; }
  std::size_t row_count() const { return first_rows_.back(); }
  // Where the gathered row of a token's choice `slot` lies.
  std::size_t row_of(std::size_t token, std::size_t slot) const {
    return rows_[token * used_ + slot];
  }

 private:
  std::size_t used_ = 0;
  std::vector<ExpertChoice> choices_;
  std::vector<std::uint32_t> rows_;        // of each choice
  std::vector<std::uint32_t> first_rows_;  // of each expert, and the end
  std::vector<std::uint32_t> next_rows_;
};

}  // namespace ganglion
