#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ganglion/serve/http/server_fixture.h"
#include "ganglion/testing/seed.h"

namespace ganglion::serve::http {
namespace {

using ServerLoadTest = ServerFixture;

TEST_F(ServerLoadTest, ManyClientsOnManyThreadsGetTheirOwnAnswers) {
  options().threads = 3;
  Start();
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  clients.reserve(8);
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      RawClient client(port());
      for (int i = 0; i < 100; ++i) {
        const std::string body = std::to_string(c) + ":" + std::to_string(i);
        client.Send(Post(i % 3 == 0 ? "/later" : "/echo", body) + Get("/stream"));
        if (client.Read().body != body) ++wrong;
        if (client.Read().body != StreamText()) ++wrong;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(server().Stats().requests, 1600u);
}

TEST_F(ServerLoadTest, StreamsOfOneEngineThreadReachAllClientsWhole) {
  Start();
  constexpr int kStreams = 32;
  constexpr int kEvents = 500;
  std::vector<std::unique_ptr<RawClient>> clients;
  std::vector<std::shared_ptr<Exchange>> streams;
  for (int i = 0; i < kStreams; ++i) {
    clients.push_back(std::make_unique<RawClient>(port()));
    ASSERT_TRUE(clients.back()->Send(Get("/held")));
    streams.push_back(TakeHeld());
    streams.back()->BeginStream({});
  }
  std::thread engine([&] {
    for (int event = 0; event < kEvents; ++event) {
      for (const auto& stream : streams) stream->Append(std::to_string(event) + ",");
    }
    for (const auto& stream : streams) stream->End();
  });
  std::string expected;
  for (int event = 0; event < kEvents; ++event) expected += std::to_string(event) + ",";
  for (const auto& client : clients) EXPECT_EQ(client->Read().body, expected);
  engine.join();
}

TEST_F(ServerLoadTest, ClientsThatLeaveAtAnyMomentHarmNobody) {
  options().threads = 2;
  Start();
  testing::SeededRng rng;
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::thread steady([&] {
    RawClient client(port());
    while (!done) {
      client.Send(Post("/echo", "steady"));
      if (client.Read().body != "steady") ++wrong;
    }
  });
  for (int i = 0; i < 1500; ++i) {
    RawClient client(port());
    const std::string bytes = rng.Below(2) == 0 ? Post("/later", "bye") : Get("/stream");
    client.Send(bytes.substr(0, 1 + rng.Below(bytes.size())));
    if (rng.Below(3) == 0) client.Reset();
  }
  done = true;
  steady.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(WaitFor([&] { return server().Stats().connections_open == 0; }));
  EXPECT_EQ(server().Stats().requests_open, 0u);
}

TEST_F(ServerLoadTest, WithoutAFreeDescriptorClientsWaitAndAreServedLater) {
  Start();
  RawClient first(port());  // whatever the first connection needs is open now
  ASSERT_TRUE(first.Send(Get("/hello")));
  ASSERT_EQ(first.Read().status, 200);
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int lowest_free = dup(0);
  close(lowest_free);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(lowest_free) + 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  RawClient client(port());  // takes the last one; the kernel answers for the server
  EXPECT_TRUE(client.connected());
  client.Send(Get("/hello"));
  EXPECT_FALSE(client.WaitForEnd(200_ms));
  EXPECT_EQ(server().Stats().connections_accepted, 1u);
  ASSERT_TRUE(first.Send(Get("/hello")));
  EXPECT_EQ(first.Read().status, 200);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ServerLoadTest, GarbageIsRefusedAndForgotten) {
  options().limits.linger_ns_max = 50_ms;
  options().limits.header_ns_max = 200_ms;
  Start();
  testing::SeededRng rng;
  constexpr int kConnections = 10'000;
  for (int i = 0; i < kConnections; ++i) {
    std::string bytes = rng.Below(2) == 0 ? "" : Post("/echo", "body", "X: y\r\n");
    for (std::size_t n = rng.Below(300); n > 0; --n) {
      const char byte = static_cast<char>(rng.Below(256));
      if (bytes.empty() || rng.Below(4) != 0) {
        bytes += byte;
      } else {
        bytes[rng.Below(bytes.size())] = byte;
      }
    }
    RawClient client(port());
    client.Send(bytes);
  }
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/hello")));
  EXPECT_EQ(client.Read().status, 200);
  client.Close();
  EXPECT_TRUE(WaitFor([&] { return server().Stats().connections_open == 0; }));
  EXPECT_EQ(server().Stats().requests_open, 0u);
  EXPECT_EQ(server().Stats().body_bytes_held, 0u);
}

}  // namespace
}  // namespace ganglion::serve::http
