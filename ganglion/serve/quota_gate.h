#pragma once

#include <functional>

#include "ganglion/base/time.h"
#include "ganglion/serve/admission/admission.h"
#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/metrics/request_observer.h"

namespace ganglion::serve {

// What stands between the server and the handlers that cost something.
struct QuotaGate {
  admission::Admission& admission;
  metrics::RequestObserver& observer;
  std::function<TimeNs()> monotonic;
};

// `next`, behind the quota of the request's tenant: what is over it gets 429, what is admitted
// counts as one request until its exchange is dropped, and its answer says what is left. The gate's
// parts outlive the handler and its exchanges.
http::Handler WithinQuota(const QuotaGate& gate, http::Handler next);

}  // namespace ganglion::serve
