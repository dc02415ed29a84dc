#include "isinglass/serve/http_server.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"
#include "isinglass/serve/serve_rig.h"

namespace isinglass {
namespace {

using testing_serve::get;
using testing_serve::post;
using testing_serve::Reply;
using testing_serve::talk;

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest()
      : server_({.token = "0123456789abcdef0123456789abcdef",
                 .routes = {{"GET", "/hello/([a-z]+)",
                             [](const HttpRequest& q) { return HttpAnswer{.body = "\"" + q.parts[0] + "\""}; }},
                            {"GET", "/wrong", [](const HttpRequest&) -> HttpAnswer { throw InputError("so it is"); }},
                            {"POST", "/change",
                             [this](const HttpRequest& q) {
                               ++changes_;
                               return HttpAnswer{.body = std::to_string(q.body.size())};
                             }},
                            {.method = "POST",
                             .pattern = "/upload",
                             .answer =
                                 [](const HttpRequest& q) { return HttpAnswer{.body = std::to_string(q.body.size())}; },
                             .most_body = kMostUpload}},
                 .events = [] { return std::string("{\"n\":1}"); }}) {
    server_.start();
  }
  int port() const { return server_.port(); }
  std::string host() const { return "127.0.0.1:" + std::to_string(port()); }
  Reply ask(const std::string& headers, const std::string& line = "GET /hello/you") const {
    return talk(port(), line + " HTTP/1.1\r\n" + headers + "\r\n");
  }

  int changes_ = 0;
  HttpServer server_;
};

TEST_F(HttpServerTest, AnswersItsOwnPage) {
  const Reply reply = get(port(), "/hello/you");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "\"you\"");
  EXPECT_NE(reply.head.find("Content-Security-Policy: default-src 'self'"), std::string::npos);
  EXPECT_NE(reply.head.find("X-Content-Type-Options: nosniff"), std::string::npos);
  EXPECT_EQ(ask("Host: localhost:" + std::to_string(port()) + "\r\nOrigin: http://" + host() + "\r\n").status, 200);
}

TEST_F(HttpServerTest, RefusesForeignHosts) {
  for (const std::string& name :
       {std::string("evil.example"), "evil.example:" + std::to_string(port()), std::string("127.0.0.1"),
        "127.0.0.1:" + std::to_string(port()) + ".evil.example", "127.0.0.1.evil.example:" + std::to_string(port())})
    EXPECT_EQ(ask("Host: " + name + "\r\n").status, 403) << name;
  EXPECT_EQ(ask("").status, 403);
}

TEST_F(HttpServerTest, RefusesForeignOrigins) {
  for (const std::string& origin :
       std::vector<std::string>{std::string("http://evil.example"), std::string("null"), "https://" + host(),
                                "http://127.0.0.1:1", "http://" + host() + "@evil.example"})
    EXPECT_EQ(ask("Host: " + host() + "\r\nOrigin: " + origin + "\r\n").status, 403) << origin;
}

TEST_F(HttpServerTest, ChangesNothingWithoutTheToken) {
  EXPECT_EQ(post(port(), "/change", "", "x").status, 403);
  EXPECT_EQ(post(port(), "/change", "0123456789abcdef0123456789abcdee", "x").status, 403);
  EXPECT_EQ(post(port(), "/change", "0123456789abcdef0123456789abcdef0", "x").status, 403);
  EXPECT_EQ(changes_, 0);
  EXPECT_EQ(post(port(), "/change", "0123456789abcdef0123456789abcdef", "xyz").body, "3");
  EXPECT_EQ(changes_, 1);
}

TEST_F(HttpServerTest, RefusesOtherMethods) {
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "PATCH"})
    EXPECT_EQ(ask("Host: " + host() + "\r\n", std::string(method) + " /hello/you").status, 403) << method;
}

TEST_F(HttpServerTest, RefusesLargeBodies) {
  const std::string large(kMostBody + 1, 'x');
  EXPECT_EQ(post(port(), "/change", "0123456789abcdef0123456789abcdef", large).status, 413);
  EXPECT_EQ(changes_, 0);
}

TEST_F(HttpServerTest, ARouteMayTakeLargerBodies) {
  const std::string token = "0123456789abcdef0123456789abcdef";
  EXPECT_EQ(post(port(), "/upload", token, std::string(kMostBody + 1, 'x')).body, std::to_string(kMostBody + 1));
  const Reply refused = post(port(), "/upload", token, std::string(kMostUpload + 1, 'x'));
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(*refused.json().find("error")->as_string(), "the body is too large: at most 64 MB are taken");
}

TEST_F(HttpServerTest, HasNoOtherPaths) {
  for (const char* path : {"/", "/hello/../etc/passwd", "/..%2f..%2fetc/passwd", "/hello/you/more", "/hello/YOU"})
    EXPECT_EQ(get(port(), path).status, 404) << path;
}

TEST_F(HttpServerTest, TellsWhatIsWrong) {
  const Reply reply = get(port(), "/wrong");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(*reply.json().find("error")->as_string(), "so it is");
}

TEST_F(HttpServerTest, StreamsEvents) {
  const Reply reply = talk(port(), "GET /api/events HTTP/1.1\r\nHost: " + host() + "\r\n\r\n", "}\n\n");
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.head.find("text/event-stream"), std::string::npos);
  EXPECT_NE(reply.body.find("data: {\"n\":1}\n\n"), std::string::npos) << reply.body;
}

TEST_F(HttpServerTest, TakesAPortThatIsFree) {
  try {
    HttpServer second({.port = server_.port(), .token = "t", .routes = {}, .events = [] { return std::string(); }});
    FAIL() << "two servers share a port";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("--port"), std::string::npos) << error.what();
  }
}

TEST(HttpRules, TokensDiffer) {
  EXPECT_EQ(make_token().size(), 32u);
  EXPECT_NE(make_token(), make_token());
  EXPECT_FALSE(is_same_token("", ""));
}

}  // namespace
}  // namespace isinglass
