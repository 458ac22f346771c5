#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "ganglion/base/half.h"
#include "ganglion/gguf/codebooks.h"
#include "ganglion/gguf/lanes.h"

// The search for the scale of a block: values x and weights w, x ~ scale * v, v of a grid. A scale
// decides every code (the nearest), and codes decide the best scale, sum(w x v) / sum(w v v); the
// search tries many scales, takes for each the best that its codes allow, and keeps the one with
// the least weighted squared error. Counts of values are multiples of 4.
namespace ganglion::gguf {

// Smaller than any value that a half can scale to: taken for zero.
constexpr float kTiny = 1e-20f;

// The integers from kLow to kHigh.
template <int kLow, int kHigh>
struct Integers {
  static constexpr int kLargest = kHigh > -kLow ? kHigh : -kLow;
  static constexpr float kStep = 0.25f;  // of the search
  static Lanes Nearest(Lanes t) {
    return Round(Clamp(t, All(static_cast<float>(kLow)), All(static_cast<float>(kHigh))));
  }
  static unsigned Code(float value) {
    return static_cast<unsigned>(static_cast<int>(value) - kLow);
  }
};

// The table of IQ4, in rising order.
struct CurveIQ4 {
  static constexpr int kLargest = 127;
  static constexpr float kStep = 3.0f;
  static Lanes Nearest(Lanes t) {
    Lanes value = All(static_cast<float>(kTableIQ4[0]));
    for (std::size_t i = 1; i < 16; ++i) {
      const Lanes middle = All(static_cast<float>(kTableIQ4[i - 1] + kTableIQ4[i]) * 0.5f);
      value = t > middle ? All(static_cast<float>(kTableIQ4[i])) : value;
    }
    return value;
  }
  static unsigned Code(float value) {
    const auto* const place = std::ranges::find(kTableIQ4, static_cast<std::int8_t>(value));
    return static_cast<unsigned>(place - kTableIQ4);
  }
};

// Weighted sums over the nearest grid values at one scale.
struct ScaleSums {
  float xv = 0.0f;
  float vv = 0.0f;
  float scale() const { return vv > 0.0f ? xv / vv : 0.0f; }
  float gain() const {
    return vv > 0.0f ? xv / vv * xv : 0.0f;
  }  // what scale() takes off the error
  // The error at `scale`, less sum(w x x).
  float error(float scale) const { return scale * (scale * vv - 2.0f * xv); }
};

inline float Inverse(float scale) { return std::fabs(scale) > kTiny ? 1.0f / scale : 0.0f; }

template <class Grid>
ScaleSums SumsAt(const float* x, const float* w, std::size_t count, float inverse) {
  Lanes xv = All(0.0f);
  Lanes vv = All(0.0f);
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes value = Load(x + i);
    const Lanes v = Grid::Nearest(value * inverse);
    const Lanes weighted = Load(w + i) * v;
    xv += weighted * value;
    vv += weighted * v;
  }
  return {Sum(xv), Sum(vv)};
}

inline float LargestOf(const float* x, std::size_t count) {
  float largest = 0.0f;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::fabs(x[i]));
  return largest;
}

// The best scale, of either sign: a grid may reach further to one side.
template <class Grid>
float FitScale(const float* x, const float* w, std::size_t count) {
  const float largest = LargestOf(x, count);
  if (largest < kTiny) return 0.0f;
  constexpr int kSteps = 13;  // the largest value falls from 7 steps inside the grid to 5 outside
  ScaleSums best;
  for (int step = 0; step < kSteps; ++step) {
    const float level =
        static_cast<float>(Grid::kLargest) + Grid::kStep * static_cast<float>(step - 7);
    for (const float inverse : {level / largest, -level / largest}) {
      const ScaleSums sums = SumsAt<Grid>(x, w, count, inverse);
      if (sums.gain() > best.gain()) best = sums;
    }
  }
  for (int round = 0; round < 2; ++round) {
    const ScaleSums sums = SumsAt<Grid>(x, w, count, Inverse(best.scale()));
    if (sums.gain() > best.gain()) best = sums;
  }
  return best.scale();
}

// The codes of the nearest grid values at `scale`.
template <class Grid>
void CodesAt(const float* x, std::size_t count, float scale, std::uint8_t* codes) {
  const float inverse = Inverse(scale);
  for (std::size_t i = 0; i < count; i += kLanes) {
    float values[kLanes];
    Store(Grid::Nearest(Load(x + i) * inverse), values);
    for (std::size_t k = 0; k < kLanes; ++k) {
      codes[i + k] = static_cast<std::uint8_t>(Grid::Code(values[k]));
    }
  }
}

inline float AsHalf(float value) { return HalfToFloat(FloatToHalf(value)); }

// 256 values in groups that share d, each with an integer scale of its own: x ~ d * scale * v.
template <class Grid, std::size_t kGroups, int kScaleLow, int kScaleHigh>
class ScaledGroups {
 public:
  static constexpr std::size_t kSize = 256 / kGroups;

  ScaledGroups(const float* x, const float* w) : x_(x), w_(w) {
    float widest = 0.0f;
    for (std::size_t g = 0; g < kGroups; ++g) {
      free_[g] = FitScale<Grid>(x + kSize * g, w + kSize * g, kSize);
      if (std::fabs(free_[g]) > std::fabs(widest)) widest = free_[g];
    }
    // The widest group's scale falls to the far end of its range or a little inside.
    for (const float part : {1.0f, 0.97f, 0.93f, 0.88f}) {
      Improve(widest / (part * static_cast<float>(kScaleLow)));
      Improve(widest / (part * static_cast<float>(kScaleHigh)));
    }
  }

  float d() const { return best_.d; }
  int scale(std::size_t group) const { return best_.scales[group]; }
  std::array<std::uint8_t, 256> Codes() const {
    std::array<std::uint8_t, 256> codes;
    for (std::size_t g = 0; g < kGroups; ++g) {
      CodesAt<Grid>(x_ + kSize * g, kSize, best_.d * static_cast<float>(best_.scales[g]),
                    codes.data() + kSize * g);
    }
    return codes;
  }

 private:
  struct Choice {
    float d = 0.0f;
    std::array<int, kGroups> scales{};
    float error = 0.0f;  // less sum(w x x): 0 is a block of zeros
    ScaleSums sums;      // of scale * v, which give the best d for these codes
  };

  // From a first d to the best that its own codes ask for, a few times.
  void Improve(float d) {
    for (int round = 0; round < 3; ++round) {
      d = AsHalf(d);
      if (d == 0.0f) return;
      const Choice choice = ChoiceAt(d);
      if (choice.error >= best_.error) return;
      best_ = choice;
      d = choice.sums.scale();
    }
  }

  // For each group the best of the three integer scales around its free one.
  Choice ChoiceAt(float d) const {
    Choice choice;
    choice.d = d;
    for (std::size_t g = 0; g < kGroups; ++g) {
      const int middle = static_cast<int>(std::lround(free_[g] / d));
      float least = 0.0f;
      ScaleSums of_least;
      for (int scale = std::max(middle - 1, kScaleLow); scale <= std::min(middle + 1, kScaleHigh);
           ++scale) {
        const float whole = d * static_cast<float>(scale);
        const ScaleSums sums = SumsAt<Grid>(x_ + kSize * g, w_ + kSize * g, kSize, Inverse(whole));
        if (sums.error(whole) >= least) continue;
        least = sums.error(whole);
        choice.scales[g] = scale;
        const auto factor = static_cast<float>(scale);
        of_least = {factor * sums.xv, factor * factor * sums.vv};
      }
      choice.error += least;
      choice.sums.xv += of_least.xv;
      choice.sums.vv += of_least.vv;
    }
    return choice;
  }

  const float* const x_;
  const float* const w_;
  std::array<float, kGroups> free_{};  // the best scale of each group, if it had no neighbours
  Choice best_;
};

}  // namespace ganglion::gguf
