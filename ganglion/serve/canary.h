#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ganglion/api/inference_client.h"
#include "ganglion/base/time.h"

namespace ganglion::serve {

struct CanaryOptions {
  TimeNs interval = 15_s;
  TimeNs age_max = 60_s;
};

// What is known of the canaries of each model. A canary is a request for one token that the server
// sends to its own engines: where one comes back, weights, cache, scheduler and threads all work.
//
// Thread: any. Told the time.
class CanaryState {
 public:
  CanaryState(std::size_t models, const CanaryOptions& options);

  // The models that are due for one, and have none under way; they count as sent.
  std::vector<std::size_t> TakeDue(TimeNs now);
  void OnAnswer(std::size_t model, bool good, TimeNs now);

  // Of the model that is behind most; nothing where one has given none yet.
  std::optional<TimeNs> Age(TimeNs now) const;
  bool Fresh(TimeNs now) const;
  std::uint64_t failures() const;

 private:
  struct Model {
    std::optional<TimeNs> good;  // the last
    std::optional<TimeNs> sent;
    bool under_way = false;
  };

  const CanaryOptions options_;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<Model> models_;
  std::uint64_t failures_ = 0;
};

// Sends canaries, on a thread of its own, from Create() on.
class Canary {
 public:
  // The clients are lent. `monotonic` is a clock.
  Canary(std::vector<api::InferenceClient*> clients, const CanaryOptions& options,
         std::function<TimeNs()> monotonic);
  // Answers that come later go nowhere.
  ~Canary();
  Canary(const Canary&) = delete;
  Canary& operator=(const Canary&) = delete;

  std::optional<TimeNs> Age() const { return state_->Age(monotonic_()); }
  bool Fresh() const { return state_->Fresh(monotonic_()); }
  std::uint64_t failures() const { return state_->failures(); }

 private:
  void Run();
  void Send(std::size_t model);

  const std::vector<api::InferenceClient*> clients_;
  const CanaryOptions options_;
  const std::function<TimeNs()> monotonic_;
  // Shared with the sinks of canaries that are under way when this ends.
  const std::shared_ptr<CanaryState> state_;

  std::mutex mutex_;  // guards stop_
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ganglion::serve
