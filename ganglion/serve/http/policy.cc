#include "ganglion/serve/http/policy.h"

#include <algorithm>
#include <utility>

#include "ganglion/serve/http/limits.h"

namespace ganglion::serve::http {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, Lower, Lower);
}

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const std::string& one) { return SameName(one, name); });
}

// Of "https://host:8080" the part behind the scheme.
std::string_view AuthorityOf(std::string_view origin) {
  const std::size_t slashes = origin.find("://");
  return slashes == std::string_view::npos ? std::string_view() : origin.substr(slashes + 3);
}

}  // namespace

std::string_view WithoutPort(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

OriginPolicy::OriginPolicy(bool on_loopback, std::vector<std::string> hosts_allowed,
                           std::vector<std::string> cors_origins)
    : checks_hosts_(on_loopback || !hosts_allowed.empty()),
      hosts_(std::move(hosts_allowed)),
      origins_(std::move(cors_origins)) {
  for (const char* name : {"localhost", "127.0.0.1", "[::1]"}) hosts_.emplace_back(name);
}

bool OriginPolicy::HostAllowed(std::string_view host) const {
  return Contains(hosts_, host) || Contains(hosts_, WithoutPort(host));
}

bool OriginPolicy::OriginAllowed(std::string_view origin) const {
  return Contains(origins_, "*") || Contains(origins_, origin);
}

std::optional<std::string> OriginPolicy::Refusal(const Request& request,
                                                 std::string_view authority) const {
  const std::string_view host = authority.empty() ? request.header("host") : authority;
  // HTTP/1.0 need not name a host, and no browser speaks it.
  if (checks_hosts_ && !host.empty() && !HostAllowed(host)) {
    return "this server does not answer to the name '" + std::string(WithoutPort(host)) +
           "'; call it localhost, or allow the name in its configuration";
  }
  const std::string_view origin = request.header("origin");
  if (origin.empty() || OriginAllowed(origin)) return std::nullopt;
  // Pages that came from here may ask here.
  if (!host.empty() && SameName(AuthorityOf(origin), host)) return std::nullopt;
  return "web pages of " + std::string(origin) +
         " may not ask this server; allow the origin (CORS) in its configuration";
}

Headers OriginPolicy::CorsFields(const Request& request) const {
  if (origins_.empty()) return {};
  const std::string_view origin = request.header("origin");
  // Caches have to tell answers to one origin from those to another, or to none.
  if (origin.empty() || !OriginAllowed(origin)) return {{"Vary", "Origin"}};
  return {{"Access-Control-Allow-Origin", std::string(origin)},
          {"Vary", "Origin"},
          {"Access-Control-Expose-Headers", "x-request-id, retry-after"}};
}

bool OriginPolicy::IsPreflight(const Request& request) {
  return request.method == "OPTIONS" && !request.header("origin").empty() &&
         !request.header("access-control-request-method").empty();
}

Headers OriginPolicy::PreflightFields(const Request& request, std::string_view allow) const {
  if (!OriginAllowed(request.header("origin"))) return {};
  Headers fields = {{"Access-Control-Allow-Methods", std::string(allow)},
                    {"Access-Control-Max-Age", "600"}};
  const std::string_view wanted = request.header("access-control-request-headers");
  if (!wanted.empty() && wanted.size() <= kCorsHeaderBytesMax) {
    fields.emplace_back("Access-Control-Allow-Headers", wanted);
  }
  if (request.header("access-control-request-private-network") == "true") {
    fields.emplace_back("Access-Control-Allow-Private-Network", "true");
  }
  return fields;
}

}  // namespace ganglion::serve::http
