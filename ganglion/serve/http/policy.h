#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/serve/http/exchange.h"

namespace ganglion::serve::http {

// Which names this server answers to, and which web pages may ask it.
//
// A browser sends requests for any page that it shows, and a page may let its own name point to
// 127.0.0.1 (DNS rebinding). So a server on loopback answers to names that mean loopback only, and
// refuses pages of origins that the user has not allowed. Thread: any; does not change.
class OriginPolicy {
 public:
  OriginPolicy() = default;
  OriginPolicy(bool on_loopback, std::vector<std::string> hosts_allowed,
               std::vector<std::string> cors_origins);

  // Why the request is refused; nullopt: it is not. `authority` is the one of the request line.
  std::optional<std::string> Refusal(const Request& request, std::string_view authority) const;

  // The fields by which a browser lets the page see the answer; none where no page asked.
  Headers CorsFields(const Request& request) const;
  // In answer to a browser that asks first, by OPTIONS.
  Headers PreflightFields(const Request& request, std::string_view allow) const;
  static bool IsPreflight(const Request& request);

 private:
  bool HostAllowed(std::string_view host) const;
  bool OriginAllowed(std::string_view origin) const;

  bool checks_hosts_ = false;
  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
};

// "host:80" to "host", "[::1]:80" to "[::1]".
std::string_view WithoutPort(std::string_view authority);

}  // namespace ganglion::serve::http
