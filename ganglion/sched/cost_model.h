#pragma once

#include <array>
#include <cstdint>

namespace ganglion::sched {

// What one step computes.
struct StepWork {
  double decoders = 0;       // sequences whose next token follows, each with one token
  double prompt_tokens = 0;  // all other tokens, guesses included
  double context = 0;        // sum over all tokens of the tokens that each of them looks back at

  // Adds `tokens` tokens of one sequence, from position `first` on.
  void AddPrompt(std::uint32_t first, std::uint32_t tokens);
  void AddDecoder(std::uint32_t first);
};

// How long a step takes, learned from those that were taken:
//
//   seconds = base + a * decoders + b * prompt_tokens + c * context
//
// A Kalman filter whose state is the four coefficients (a random walk), with an error of
// measurement that is relative to the time and learned, too. A surprise counts at most three times
// what is usual, so that a step during which the machine did something else changes little; a
// change that stays is learned within some dozen steps. The line holds near what was computed
// lately, which is where it is used; so nobody may ask for more than twice the tokens that a step
// had so far.
//
// Thread: any one. Memory: none beside itself.
class CostModel {
 public:
  CostModel();

  void Learn(const StepWork& work, double seconds);

  double Predict(const StepWork& work) const;
  // How much a step usually misses its prediction by, as a part of it.
  double relative_error() const { return error_; }

  // The most tokens of a prompt, from position `first` on, that add at most `seconds` to a step
  // which has `work` already.
  std::uint32_t TokensWithin(const StepWork& work, std::uint32_t first, double seconds) const;

 private:
  static constexpr std::size_t kFeatures = 4;
  using Vector = std::array<double, kFeatures>;
  static Vector Features(const StepWork& work);

  Vector coefficients_;
  std::array<Vector, kFeatures> covariance_ = {};
  double error_;
  double prompt_tokens_seen_;  // the most of one step
};

}  // namespace ganglion::sched
