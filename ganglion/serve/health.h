#pragma once

#include <optional>

#include "ganglion/base/time.h"
#include "ganglion/serve/http/exchange.h"

namespace ganglion::serve {

// What /ready goes by.
struct Readiness {
  bool draining = false;
  bool canary_fresh = false;
  std::optional<TimeNs> canary_age = {};  // nothing: some model has given none yet
  TimeNs canary_age_max = 0;

  bool ready() const { return !draining && canary_fresh; }
};

// 200, or 503 with the reason.
http::Response ReadyAnswer(const Readiness& readiness);

}  // namespace ganglion::serve
