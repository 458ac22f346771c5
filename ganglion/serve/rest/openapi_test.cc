#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "ganglion/serve/rest/fakes_test.h"

namespace ganglion::serve::rest {
namespace {

// "POST /v1/embeddings" of every path and method of proto/openapi.yaml, which has one a line, and
// its paths two spaces in.
std::set<std::string> DescribedRoutes() {
  std::ifstream file(std::string(GANGLION_SOURCE_DIR) + "/proto/openapi.yaml");
  std::set<std::string> routes;
  std::string path;
  for (std::string line; std::getline(file, line) && line != "components:";) {
    if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    if (line == "    get:") routes.insert("GET " + path);
    if (line == "    post:") routes.insert("POST " + path);
  }
  return routes;
}

TEST(OpenApi, DescribesTheRoutesThatThereAre) {
  TestRest rest;
  std::set<std::string> routes;
  for (const Route& route : rest.rest->Routes()) {
    std::string path(route.pattern);
    // A part that takes slashes has no notation there.
    if (const std::size_t dots = path.find("..."); dots != std::string::npos) path.erase(dots, 3);
    routes.insert(std::string(route.method) + " " + path);
  }
  EXPECT_EQ(DescribedRoutes(), routes);
}

TEST(OpenApi, TheDocumentNamesEachRoute) {
  std::ifstream file(std::string(GANGLION_SOURCE_DIR) + "/docs/formats/http_api.md");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  for (const std::string& route : DescribedRoutes()) {
    const std::string path = route.substr(route.find(' ') + 1);
    EXPECT_NE(text.find("`" + path + "`"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace ganglion::serve::rest
