#include "ganglion/serve/admission/allowance.h"

#include <algorithm>
#include <cmath>

#include "ganglion/serve/admission/limits.h"

namespace ganglion::serve::admission {

void Allowance::Fill(TimeNs now) {
  const auto passed = static_cast<double>(std::max<TimeNs>(0, now - filled_at_));
  filled_at_ = std::max(filled_at_, now);
  left_ = std::min(per_minute_, left_ + per_minute_ * passed / static_cast<double>(kQuotaPeriod));
}

double Allowance::Left(TimeNs now) {
  Fill(now);
  return left_;
}

void Allowance::Take(double amount, TimeNs now) {
  Fill(now);
  left_ -= amount;
}

TimeNs Allowance::Wait(double amount, TimeNs now) {
  if (unlimited()) return 0;
  Fill(now);
  const double missing = std::min(amount, per_minute_) - left_;
  if (missing <= 0) return 0;
  return static_cast<TimeNs>(std::ceil(missing / per_minute_ * static_cast<double>(kQuotaPeriod)));
}

}  // namespace ganglion::serve::admission
