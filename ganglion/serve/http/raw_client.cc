#include "ganglion/serve/http/raw_client.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ganglion::serve::http {
namespace {

constexpr TimeNs kPatienceNs = 10_s;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return lower;
}

}  // namespace

std::string RawAnswer::field(std::string_view name) const {
  const std::string mark = "\r\n" + Lower(name) + ": ";
  const std::size_t found = Lower(head).find(mark);
  if (found == std::string::npos) return {};
  const std::size_t begin = found + mark.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

RawClient::RawClient(std::uint16_t port, int receive_buffer_bytes) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) Close();
}

RawClient::~RawClient() { Close(); }

void RawClient::Close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void RawClient::Reset() {
  const linger now = {.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  Close();
}

void RawClient::HalfClose() { ::shutdown(socket_, SHUT_WR); }

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::Fill(TimeNs time_ns_max) {
  pollfd wait = {.fd = socket_, .events = POLLIN, .revents = 0};
  if (::poll(&wait, 1, static_cast<int>(time_ns_max / 1_ms)) <= 0) return false;
  std::array<char, 16384> bytes;
  const ssize_t size = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(size));
  return true;
}

std::string RawClient::ReadUntil(std::string_view mark) {
  while (received_.find(mark) == std::string::npos && Fill(kPatienceNs)) {
  }
  return received_;
}

std::string RawClient::ReadToEnd() {
  while (Fill(kPatienceNs)) {
  }
  return std::exchange(received_, {});
}

bool RawClient::WaitForEnd(TimeNs time_ns_max) {
  pollfd wait = {.fd = socket_, .events = POLLIN, .revents = 0};
  while (::poll(&wait, 1, static_cast<int>(time_ns_max / 1_ms)) > 0) {
    std::array<char, 16384> bytes;
    if (::recv(socket_, bytes.data(), bytes.size(), 0) <= 0) return true;
  }
  return false;
}

RawAnswer RawClient::Read(std::string_view method) {
  RawAnswer answer;
  ReadUntil("\r\n\r\n");
  const std::size_t head_size = received_.find("\r\n\r\n");
  if (head_size == std::string::npos || received_.size() < 12) return answer;
  answer.head = received_.substr(0, head_size + 2);
  answer.status = std::atoi(answer.head.c_str() + 9);
  received_.erase(0, head_size + 4);
  if (method == "HEAD" || answer.status < 200 || answer.status == 204) {
    answer.whole = true;
    return answer;
  }
  if (answer.field("transfer-encoding") == "chunked") {
    for (;;) {
      ReadUntil("\r\n");
      const std::size_t line = received_.find("\r\n");
      if (line == std::string::npos) return answer;
      const std::size_t size = std::strtoul(received_.c_str(), nullptr, 16);
      while (received_.size() < line + 2 + size + 2) {
        if (!Fill(kPatienceNs)) return answer;
      }
      answer.body += received_.substr(line + 2, size);
      received_.erase(0, line + 2 + size + 2);
      if (size == 0) break;
    }
    answer.whole = true;
    return answer;
  }
  const std::string length = answer.field("content-length");
  if (length.empty()) {
    answer.body = ReadToEnd();
    answer.whole = true;
    return answer;
  }
  const std::size_t size = std::strtoul(length.c_str(), nullptr, 10);
  while (received_.size() < size && Fill(kPatienceNs)) {
  }
  answer.whole = received_.size() >= size;
  answer.body = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

std::string Get(std::string_view path, std::string_view fields) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "\r\n";
}

std::string Post(std::string_view path, std::string_view body, std::string_view fields) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

}  // namespace ganglion::serve::http
