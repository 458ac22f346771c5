#include "ganglion/serve/rest/services.h"

#include <utility>

namespace ganglion::serve::rest {

Services::Services(RestOptions options, const Models& models, metrics::RequestObserver& observer,
                   Clocks clocks, Rng rng)
    : options_(std::move(options)),
      models_(models),
      observer_(observer),
      clocks_(std::move(clocks)),
      rng_(rng) {}

std::uint64_t Services::Random() {
  const std::lock_guard lock(rng_mutex_);
  return rng_.Next();
}

std::string Services::NewId(std::string_view prefix) {
  constexpr std::string_view kCharacters =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string id(prefix);
  const std::lock_guard lock(rng_mutex_);
  for (int i = 0; i < 24; ++i) id += kCharacters[rng_.Below(kCharacters.size())];
  return id;
}

ApiError Services::ErrorOf(const Status& status, const api::InferenceClient& client) const {
  // The statistics are of use only where the answer says when to come back.
  const bool busy = status.code() == Code::kUnavailable || status.code() == Code::kCancelled;
  return FromStatus(status,
                    {.stats = busy ? client.Stats() : api::EngineStats(), .draining = draining()});
}

}  // namespace ganglion::serve::rest
