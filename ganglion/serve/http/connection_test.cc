#include "ganglion/serve/http/connection.h"

#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ganglion/testing/seed.h"

// A connection without a socket: the test is its transport, its loop and its clock, so that every
// order of events can be had, and had again.

namespace ganglion::serve::http {
namespace {

struct Wire {
  std::shared_ptr<TransportOwner> owner;
  std::span<char> read_into = {};
  std::string_view to_write = {};
  bool ready_wanted = false;
  bool finished = false;
  bool closed = false;
};

class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(Wire& wire) : wire_(wire) {}
  void Start(std::shared_ptr<TransportOwner> owner) override {
    wire_.owner = std::move(owner);
    wire_.ready_wanted = true;
  }
  void Read(std::span<char> into) override {
    EXPECT_TRUE(wire_.read_into.empty()) << "two reads at once";
    EXPECT_FALSE(into.empty());
    wire_.read_into = into;
  }
  void Write(std::string_view bytes) override {
    EXPECT_TRUE(wire_.to_write.empty()) << "two writes at once";
    EXPECT_FALSE(bytes.empty());
    EXPECT_FALSE(wire_.finished) << "a write after the end";
    wire_.to_write = bytes;
  }
  void Finish() override { wire_.finished = true; }
  void Close() override {
    wire_.closed = true;
    wire_.owner.reset();
  }

 private:
  Wire& wire_;
};

class World final : public ConnectionHost {
 public:
  explicit World(Limits limits) {
    context_.options.limits = limits;
    context_.options.observer = [this](const RequestRecord& record) { records.push_back(record); };
    context_.policy = OriginPolicy(true, {}, {});
    context_.router.Add("POST", "/echo", [](const std::shared_ptr<Exchange>& exchange) {
      exchange->Reply({.body = exchange->request().body});
    });
    context_.router.Add("POST", "/later", [this](std::shared_ptr<Exchange> exchange) {
      later.push_back(std::move(exchange));
    });
    connection_ = std::make_shared<Connection>(1, "peer", std::make_unique<FakeTransport>(wire),
                                               context_, *this, signal_);
    connection_->Start();
  }
  ~World() override {
    if (!wire.closed) connection_->Cut();
    EXPECT_EQ(context_.counters->Stats().requests_open, 0u);
    later.clear();
    connection_.reset();
    EXPECT_EQ(context_.counters->Stats().body_bytes_held, 0u);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  TimeNs Now() const override { return now; }
  void Closed(std::uint64_t /*connection*/) override { EXPECT_EQ(++closed_count_, 1); }

  void Ready() {
    if (std::exchange(wire.ready_wanted, false)) connection_->OnReady(true);
  }
  // The network brings some of `bytes`; how many.
  std::size_t Bring(std::string_view bytes) {
    const std::size_t size = std::min(bytes.size(), wire.read_into.size());
    if (size == 0 || wire.closed) return 0;
    std::memcpy(wire.read_into.data(), bytes.data(), size);
    wire.read_into = {};
    connection_->OnRead(size);
    return size;
  }
  void BringEnd() {
    wire.read_into = {};
    if (!wire.closed) connection_->OnRead(0);
  }
  void TakeBytes(std::size_t size_max) {
    const std::size_t size = std::min(size_max, wire.to_write.size());
    if (size == 0 || wire.closed) return;
    written += wire.to_write.substr(0, size);
    wire.to_write = {};
    connection_->OnWritten(size);
  }
  void Signal() {
    if (!std::exchange(signal_->is_set, false) || wire.closed) return;
    connection_->OnAnswer();
  }
  void Pass(TimeNs time_ns) {
    now += time_ns;
    if (!wire.closed) connection_->OnTick(now);
  }
  // Everything that can happen by itself does.
  void Settle() {
    for (int i = 0; i < 100; ++i) {
      Ready();
      TakeBytes(1 << 20);
      Signal();
    }
  }

  Wire wire;
  TimeNs now = 1_s;
  std::string written;
  std::vector<RequestRecord> records;
  std::deque<std::shared_ptr<Exchange>> later;

 private:
  struct FlagSignal final : ReadySignal {
    void Ready(std::uint64_t /*connection*/) override { is_set = true; }
    bool is_set = false;
  };
  Context context_;
  std::shared_ptr<FlagSignal> signal_ = std::make_shared<FlagSignal>();
  std::shared_ptr<Connection> connection_;
  int closed_count_ = 0;
};

std::string PostOf(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

// The bodies of the whole answers in `bytes`, each followed by ';'.
std::string BodiesIn(std::string_view bytes) {
  std::string bodies;
  for (;;) {
    const std::size_t head = bytes.find("\r\n\r\n");
    if (head == std::string_view::npos) return bodies;
    const std::size_t field = bytes.find("Content-Length: ");
    if (field > head) return bodies + "no length";
    const std::size_t size = std::strtoul(bytes.data() + field + 16, nullptr, 10);
    if (bytes.size() - head - 4 < size) return bodies;
    bodies += std::string(bytes.substr(head + 4, size)) + ";";
    bytes.remove_prefix(head + 4 + size);
  }
}

TEST(Connection, AnyOrderOfEventsGivesTheSameAnswers) {
  testing::SeededRng rng;
  for (int run = 0; run < 2000; ++run) {
    std::string input;
    std::string expected;
    for (std::size_t i = 1 + rng.Below(6); i > 0; --i) {
      const std::string body = std::string(rng.Below(50), 'b') + std::to_string(i);
      input += PostOf(rng.Below(2) == 0 ? "/echo" : "/later", body);
      expected += body + ";";
    }
    World world(Limits{});
    std::size_t brought = 0;
    for (int step = 0; step < 20'000 && BodiesIn(world.written) != expected; ++step) {
      switch (rng.Below(5)) {
        case 0:
          world.Ready();
          break;
        case 1:
          brought += world.Bring(std::string_view(input).substr(brought, 1 + rng.Below(40)));
          break;
        case 2:
          world.TakeBytes(1 + rng.Below(200));
          break;
        case 3:
          world.Signal();
          break;
        default:
          if (world.later.empty()) break;
          world.later.front()->Reply({.body = world.later.front()->request().body});
          world.later.pop_front();
      }
    }
    ASSERT_EQ(BodiesIn(world.written), expected) << "run " << run;
    ASSERT_FALSE(world.wire.closed);
  }
}

TEST(Connection, AClientMayEndAtAnyMoment) {
  testing::SeededRng rng;
  for (int run = 0; run < 2000; ++run) {
    World world(Limits{});
    const std::string input = PostOf("/later", "body") + PostOf("/echo", "body");
    std::size_t left = rng.Below(input.size() + 1);
    std::size_t brought = 0;
    int gone = 0;
    bool answered = false;
    world.Ready();
    while (left > 0) {
      const std::size_t size =
          world.Bring(std::string_view(input).substr(brought, std::min(left, 1 + rng.Below(30))));
      brought += size;
      left -= size;
      world.TakeBytes(rng.Below(100));
      if (!world.later.empty() && !answered) {
        world.later.front()->OnGone([&] { ++gone; });
        answered = rng.Below(4) == 0;
        if (answered) world.later.front()->Reply({});
      }
      world.Signal();
    }
    world.BringEnd();
    world.Settle();
    EXPECT_TRUE(world.wire.closed);
    EXPECT_EQ(gone, !world.later.empty() && !answered ? 1 : 0);
  }
}

TEST(Connection, EachWaitHasItsDeadline) {
  const Limits limits;
  {
    World world(limits);
    world.Pass(limits.handshake_ns_max + 1);
    EXPECT_TRUE(world.wire.closed) << "handshake";
  }
  {
    World world(limits);
    world.Ready();
    world.Pass(limits.idle_ns_max + 1);
    EXPECT_TRUE(world.wire.closed) << "idle";
    EXPECT_TRUE(world.written.empty());
  }
  for (const std::string& part : {std::string("POST"), PostOf("/echo", "body").substr(0, 60)}) {
    World world(limits);
    world.Ready();
    world.Bring(part);
    world.Pass(std::max(limits.header_ns_max, limits.body_ns_max) + 1);
    world.Settle();
    EXPECT_TRUE(world.written.starts_with("HTTP/1.1 408 ")) << part;
    EXPECT_TRUE(world.wire.finished);
    world.Pass(limits.linger_ns_max + 1);
    EXPECT_TRUE(world.wire.closed) << "linger";
  }
}

TEST(Connection, AHandlerMayThinkAsLongAsItLikes) {
  const Limits limits;
  World world(limits);
  world.Ready();
  world.Bring(PostOf("/later", "body"));
  world.Pass(3600_s);
  ASSERT_FALSE(world.wire.closed);
  world.later.front()->Reply({.body = "at last"});
  world.Settle();
  EXPECT_EQ(BodiesIn(world.written), "at last;");
}

TEST(Connection, AStalledWriteIsCutAndASlowOneIsNot) {
  const Limits limits;
  World world(limits);
  world.Ready();
  world.Bring(PostOf("/later", "body"));
  world.later.front()->Reply({.body = std::string(1000, 'a')});
  world.Signal();
  for (int i = 0; i < 10; ++i) {
    world.Pass(limits.write_stall_ns_max - 1);
    world.TakeBytes(10);
  }
  EXPECT_FALSE(world.wire.closed);
  world.Pass(limits.write_stall_ns_max + 1);
  EXPECT_TRUE(world.wire.closed);
  ASSERT_EQ(world.records.size(), 1u);
  EXPECT_TRUE(world.records[0].aborted);
}

TEST(Connection, RequestsAheadOfTheirTurnDoNotGrowWithoutEnd) {
  World world(Limits{});
  world.Ready();
  world.Bring(PostOf("/later", "body"));
  const std::string flood(10'000, 'x');
  std::size_t brought = 0;
  for (int i = 0; i < 1000; ++i) brought += world.Bring(flood);
  EXPECT_LT(brought, 100'000u);
  EXPECT_GT(brought, 0u);
}

}  // namespace
}  // namespace ganglion::serve::http
