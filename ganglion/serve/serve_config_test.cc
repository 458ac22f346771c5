#include "ganglion/serve/serve_config.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ganglion::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string ReadSource(const std::string& path) {
  std::ifstream file(std::string(GANGLION_SOURCE_DIR) + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The example with its comment signs taken away, as far as they stand before an option.
std::string Example() {
  std::istringstream lines(ReadSource("/deploy/serve.yaml"));
  std::string text;
  const std::regex option("^# ( *(- )?[a-z_0-9]+:.*)$");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    text += (std::regex_match(line, match, option) ? match[1].str() : line) + "\n";
  }
  return text;
}

void ExpectSame(const ServeConfig& a, const ServeConfig& b) {
  EXPECT_EQ(a.listen.host, b.listen.host);
  EXPECT_EQ(a.listen.port, b.listen.port);
  EXPECT_EQ(a.listen.threads, b.listen.threads);
  EXPECT_EQ(a.listen.hosts_allowed, b.listen.hosts_allowed);
  EXPECT_EQ(a.metrics_need_token, b.metrics_need_token);
  EXPECT_EQ(a.cors_origins, b.cors_origins);
  EXPECT_EQ(a.limits.body_bytes, b.limits.body_bytes);
  EXPECT_EQ(a.limits.body_bytes_total, b.limits.body_bytes_total);
  EXPECT_EQ(a.limits.stream_bytes, b.limits.stream_bytes);
  EXPECT_EQ(a.limits.connections, b.limits.connections);
  EXPECT_EQ(a.limits.connections_per_peer, b.limits.connections_per_peer);
  EXPECT_EQ(a.limits.idle_seconds, b.limits.idle_seconds);
  EXPECT_EQ(a.limits.write_stall_seconds, b.limits.write_stall_seconds);
  EXPECT_EQ(a.defaults.temperature, b.defaults.temperature);
  EXPECT_EQ(a.defaults.top_p, b.defaults.top_p);
  EXPECT_EQ(a.defaults.tokens_max, b.defaults.tokens_max);
  EXPECT_EQ(a.defaults.deadline_ms, b.defaults.deadline_ms);
  EXPECT_EQ(a.defaults.priority, b.defaults.priority);
  EXPECT_EQ(a.defaults.any_model_name, b.defaults.any_model_name);
  EXPECT_EQ(a.canary.interval_seconds, b.canary.interval_seconds);
  EXPECT_EQ(a.canary.age_seconds_max, b.canary.age_seconds_max);
  EXPECT_EQ(a.drain_seconds, b.drain_seconds);
  EXPECT_EQ(a.access_log, b.access_log);
}

TEST(ServeConfig, TheExampleShowsTheDefaults) {
  const auto commented = ParseServeConfig(ReadSource("/deploy/serve.yaml"));
  ASSERT_TRUE(commented.ok()) << commented.error().message();
  ExpectSame(*commented, ServeConfig());
  EXPECT_THAT(commented->models, IsEmpty());

  const auto example = ParseServeConfig(Example());
  ASSERT_TRUE(example.ok()) << example.error().message();
  ExpectSame(*example, ServeConfig());
  ASSERT_EQ(example->models.size(), 1u);
  const ModelConfig model = example->models[0];
  const ModelConfig plain;
  EXPECT_EQ(model.name, NameOfFile(model.file));
  EXPECT_EQ(model.aliases, plain.aliases);
  EXPECT_EQ(model.role, plain.role);
  EXPECT_EQ(model.context_tokens, plain.context_tokens);
  EXPECT_EQ(model.threads, plain.threads);
  EXPECT_EQ(model.kv_type, plain.kv_type);
  EXPECT_EQ(model.kv_memory_bytes, plain.kv_memory_bytes);
  EXPECT_EQ(model.draft_max, plain.draft_max);
  EXPECT_EQ(model.running_max, plain.running_max);
  EXPECT_EQ(model.queue_max, plain.queue_max);
  ASSERT_EQ(example->tokens.size(), 1u);
  EXPECT_EQ(example->tokens[0].sha256, http::Sha256("test"));
  EXPECT_EQ(example->tokens[0].quota.requests_per_minute, 0);
  EXPECT_EQ(example->tokens[0].quota.tokens_per_minute, 0);
  EXPECT_EQ(example->tokens[0].quota.concurrent_max, 0u);
  EXPECT_THAT(example->tokens[0].priorities, ElementsAre(true, true, true));
  EXPECT_EQ(example->listen.tls_key, "server.key");
  EXPECT_TRUE(CheckServeConfig(*example).ok());
}

// Whoever adds an option documents it.
TEST(ServeConfig, EveryOptionIsInTheExampleAndInTheDocumentation) {
  const std::string source = ReadSource("/ganglion/serve/serve_config.cc");
  const std::string example = ReadSource("/deploy/serve.yaml");
  const std::string document = ReadSource("/docs/formats/serve_yaml.md");
  const std::regex list("AllowOnly\\(\\{([^}]*)\\}\\)");
  const std::regex word("\"([a-z_0-9]+)\"");
  int options = 0;
  for (std::sregex_iterator at(source.begin(), source.end(), list), end; at != end; ++at) {
    const std::string keys = (*at)[1];
    for (std::sregex_iterator key(keys.begin(), keys.end(), word); key != end; ++key) {
      const std::string name = (*key)[1];
      EXPECT_THAT(example, HasSubstr(name + ":")) << name;
      EXPECT_THAT(document, HasSubstr("`" + name + "`")) << name;
      ++options;
    }
  }
  EXPECT_GT(options, 40);
}

TEST(ServeConfig, WhatIsSetIsRead) {
  const auto config = ParseServeConfig(R"(
listen: {host: 0.0.0.0, port: 0, tls: {certificate: a.pem, key: b.pem}}
models:
  - {file: /m/x.gguf, aliases: [gpt-4o], role: embed, context: 4096, kv: q8_0, kv_memory: 2GB}
tokens:
  - {name: a, sha256: 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08,
     tokens_per_minute: 1000, priorities: [batch]}
defaults: {priority: batch, temperature: 0.5}
limits: {body: 1MB}
access_log: "-"
)");
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(config->listen.host, "0.0.0.0");
  EXPECT_EQ(config->listen.port, 0);
  EXPECT_EQ(config->listen.tls_certificate, "a.pem");
  EXPECT_EQ(config->models[0].role, ModelRole::kEmbed);
  EXPECT_EQ(config->models[0].kv_memory_bytes, std::uint64_t{2} << 30);
  EXPECT_THAT(config->tokens[0].priorities, ElementsAre(false, false, true));
  EXPECT_EQ(config->defaults.priority, api::Priority::kBatch);
  EXPECT_EQ(config->limits.body_bytes, 1u << 20);
  EXPECT_EQ(config->access_log, "-");
}

TEST(ServeConfig, AMistakeIsNamedWithItsLine) {
  struct Case {
    const char* yaml;
    const char* error;
  };
  const Case cases[] = {
      {"listen:\n  prot: 80\n", "line 2: serve.listen: unknown key 'prot'; did you mean 'port'?"},
      {"modles: []", "unknown key 'modles'; did you mean 'models'?"},
      {"listen: {port: 65536}", "port must be a whole number between 0 and 65535"},
      {"listen: {tls: {key: x}}", "'certificate' is missing"},
      {"models: [{name: x}]", "'file' is missing"},
      {"models: [{file: x, kv: f8}]", "model.kv must be one of f16, f32, bf16, q8_0"},
      {"models: 5", "serve.models must be a list"},
      {"tokens: [{name: x, sha256: secret}]", "sha256 must have 64 digits"},
      {"defaults: {priority: urgent}", "must be one of realtime, interactive, batch"},
      {"drain_seconds: soon", "drain_seconds must be a number"},
      {"limits: {body: lots}", "must be a size"},
      {"- 1", "serve: must be a mapping"},
  };
  for (const Case& each : cases) {
    const auto config = ParseServeConfig(each.yaml);
    ASSERT_FALSE(config.ok()) << each.yaml;
    EXPECT_THAT(config.error().message(), HasSubstr(each.error)) << each.yaml;
  }
  EXPECT_FALSE(LoadServeConfig("/nowhere/serve.yaml").ok());
}

TEST(ServeConfig, PartsThatDoNotFitAreRefused) {
  const auto error = [](const char* yaml) {
    return std::string(CheckServeConfig(*ParseServeConfig(yaml)).message());
  };
  EXPECT_THAT(error("{}"), HasSubstr("no model"));
  EXPECT_THAT(error("models: [{file: a/x.gguf}, {file: b/x.gguf}]"), HasSubstr("called 'x'"));
  EXPECT_THAT(error("models: [{file: a, aliases: [b]}, {file: b}]"), HasSubstr("called 'b'"));
  EXPECT_THAT(error("models: [{file: a}]\ncanary: {interval_seconds: 50}"), HasSubstr("twice"));
  EXPECT_THAT(error("models: [{file: a}]\nmetrics: {need_token: true}"), HasSubstr("no tokens"));
  EXPECT_EQ(error("models: [{file: a}]"), "ok");
}

}  // namespace
}  // namespace ganglion::serve
