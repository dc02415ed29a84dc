// isinglass/serve/http_server.h - an HTTP server for one user on this machine: routes, and who may ask.
//
// It listens on 127.0.0.1 alone. Browsers let any page of the world send requests there, so every request is held to:
//
//     Host          127.0.0.1, localhost or [::1] with the port of the server: a foreign name may be made to point here
//     Origin        absent, or the server itself
//     POST          has the header X-Isinglass-Token with the token that index.html was given
//     body          at most as many bytes as the route takes, kMostBody or kMostUpload
//
// Anything else is answered with 403 or 413 before a route sees it. What is sent says that the page may load nothing
// from elsewhere (Content-Security-Policy), and is answered on a connection of its own, so that what was refused leaves
// nothing behind.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

constexpr const char* kTokenHeader = "X-Isinglass-Token";
constexpr std::size_t kMostBody = 8u << 20, kMostUpload = 64u << 20;  // bytes

struct HttpRequest {
  std::vector<std::string> parts;  // what the groups of the route's pattern matched
  std::map<std::string, std::string> query;
  std::string body;
  std::string known_tag = {};  // of an answer that the reader still has (If-None-Match)
};

struct HttpAnswer {
  int status = 200;
  std::string type = "application/json", body = {};
  std::string tag = {};  // ETag of an answer that may be kept and asked for again
};

struct HttpRoute {
  std::string method, pattern;                           // "GET" or "POST"; a regular expression for the whole path
  std::function<HttpAnswer(const HttpRequest&)> answer;  // an Error that it throws is answered with 400
  std::size_t most_body = kMostBody;
};

class HttpServer {
 public:
  static constexpr int kMostStreams = 8;  // open at once; each holds a thread

  struct Setup {
    Index port = 0;  // 0: a free one
    std::string token;
    std::vector<HttpRoute> routes;
    std::function<std::string()>
        events;  // what GET /api/events tells: looked at 20 times a second, sent when it changed
  };
  // Throws InputError when the port is taken. Answers from start() on.
  explicit HttpServer(Setup setup);
  ~HttpServer();  // stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  std::string address() const;  // "http://127.0.0.1:40123/"
  void start();                 // in threads of its own
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The rules, each by itself.
bool is_own_host(std::string_view host, int port);
bool is_own_origin(std::string_view origin, int port);
bool is_same_token(std::string_view given, std::string_view expected);  // in the same time for every wrong one
std::string make_token();                                               // 128 random bits, as 32 hexadecimal digits

}  // namespace isinglass
