#include "ganglion/grammar/regular/formats.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

namespace ganglion::grammar {
namespace {

using ::testing::HasSubstr;

Dfa Format(std::string_view name) {
  Work work(1'000'000);
  auto texts = CompileFormat(name, work);
  EXPECT_TRUE(texts.ok() && texts->has_value()) << name;
  return texts.ok() && *texts ? **std::move(texts) : Dfa();
}

struct Examples {
  const char* format;
  std::vector<std::string> valid;
  std::vector<std::string> invalid;
};

void Check(const Examples& examples) {
  const Dfa texts = Format(examples.format);
  for (const std::string& text : examples.valid) {
    EXPECT_TRUE(texts.Accepts(text)) << examples.format << ": " << text;
  }
  for (const std::string& text : examples.invalid) {
    EXPECT_FALSE(texts.Accepts(text)) << examples.format << ": " << text;
  }
}

std::string Printed(const char* format, int a, int b, int c) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), format, a, b, c);
  return text.data();
}

TEST(Formats, DatesAreThoseOfTheCalendar) {
  const Dfa dates = Format("date");
  for (int year = 0; year <= 9999; ++year) {
    const bool all_months = year % 100 == 0 || (year > 1990 && year < 2030);
    for (int month = all_months ? 0 : 2; month <= (all_months ? 13 : 2); ++month) {
      for (int day = 27; day <= 32; ++day) {
        const std::chrono::year_month_day date{std::chrono::year(year),
                                               std::chrono::month(static_cast<unsigned>(month)),
                                               std::chrono::day(static_cast<unsigned>(day))};
        const std::string text = Printed("%04d-%02d-%02d", year, month, day);
        ASSERT_EQ(dates.Accepts(text), date.ok()) << text;
      }
    }
  }
  Check({"date",
         {"1963-06-19", "2020-01-01", "2021-10-10"},
         {"", "1963-06-00", "06/19/1963", "2013-350", "1998-1-20", "1998-01-1", "2023-W01",
          "20230328", "1963-06-1৪", "1963-06-19 ", "+11963-06-19", "1963-06-19T00:00:00Z"}});
}

TEST(Formats, TheSecondSixtyIsInTheLastMinuteOfADayOfUtc) {
  const Dfa times = Format("time");
  const int offsets[] = {0, 15, 30, 330, 345, 480, 720, 765, 840, 1425};
  for (int local = 0; local < 24 * 60; ++local) {
    for (const int offset : offsets) {
      for (const int sign : {1, -1}) {
        const int utc = (local - sign * offset + 48 * 60) % (24 * 60);
        const std::string zone =
            (sign > 0 ? "+" : "-") + Printed("%02d:%02d", offset / 60, offset % 60, 0);
        const std::string minute = Printed("%02d:%02d", local / 60, local % 60, 0);
        ASSERT_EQ(times.Accepts(minute + ":60" + zone), utc == 23 * 60 + 59) << minute << zone;
        ASSERT_TRUE(times.Accepts(minute + ":59.25" + zone)) << minute << zone;
      }
    }
  }
  Check({"time",
         {"08:30:06Z", "08:30:06z", "23:59:60Z", "23:59:60.5Z", "08:30:06.283185Z",
          "15:59:60-08:00", "08:30:06+23:59"},
         {"",
          "08:30:06",
          "8:30:06Z",
          "008:30:06Z",
          "08:30:6Z",
          "24:00:00Z",
          "00:60:00Z",
          "00:00:61Z",
          "22:59:60Z",
          "23:58:60Z",
          "23:59:60+01:00",
          "08:30:06.Z",
          "08:30:06,5Z",
          "01:02:03+24:00",
          "01:02:03+00:60",
          "01:02:03Z+00:30",
          "01:02:03+0030",
          "08:30:06 PST",
          "01:01:01,1111",
          "12:00:00-",
          "1২:00:00Z"}});
}

TEST(Formats, DatesWithTimes) {
  Check({"date-time",
         {"1963-06-19T08:30:06.283185Z", "1990-12-31T15:59:50.123-08:00", "1998-12-31T23:59:60Z",
          "1998-12-31T15:59:60.123-08:00", "1963-06-19t08:30:06z", "2020-02-29T00:00:00+00:00"},
         {"", "1998-12-31T23:59:61Z", "1998-12-31T23:58:60Z", "1990-02-31T15:59:59Z",
          "2021-02-29T00:00:00Z", "1990-12-31T15:59:59-24:00", "06/19/1963 08:30:06 PST",
          "2013-350T01:01:01", "1963-06-19 08:30:06Z", "1963-06-19T08:30:06", "1963-06-19",
          "1963-06-1৪T00:00:00Z", "+11963-06-19T08:30:06Z"}});
}

TEST(Formats, Durations) {
  Check({"duration",
         {"P4DT12H30M5S", "P4Y", "PT0S", "P0D", "P1M", "PT1M", "PT36H", "P1DT12H", "P2W", "P1Y2M3D",
          "P23Y4M5DT6H7M8S"},
         {"", "P", "P1", "PT", "PT1D", "4DT12H30M5S", "P2D1Y", "P1D2H", "P2S", "P1YT", "P1Y2W",
          "P1", "P1Y3D", "PT1H5S", "P২Y", "P1.5D", " P1D", "-P1D"}});
}

TEST(Formats, MailboxesOfAscii) {
  Check({"email",
         {"joe.bloggs@example.com", "te~st@example.com", "~test@example.com", "a@b", "a@1.2",
          "\"joe bloggs\"@example.com", "\"joe..bloggs\"@example.com", "\"joe@bloggs\"@example.com",
          "\"a\\\"b\"@example.com", "joe.bloggs@[127.0.0.1]", "joe.bloggs@[IPv6:::1]",
          "a@[IPv6:1:2:3:4:5:6:1.2.3.4]", "te.s.t@example.com"},
         {"",
          "2962",
          "@example.com",
          "joe@",
          ".test@example.com",
          "test.@example.com",
          "te..st@example.com",
          "joe.bloggs@invalid=domain.com",
          "joe.bloggs@[127.0.0.300]",
          "joe bloggs@example.com",
          "\"a\"b\"@example.com",
          "a@-b.com",
          "a@b-.com",
          "a@b..com",
          "a@b.com.",
          "a@b.com\n",
          "joe@[IPv6:1:2:3:4:5:6:7::]",
          "\"a\\\n\"@b.c",
          "joe@[tag:content]",
          "josé@example.com"}});
}

TEST(Formats, MailboxesOfAnyScript) {
  Check({"idn-email",
         {"실례@실례.테스트", "joe.bloggs@example.com", "josé@b.c", "\"é é\"@b.c"},
         {"2962", "실례", "a@\xc2\x80", "a@é..b"}});
}

TEST(Formats, HostNamesHaveBoundedLabelsAndABoundedLength) {
  const std::string longest_label(63, 'a');
  const std::string three = longest_label + "." + longest_label + "." + longest_label + ".";
  Check({"hostname",
         {"www.example.com", "a", "1", "1host", "a-b", "a--b", "r3---sn.example", "xn.a", "axn--b",
          longest_label, three + std::string(61, 'b')},
         {"", ".", "a.", ".a", "a..b", "-a", "a-", "-a-b", "a_b", "a b", "é.com", "a.-b",
          longest_label + "a", three + std::string(62, 'b'), "xn--X", "a.XN--b", "a\n"}});
}

// The system's own reader of addresses is the model.
TEST(Formats, AddressesAreThoseThatTheSystemReads) {
  testing::SeededRng rng;
  const Dfa four = Format("ipv4");
  const Dfa six = Format("ipv6");
  std::array<unsigned char, 16> bytes;
  std::size_t valid = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    const std::size_t parts = 1 + rng.Below(9);
    for (std::size_t part = 0; part < parts; ++part) {
      static constexpr std::array kParts = {"1:", "ff:",    "0:", "A0:", ":",
                                            "::", "12345:", "1:", "2:"};
      text += kParts[rng.Below(kParts.size())];
    }
    static constexpr std::array kEnds = {"", "1", "1.2.3.4", "", "beef", "1.2.3.04", "g", "1.2.3"};
    text += kEnds[rng.Below(kEnds.size())];
    const bool read = ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
    valid += read ? 1 : 0;
    ASSERT_EQ(six.Accepts(text), read) << text;
  }
  EXPECT_GT(valid, 1000u);
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (int part = 0; part < 4; ++part) {
      text += (part > 0 ? "." : "") + std::to_string(rng.Below(rng.Below(2) == 0 ? 257 : 1000));
    }
    if (rng.Below(4) == 0) text.insert(rng.Below(text.size() + 1), 1, "0."[rng.Below(2)]);
    const bool read = ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1;
    ASSERT_EQ(four.Accepts(text), read) << text;
  }
}

TEST(Formats, ReferencesOfAscii) {
  Check({"uri",
         {"http://foo.bar/?baz=qux#quux", "http://foo.com/blah_(wikipedia)_blah#cite-1",
          "http://foo.bar/?q=Test%20URL-encoded%20stuff", "http://xn--nw2a.xn--j6w193g/",
          "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com", "http://223.255.255.254",
          "ftp://ftp.is.co.za/rfc/rfc1808.txt", "ldap://[2001:db8::7]/c=GB?objectClass?one",
          "mailto:John.Doe@example.com", "tel:+1-816-555-1212", "file:///etc/fstab", "a:", "a:b:c",
          "urn:oasis:names:specification:docbook:dtd:xml:4.1.2", "http://[v1.a:b]/", "http://a:/"},
         {"",
          "//foo.bar/?baz=qux#quux",
          "/abc",
          "\\\\WINDOWS\\fileshare",
          "abc",
          "http:// shouldfail.com",
          ":// should fail",
          "bar,baz:foo",
          "1a:b",
          "http://a/%2",
          "http://[::1",
          "http://[1.2.3.4]/",
          "http://a:b/",
          "http://a/#b#c",
          "http://a/\"b\"",
          "http://a/<b>",
          "http://a/{b}",
          "http://a/[b]",
          "http://a/^",
          "http://é.com",
          "https://[@example.org/test.txt",
          "http://[fe80::1%25en0]/"}});
  Check({"uri-reference",
         {"", "//foo.bar/?baz=qux#quux", "/abc", "abc", "http://a/b", "#fragment", "?q", "a/b:c",
          "./b:c", "//", "..", "a:b"},
         {"\\\\WINDOWS\\fileshare", "#frag\\ment", "1a:b", ":a", "ü", "%", "a b"}});
}

TEST(Formats, ReferencesOfAnyScript) {
  Check({"iri",
         {"http://ƒøø.ßår/?∂éœ=πîx#πîüx", "http://ƒøø.com/blah_(wîkïpédiå)_blah#ßité-1",
          "http://[2001:0db8:85a3:0000:0000:8a2e:0370:7334]", "http://a/?\xee\x80\x80"},
         {"http://2001:0db8:85a3:0000:0000:8a2e:0370:7334", "/abc", "\\\\WINDOWS\\filëßåré", "âππ",
          "é:a", "http://a/\xee\x80\x80", "http://a/\xef\xbf\xbf"}});
  Check({"iri-reference",
         {"//ƒøø.ßår/?∂éœ=πîx#πîüx", "/âππ", "âππ", "#ƒrägmênt", ""},
         {"\\\\WINDOWS\\filëßåré", "#ƒräg\\mênt"}});
}

TEST(Formats, Uuids) {
  Check({"uuid",
         {"2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
          "00000000-0000-0000-0000-000000000000", "99c17cbb-656f-f64a-940f-1a4520ca4c8e"},
         {"", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08aa9811eab4aa73b441d16380",
          "2eb8-aa08-aa98-11ea-b4aa73b44-1d16380", "2eb8aa08-aa98-11ea-b4ga-73b441d16380",
          "{2eb8aa08-aa98-11ea-b4aa-73b441d16380}"}});
}

TEST(Formats, UriTemplates) {
  Check({"uri-template",
         {"http://example.com/dictionary/{term:1}/{term}", "dictionary/{term:1}", "",
          "{+path,x}/here", "{#x,hello,y}", "{?x,y,empty}", "{/list*}", "{a.b}", "{%41}", "é",
          "it's"},
         {"http://example.com/dictionary/{term:1}/{term", "{}", "{a,}", "{a:0}", "{a:10000}", "{é}",
          "{a..b}", "{a b}", "a b", "}", "{{a}}", "%4", "<a>"}});
}

TEST(Formats, JsonPointers) {
  Check({"json-pointer",
         {"", "/foo/bar~0/baz~1/%a", "/", "/foo//bar", "/ ", "/~01", "/é\n"},
         {"/foo/bar~", "a", "#/a", "/~2", "/~~", "#", "0"}});
  Check({"relative-json-pointer",
         {"0", "1", "0/foo/bar", "2/0/baz/1/zip", "0#", "120#", "10/a"},
         {"", "/foo/bar", "-1/foo/bar", "+1/foo/bar", "0##", "01/a", "01#", "1a", "#"}});
}

TEST(Formats, OtherNamesAreAnnotations) {
  Work work(1000);
  for (const char* name : {"", "Date", "date ", "color", "int32"}) {
    const auto texts = CompileFormat(name, work);
    ASSERT_TRUE(texts.ok()) << name;
    EXPECT_FALSE(texts->has_value()) << name;
  }
}

TEST(Formats, WhatIsNotRegularSaysWhy) {
  Work work(1000);
  for (const char* name : {"regex", "idn-hostname"}) {
    const auto texts = CompileFormat(name, work);
    ASSERT_FALSE(texts.ok()) << name;
    EXPECT_EQ(texts.error().code(), Code::kUnimplemented);
    EXPECT_THAT(std::string(texts.error().message()), HasSubstr(name));
  }
}

TEST(Formats, OnlyTheCopyCountsAgainstTheBudget) {
  Work enough(1000);
  EXPECT_TRUE(CompileFormat("uri", enough).ok());
  EXPECT_GT(enough.left(), 900u);
  Work none(1);
  const auto texts = CompileFormat("uri", none);
  ASSERT_FALSE(texts.ok());
  EXPECT_EQ(texts.error().code(), Code::kResourceExhausted);
}

TEST(Formats, AnyThreadMayAskFirst) {
  std::vector<std::thread> threads;
  std::array<std::size_t, 4> sizes = {};
  for (std::size_t& size : sizes) {
    threads.emplace_back([&size] { size = Format("uri-template").size(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::size_t size : sizes) EXPECT_EQ(size, Format("uri-template").size());
}

}  // namespace
}  // namespace ganglion::grammar
