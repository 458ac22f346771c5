#include "ganglion/serve/http/server.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/serve/http/server_fixture.h"

namespace ganglion::serve::http {
namespace {

using ServerTest = ServerFixture;

TEST_F(ServerTest, AGetIsAnsweredByItsHandler) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/hello?a=b")));
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"hello":true})");
  EXPECT_EQ(answer.field("content-type"), "application/json");
  EXPECT_EQ(answer.field("x-content-type-options"), "nosniff");
  EXPECT_TRUE(answer.field("x-request-id").starts_with("req-"));
  EXPECT_TRUE(answer.field("date").ends_with(" GMT"));
  EXPECT_EQ(answer.field("connection"), "");
}

TEST_F(ServerTest, AConnectionServesManyRequests) {
  Start();
  RawClient client(port());
  for (int i = 0; i < 100; ++i) {
    const std::string body = "number " + std::to_string(i);
    ASSERT_TRUE(client.Send(Post("/echo", body)));
    EXPECT_EQ(client.Read().body, body);
  }
  EXPECT_EQ(server().Stats().connections_accepted, 1u);
  EXPECT_EQ(server().Stats().requests, 100u);
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInTheirOrder) {
  Start();
  RawClient client(port());
  std::string all;
  for (int i = 0; i < 500; ++i) all += Post("/later", std::to_string(i));
  ASSERT_TRUE(client.Send(all));
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.Read().body, std::to_string(i));
}

TEST_F(ServerTest, UnknownPathsAndMethodsAreNamed) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/nowhere")));
  const RawAnswer nothing = client.Read();
  EXPECT_EQ(nothing.status, 404);
  EXPECT_NE(nothing.body.find("'/nowhere'"), std::string::npos);
  EXPECT_NE(nothing.body.find(R"("type":"invalid_request_error")"), std::string::npos);
  ASSERT_TRUE(client.Send(Get("/echo")));
  const RawAnswer wrong = client.Read();
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.field("allow"), "POST, OPTIONS");
  ASSERT_TRUE(client.Send("OPTIONS /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const RawAnswer options = client.Read();
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.field("allow"), "GET, HEAD, OPTIONS");
}

TEST_F(ServerTest, HeadHasTheFieldsOfGetAndNoBody) {
  Start();
  RawClient client(port());
  for (const char* path : {"/hello", "/stream"}) {
    ASSERT_TRUE(client.Send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_EQ(client.Read("HEAD").status, 200);
  }
  ASSERT_TRUE(client.Send(Get("/hello")));
  EXPECT_EQ(client.Read().body, R"({"hello":true})");
}

TEST_F(ServerTest, AStreamLeavesAsItIsAppended) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/held")));
  const auto exchange = TakeHeld();
  exchange->BeginStream({.content_type = "text/event-stream"});
  ASSERT_TRUE(exchange->Append("data: 1\n\n"));
  EXPECT_NE(client.ReadUntil("data: 1\n\n").find("text/event-stream"), std::string::npos);
  ASSERT_TRUE(exchange->Append("data: 2\n\n"));
  exchange->End();
  const RawAnswer answer = client.Read();
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(answer.body, "data: 1\n\ndata: 2\n\n");
}

TEST_F(ServerTest, OldClientsGetAStreamWithoutChunksUntilTheEnd) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send("GET /stream HTTP/1.0\r\n\r\n"));
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.field("transfer-encoding"), "");
  EXPECT_EQ(answer.body, StreamText());
}

TEST_F(ServerTest, ADroppedExchangeAnswers500) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/dropped")));
  EXPECT_EQ(client.Read().status, 500);
  ASSERT_TRUE(client.Send(Get("/hello")));
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ServerTest, ADroppedStreamIsCut) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/held")));
  auto exchange = TakeHeld();
  exchange->BeginStream({});
  exchange->Append("half");
  exchange.reset();
  EXPECT_FALSE(client.Read().whole);
}

TEST_F(ServerTest, AHandlerHearsAtOnceThatItsClientLeft) {
  Start();
  for (const bool by_reset : {false, true}) {
    RawClient client(port());
    ASSERT_TRUE(client.Send(Get("/held")));
    const auto exchange = TakeHeld();
    Event gone;
    exchange->OnGone([&] { gone.Set(); });
    const TimeNs begin = sys::MonotonicNow();
    by_reset ? client.Reset() : client.Close();
    ASSERT_TRUE(gone.Wait());
    // Milliseconds; a machine that is busy with other things may take longer.
    EXPECT_LT(sys::MonotonicNow() - begin, 500_ms);
    EXPECT_FALSE(exchange->Append("more"));
    bool told_later = false;
    exchange->OnGone([&] { told_later = true; });
    EXPECT_TRUE(told_later);
  }
}

}  // namespace
}  // namespace ganglion::serve::http
