#include "ganglion/serve/admission/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ganglion/serve/admission/answers.h"
#include "ganglion/serve/admission/limits.h"

namespace ganglion::serve::admission {
namespace {

using ::testing::HasSubstr;
using Kind = Decision::Kind;

TokenOptions Token(const std::string& secret, Quota quota = {}) {
  return {.name = "of " + secret, .sha256 = http::Sha256(secret), .quota = quota};
}

std::unique_ptr<Admission> Made(std::vector<TokenOptions> tokens) {
  auto admission = Admission::Create(std::move(tokens));
  EXPECT_TRUE(admission.ok());
  return *std::move(admission);
}

std::string_view HeaderOf(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Admission, KnowsATokenByItsHashOnly) {
  const auto admission = Made({Token("alpha"), Token("beta")});
  EXPECT_EQ(admission->Identify("Bearer beta"), 2u);
  EXPECT_EQ(admission->Identify("bearer  alpha "), 1u);
  EXPECT_EQ(admission->NameOf(2), "of beta");
  for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer alph", "Bearer alphabet", "alpha",
                            "Basic alpha", "Bearer of alpha"}) {
    EXPECT_FALSE(admission->Identify(wrong)) << wrong;
  }
  EXPECT_FALSE(admission->Identify("Bearer " + http::ToHex(http::Sha256("alpha"))));
  EXPECT_FALSE(admission->Identify("Bearer " + std::string(kBearerBytesMax + 1, 'a')));
}

TEST(Admission, WhoAsksForNoTokensLimitsNobody) {
  const auto admission = Made({});
  EXPECT_FALSE(admission->has_tokens());
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(admission->Begin(0, 0).kind, Kind::kAdmitted);
  EXPECT_TRUE(admission->MayAsk(0, api::Priority::kRealtime));
  admission->Charge(0, 1000, 0);
  admission->End(0);
}

TEST(Admission, RequestsPerMinuteComeBackEvenly) {
  const auto admission = Made({Token("a", {.requests_per_minute = 6}), Token("b")});
  TimeNs now = 1000_s;
  for (int i = 0; i < 6; ++i) {
    const Decision decision = admission->Begin(1, now);
    EXPECT_EQ(decision.kind, Kind::kAdmitted) << i;
    EXPECT_EQ(decision.shares.requests.left, 5 - i);
    admission->End(1);
  }
  const Decision refused = admission->Begin(1, now);
  EXPECT_EQ(refused.kind, Kind::kRequests);
  EXPECT_EQ(refused.retry_after, 10_s);
  EXPECT_EQ(admission->Begin(2, now).kind, Kind::kAdmitted);  // another's share is his own
  EXPECT_EQ(admission->Begin(1, now + refused.retry_after - 1_ms).kind, Kind::kRequests);
  EXPECT_EQ(admission->Begin(1, now + refused.retry_after).kind, Kind::kAdmitted);
  EXPECT_EQ(admission->Begin(1, now + refused.retry_after).kind, Kind::kRequests);
}

TEST(Admission, TokensAreChargedAfterwardsAndADebtIsWaitedFor) {
  const auto admission = Made({Token("a", {.tokens_per_minute = 600})});
  EXPECT_EQ(admission->Begin(1, 0).kind, Kind::kAdmitted);
  admission->Charge(1, 900, 0);
  admission->End(1);
  const Decision refused = admission->Begin(1, 0);
  EXPECT_EQ(refused.kind, Kind::kTokens);
  EXPECT_NEAR(static_cast<double>(refused.retry_after), 30.1e9, 1e6);
  EXPECT_EQ(refused.shares.tokens.left, 0);
  EXPECT_EQ(admission->Begin(1, 31_s).kind, Kind::kAdmitted);
}

TEST(Admission, SoManyAtOnceAndNoMore) {
  const auto admission = Made({Token("a", {.concurrent_max = 2})});
  EXPECT_EQ(admission->Begin(1, 0).kind, Kind::kAdmitted);
  EXPECT_EQ(admission->Begin(1, 0).kind, Kind::kAdmitted);
  EXPECT_EQ(admission->Begin(1, 0).kind, Kind::kConcurrent);
  admission->End(1);
  EXPECT_EQ(admission->Begin(1, 0).kind, Kind::kAdmitted);
}

TEST(Admission, ARefusedRequestCostsNothing) {
  const auto admission = Made({Token("a", {.requests_per_minute = 60, .concurrent_max = 1})});
  EXPECT_EQ(admission->Begin(1, 0).kind, Kind::kAdmitted);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(admission->Begin(1, 0).kind, Kind::kConcurrent);
  admission->End(1);
  EXPECT_EQ(admission->Begin(1, 0).kind, Kind::kAdmitted);
}

TEST(Admission, PrioritiesAreATokensOwn) {
  TokenOptions token = Token("a");
  token.priorities = {false, true, true};
  const auto admission = Made({token});
  EXPECT_FALSE(admission->MayAsk(1, api::Priority::kRealtime));
  EXPECT_TRUE(admission->MayAsk(1, api::Priority::kBatch));
}

TEST(Admission, TokensThatCannotBeToldApartAreRefused) {
  EXPECT_FALSE(Admission::Create({Token("a"), Token("a")}).ok());
  TokenOptions other = Token("b");
  other.name = Token("a").name;
  EXPECT_FALSE(Admission::Create({Token("a"), other}).ok());
  other.name = "";
  EXPECT_FALSE(Admission::Create({other}).ok());
  EXPECT_FALSE(Admission::Create({Token("a", {.requests_per_minute = -1})}).ok());
  EXPECT_FALSE(Admission::Create(std::vector<TokenOptions>(kTenantsMax + 1)).ok());
}

TEST(Allowance, TimeThatGoesBackGivesNothing) {
  Allowance allowance(60);
  allowance.Take(60, 100_s);
  EXPECT_EQ(allowance.Left(50_s), 0);
  EXPECT_EQ(allowance.Left(101_s), 1);
  EXPECT_EQ(allowance.Left(10000_s), 60);
}

TEST(Answers, HaveTheShapeThatClientsOfThePathExpect) {
  const auto openai = nlohmann::json::parse(Unauthorized("/v1/models").body);
  EXPECT_EQ(openai["error"]["code"], "invalid_api_key");
  EXPECT_EQ(openai["error"]["type"], "invalid_request_error");
  EXPECT_TRUE(openai["error"]["param"].is_null());
  const auto ollama = nlohmann::json::parse(Unauthorized("/api/chat").body);
  EXPECT_TRUE(ollama["error"].is_string());
  EXPECT_EQ(HeaderOf(Unauthorized("/"), "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(Forbidden("/v1/x", "no").status, 403);
}

TEST(Answers, AUsedUpQuotaSaysWhenItComesBack) {
  const Decision decision = {
      .kind = Kind::kTokens,
      .retry_after = 2500_ms,
      .shares = {.requests = {}, .tokens = {.limit = 600, .left = 1.9, .full_in = 361_s}}};
  const http::Response response = TooMany("/v1/completions", decision);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "3");
  EXPECT_EQ(HeaderOf(response, "x-ratelimit-limit-tokens"), "600");
  EXPECT_EQ(HeaderOf(response, "x-ratelimit-remaining-tokens"), "1");
  EXPECT_EQ(HeaderOf(response, "x-ratelimit-reset-tokens"), "6m1s");
  EXPECT_EQ(HeaderOf(response, "x-ratelimit-limit-requests"), "");
  EXPECT_THAT(response.body, HasSubstr("rate_limit_exceeded"));
  EXPECT_EQ(DurationText(0), "0ms");
  EXPECT_EQ(DurationText(120_ms), "120ms");
  EXPECT_EQ(DurationText(59001_ms), "1m0s");
}

}  // namespace
}  // namespace ganglion::serve::admission
