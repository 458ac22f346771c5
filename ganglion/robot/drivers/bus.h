#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/robot/world/safe_command.h"

namespace ganglion::robot {

// The outcome of one exchange with a device. The control loop gets this instead of a Status: it
// carries no text and costs no allocation.
enum class BusResult : std::uint8_t {
  kOk,
  kTimeout,
  kBadChecksum,
  kFault,
  kNotArmed,
  kNotOwner,  // the token is not the one that this device was claimed with
  kExpired,   // the command is too old, or from the future
};

// The present time, and until when a call must be back.
struct IoWindow {
  TimeNs now = 0;
  TimeNs deadline = 0;
};

// The right to command one device. Move-only: whoever holds it is its only master. Giving it back
// (by destruction) leaves the device disarmed.
class BusToken;

// A device that moves something: it has one owner, and it is closed, open or armed.
//
//   state      entered by              torque   reads       commands
//   closed     construction, Close     off      kTimeout    kNotArmed
//   open       Open, Disarm            off      yes         kNotArmed
//   armed      Arm                     on       yes         yes, with the token
//
// Thread: one thread at a time. Open(), Arm() and Claim() may block and allocate and are called
// outside the control loop.
class Actuator {
 public:
  Actuator() = default;
  Actuator(const Actuator&) = delete;
  Actuator& operator=(const Actuator&) = delete;
  virtual ~Actuator() = default;

  // Open() finds the device and leaves torque off. Arm() moves nothing: it first makes the present
  // state the target.
  virtual Status Open() = 0;
  virtual Status Arm(const BusToken& token) = 0;

  // Torque off. Allowed in every state, for everyone, and never fails: it is what the handling of
  // failure calls.
  virtual void Disarm() noexcept = 0;
  virtual void Close() noexcept = 0;

  // Makes `owner` the only one who can arm and command. Refused, with the name of the present
  // owner, while the device is claimed.
  Result<BusToken> Claim(std::string owner);
  bool Owns(const BusToken& token) const noexcept;

 protected:
  // What every command must pass before the device looks at it.
  BusResult CheckCommand(bool armed, const BusToken& token, const SafeCommand& command,
                         TimeNs now) const noexcept;

 private:
  friend class BusToken;
  void Release(const BusToken& token) noexcept;

  std::string owner_;
  std::uint64_t claim_ = 0;  // number of the present or last claim
  bool claimed_ = false;
};

// The device must outlive its token.
class BusToken {
 public:
  BusToken() = default;
  BusToken(BusToken&& other) noexcept;
  BusToken& operator=(BusToken&& other) noexcept;
  ~BusToken();

 private:
  friend class Actuator;
  BusToken(Actuator* device, std::uint64_t claim) : device_(device), claim_(claim) {}

  Actuator* device_ = nullptr;
  std::uint64_t claim_ = 0;
};

}  // namespace ganglion::robot
