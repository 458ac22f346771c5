#pragma once

#include <cstddef>

#include "ganglion/base/time.h"

// The limits of this room.
namespace ganglion::serve::admission {

inline constexpr std::size_t kTenantsMax = 4096;
inline constexpr std::size_t kTenantNameBytesMax = 64;
inline constexpr std::size_t kBearerBytesMax = 512;  // of a token as clients send it
inline constexpr TimeNs kQuotaPeriod = 60_s;

}  // namespace ganglion::serve::admission
