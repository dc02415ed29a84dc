#include "isinglass/serve/http_server.h"

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <regex>
#include <thread>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"

namespace isinglass {
namespace {

constexpr const char* kContentSecurityPolicy =
    "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr int kThreads = 2 * HttpServer::kMostStreams;

HttpAnswer failure(int status, const std::string& message) {
  Value document = Value::Table{};
  document.set("error", message);
  return {.status = status, .body = write_json(document)};
}

HttpAnswer too_large(std::size_t most) {
  return failure(413, "the body is too large: at most " + std::to_string(most >> 20) + " MB are taken");
}

// The bytes as they are, by a provider: of content that it is given, httplib would first make Brotli of the highest grade,
// which takes a second for the page's script, where nothing travels farther than within this machine.
void send(const HttpAnswer& answer, httplib::Response& response) {
  if (answer.status != 200) response.status = answer.status;  // else 200, or 206 for a range of it
  if (!answer.tag.empty()) {
    response.set_header("ETag", answer.tag);
    response.set_header("Cache-Control", "private, no-cache");
  }
  if (answer.body.empty() || answer.status >= 400) return response.set_content(answer.body, answer.type);
  response.set_content_provider(answer.body.size(), answer.type,
                                [body = answer.body](std::size_t from, std::size_t size, httplib::DataSink& sink) {
                                  return sink.write(body.data() + from, size);
                                });
}

HttpAnswer answer(const HttpRoute& route, const httplib::Request& request) {
  if (request.body.size() > route.most_body) return too_large(route.most_body);  // it came without its length
  HttpRequest plain{.body = request.body, .known_tag = request.get_header_value("If-None-Match")};
  for (std::size_t i = 1; i < request.matches.size(); ++i) plain.parts.push_back(request.matches[i].str());
  for (const auto& [key, value] : request.params) plain.query[key] = value;
  try {
    return route.answer(plain);
  } catch (const Error& error) {
    return failure(error.exit_status() == 2 ? 400 : 422, error.what());
  } catch (const std::exception& error) {
    return failure(500, "unexpected failure, please report it: " + std::string(error.what()));
  }
}

// Only the address: httplib's own choice would let two servers share one port.
void share_nothing(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

struct HttpServer::State {
  explicit State(Setup s) : setup(std::move(s)) {}

  // What is wrong with a request, or an answer of status 200.
  HttpAnswer check(const httplib::Request& request) const {
    if (!is_own_host(request.get_header_value("Host"), port))
      return failure(403, "Host: expected 127.0.0.1:" + std::to_string(port) + "; open the address that was printed");
    if (request.has_header("Origin") && !is_own_origin(request.get_header_value("Origin"), port))
      return failure(403, "Origin: pages of other sites may not ask");
    if (request.method != "GET" && request.method != "HEAD" && request.method != "POST")
      return failure(403, "method: expected GET or POST");
    if (request.method == "POST" && !is_same_token(request.get_header_value(kTokenHeader), setup.token))
      return failure(403, std::string(kTokenHeader) + ": expected the token of this server; load the page again");
    const std::size_t most = most_body(request.path);
    if (request.method == "POST" && request.get_header_value<std::uint64_t>("Content-Length") > most)
      return too_large(most);
    return {};
  }

  std::size_t most_body(const std::string& path) const {
    for (const HttpRoute& route : setup.routes)
      if (route.method == "POST" && std::regex_match(path, std::regex(route.pattern))) return route.most_body;
    return kMostBody;
  }

  void stream(httplib::Response& response) {
    if (streams.fetch_add(1) >= kMostStreams) {
      --streams;
      return send(failure(503, "too many pages listen; close some"), response);
    }
    const auto sent = std::make_shared<std::string>();
    const auto spoke = std::make_shared<Clock::time_point>();
    response.set_header("Cache-Control", "no-store");
    response.set_chunked_content_provider(
        "text/event-stream",
        [this, sent, spoke](std::size_t, httplib::DataSink& sink) { return tick(sink, *sent, *spoke); },
        [this](bool) { --streams; });
  }

  // One look at what is going on; a word now and then even when nothing is, to notice a reader that has gone
  // before others find no place.
  using Clock = std::chrono::steady_clock;
  bool tick(httplib::DataSink& sink, std::string& sent, Clock::time_point& spoke) {
    constexpr auto kLook = std::chrono::milliseconds(50), kSilence = std::chrono::milliseconds(500);
    {
      std::unique_lock lock(mutex);
      if (!sent.empty()) ended.wait_for(lock, kLook, [this] { return is_ending; });
      if (is_ending) return false;
    }
    std::string now = setup.events();
    std::string text;
    if (now != sent) {
      text = "data: " + now + "\n\n";
      sent = std::move(now);
    } else if (Clock::now() - spoke > kSilence) {
      text = ": still here\n\n";
    }
    if (text.empty()) return true;
    spoke = Clock::now();
    return sink.write(text.data(), text.size());
  }

  Setup setup;
  int port = 0;
  httplib::Server server;
  std::thread thread;
  std::atomic<int> streams{0};
  std::mutex mutex;
  std::condition_variable ended;
  bool is_ending = false;
};

HttpServer::HttpServer(Setup setup) : state_(std::make_unique<State>(std::move(setup))) {
  State& s = *state_;
  s.server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  s.server.set_socket_options(share_nothing);
  s.server.set_tcp_nodelay(true);  // else each part of a long answer waits for the browser to confirm the last
  s.server.set_keep_alive_max_count(1);
  s.server.set_payload_max_length(kMostUpload);
  s.server.set_default_headers({{"Content-Security-Policy", kContentSecurityPolicy},
                                {"X-Content-Type-Options", "nosniff"},
                                {"Referrer-Policy", "no-referrer"},
                                {"Cross-Origin-Resource-Policy", "same-origin"},
                                {"Cache-Control", "no-store"}});
  s.server.set_pre_routing_handler([&s](const httplib::Request& request, httplib::Response& response) {
    const HttpAnswer verdict = s.check(request);
    if (verdict.status == 200) return httplib::Server::HandlerResponse::Unhandled;
    send(verdict, response);
    return httplib::Server::HandlerResponse::Handled;
  });
  s.server.Get("/api/events", [&s](const httplib::Request&, httplib::Response& response) { s.stream(response); });
  for (const HttpRoute& route : s.setup.routes) {
    const auto handler = [&route](const httplib::Request& request, httplib::Response& response) {
      send(answer(route, request), response);
    };
    if (route.method == "GET")
      s.server.Get(route.pattern, handler);
    else
      s.server.Post(route.pattern, handler);
  }
  s.server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty()) return;
    const int status = response.status;
    send(failure(status, status == 413 ? "the body is too large: at most 64 MB are taken"
                                       : "there is nothing at " + request.path),
         response);
  });
  const char* const kAddress = "127.0.0.1";
  s.port = s.setup.port == 0 ? s.server.bind_to_any_port(kAddress) : static_cast<int>(s.setup.port);
  if (s.port <= 0 || (s.setup.port != 0 && !s.server.bind_to_port(kAddress, s.port)))
    throw InputError("--port: " + std::to_string(s.setup.port) +
                     " is taken, or not allowed; choose another, or leave it out for a free one");
}

HttpServer::~HttpServer() {
  stop();
}

int HttpServer::port() const {
  return state_->port;
}

std::string HttpServer::address() const {
  return "http://127.0.0.1:" + std::to_string(state_->port) + "/";
}

void HttpServer::start() {
  state_->thread = std::thread([this] { state_->server.listen_after_bind(); });
  while (!state_->server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void HttpServer::stop() {
  if (!state_->thread.joinable()) return;
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_ending = true;
  }
  state_->ended.notify_all();
  state_->server.stop();
  state_->thread.join();
}

bool is_own_host(std::string_view host, int port) {
  const std::string end = ":" + std::to_string(port);
  if (!host.ends_with(end)) return false;
  host.remove_suffix(end.size());
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

bool is_own_origin(std::string_view origin, int port) {
  constexpr std::string_view kScheme = "http://";
  return origin.starts_with(kScheme) && is_own_host(origin.substr(kScheme.size()), port);
}

bool is_same_token(std::string_view given, std::string_view expected) {
  unsigned difference = given.size() == expected.size() ? 0 : 1;
  for (std::size_t i = 0; i < expected.size(); ++i)
    difference |= static_cast<unsigned char>(expected[i]) ^
                  static_cast<unsigned>(static_cast<unsigned char>(i < given.size() ? given[i] : 0));
  return difference == 0 && !expected.empty();
}

std::string make_token() {
  std::random_device device;
  std::string token;
  for (int i = 0; i < 32; ++i) token += "0123456789abcdef"[device() % 16];
  return token;
}

}  // namespace isinglass
