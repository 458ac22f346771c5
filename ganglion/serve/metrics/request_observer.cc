#include "ganglion/serve/metrics/request_observer.h"

namespace ganglion::serve::metrics {
namespace {

class Nobody final : public GenerateObserver {
 public:
  void OnToken(std::int32_t /*index*/, TimeNs /*now*/) override {}
  void OnDone(std::int32_t /*index*/, api::FinishReason /*reason*/, const api::Usage& /*usage*/,
              Code /*code*/, TimeNs /*now*/) override {}
};

}  // namespace

std::unique_ptr<GenerateObserver> NoObserver::OnArrival(const GenerateArrival& /*arrival*/) {
  return std::make_unique<Nobody>();
}

void NoObserver::OnRefused(Refusal /*reason*/, std::string_view /*model*/) {}

void NoObserver::OnMeasured(const GenerateArrival& /*arrival*/, std::int32_t /*prompt_tokens*/,
                            TimeNs /*now*/) {}

}  // namespace ganglion::serve::metrics
