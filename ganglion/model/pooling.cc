#include "ganglion/model/pooling.h"

#include <algorithm>
#include <cmath>

#include "ganglion/base/check.h"

namespace ganglion {

Pooler::Pooler(std::size_t width) : width_(width), sum_(width, 0.0) { GN_CHECK(width > 0); }

void Pooler::Start(Pooling pooling) {
  GN_CHECK(pooling != Pooling::kNone);
  pooling_ = pooling;
  std::ranges::fill(sum_, 0.0);
  rows_ = 0;
}

void Pooler::Add(std::span<const float> rows) {
  GN_CHECK(rows.size() % width_ == 0);
  for (; !rows.empty(); rows = rows.subspan(width_)) {
    ++rows_;
    if (pooling_ == Pooling::kCls && rows_ > 1) continue;
    const bool adds = pooling_ == Pooling::kMean;
    for (std::size_t i = 0; i < width_; ++i) sum_[i] = (adds ? sum_[i] : 0.0) + rows[i];
  }
}

void Pooler::Finish(std::span<float> vector) const {
  GN_CHECK(rows_ > 0 && vector.size() == width_);
  const double count = pooling_ == Pooling::kMean ? static_cast<double>(rows_) : 1.0;
  for (std::size_t i = 0; i < width_; ++i) vector[i] = static_cast<float>(sum_[i] / count);
}

bool NormalizeVector(std::span<float> vector) {
  double squares = 0.0;
  for (const float value : vector) squares += double{value} * value;
  if (!std::isfinite(squares)) return false;
  if (squares == 0.0) return true;
  const double length = std::sqrt(squares);
  for (float& value : vector) value = static_cast<float>(value / length);
  return true;
}

}  // namespace ganglion
