#include "ganglion/serve/request_ledger.h"

#include <algorithm>

#include "ganglion/serve/limits.h"

namespace ganglion::serve {

class RequestLedger::Watch final : public metrics::GenerateObserver {
 public:
  Watch(RequestLedger& ledger, const metrics::GenerateArrival& arrival)
      : ledger_(ledger),
        next_(ledger.next_.OnArrival(arrival)),
        request_id_(arrival.request_id),
        tenant_(arrival.tenant) {}

  void OnToken(std::int32_t index, TimeNs now) override { next_->OnToken(index, now); }

  void OnDone(std::int32_t index, api::FinishReason reason, const api::Usage& usage, Code code,
              TimeNs now) override {
    next_->OnDone(index, reason, usage, code, now);
    const auto tokens =
        static_cast<std::uint64_t>(std::max(0, usage.prompt_tokens + usage.generated_tokens));
    ledger_.admission_.Charge(tenant_, tokens, now);
    ledger_.Add(request_id_, usage.prompt_tokens, usage.generated_tokens);
  }

 private:
  RequestLedger& ledger_;
  const std::unique_ptr<metrics::GenerateObserver> next_;
  const std::string request_id_;
  const std::uint64_t tenant_;
};

RequestLedger::RequestLedger(metrics::RequestObserver& next, admission::Admission& admission)
    : next_(next), admission_(admission) {}

std::unique_ptr<metrics::GenerateObserver> RequestLedger::OnArrival(
    const metrics::GenerateArrival& arrival) {
  Open(arrival);
  return std::make_unique<Watch>(*this, arrival);
}

void RequestLedger::OnRefused(metrics::Refusal reason, std::string_view model) {
  next_.OnRefused(reason, model);
}

void RequestLedger::OnMeasured(const metrics::GenerateArrival& arrival, std::int32_t prompt_tokens,
                               TimeNs now) {
  next_.OnMeasured(arrival, prompt_tokens, now);
  admission_.Charge(arrival.tenant, static_cast<std::uint64_t>(std::max(0, prompt_tokens)), now);
  Open(arrival);
  Add(arrival.request_id, prompt_tokens, 0);
}

void RequestLedger::Open(const metrics::GenerateArrival& arrival) {
  if (arrival.request_id.empty()) return;
  const std::lock_guard lock(mutex_);
  // Those whose HTTP answer ended before they were opened are never taken: the oldest go.
  while (order_.size() >= kLedgerEntriesMax) {
    entries_.erase(order_.front());
    order_.pop_front();
  }
  const auto [entry, is_new] =
      entries_.try_emplace(std::string(arrival.request_id), Entry{std::string(arrival.model)});
  if (is_new) order_.push_back(entry->first);
}

void RequestLedger::Add(std::string_view request_id, std::int64_t prompt_tokens,
                        std::int64_t generated_tokens) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(request_id);
  if (found == entries_.end()) return;
  found->second.prompt_tokens += prompt_tokens;
  found->second.generated_tokens += generated_tokens;
}

std::optional<RequestLedger::Entry> RequestLedger::Take(std::string_view request_id) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(request_id);
  if (found == entries_.end()) return std::nullopt;
  Entry entry = std::move(found->second);
  entries_.erase(found);
  // Those that are taken leave the order, too, so that a quiet server holds nothing.
  while (!order_.empty() && !entries_.contains(order_.front())) order_.pop_front();
  return entry;
}

}  // namespace ganglion::serve
