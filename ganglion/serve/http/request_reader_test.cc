#include "ganglion/serve/http/request_reader.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace ganglion::serve::http {
namespace {

using State = RequestReader::State;

// Feeds `bytes` in pieces of `piece` bytes, as a connection does. Returns what was taken.
std::size_t FeedAll(RequestReader& reader, std::string_view bytes, std::size_t piece) {
  std::size_t begin = 0;
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(end + piece, bytes.size());
    for (;;) {
      const std::size_t taken = reader.Feed(bytes.substr(begin, end - begin));
      begin += taken;
      if (taken == 0 || begin == end) break;
    }
    if (reader.state() == State::kDone || reader.state() == State::kError) break;
  }
  return begin;
}

// The status of the refusal; 200 where the request is read to its end, 0 where more is wanted.
int StatusOf(std::string_view bytes, Limits limits = {}) {
  int status = -1;
  for (const std::size_t piece : {bytes.size(), std::size_t{1}, std::size_t{7}}) {
    RequestReader reader(limits);
    FeedAll(reader, bytes, std::max<std::size_t>(piece, 1));
    const int now = reader.state() == State::kError  ? reader.failure().status
                    : reader.state() == State::kDone ? 200
                                                     : 0;
    EXPECT_TRUE(status == -1 || status == now) << "in pieces of " << piece << ": " << bytes;
    status = now;
  }
  return status;
}

std::string Head(std::string_view fields) {
  return "POST /p HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}

TEST(RequestReader, ReadsWhatWasSent) {
  const std::string bytes =
      "POST /p?q=1 HTTP/1.1\r\nHost: h\r\nX-Thing:   a b \r\nContent-Length: 5\r\n\r\nhello"
      "GET / HTTP/1.1";
  for (const std::size_t piece : {bytes.size(), std::size_t{1}}) {
    const Limits limits;
    RequestReader reader(limits);
    EXPECT_EQ(FeedAll(reader, bytes, piece), bytes.size() - 14);
    ASSERT_EQ(reader.state(), State::kDone);
    EXPECT_EQ(reader.method(), "POST");
    EXPECT_EQ(reader.target(), "/p?q=1");
    EXPECT_TRUE(reader.keep_alive());
    const Headers headers = reader.TakeHeaders();
    ASSERT_EQ(headers.size(), 3u);
    EXPECT_EQ(headers[1].first, "x-thing");
    EXPECT_EQ(headers[1].second, "a b");
    EXPECT_EQ(reader.TakeBody(), "hello");
  }
}

TEST(RequestReader, ReadsChunksWithExtensionsAndDropsTrailers) {
  const std::string bytes = Head("Transfer-Encoding: chunked\r\n") +
                            "3;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Late: 1\r\n\r\n";
  for (const std::size_t piece : {bytes.size(), std::size_t{1}, std::size_t{5}}) {
    const Limits limits;
    RequestReader reader(limits);
    EXPECT_EQ(FeedAll(reader, bytes, piece), bytes.size());
    ASSERT_EQ(reader.state(), State::kDone) << reader.failure().message;
    EXPECT_EQ(reader.TakeBody(), "abc0123456789");
    for (const auto& [name, value] : reader.TakeHeaders()) EXPECT_NE(name, "x-late");
  }
}

TEST(RequestReader, RefusesWhatTwoParsersCouldReadInTwoWays) {
  const std::vector<std::string> smuggled = {
      Head("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
      Head("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n") + "0\r\n\r\n",
      Head("Content-Length: 4\r\nContent-Length: 5\r\n") + "aaaaa",
      Head("Content-Length: 4\r\nContent-Length: 4\r\n") + "aaaa",
      Head("Content-Length: 4, 4\r\n") + "aaaa",
      Head("Content-Length: +4\r\n") + "aaaa",
      Head("Content-Length: -1\r\n"),
      Head("Content-Length: 0x4\r\n") + "aaaa",
      Head("Content-Length: \r\n"),
      Head("Content-Length: 99999999999999999999999\r\n"),
      Head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
      Head("Transfer-Encoding : chunked\r\n") + "0\r\n\r\n",
      Head("X-Folded: a\r\n b\r\n"),
      Head("X-Folded: a\r\n\tb\r\n"),
      Head(" X-Leading: a\r\n"),
      Head("X-Bare: a\nContent-Length: 4\r\n"),
      Head("X-Bare: a\rb\r\n"),
      Head(std::string("X-Null: a\0b\r\n", 13)),
      Head("No colon\r\n"),
      Head("Host: other\r\n"),
      "POST /p HTTP/1.1\r\n\r\n",
      "POST /p HTTP/1.1\nHost: h\n\n",
      "POST  /p HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST /p  HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST /a b HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET /\r\nHost: h\r\n\r\n",
      "POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01",
  };
  for (const std::string& bytes : smuggled) EXPECT_EQ(StatusOf(bytes), 400) << bytes;
}

TEST(RequestReader, RefusesBadChunks) {
  const std::string head = Head("Transfer-Encoding: chunked\r\n");
  for (const char* body :
       {"zz\r\n", "-1\r\nabc\r\n", "+3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n", "3\r\nabcd\r\n",
        "3 3\r\nabc\r\n0\r\n\r\n", "ffffffffffffffffff\r\nabc\r\n", "\r\nabc\r\n",
        "3\nabc\r\n0\r\n\r\n", "0\r\nNo colon\r\n\r\n"}) {
    EXPECT_EQ(StatusOf(head + body), 400) << body;
  }
}

TEST(RequestReader, SaysWhatItDoesNotKnow) {
  EXPECT_EQ(StatusOf(Head("Transfer-Encoding: gzip, chunked\r\n")), 501);
  EXPECT_EQ(StatusOf(Head("Transfer-Encoding: identity\r\n")), 501);
  EXPECT_EQ(StatusOf(Head("Expect: a miracle\r\n")), 417);
  EXPECT_EQ(StatusOf("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505);
  EXPECT_EQ(StatusOf("GET / HTTP/1.2\r\nHost: h\r\n\r\n"), 505);
}

TEST(RequestReader, TakesEmptyLinesBeforeARequest) {
  EXPECT_EQ(StatusOf("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
}

TEST(RequestReader, EachLimitHasItsStatus) {
  const Limits limits = {.request_line_bytes_max = 100,
                         .header_bytes_max = 400,
                         .header_fields_max = 5,
                         .body_bytes_max = 10};
  const std::string line = "GET /" + std::string(100, 'a');
  EXPECT_EQ(StatusOf(line + " HTTP/1.1\r\nHost: h\r\n\r\n", limits), 414);
  EXPECT_EQ(StatusOf(line, limits), 414) << "without an end in sight";
  EXPECT_EQ(StatusOf(Head("A: " + std::string(400, 'a') + "\r\n"), limits), 431);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nA: " + std::string(400, 'a'), limits), 431);
  EXPECT_EQ(StatusOf(Head("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\n"), limits), 431);
  EXPECT_EQ(StatusOf(Head("A: 1\r\nB: 2\r\nC: 3\r\nContent-Length: 0\r\n"), limits), 200);
  EXPECT_EQ(StatusOf(Head("Content-Length: 10\r\n") + "0123456789", limits), 200);
  EXPECT_EQ(StatusOf(Head("Content-Length: 11\r\n"), limits), 413);
  const std::string chunks = Head("Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(StatusOf(chunks + "a\r\n0123456789\r\n0\r\n\r\n", limits), 200);
  EXPECT_EQ(StatusOf(chunks + "a\r\n0123456789\r\n1\r\na\r\n0\r\n\r\n", limits), 413);
}

TEST(RequestReader, KeepsAliveAsTheVersionAndTheClientSay) {
  const auto keeps = [](std::string_view bytes) {
    const Limits limits;
    RequestReader reader(limits);
    FeedAll(reader, bytes, bytes.size());
    EXPECT_EQ(reader.state(), State::kDone) << bytes;
    return reader.keep_alive();
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

}  // namespace
}  // namespace ganglion::serve::http
