#include "ganglion/robot/drivers/bus.h"

#include <utility>

namespace ganglion::robot {

Result<BusToken> Actuator::Claim(std::string owner) {
  if (claimed_) {
    return Status(Code::kFailedPrecondition, "'" + owner + "' cannot claim the device: '" + owner_ +
                                                 "' holds it and must release it first");
  }
  owner_ = std::move(owner);
  claimed_ = true;
  return BusToken(this, ++claim_);
}

bool Actuator::Owns(const BusToken& token) const noexcept {
  return claimed_ && token.device_ == this && token.claim_ == claim_;
}

BusResult Actuator::CheckCommand(bool armed, const BusToken& token, const SafeCommand& command,
                                 TimeNs now) const noexcept {
  if (!armed) return BusResult::kNotArmed;
  if (!Owns(token)) return BusResult::kNotOwner;
  if (now < command.issued_at() || now >= command.expires_at()) return BusResult::kExpired;
  return BusResult::kOk;
}

void Actuator::Release(const BusToken& token) noexcept {
  if (!Owns(token)) return;
  Disarm();
  claimed_ = false;
}

BusToken::BusToken(BusToken&& other) noexcept
    : device_(std::exchange(other.device_, nullptr)), claim_(other.claim_) {}

BusToken& BusToken::operator=(BusToken&& other) noexcept {
  if (this == &other) return *this;
  if (device_ != nullptr) device_->Release(*this);
  device_ = std::exchange(other.device_, nullptr);
  claim_ = other.claim_;
  return *this;
}

BusToken::~BusToken() {
  if (device_ != nullptr) device_->Release(*this);
}

}  // namespace ganglion::robot
