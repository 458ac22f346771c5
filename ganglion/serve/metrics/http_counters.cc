#include "ganglion/serve/metrics/http_counters.h"

#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/metrics/limits.h"

namespace ganglion::serve::metrics {
namespace {

// Nothing is answered with 1xx or with what has no class.
constexpr std::pair<std::size_t, const char*> kClasses[] = {
    {2, "2xx"}, {3, "3xx"}, {4, "4xx"}, {5, "5xx"}};

}  // namespace

void HttpCounters::AddRoute(std::string_view method, std::string_view route) {
  if (routes_.size() >= kRoutesMax) return;
  auto made = std::make_unique<Route>();
  made->method = method;
  made->route = route;
  routes_.try_emplace(Concat(method, " ", route), std::move(made));
}

void HttpCounters::Count(const HttpSample& sample) {
  const auto found = routes_.find(Concat(sample.method, " ", sample.route));
  Route& route = found == routes_.end() ? none_ : *found->second;
  const auto hundreds = static_cast<std::size_t>(sample.status / 100);
  route.statuses[hundreds < route.statuses.size() ? hundreds : 0].fetch_add(
      1, std::memory_order_relaxed);
  route.seconds.Observe(sample.seconds);
  route.bytes_in.fetch_add(sample.bytes_in, std::memory_order_relaxed);
  route.bytes_out.fetch_add(sample.bytes_out, std::memory_order_relaxed);
}

void HttpCounters::AppendRoute(const Route& route, Page& page) {
  const auto or_none = [](const std::string& name) { return name.empty() ? "none" : name; };
  const Labels labels = {{"handler", or_none(route.route)}, {"method", or_none(route.method)}};
  for (const auto& [hundreds, name] : kClasses) {
    Labels with_status = labels;
    with_status.emplace_back("status", name);
    page.Counter({"http_requests_total", "HTTP requests, by the class of their status."},
                 with_status, static_cast<double>(route.statuses[hundreds].load()));
  }
  const BucketCounts seconds = route.seconds.Read();
  std::uint64_t count = 0;
  for (const std::uint64_t each : seconds.counts) count += each;
  page.Histogram(
      {"http_request_duration_seconds", "First byte of a request to last of its answer."}, labels,
      seconds);
  page.Summary({"http_request_size_bytes", "Bytes of requests."}, labels,
               static_cast<double>(route.bytes_in.load()), count);
  page.Summary({"http_response_size_bytes", "Bytes of answers."}, labels,
               static_cast<double>(route.bytes_out.load()), count);
}

void HttpCounters::Append(Page& page) const {
  for (const auto& [key, route] : routes_) AppendRoute(*route, page);
  AppendRoute(none_, page);
}

}  // namespace ganglion::serve::metrics
