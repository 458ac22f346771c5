#include "ganglion/serve/http/router.h"

#include <string>

#include <gtest/gtest.h>

#include "ganglion/serve/http/target.h"

namespace ganglion::serve::http {
namespace {

Router RouterOf(std::initializer_list<std::pair<const char*, const char*>> routes) {
  Router router;
  for (const auto& [method, pattern] : routes) {
    router.Add(method, pattern, [](const std::shared_ptr<Exchange>& /*exchange*/) {});
  }
  return router;
}

TEST(Router, FindsTheExactPathFirst) {
  const Router router =
      RouterOf({{"GET", "/v1/models/{id...}"}, {"GET", "/v1/models/list"}, {"GET", "/"}});
  EXPECT_EQ(router.Find("GET", "/v1/models/list").pattern, "/v1/models/list");
  EXPECT_EQ(router.Find("GET", "/v1/models/a").pattern, "/v1/models/{id...}");
  EXPECT_EQ(router.Find("GET", "/v1/models/org/name").pattern, "/v1/models/{id...}");
  EXPECT_EQ(router.Find("GET", "/").pattern, "/");
}

TEST(Router, APartIsOneSegmentAndNotEmpty) {
  const Router router = RouterOf({{"GET", "/a/{x}/b"}, {"GET", "/t/{x...}"}});
  EXPECT_EQ(router.Find("GET", "/a/1/b").pattern, "/a/{x}/b");
  for (const char* path :
       {"/a//b", "/a/1/2/b", "/a/1", "/a/1/b/", "/a/1/c", "/t/", "/t", "//t/a", "", "t/a"}) {
    EXPECT_EQ(router.Find("GET", path).handler, nullptr) << path;
    EXPECT_EQ(router.Find("GET", path).allow, "") << path;
  }
}

TEST(Router, SaysWhichMethodsAPathTakes) {
  const Router router = RouterOf({{"GET", "/x"}, {"POST", "/x"}, {"POST", "/y"}});
  EXPECT_EQ(router.Find("DELETE", "/x").allow, "GET, POST, HEAD, OPTIONS");
  EXPECT_EQ(router.Find("DELETE", "/x").handler, nullptr);
  EXPECT_NE(router.Find("HEAD", "/x").handler, nullptr);
  EXPECT_EQ(router.Find("HEAD", "/y").handler, nullptr);
}

TEST(Target, IsTakenApart) {
  const auto target = ParseTarget("/v1/a%20b%2Fc?x=%20&y");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->path, "/v1/a b/c");
  EXPECT_EQ(target->query, "x=%20&y");
  const auto absolute = ParseTarget("http://host:80?x");
  EXPECT_FALSE(absolute.ok());
  const auto whole = ParseTarget("http://host:80/p?x");
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->authority, "host:80");
  EXPECT_EQ(whole->path, "/p");
}

TEST(Target, BadOnesAreRefused) {
  for (const char* text : {"", "p", "/%", "/%4", "/%zz", "/%00", "/%0a", "/%7f", "http://",
                           "http:///p", "ftp://host/p", "host:80"}) {
    EXPECT_FALSE(ParseTarget(text).ok()) << text;
  }
}

}  // namespace
}  // namespace ganglion::serve::http
