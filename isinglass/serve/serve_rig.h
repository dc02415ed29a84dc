// isinglass/serve/serve_rig.h - for tests: speaks HTTP word by word, so that also what no browser sends can be sent.
#pragma once
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "isinglass/io/json.h"

namespace isinglass::testing_serve {

struct Reply {
  int status = 0;
  std::string head, body;

  Value json() const { return parse_json(body, "reply"); }
};

// Sends the bytes and reads until the server closes, or until `enough` has come.
inline Reply talk(int port, const std::string& bytes, const std::string& enough = "") {
  const int s = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string text;
  if (::connect(s, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = ::send(s, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    char part[4096];
    for (ssize_t n; (n = ::recv(s, part, sizeof part, 0)) > 0;) {
      text.append(part, static_cast<std::size_t>(n));
      if (!enough.empty() && text.find(enough) != std::string::npos) break;
    }
  }
  ::close(s);
  const std::size_t end = text.find("\r\n\r\n");
  Reply reply{.head = text.substr(0, end), .body = end == std::string::npos ? "" : text.substr(end + 4)};
  if (text.size() > 12) reply.status = std::stoi(text.substr(9, 3));
  return reply;
}

inline Reply get(int port, const std::string& path) {
  return talk(port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n");
}

inline Reply post(int port, const std::string& path, const std::string& token, const std::string& body) {
  return talk(port, "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                        "\r\nContent-Type: application/json\r\nX-Isinglass-Token: " + token +
                        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

// Looks again until it is so, for at most ten seconds.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

}  // namespace isinglass::testing_serve
