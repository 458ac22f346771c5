#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace ganglion::serve::http {

// What a transport tells its connection, always from the loop of its thread, never from within a
// call of the connection's.
class TransportOwner {
 public:
  virtual ~TransportOwner() = default;
  virtual void OnReady(bool ok) = 0;             // the handshake is done
  virtual void OnRead(std::size_t size) = 0;     // 0: the client ended or the connection broke
  virtual void OnWritten(std::size_t size) = 0;  // 0: it broke
};

// Bytes to and from one client, over TCP or TLS. Virtual, because code of Beast and Asio that is
// compiled for each kind of stream takes minutes.
//
// Thread: the connection's. At most one Read and one Write are under way.
class Transport {
 public:
  virtual ~Transport() = default;

  // Answers by OnReady(). `owner` is kept until Close().
  virtual void Start(std::shared_ptr<TransportOwner> owner) = 0;
  // `into` and `bytes` stay valid until the answer.
  virtual void Read(std::span<char> into) = 0;
  virtual void Write(std::string_view bytes) = 0;  // some of them, at least one
  // Says that no more will be written; reading goes on.
  virtual void Finish() = 0;
  virtual void Close() = 0;
};

}  // namespace ganglion::serve::http
