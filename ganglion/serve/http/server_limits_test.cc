#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/serve/http/server_fixture.h"

// Each limit of limits.h is passed here once by a client of its own.

namespace ganglion::serve::http {
namespace {

class ServerLimitsTest : public ServerFixture {
 protected:
  Limits& limits() { return options().limits; }
  // The server says `status` to `bytes` and closes.
  void ExpectRefusal(std::string_view bytes, int status) {
    RawClient client(port());
    client.Send(bytes);
    const RawAnswer answer = client.Read();
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_NE(answer.body.find(R"({"error":{"message":")"), std::string::npos) << answer.body;
    EXPECT_TRUE(client.WaitForEnd());
  }
};

TEST_F(ServerLimitsTest, RequestLineHeaderFieldsAndBody) {
  limits().request_line_bytes_max = 200;
  limits().header_bytes_max = 1000;
  limits().header_fields_max = 10;
  limits().body_bytes_max = 5000;
  Start();
  ExpectRefusal(Get("/" + std::string(200, 'a')), 414);
  ExpectRefusal(Get("/hello", "A: " + std::string(1000, 'a') + "\r\n"), 431);
  std::string fields;
  for (int i = 0; i < 10; ++i) fields += "A: 1\r\n";
  ExpectRefusal(Get("/hello", fields), 431);
  ExpectRefusal(Post("/echo", std::string(5001, 'a')), 413);
  ExpectRefusal("no HTTP at all\r\n\r\n", 400);
}

TEST_F(ServerLimitsTest, ARefusalArrivesThoughTheClientStillSends) {
  limits().body_bytes_max = 5000;
  Start();
  RawClient client(port());
  // More than the kernel's buffers hold: closing at once would reset the connection, and the
  // answer would be lost.
  client.Send(Post("/echo", std::string(8 << 20, 'a')));
  EXPECT_EQ(client.Read().status, 413);
}

TEST_F(ServerLimitsTest, ALongLineAmongChunksIsRefused) {
  Start();
  ExpectRefusal("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                    std::string(100'000, 'x'),
                400);
}

TEST_F(ServerLimitsTest, BodiesOfAllRequestsTogether) {
  limits().body_bytes_total_max = 10'000;
  Start();
  RawClient first(port());
  ASSERT_TRUE(first.Send(Post("/held", std::string(8000, 'a'))));
  auto exchange = TakeHeld();
  EXPECT_EQ(server().Stats().body_bytes_held, 8000u);
  RawClient second(port());
  ASSERT_TRUE(second.Send(Post("/echo", std::string(4000, 'a'))));
  EXPECT_EQ(second.Read().status, 503);
  exchange->Reply({});
  exchange.reset();
  EXPECT_EQ(first.Read().status, 200);
  WaitForRecords(2);
  RawClient third(port());
  ASSERT_TRUE(third.Send(Post("/echo", std::string(4000, 'a'))));
  EXPECT_EQ(third.Read().status, 200);
}

TEST_F(ServerLimitsTest, ConnectionsInAll) {
  limits().connections_max = 3;
  Start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(port()));
    ASSERT_TRUE(clients.back()->Send(Get("/hello")));
    ASSERT_EQ(clients.back()->Read().status, 200);
  }
  RawClient fourth(port());
  const RawAnswer answer = fourth.Read();  // without a request
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.field("retry-after"), "1");
  EXPECT_TRUE(fourth.WaitForEnd());
  EXPECT_EQ(server().Stats().connections_refused, 1u);
  ASSERT_TRUE(clients[0]->Send(Get("/hello")));
  EXPECT_EQ(clients[0]->Read().status, 200) << "those inside notice nothing";
}

TEST_F(ServerLimitsTest, ConnectionsOfOnePeer) {
  limits().connections_per_peer_max = 2;
  Start();
  RawClient first(port());
  RawClient second(port());
  for (RawClient* client : {&first, &second}) {
    ASSERT_TRUE(client->Send(Get("/hello")));
    ASSERT_EQ(client->Read().status, 200);
  }
  RawClient third(port());
  EXPECT_EQ(third.Read().status, 503);
  third.Close();
  first.Close();
  // The place is free again once the server has seen the end.
  EXPECT_TRUE(WaitFor([&] {
    RawClient again(port());
    again.Send(Get("/hello"));
    return again.Read().status == 200;
  }));
}

TEST_F(ServerLimitsTest, RequestsOfOneConnection) {
  limits().requests_per_connection_max = 2;
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/hello") + Get("/hello") + Get("/hello")));
  EXPECT_EQ(client.Read().field("connection"), "");
  EXPECT_EQ(client.Read().field("connection"), "close");
  EXPECT_TRUE(client.WaitForEnd());
}

TEST_F(ServerLimitsTest, AHeaderThatDribblesInIsTimedOut) {
  limits().header_ns_max = 200_ms;
  Start();
  RawClient client(port());
  const TimeNs begin = sys::MonotonicNow();
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\nHost: localhost\r\n"));
  // A field now and then does not buy more time.
  for (int i = 0; !client.WaitForEnd(20_ms) && i < 500; ++i) client.Send("X: 1\r\n");
  EXPECT_LT(sys::MonotonicNow() - begin, 5_s);
  RawClient quiet(port());
  ASSERT_TRUE(quiet.Send("GET /hello HTTP/1.1\r\n"));
  EXPECT_EQ(quiet.Read().status, 408);
}

TEST_F(ServerLimitsTest, ABodyThatDoesNotComeIsTimedOut) {
  limits().body_ns_max = 100_ms;
  Start();
  ExpectRefusal("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf", 408);
}

TEST_F(ServerLimitsTest, AnIdleConnectionIsClosedWithoutAWord) {
  limits().idle_ns_max = 100_ms;
  Start();
  RawClient fresh(port());
  EXPECT_EQ(fresh.ReadToEnd(), "");
  RawClient used(port());
  ASSERT_TRUE(used.Send(Get("/hello")));
  EXPECT_EQ(used.Read().status, 200);
  EXPECT_EQ(used.ReadToEnd(), "");
}

TEST_F(ServerLimitsTest, ASlowReaderOfAStreamIsCutAndNeverWaitedFor) {
  limits().stream_bytes_max = 100'000;
  limits().socket_send_bytes = 4096;
  Start();
  RawClient client(port(), 4096);
  ASSERT_TRUE(client.Send(Get("/held")));
  const auto exchange = TakeHeld();
  Event gone;
  exchange->OnGone([&] { gone.Set(); });
  exchange->BeginStream({});
  const std::string event(1000, 'a');
  int appended = 0;
  while (exchange->Append(event) && appended < 100'000) ++appended;
  EXPECT_LT(appended, 100'000);
  EXPECT_TRUE(gone.Wait());
  EXPECT_TRUE(client.WaitForEnd());
  EXPECT_TRUE(WaitForRecords(1)[0].aborted);
}

TEST_F(ServerLimitsTest, AWriteWithoutProgressIsCut) {
  limits().write_stall_ns_max = 200_ms;
  limits().socket_send_bytes = 4096;
  Start();
  RawClient client(port(), 4096);
  ASSERT_TRUE(client.Send(Get("/held")));
  TakeHeld()->Reply({.body = std::string(16 << 20, 'a')});
  const std::vector<RequestRecord> records = WaitForRecords(1);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_TRUE(records[0].aborted);
  EXPECT_EQ(records[0].status, 200);
  EXPECT_LT(records[0].bytes_out, 16u << 20);
}

TEST_F(ServerLimitsTest, AClientThatLingersIsLeft) {
  limits().linger_ns_max = 100_ms;
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(client.Read().status, 200);
  // The server's end has come; ours does not.
  EXPECT_TRUE(WaitFor([&] { return server().Stats().connections_open == 0; }));
}

}  // namespace
}  // namespace ganglion::serve::http
