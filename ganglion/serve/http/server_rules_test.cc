#include <string>

#include <gtest/gtest.h>

#include "ganglion/serve/http/server_fixture.h"

namespace ganglion::serve::http {
namespace {

using ServerRulesTest = ServerFixture;

std::string ErrorOf(ServerOptions options) {
  const auto server = Server::Create(std::move(options));
  return server.ok() ? "" : std::string(server.error().message());
}

TEST(ServerCreate, SaysWhyItCannotListen) {
  const auto first = Server::Create({.port = 0});
  ASSERT_TRUE(first.ok());
  const std::string taken = ErrorOf({.port = (*first)->port()});
  EXPECT_NE(taken.find("127.0.0.1:" + std::to_string((*first)->port())), std::string::npos);
  EXPECT_NE(taken.find("choose another port"), std::string::npos) << taken;
  EXPECT_NE(ErrorOf({.address = "somewhere"}).find("'somewhere' is no IP address"),
            std::string::npos);
  const std::string foreign =
      ErrorOf({.address = "192.0.2.1",
               .port = 0,
               .has_tokens = true,
               .authorizer = [](Request& /*request*/) { return std::nullopt; }});
  EXPECT_NE(foreign.find("no such address"), std::string::npos) << foreign;
  EXPECT_NE(ErrorOf({.port = 0, .threads = 0}).find("threads"), std::string::npos);
  EXPECT_NE(ErrorOf({.port = 0, .limits = {.header_bytes_max = 1}}).find("limit"),
            std::string::npos);
}

TEST(ServerCreate, OtherMachinesAreNotServedWithoutTokens) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    const std::string error = ErrorOf({.address = address, .port = 0});
    EXPECT_NE(error.find("without tokens"), std::string::npos) << error;
  }
  EXPECT_NE(ErrorOf({.address = "0.0.0.0", .port = 0, .has_tokens = true}), "")
      << "tokens that nobody asks for";
  EXPECT_EQ(ErrorOf({.address = "0.0.0.0",
                     .port = 0,
                     .has_tokens = true,
                     .authorizer = [](Request& /*request*/) { return std::nullopt; }}),
            "");
}

TEST(ServerCreate, AServerThatIsNeverStartedGoesAway) {
  auto server = Server::Create({.port = 0, .threads = 3});
  ASSERT_TRUE(server.ok());
  EXPECT_TRUE((*server)->Drain(1_s));
}

TEST_F(ServerRulesTest, ARefusedRequestIsNotReadToItsEnd) {
  options().authorizer = [](Request& request) -> std::optional<Response> {
    if (request.header("authorization") == "Bearer good") {
      request.tenant = 42;
      return std::nullopt;
    }
    return Response{.status = 401,
                    .body = R"({"error":"who are you"})",
                    .headers = {{"WWW-Authenticate", "Bearer"}}};
  };
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nfirst bytes"));
  const RawAnswer refused = client.Read();
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.field("www-authenticate"), "Bearer");
  EXPECT_EQ(refused.field("connection"), "close");

  RawClient known(port());
  ASSERT_TRUE(known.Send(Get("/hello")));
  EXPECT_EQ(known.Read().status, 401);
  ASSERT_TRUE(known.Send(Get("/hello", "Authorization: Bearer good\r\n")));
  EXPECT_EQ(known.Read().status, 200) << "on the same connection: nothing was left unread";
  EXPECT_EQ(WaitForRecords(3)[2].tenant, 42u);
}

TEST_F(ServerRulesTest, RecordsSayWhatHappened) {
  Start();
  RawClient client(port());
  const std::string request = Post("/echo", "12345");
  ASSERT_TRUE(client.Send(request + Get("/items/a%20b") + Get("/nowhere")));
  for (int i = 0; i < 3; ++i) client.Read();
  RawClient gone(port());
  ASSERT_TRUE(gone.Send(Get("/held")));
  const auto exchange = TakeHeld();
  gone.Close();
  const std::vector<RequestRecord> records = WaitForRecords(4);
  EXPECT_EQ(records[0].method, "POST");
  EXPECT_EQ(records[0].route, "/echo");
  EXPECT_EQ(records[0].status, 200);
  EXPECT_EQ(records[0].bytes_in, request.size());
  EXPECT_GT(records[0].bytes_out, 100u);
  EXPECT_GT(records[0].seconds, 0);
  EXPECT_EQ(records[0].peer, "127.0.0.1");
  EXPECT_FALSE(records[0].aborted);
  EXPECT_EQ(records[1].route, "/items/{id}");
  EXPECT_EQ(records[1].path, "/items/a b");
  EXPECT_NE(records[1].id, records[0].id);
  EXPECT_EQ(records[2].route, "");
  EXPECT_EQ(records[2].status, 404);
  EXPECT_EQ(records[3].status, 499);
  EXPECT_TRUE(records[3].aborted);
  EXPECT_EQ(records[3].id, exchange->request().id);
  EXPECT_EQ(server().Stats().requests_open, 0u);
  EXPECT_EQ(server().Stats().requests_aborted, 1u);
}

TEST_F(ServerRulesTest, ErrorsComeInTheShapeThatTheOwnerWants) {
  options().error_answer = [](const ErrorCause& cause) {
    return Response{.status = cause.status,
                    .content_type = "text/plain",
                    .body = std::string(cause.path) + " " + std::to_string(cause.status)};
  };
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/nowhere") + "garbage\r\n\r\n"));
  EXPECT_EQ(client.Read().body, "/nowhere 404");
  EXPECT_EQ(client.Read().body, " 400");
}

TEST_F(ServerRulesTest, PathsThatAreNoUtf8DoNotBreakTheAnswer) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Get("/%ff%fe\"\\")));
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 404);
  EXPECT_TRUE(answer.whole);
}

TEST_F(ServerRulesTest, ForeignNamesAndForeignPagesAreRefused) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
  EXPECT_EQ(client.Read().status, 403);
  ASSERT_TRUE(client.Send("GET http://evil.example/hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(client.Read().status, 403);
  ASSERT_TRUE(client.Send(Get("/hello", "Origin: https://evil.example\r\n")));
  EXPECT_EQ(client.Read().status, 403);
  ASSERT_TRUE(client.Send(Get("/hello", "Origin: http://localhost\r\n")));
  const RawAnswer own = client.Read();
  EXPECT_EQ(own.status, 200);
  EXPECT_EQ(own.field("access-control-allow-origin"), "");
}

TEST_F(ServerRulesTest, AllowedPagesMayAskAndSee) {
  options().cors_origins = {"https://app.example"};
  options().authorizer = [](Request& /*request*/) { return Response{.status = 401}; };
  Start();
  RawClient client(port());
  ASSERT_TRUE(
      client.Send("OPTIONS /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example\r\n"
                  "Access-Control-Request-Method: POST\r\n"
                  "Access-Control-Request-Headers: authorization,content-type\r\n\r\n"));
  const RawAnswer preflight = client.Read();
  EXPECT_EQ(preflight.status, 204) << "browsers send no token when they ask whether they may";
  EXPECT_EQ(preflight.field("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(preflight.field("access-control-allow-methods"), "POST, OPTIONS");
  EXPECT_EQ(preflight.field("access-control-allow-headers"), "authorization,content-type");
  ASSERT_TRUE(client.Send(Post("/echo", "x", "Origin: https://app.example\r\n")));
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.field("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(answer.field("vary"), "Origin");
}

TEST_F(ServerRulesTest, AClientThatWaitsForContinueIsTold) {
  Start();
  RawClient client(port());
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  ASSERT_TRUE(client.Send(head));
  EXPECT_EQ(client.Read().status, 100);
  ASSERT_TRUE(client.Send("body"));
  EXPECT_EQ(client.Read().body, "body");
  // Where the answer is no, it comes instead.
  RawClient refused(port());
  ASSERT_TRUE(refused.Send("POST /nowhere" + head.substr(10)));
  EXPECT_EQ(refused.Read().status, 404);
}

TEST_F(ServerRulesTest, ChunkedBodiesAreRead) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(
      client.Send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n" +
                  Get("/hello")));
  EXPECT_EQ(client.Read().body, "abcdefg");
  EXPECT_EQ(client.Read().status, 200);
}

}  // namespace
}  // namespace ganglion::serve::http
