#include "ganglion/serve/rest/measured_call.h"

#include <utility>

namespace ganglion::serve::rest {

MeasuredCall::MeasuredCall(Services& services, std::shared_ptr<http::Exchange> exchange,
                           const Model& model, ErrorShape shape)
    : services_(services),
      exchange_(std::move(exchange)),
      client_(*model.client),
      model_name_(model.name),
      shape_(shape) {}

void MeasuredCall::Start(Services& services, const std::shared_ptr<http::Exchange>& exchange,
                         const Model& model, ErrorShape shape, const Submit& submit) {
  const auto call = std::make_shared<MeasuredCall>(services, exchange, model, shape);
  exchange->OnGone([weak = std::weak_ptr<MeasuredCall>(call)] {
    if (const auto alive = weak.lock()) alive->Gone();
  });
  call->OnSubmitted(submit(call));
}

void MeasuredCall::OnSubmitted(const Result<api::RequestId>& id) {
  std::unique_lock lock(mutex_);
  if (!id.ok()) {
    const bool gone = std::exchange(over_, true);
    lock.unlock();
    const ApiError error = services_.ErrorOf(id.error(), client_);
    services_.observer().OnRefused(error.refusal, model_name_);
    if (!gone) exchange_->Reply(ErrorResponse(shape_, error));
    return;
  }
  if (!over_) {
    id_ = *id;
    return;
  }
  lock.unlock();
  client_.Cancel(*id);
}

void MeasuredCall::Gone() {
  std::unique_lock lock(mutex_);
  over_ = true;
  const std::optional<api::RequestId> id = std::exchange(id_, std::nullopt);
  lock.unlock();
  if (id) client_.Cancel(*id);
}

void MeasuredCall::Finish(std::int32_t prompt_tokens, Render render) {
  {
    const std::lock_guard lock(mutex_);
    id_.reset();
    if (std::exchange(over_, true)) return;
  }
  const http::Request& request = exchange_->request();
  services_.observer().OnMeasured({.model = model_name_,
                                   .arrival_ns = request.arrival_ns,
                                   .tenant = request.tenant,
                                   .request_id = request.id},
                                  prompt_tokens, services_.Now());
  services_.worker().Post([self = shared_from_this(), render = std::move(render)] {
    self->exchange_->Reply({.body = render()});
  });
}

void MeasuredCall::Fail(const Status& status) {
  {
    const std::lock_guard lock(mutex_);
    id_.reset();
    if (std::exchange(over_, true)) return;
  }
  // The engine's statistics are not asked for: this is its thread.
  const ApiError error = FromStatus(status, {.stats = {}, .draining = services_.draining()});
  services_.observer().OnRefused(error.refusal, model_name_);
  exchange_->Reply(ErrorResponse(shape_, error));
}

}  // namespace ganglion::serve::rest
