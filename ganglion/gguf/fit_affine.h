#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "ganglion/base/half.h"
#include "ganglion/gguf/fit_scale.h"
#include "ganglion/gguf/lanes.h"

// The search for scale and minimum of a block: x ~ scale * q - minimum, q an integer from 0 to
// kMax. As in fit_scale.h, with a linear fit of two numbers in place of one.
namespace ganglion::gguf {

struct Affine {
  float scale = 0.0f;
  float minimum = 0.0f;
};

// Weighted sums that do not depend on the codes.
struct FixedSums {
  float w = 0.0f;
  float x = 0.0f;
};

// Weighted sums over the codes at one scale and minimum.
struct CodeSums {
  float xq = 0.0f;
  float qq = 0.0f;
  float q = 0.0f;
};

enum class MinimumSign { kAny, kPositive };

inline FixedSums FixedSumsOf(const float* x, const float* w, std::size_t count) {
  Lanes sum = All(0.0f);
  Lanes weighted = All(0.0f);
  for (std::size_t i = 0; i < count; i += kLanes) {
    sum += Load(w + i);
    weighted += Load(w + i) * Load(x + i);
  }
  return {Sum(sum), Sum(weighted)};
}

template <int kMax>
Lanes CodesNear(Lanes x, float inverse, float offset) {
  return Round(Clamp(x * inverse + offset, All(0.0f), All(static_cast<float>(kMax))));
}

template <int kMax>
CodeSums CodeSumsAt(const float* x, const float* w, std::size_t count, Affine at) {
  const float inverse = Inverse(at.scale);
  const float offset = at.minimum * inverse;
  Lanes xq = All(0.0f);
  Lanes qq = All(0.0f);
  Lanes sum = All(0.0f);
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes value = Load(x + i);
    const Lanes q = CodesNear<kMax>(value, inverse, offset);
    const Lanes weighted = Load(w + i) * q;
    xq += weighted * value;
    qq += weighted * q;
    sum += weighted;
  }
  return {Sum(xq), Sum(qq), Sum(sum)};
}

// The squared error at `a` with these codes, less sum(w x x).
inline float ErrorOf(const FixedSums& fixed, const CodeSums& codes, Affine a) {
  return a.scale * (a.scale * codes.qq - 2.0f * codes.xq) +
         a.minimum * (a.minimum * fixed.w + 2.0f * (fixed.x - a.scale * codes.q));
}

// The least squares solution for given codes.
inline Affine BestFor(const FixedSums& fixed, const CodeSums& codes, MinimumSign sign) {
  const float determinant = fixed.w * codes.qq - codes.q * codes.q;
  if (determinant > 1e-6f * fixed.w * codes.qq) {
    const Affine both{(fixed.w * codes.xq - fixed.x * codes.q) / determinant,
                      (codes.q * codes.xq - codes.qq * fixed.x) / determinant};
    if (sign == MinimumSign::kAny || both.minimum >= 0.0f) return both;
  }
  return {codes.qq > 0.0f ? codes.xq / codes.qq : 0.0f, 0.0f};
}

template <int kMax>
Affine FitAffine(const float* x, const float* w, std::size_t count, MinimumSign sign) {
  const auto [lowest, highest] = std::minmax_element(x, x + count);
  const float low = sign == MinimumSign::kPositive ? std::min(*lowest, 0.0f) : *lowest;
  const float range = *highest - low;
  if (range < kTiny) return {0.0f, -low};
  const FixedSums fixed = FixedSumsOf(x, w, count);
  Affine best;
  float least = HUGE_VALF;
  // The range takes from one step more than there is to two less; each start is improved twice.
  for (int step = 0; step < 16; ++step) {
    const float steps = static_cast<float>(kMax) + 0.2f * static_cast<float>(step - 5);
    Affine at{range / steps, -low};
    for (int round = 0; round < 2; ++round) {
      const CodeSums codes = CodeSumsAt<kMax>(x, w, count, at);
      at = BestFor(fixed, codes, sign);
      const float error = ErrorOf(fixed, codes, at);
      if (error >= least) continue;
      least = error;
      best = at;
    }
  }
  return best;
}

template <int kMax>
void AffineCodes(const float* x, std::size_t count, Affine at, std::uint8_t* codes) {
  const float inverse = Inverse(at.scale);
  const float offset = at.minimum * inverse;
  for (std::size_t i = 0; i < count; i += kLanes) {
    float values[kLanes];
    Store(CodesNear<kMax>(Load(x + i), inverse, offset), values);
    for (std::size_t k = 0; k < kLanes; ++k) codes[i + k] = static_cast<std::uint8_t>(values[k]);
  }
}

// 256 values in groups with an integer scale and an integer minimum of their own, 0 to kScaleMax:
// x ~ d * scale * q - dmin * minimum.
template <int kMax, std::size_t kGroups, int kScaleMax>
class AffineGroups {
 public:
  static constexpr std::size_t kSize = 256 / kGroups;

  struct Group {
    int scale = 0;
    int minimum = 0;
  };

  AffineGroups(const float* x, const float* w) : x_(x), w_(w) {
    Affine widest;
    for (std::size_t g = 0; g < kGroups; ++g) {
      fixed_[g] = FixedSumsOf(x + kSize * g, w + kSize * g, kSize);
      free_[g] = FitAffine<kMax>(x + kSize * g, w + kSize * g, kSize, MinimumSign::kPositive);
      widest.scale = std::max(widest.scale, free_[g].scale);
      widest.minimum = std::max(widest.minimum, free_[g].minimum);
    }
    for (const float of_scale : {1.0f, 0.95f, 0.88f}) {
      for (const float of_minimum : {1.0f, 0.93f}) {
        Improve({widest.scale / (of_scale * static_cast<float>(kScaleMax)),
                 widest.minimum / (of_minimum * static_cast<float>(kScaleMax))});
      }
    }
  }

  float d() const { return best_.d.scale; }
  float dmin() const { return best_.d.minimum; }
  const Group& group(std::size_t g) const { return best_.groups[g]; }
  std::array<std::uint8_t, 256> Codes() const {
    std::array<std::uint8_t, 256> codes;
    for (std::size_t g = 0; g < kGroups; ++g) {
      AffineCodes<kMax>(x_ + kSize * g, kSize, Whole(best_.d, best_.groups[g]),
                        codes.data() + kSize * g);
    }
    return codes;
  }

 private:
  // The sums of the least squares fit of d and dmin to given codes and groups.
  struct Fit {
    double ss = 0.0;  // s = scale * q
    double sm = 0.0;
    double mm = 0.0;
    double xs = 0.0;
    double xm = 0.0;
  };
  struct Choice {
    Affine d;
    std::array<Group, kGroups> groups{};
    float error = 0.0f;  // less sum(w x x): 0 is a block of zeros
    Fit fit;
  };

  static Affine Whole(Affine d, const Group& group) {
    return {d.scale * static_cast<float>(group.scale),
            d.minimum * static_cast<float>(group.minimum)};
  }
  static int Nearest(float value, float step) {
    const float steps = step > 0.0f ? value / step : 0.0f;
    return static_cast<int>(std::lround(std::clamp(steps, 0.0f, static_cast<float>(kScaleMax))));
  }

  void Improve(Affine d) {
    for (int round = 0; round < 3; ++round) {
      d = {AsHalf(d.scale), AsHalf(d.minimum)};
      const Choice choice = ChoiceAt(d);
      if (choice.error >= best_.error) return;
      best_ = choice;
      d = Refitted(choice);
    }
  }

  Choice ChoiceAt(Affine d) const {
    Choice choice;
    choice.d = d;
    for (std::size_t g = 0; g < kGroups; ++g) Choose(g, choice);
    return choice;
  }

  // The best of the integer scales around the free one, each with the minimum that its codes ask
  // for.
  void Choose(std::size_t g, Choice& choice) const {
    const float* const x = x_ + kSize * g;
    const float* const w = w_ + kSize * g;
    const Affine d = choice.d;
    const int middle = Nearest(free_[g].scale, d.scale);
    float least = HUGE_VALF;
    CodeSums of_least;
    for (int scale = std::max(middle - 1, 0); scale <= std::min(middle + 1, kScaleMax); ++scale) {
      int minimum = Nearest(free_[g].minimum, d.minimum);
      for (int round = 0; round < 2; ++round) {
        const Affine whole = Whole(d, {scale, minimum});
        const CodeSums codes = CodeSumsAt<kMax>(x, w, kSize, whole);
        const float error = ErrorOf(fixed_[g], codes, whole);
        if (error < least) {
          least = error;
          of_least = codes;
          choice.groups[g] = {scale, minimum};
        }
        const float wanted = (whole.scale * codes.q - fixed_[g].x) / fixed_[g].w;
        const int better = Nearest(wanted, d.minimum);
        if (better == minimum) break;
        minimum = better;
      }
    }
    choice.error += least;
    AddToFit(g, of_least, choice);
  }

  void AddToFit(std::size_t g, const CodeSums& codes, Choice& choice) const {
    const auto scale = static_cast<double>(choice.groups[g].scale);
    const auto minimum = static_cast<double>(choice.groups[g].minimum);
    Fit& fit = choice.fit;
    fit.ss += scale * scale * static_cast<double>(codes.qq);
    fit.sm += scale * minimum * static_cast<double>(codes.q);
    fit.mm += minimum * minimum * static_cast<double>(fixed_[g].w);
    fit.xs += scale * static_cast<double>(codes.xq);
    fit.xm += minimum * static_cast<double>(fixed_[g].x);
  }

  static Affine Refitted(const Choice& choice) {
    const Fit& fit = choice.fit;
    const double determinant = fit.ss * fit.mm - fit.sm * fit.sm;
    if (determinant <= 1e-9 * fit.ss * fit.mm) {
      return {fit.ss > 0.0 ? static_cast<float>(fit.xs / fit.ss) : 0.0f, choice.d.minimum};
    }
    const double scale = (fit.xs * fit.mm - fit.xm * fit.sm) / determinant;
    const double minimum = (fit.xs * fit.sm - fit.xm * fit.ss) / determinant;
    return {static_cast<float>(std::max(scale, 0.0)), static_cast<float>(std::max(minimum, 0.0))};
  }

  const float* const x_;
  const float* const w_;
  std::array<FixedSums, kGroups> fixed_{};
  std::array<Affine, kGroups> free_{};  // the best of each group, if it had no neighbours
  Choice best_;
};

}  // namespace ganglion::gguf
