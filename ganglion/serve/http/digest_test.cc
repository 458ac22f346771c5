#include "ganglion/serve/http/digest.h"

#include <gtest/gtest.h>

namespace ganglion::serve::http {
namespace {

// FIPS 180-2, appendix B.
TEST(Sha256, HasThePublishedValues) {
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OnlySixtyFourDigitsAreADigest) {
  const Sha256Digest digest = Sha256("abc");
  std::string hex = ToHex(digest);
  ASSERT_TRUE(ParseSha256(hex));
  EXPECT_TRUE(EqualInConstantTime(*ParseSha256(hex), digest));
  hex[0] = 'B';
  EXPECT_TRUE(ParseSha256(hex));
  hex[1] = 'g';
  EXPECT_FALSE(ParseSha256(hex));
  EXPECT_FALSE(ParseSha256(""));
  EXPECT_FALSE(ParseSha256(ToHex(digest) + "0"));
}

TEST(Sha256, OneBitIsADifference) {
  const Sha256Digest digest = Sha256("abc");
  for (std::size_t i = 0; i < digest.size(); ++i) {
    Sha256Digest other = digest;
    other[i] ^= 1;
    EXPECT_FALSE(EqualInConstantTime(digest, other));
  }
}

}  // namespace
}  // namespace ganglion::serve::http
