#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/base/status.h"
#include "ganglion/base/time.h"
#include "ganglion/serve/admission/allowance.h"
#include "ganglion/serve/http/digest.h"

// Who may ask, and how much.

namespace ganglion::serve::admission {

struct Quota {
  double requests_per_minute = 0;  // 0: without a limit, here and below
  double tokens_per_minute = 0;    // of prompts and answers
  std::uint32_t concurrent_max = 0;
};

// One bearer token. The token itself is nowhere: only what it hashes to.
struct TokenOptions {
  std::string name;  // for logs; unique
  http::Sha256Digest sha256 = {};
  Quota quota = {};
  std::array<bool, api::kPriorities> priorities = {true, true, true};  // that it may ask for
};

// What is left of a tenant's share, for the headers of an answer.
struct Shares {
  struct Share {
    double limit = 0;  // 0: none
    double left = 0;
    TimeNs full_in = 0;
  };
  Share requests;
  Share tokens;
};

struct Decision {
  enum class Kind : std::uint8_t { kAdmitted, kRequests, kTokens, kConcurrent };
  Kind kind = Kind::kAdmitted;  // else what is used up
  TimeNs retry_after = 0;
  Shares shares = {};
};

// The tokens and the accounts of those who hold them. As many accounts as there are tokens, so no
// client can make it grow.
//
// Tenants are numbered from 1; 0 is everybody where no tokens are asked for, without any limit.
//
// Thread: any. A mutex guards the accounts; it is held for a few additions.
class Admission {
 public:
  static Result<std::unique_ptr<Admission>> Create(std::vector<TokenOptions> tokens);

  // Whether a token must be shown.
  bool has_tokens() const { return !tokens_.empty(); }
  // Whose it is, from the value of an Authorization header. Takes the same time for every token.
  std::optional<std::uint64_t> Identify(std::string_view authorization) const;
  // Empty for 0 and for numbers that are nobody's.
  std::string_view NameOf(std::uint64_t tenant) const;
  bool MayAsk(std::uint64_t tenant, api::Priority priority) const;

  // Each Begin() that admits is followed by one End(), and by Charge() for what it cost.
  Decision Begin(std::uint64_t tenant, TimeNs now);
  void End(std::uint64_t tenant);
  void Charge(std::uint64_t tenant, std::uint64_t tokens, TimeNs now);

 private:
  struct Account {
    Allowance requests;
    Allowance tokens;
    std::uint32_t active = 0;
  };

  explicit Admission(std::vector<TokenOptions> tokens);
  bool Known(std::uint64_t tenant) const { return tenant >= 1 && tenant <= tokens_.size(); }

  const std::vector<TokenOptions> tokens_;
  std::mutex mutex_;  // guards accounts_
  std::vector<Account> accounts_;
};

}  // namespace ganglion::serve::admission
