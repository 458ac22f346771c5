#include "ganglion/serve/http/context.h"

namespace ganglion::serve::http {

bool PeerTable::Enter(const std::string& peer, std::size_t connections_max) {
  const std::lock_guard lock(mutex_);
  std::size_t& connections = connections_[peer];
  if (connections >= connections_max) return false;  // so it is not 0, and leaves later
  ++connections;
  return true;
}

void PeerTable::Leave(const std::string& peer) {
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(peer);
  if (found != connections_.end() && --found->second == 0) connections_.erase(found);
}

}  // namespace ganglion::serve::http
