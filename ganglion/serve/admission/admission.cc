#include "ganglion/serve/admission/admission.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "ganglion/base/check.h"
#include "ganglion/base/concat.h"
#include "ganglion/serve/admission/limits.h"

namespace ganglion::serve::admission {
namespace {

Shares::Share ShareOf(Allowance& allowance, TimeNs now) {
  if (allowance.unlimited()) return {};
  return {.limit = allowance.per_minute(),
          .left = std::max(0.0, allowance.Left(now)),
          .full_in = allowance.Wait(allowance.per_minute(), now)};
}

bool IsQuota(double value) { return value >= 0 && std::isfinite(value); }

// The token of "Bearer TOKEN"; empty where it is something else.
std::string_view BearerOf(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return {};
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char letter = authorization[i];
    const char lower = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    if (lower != kScheme[i]) return {};
  }
  std::string_view token = authorization.substr(kScheme.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  while (token.ends_with(' ')) token.remove_suffix(1);
  return token.size() > kBearerBytesMax ? std::string_view() : token;
}

}  // namespace

Result<std::unique_ptr<Admission>> Admission::Create(std::vector<TokenOptions> tokens) {
  if (tokens.size() > kTenantsMax) {
    return Status(Code::kInvalidArgument, Concat("at most ", kTenantsMax, " tokens"));
  }
  std::set<std::string_view> names;
  std::set<http::Sha256Digest> digests;
  for (const TokenOptions& token : tokens) {
    if (token.name.empty() || token.name.size() > kTenantNameBytesMax) {
      return Status(Code::kInvalidArgument,
                    Concat("the name of a token has 1 to ", kTenantNameBytesMax, " bytes"));
    }
    if (!names.insert(token.name).second) {
      return Status(Code::kInvalidArgument, Concat("two tokens are called '", token.name, "'"));
    }
    if (!digests.insert(token.sha256).second) {
      return Status(Code::kInvalidArgument,
                    Concat("token '", token.name, "' is the same as another"));
    }
    if (!IsQuota(token.quota.requests_per_minute) || !IsQuota(token.quota.tokens_per_minute)) {
      return Status(Code::kInvalidArgument, Concat("token '", token.name, "': bad quota"));
    }
  }
  return std::unique_ptr<Admission>(new Admission(std::move(tokens)));
}

Admission::Admission(std::vector<TokenOptions> tokens) : tokens_(std::move(tokens)) {
  for (const TokenOptions& token : tokens_) {
    accounts_.push_back({.requests = Allowance(token.quota.requests_per_minute),
                         .tokens = Allowance(token.quota.tokens_per_minute)});
  }
}

std::optional<std::uint64_t> Admission::Identify(std::string_view authorization) const {
  const std::string_view bearer = BearerOf(authorization);
  if (bearer.empty()) return std::nullopt;
  const http::Sha256Digest digest = http::Sha256(bearer);
  std::uint64_t tenant = 0;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (http::EqualInConstantTime(digest, tokens_[i].sha256)) tenant = i + 1;
  }
  if (tenant == 0) return std::nullopt;
  return tenant;
}

std::string_view Admission::NameOf(std::uint64_t tenant) const {
  return Known(tenant) ? std::string_view(tokens_[tenant - 1].name) : std::string_view();
}

bool Admission::MayAsk(std::uint64_t tenant, api::Priority priority) const {
  return !Known(tenant) || tokens_[tenant - 1].priorities[static_cast<std::size_t>(priority)];
}

Decision Admission::Begin(std::uint64_t tenant, TimeNs now) {
  Decision decision;
  if (!Known(tenant)) return decision;
  const Quota& quota = tokens_[tenant - 1].quota;
  const std::lock_guard lock(mutex_);
  Account& account = accounts_[tenant - 1];
  if (quota.concurrent_max > 0 && account.active >= quota.concurrent_max) {
    decision.kind = Decision::Kind::kConcurrent;
    decision.retry_after = 1_s;  // nobody knows when one of the others ends
  } else if (const TimeNs wait = account.requests.Wait(1, now); wait > 0) {
    decision.kind = Decision::Kind::kRequests;
    decision.retry_after = wait;
  } else if (const TimeNs debt = account.tokens.Wait(1, now); debt > 0) {
    decision.kind = Decision::Kind::kTokens;
    decision.retry_after = debt;
  } else {
    if (!account.requests.unlimited()) account.requests.Take(1, now);
    ++account.active;
  }
  decision.shares = {.requests = ShareOf(account.requests, now),
                     .tokens = ShareOf(account.tokens, now)};
  return decision;
}

void Admission::End(std::uint64_t tenant) {
  if (!Known(tenant)) return;
  const std::lock_guard lock(mutex_);
  Account& account = accounts_[tenant - 1];
  GN_CHECK(account.active > 0);
  --account.active;
}

void Admission::Charge(std::uint64_t tenant, std::uint64_t tokens, TimeNs now) {
  if (!Known(tenant)) return;
  const std::lock_guard lock(mutex_);
  Account& account = accounts_[tenant - 1];
  if (!account.tokens.unlimited()) account.tokens.Take(static_cast<double>(tokens), now);
}

}  // namespace ganglion::serve::admission
