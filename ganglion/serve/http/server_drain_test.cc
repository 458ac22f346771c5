#include <future>
#include <string>

#include <gtest/gtest.h>

#include "ganglion/serve/http/server_fixture.h"

namespace ganglion::serve::http {
namespace {

using ServerDrainTest = ServerFixture;

TEST_F(ServerDrainTest, WhatIsInProgressIsFinishedAndTheRestRefused) {
  Start();
  RawClient busy(port());
  ASSERT_TRUE(busy.Send(Get("/held")));
  auto exchange = TakeHeld();
  exchange->BeginStream({});
  exchange->Append("first ");
  busy.ReadUntil("first ");
  RawClient kept(port());
  ASSERT_TRUE(kept.Send(Get("/hello")));
  ASSERT_EQ(kept.Read().status, 200);

  const std::uint16_t old_port = port();
  auto drained = std::async(std::launch::async, [this] { return server().Drain(10_s); });
  EXPECT_TRUE(WaitFor([&] { return !RawClient(old_port).connected(); })) << "still listening";
  ASSERT_TRUE(kept.Send(Get("/hello")));
  const RawAnswer refused = kept.Read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.field("retry-after"), "1");
  EXPECT_EQ(refused.field("connection"), "close");
  EXPECT_TRUE(exchange->Append("second"));
  exchange->End();
  exchange.reset();
  const RawAnswer answer = busy.Read();
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(answer.body, "first second");
  EXPECT_TRUE(drained.get());
  EXPECT_TRUE(busy.WaitForEnd());
}

TEST_F(ServerDrainTest, AnswersThatBeginWhileItDrainsSayClose) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/held")));
  const auto exchange = TakeHeld();
  const std::uint16_t old_port = port();
  auto drained = std::async(std::launch::async, [this] { return server().Drain(10_s); });
  EXPECT_TRUE(WaitFor([&] { return !RawClient(old_port).connected(); }));
  exchange->Reply({});
  EXPECT_EQ(client.Read().field("connection"), "close");
  client.Close();
  EXPECT_TRUE(drained.get());
}

TEST_F(ServerDrainTest, AfterTheDeadlineTheRestIsCut) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/held")));
  const auto exchange = TakeHeld();
  Event gone;
  exchange->OnGone([&] { gone.Set(); });
  const TimeNs begin = sys::MonotonicNow();
  EXPECT_FALSE(server().Drain(100_ms));
  EXPECT_LT(sys::MonotonicNow() - begin, 5_s);
  EXPECT_TRUE(gone.Wait());
  EXPECT_TRUE(client.WaitForEnd());
}

TEST_F(ServerDrainTest, IdleConnectionsDoNotHoldItUp) {
  Start();
  RawClient idle(port());
  ASSERT_TRUE(idle.Send(Get("/hello")));
  ASSERT_EQ(idle.Read().status, 200);
  auto drained = std::async(std::launch::async, [this] { return server().Drain(60_s); });
  EXPECT_TRUE(idle.WaitForEnd());
  idle.Close();
  EXPECT_TRUE(drained.get());
}

TEST_F(ServerDrainTest, ExchangesMayOutliveTheServer) {
  Start();
  RawClient client(port());
  RawClient stream(port());
  ASSERT_TRUE(client.Send(Get("/held")));
  const auto waiting = TakeHeld();
  ASSERT_TRUE(stream.Send(Get("/held")));
  const auto streaming = TakeHeld();
  streaming->BeginStream({});
  streaming->Append("half");
  DropServer();
  waiting->Reply({});
  EXPECT_FALSE(streaming->Append("more"));
  streaming->End();
  bool gone = false;
  streaming->OnGone([&] { gone = true; });
  EXPECT_TRUE(gone);
}

}  // namespace
}  // namespace ganglion::serve::http
