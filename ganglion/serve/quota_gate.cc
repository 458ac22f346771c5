#include "ganglion/serve/quota_gate.h"

#include <utility>

#include "ganglion/serve/admission/answers.h"

namespace ganglion::serve {
namespace {

// An exchange that has a place in its tenant's quota, and gives it back.
class AdmittedExchange final : public http::Exchange {
 public:
  AdmittedExchange(std::shared_ptr<http::Exchange> inner, admission::Admission& admission,
                   const admission::Shares& shares)
      : inner_(std::move(inner)), admission_(admission), shares_(shares) {}
  ~AdmittedExchange() override { admission_.End(inner_->request().tenant); }
  AdmittedExchange(const AdmittedExchange&) = delete;
  AdmittedExchange& operator=(const AdmittedExchange&) = delete;

  const http::Request& request() const override { return inner_->request(); }
  void Reply(http::Response response) override {
    admission::AppendShares(shares_, response.headers);
    inner_->Reply(std::move(response));
  }
  void BeginStream(http::Response head) override {
    admission::AppendShares(shares_, head.headers);
    inner_->BeginStream(std::move(head));
  }
  bool Append(std::string_view bytes) override { return inner_->Append(bytes); }
  void End() override { inner_->End(); }
  void OnGone(std::function<void()> gone) override { inner_->OnGone(std::move(gone)); }

 private:
  const std::shared_ptr<http::Exchange> inner_;
  admission::Admission& admission_;
  const admission::Shares shares_;
};

}  // namespace

http::Handler WithinQuota(const QuotaGate& gate, http::Handler next) {
  return [gate, next = std::move(next)](std::shared_ptr<http::Exchange> exchange) {
    const std::uint64_t tenant = exchange->request().tenant;
    const admission::Decision decision = gate.admission.Begin(tenant, gate.monotonic());
    if (decision.kind != admission::Decision::Kind::kAdmitted) {
      gate.observer.OnRefused(metrics::Refusal::kQuota, {});
      exchange->Reply(admission::TooMany(exchange->request().path, decision));
      return;
    }
    next(std::make_shared<AdmittedExchange>(std::move(exchange), gate.admission, decision.shares));
  };
}

}  // namespace ganglion::serve
