#pragma once

#include "ganglion/base/time.h"

namespace ganglion::serve::admission {

// So much in a minute: a bucket that holds a minute's worth, is full at first, and fills evenly.
// What is taken may be more than is left, as the cost of a request is known at its end only; the
// next one waits until the debt is paid.
//
// Thread: one at a time.
class Allowance {
 public:
  // 0: without a limit.
  explicit Allowance(double per_minute) : per_minute_(per_minute), left_(per_minute) {}

  bool unlimited() const { return per_minute_ <= 0; }
  double per_minute() const { return per_minute_; }

  // What may be taken now; less than 0: owed.
  double Left(TimeNs now);
  void Take(double amount, TimeNs now);
  // From now until `amount` may be taken; 0: at once. Never longer than until it is full.
  TimeNs Wait(double amount, TimeNs now);

 private:
  void Fill(TimeNs now);

  double per_minute_;
  double left_;
  TimeNs filled_at_ = 0;
};

}  // namespace ganglion::serve::admission
