#include "ganglion/serve/http/policy.h"

#include <gtest/gtest.h>

namespace ganglion::serve::http {
namespace {

Request Asked(std::string host, std::string origin = "") {
  Request request = {.method = "GET", .path = "/"};
  if (!host.empty()) request.headers.emplace_back("host", host);
  if (!origin.empty()) request.headers.emplace_back("origin", origin);
  return request;
}

TEST(OriginPolicy, OnLoopbackOnlyNamesOfLoopbackAreAnswered) {
  const OriginPolicy policy(true, {"robot.local"}, {});
  for (const char* host : {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "[::1]",
                           "robot.local", "robot.local:8080"}) {
    EXPECT_FALSE(policy.Refusal(Asked(host), "").has_value()) << host;
  }
  for (const char* host : {"evil.example", "evil.example:8080", "localhost.evil.example",
                           "127.0.0.1.evil.example", "[::2]", "[", ":8080"}) {
    EXPECT_TRUE(policy.Refusal(Asked(host), "").has_value()) << host;
  }
  EXPECT_TRUE(policy.Refusal(Asked("localhost"), "evil.example").has_value());
  EXPECT_FALSE(policy.Refusal(Asked(""), "").has_value()) << "HTTP/1.0";
}

TEST(OriginPolicy, ElsewhereNamesCountOnlyWhereSomeAreGiven) {
  EXPECT_FALSE(OriginPolicy(false, {}, {}).Refusal(Asked("any.name"), "").has_value());
  EXPECT_TRUE(OriginPolicy(false, {"robot"}, {}).Refusal(Asked("any.name"), "").has_value());
}

TEST(OriginPolicy, PagesAskOnlyWhereTheyCameFromOrAreAllowed) {
  const OriginPolicy policy(true, {}, {"https://good.example"});
  EXPECT_FALSE(policy.Refusal(Asked("localhost", "https://good.example"), "").has_value());
  EXPECT_FALSE(policy.Refusal(Asked("localhost:80", "http://localhost:80"), "").has_value());
  for (const char* origin : {"https://evil.example", "http://localhost:81", "null",
                             "http://good.example", "https://good.example.evil"}) {
    EXPECT_TRUE(policy.Refusal(Asked("localhost:80", origin), "").has_value()) << origin;
  }
  const OriginPolicy all(true, {}, {"*"});
  EXPECT_FALSE(all.Refusal(Asked("localhost", "null"), "").has_value());
}

TEST(OriginPolicy, NothingIsSaidOfCorsWhereItIsOff) {
  EXPECT_TRUE(OriginPolicy(true, {}, {}).CorsFields(Asked("localhost", "http://a")).empty());
}

}  // namespace
}  // namespace ganglion::serve::http
