#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ganglion/serve/http/counters.h"
#include "ganglion/serve/http/policy.h"
#include "ganglion/serve/http/router.h"
#include "ganglion/serve/http/server.h"

namespace ganglion::serve::http {

// How many connections each client has. Thread: any.
class PeerTable {
 public:
  bool Enter(const std::string& peer, std::size_t connections_max);
  void Leave(const std::string& peer);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> connections_;  // guarded by mutex_
};

// What all connections of a server share; does not change after Start(), but for the counters and
// the peers. Lives until the last connection is closed.
struct Context {
  ServerOptions options;
  Router router;
  OriginPolicy policy;
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  PeerTable peers;
  std::string id_prefix;  // of this process's requests
};

}  // namespace ganglion::serve::http
