#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ganglion/serve/http/exchange.h"

namespace ganglion::serve::http {

// Finds the handler of a path. Filled before the server starts, then only read: any thread.
class Router {
 public:
  struct Match {
    const Handler* handler = nullptr;  // null: see `allow`
    std::string_view pattern;
    std::string allow;  // "GET, HEAD, OPTIONS"; empty where no route has the path
  };

  // See Server::Route().
  void Add(std::string_view method, std::string_view pattern, Handler handler);

  Match Find(std::string_view method, std::string_view path) const;

 private:
  struct Verb {
    std::string method;
    Handler handler;
  };
  struct Entry {
    std::string pattern;
    bool has_parts = false;  // "{...}" somewhere
    std::vector<Verb> verbs;
  };

  const Entry* FindEntry(std::string_view path) const;

  std::vector<Entry> entries_;
};

}  // namespace ganglion::serve::http
