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
// Least squares of the relative error, without negative coefficients, over the last steps. Steps
// with and without prompts fade apart from each other, each by its own kind: a night of decoding
// does not make it forget what prompts cost. A surprise counts at most three times what is usual,
// so that a step during which the machine did something else changes little; where surprises of one
// direction follow each other the machine has changed, and what was known before fades quickly. The
// line holds near what was computed lately, which is where it is used; so nobody may ask for more
// than twice the tokens that a step had so far.
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
  // Sums of products over the steps of one kind.
  struct Sums {
    std::array<Vector, kFeatures> features = {};
    Vector seconds = {};
  };
  static Vector Features(const StepWork& work);
  // What of a step's time is believed.
  double Believe(double predicted, double seconds);
  void Fade(Sums& sums, double part);
  void Add(Sums& sums, const Vector& features, double seconds, double weight);
  void Solve();

  Vector coefficients_;
  std::array<Sums, 2> sums_ = {};  // without and with prompts
  double error_;
  std::uint64_t steps_ = 0;
  int surprises_ = 0;          // one after the other; negative: faster than predicted
  double prompt_tokens_seen_;  // the most of one step
};

}  // namespace ganglion::sched
