#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "ganglion/serve/metrics/buckets.h"
#include "ganglion/serve/metrics/metrics.h"
#include "ganglion/serve/metrics/page.h"

namespace ganglion::serve::metrics {
// Requests to the HTTP layer, by route. Routes are known before it starts, so that no client can
// make a series.
//
// Thread: any, after AddRoute().
class HttpCounters {
 public:
  void AddRoute(std::string_view method, std::string_view route);
  void Count(const HttpSample& sample);
  void Append(Page& page) const;

 private:
  struct Route {
    std::string method;
    std::string route;
    std::array<std::atomic<std::uint64_t>, 6> statuses = {};  // by hundreds; 0: something else
    Buckets seconds{kRequestBounds};
    std::atomic<std::uint64_t> bytes_in = 0;
    std::atomic<std::uint64_t> bytes_out = 0;
  };
  static void AppendRoute(const Route& route, Page& page);

  std::map<std::string, std::unique_ptr<Route>, std::less<>> routes_;  // "GET /v1/models"
  Route none_;                                                         // for what has no route
};

}  // namespace ganglion::serve::metrics
