#include "ganglion/serve/http/router.h"

#include <algorithm>
#include <utility>

#include "ganglion/base/check.h"

namespace ganglion::serve::http {
namespace {

// The text up to the next '/', which is taken off with it.
std::string_view TakeSegment(std::string_view& path) {
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

bool Matches(std::string_view pattern, std::string_view path) {
  pattern.remove_prefix(1);  // both begin with '/'
  path.remove_prefix(1);
  const auto slashes = [](std::string_view text) { return std::ranges::count(text, '/'); };
  const bool has_tail = pattern.ends_with("...}");
  if (slashes(path) < slashes(pattern) || (!has_tail && slashes(path) > slashes(pattern))) {
    return false;
  }
  while (!pattern.empty()) {
    const std::string_view want = TakeSegment(pattern);
    if (pattern.empty() && has_tail) return !path.empty();
    const std::string_view have = TakeSegment(path);
    if (want.starts_with('{') ? have.empty() : want != have) return false;
  }
  return path.empty();
}

}  // namespace

void Router::Add(std::string_view method, std::string_view pattern, Handler handler) {
  GN_CHECK(pattern.starts_with('/') && handler != nullptr);
  auto entry = std::ranges::find(entries_, pattern, &Entry::pattern);
  if (entry == entries_.end()) {
    const bool has_parts = pattern.find('{') != std::string_view::npos;
    entries_.push_back({std::string(pattern), has_parts, {}});
    entry = entries_.end() - 1;
  }
  GN_CHECK(std::ranges::find(entry->verbs, method, &Verb::method) == entry->verbs.end());
  entry->verbs.push_back({std::string(method), std::move(handler)});
}

const Router::Entry* Router::FindEntry(std::string_view path) const {
  if (!path.starts_with('/')) return nullptr;
  for (const Entry& entry : entries_) {
    if (!entry.has_parts && entry.pattern == path) return &entry;
  }
  for (const Entry& entry : entries_) {
    if (entry.has_parts && Matches(entry.pattern, path)) return &entry;
  }
  return nullptr;
}

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  Match match;
  const Entry* entry = FindEntry(path);
  if (entry == nullptr) return match;
  match.pattern = entry->pattern;
  bool has_get = false;
  bool has_head = false;
  for (const Verb& verb : entry->verbs) {
    if (verb.method == method) match.handler = &verb.handler;
    has_get |= verb.method == "GET";
    has_head |= verb.method == "HEAD";
    match.allow += verb.method + ", ";
  }
  if (has_get && !has_head) {
    match.allow += "HEAD, ";
    if (method == "HEAD") match.handler = Find("GET", path).handler;
  }
  match.allow += "OPTIONS";
  return match;
}

}  // namespace ganglion::serve::http
