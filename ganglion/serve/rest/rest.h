#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "ganglion/serve/http/exchange.h"
#include "ganglion/serve/rest/services.h"

namespace ganglion::serve::rest {

struct Route {
  std::string_view method;
  std::string_view pattern;  // as http::Server::Route() takes it
  http::Handler handler;
};

// The HTTP APIs that programs speak, over the models of a registry: see docs/formats/http_api.md.
//
//   Rest rest({}, models, observer, {sys::MonotonicNow, sys::WallNow}, Rng(seed));
//   for (Route& route : rest.Routes()) server->Route(route.method, route.pattern, route.handler);
//
// Order of the end: SetDraining(), the server's Drain(); the server; Stop(); the clients; this.
// Thread: handlers any; the rest one owner.
class Rest {
 public:
  // Models and observer are lent.
  Rest(RestOptions options, const Models& models, metrics::RequestObserver& observer, Clocks clocks,
       Rng rng);
  Rest(const Rest&) = delete;
  Rest& operator=(const Rest&) = delete;

  std::vector<Route> Routes();

  // From now on what the engine does not take is answered with 503 in place of 429.
  void SetDraining() { services_.SetDraining(); }
  // No client is called any more after this.
  void Stop() { services_.worker().Stop(); }

 private:
  Services services_;
};

}  // namespace ganglion::serve::rest
