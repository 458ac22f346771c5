// What promtool has to say of our own names. Those of vLLM and llama.cpp are as they are.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>

#include "ganglion/serve/metrics/metrics.h"
#include "ganglion/serve/metrics/scrape_test.h"

namespace ganglion::serve::metrics {
namespace {

// The lines of `text` that are of our own names or of the process.
std::string OwnLines(const std::string& text) {
  std::istringstream lines(text);
  std::string own;
  for (std::string line; std::getline(lines, line);) {
    const bool foreign =
        line.find("vllm:") != std::string::npos || line.find("llamacpp:") != std::string::npos;
    if (!foreign) own += line + "\n";
  }
  return own;
}

TEST(Promtool, HasNoComplaintAboutOurOwnNames) {
  if (std::system("promtool --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not installed; it comes with the package prometheus";
  }
  StatsClient client;
  client.stats.pages_total = 10;
  client.stats.tokens_per_second = 5;
  Metrics metrics("1", {{"m", &client}});
  metrics.AddRoute("GET", "/metrics");
  const std::string text =
      metrics.Text({.http = HttpState{}, .ready = true, .canary_age_s = 1.5, .canary_failures = 0});
  const std::string stem = ::testing::TempDir() + "ganglion_promtool_test";
  std::ofstream(stem + ".in") << OwnLines(text);
  const std::string command = "promtool check metrics <" + stem + ".in >" + stem + ".out 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream file(stem + ".out");
  const std::string said{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(status, 0) << said;
  EXPECT_EQ(said, "");
  std::remove((stem + ".in").c_str());
  std::remove((stem + ".out").c_str());
}

}  // namespace
}  // namespace ganglion::serve::metrics
