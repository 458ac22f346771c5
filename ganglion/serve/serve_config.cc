#include "ganglion/serve/serve_config.h"

#include <algorithm>
#include <set>

#include "ganglion/base/concat.h"
#include "ganglion/serve/admission/limits.h"
#include "ganglion/serve/limits.h"
#include "ganglion/yaml/section.h"

namespace ganglion::serve {
namespace {

using yaml::Section;

constexpr std::array<std::string_view, api::kPriorities> kPriorityNames = {"realtime",
                                                                           "interactive", "batch"};
constexpr std::array<std::string_view, 4> kKvTypeNames = {"f16", "f32", "bf16", "q8_0"};

std::uint32_t Whole(const Section& at, std::string_view key, std::int64_t min, std::int64_t max,
                    std::uint32_t fallback) {
  return static_cast<std::uint32_t>(at.Integer(key, min, max, fallback));
}

std::vector<std::string> WordsIf(const Section& at, std::string_view key, std::size_t count_max) {
  return at.Has(key) ? at.Words(key, count_max) : std::vector<std::string>();
}

ListenConfig ReadListen(const Section& at) {
  at.AllowOnly({"host", "port", "threads", "hosts_allowed", "tls"});
  ListenConfig listen;
  listen.host = at.Text("host", kNameBytesMax, listen.host);
  listen.port = static_cast<std::uint16_t>(at.Integer("port", 0, 65535, listen.port));
  listen.threads = Whole(at, "threads", 1, 64, listen.threads);
  listen.hosts_allowed = WordsIf(at, "hosts_allowed", kWordsMax);
  if (at.Has("tls")) {
    const Section tls = at.Sub("tls");
    tls.AllowOnly({"certificate", "key"});
    listen.tls_certificate = tls.Text("certificate", kPathBytesMax);
    listen.tls_key = tls.Text("key", kPathBytesMax);
  }
  return listen;
}

ModelConfig ReadModel(const Section& at) {
  at.AllowOnly({"file", "name", "aliases", "role", "context", "threads", "kv", "kv_memory", "draft",
                "running", "queue"});
  ModelConfig model;
  model.file = at.Text("file", kPathBytesMax);
  model.name = at.Text("name", kNameBytesMax, "");
  model.aliases = WordsIf(at, "aliases", kAliasesMax);
  model.role = static_cast<ModelRole>(at.Choice("role", kModelRoleNames, 0));
  model.context_tokens = Whole(at, "context", 0, 1 << 20, model.context_tokens);
  model.threads = Whole(at, "threads", 0, 1024, model.threads);
  model.kv_type = kKvTypeNames[at.Choice("kv", kKvTypeNames, 0)];
  model.kv_memory_bytes = at.Bytes("kv_memory", 0, std::uint64_t{1} << 46, model.kv_memory_bytes);
  model.draft_max = Whole(at, "draft", 0, 64, model.draft_max);
  model.running_max = Whole(at, "running", 1, 256, model.running_max);
  model.queue_max = Whole(at, "queue", 1, 1024, model.queue_max);
  return model;
}

admission::TokenOptions ReadToken(const Section& at) {
  at.AllowOnly(
      {"name", "sha256", "requests_per_minute", "tokens_per_minute", "concurrent", "priorities"});
  admission::TokenOptions token;
  token.name = at.Text("name", kNameBytesMax);
  if (const auto digest = http::ParseSha256(at.Text("sha256", 64))) {
    token.sha256 = *digest;
  } else {
    at.Fail("sha256 must have 64 digits: printf %s TOKEN | sha256sum");
  }
  token.quota = {.requests_per_minute = at.Number("requests_per_minute", 0, 1e9, 0),
                 .tokens_per_minute = at.Number("tokens_per_minute", 0, 1e12, 0),
                 .concurrent_max = Whole(at, "concurrent", 0, 1'000'000, 0)};
  if (!at.Has("priorities")) return token;
  token.priorities = {};
  for (const std::string& word : at.Words("priorities", api::kPriorities)) {
    const auto found = std::find(kPriorityNames.begin(), kPriorityNames.end(), word);
    if (found == kPriorityNames.end()) {
      at.Fail("priorities are realtime, interactive and batch");
      break;
    }
    token.priorities[static_cast<std::size_t>(found - kPriorityNames.begin())] = true;
  }
  return token;
}

LimitConfig ReadLimits(const Section& at) {
  at.AllowOnly({"body", "body_total", "stream", "connections", "connections_per_peer",
                "idle_seconds", "write_stall_seconds"});
  LimitConfig limits;
  limits.body_bytes = at.Bytes("body", 1024, 1u << 30, limits.body_bytes);
  limits.body_bytes_total =
      at.Bytes("body_total", 1024, std::uint64_t{1} << 40, limits.body_bytes_total);
  limits.stream_bytes = at.Bytes("stream", 4096, 1u << 30, limits.stream_bytes);
  limits.connections = Whole(at, "connections", 1, 1'000'000, limits.connections);
  limits.connections_per_peer =
      Whole(at, "connections_per_peer", 1, 1'000'000, limits.connections_per_peer);
  limits.idle_seconds = at.Number("idle_seconds", 1, 86400, limits.idle_seconds);
  limits.write_stall_seconds =
      at.Number("write_stall_seconds", 0.1, 86400, limits.write_stall_seconds);
  return limits;
}

DefaultsConfig ReadDefaults(const Section& at) {
  at.AllowOnly({"temperature", "top_p", "tokens_max", "deadline_ms", "priority", "any_model_name"});
  DefaultsConfig defaults;
  defaults.temperature = at.Number("temperature", 0, 100, defaults.temperature);
  defaults.top_p = at.Number("top_p", 1e-6, 1, defaults.top_p);
  defaults.tokens_max = Whole(at, "tokens_max", 0, 1 << 20, defaults.tokens_max);
  defaults.deadline_ms = Whole(at, "deadline_ms", 0, 24 * 3600 * 1000, defaults.deadline_ms);
  defaults.priority = static_cast<api::Priority>(
      at.Choice("priority", kPriorityNames, static_cast<std::size_t>(defaults.priority)));
  defaults.any_model_name = at.Flag("any_model_name", defaults.any_model_name);
  return defaults;
}

CanaryConfig ReadCanary(const Section& at) {
  at.AllowOnly({"interval_seconds", "age_seconds_max"});
  CanaryConfig canary;
  canary.interval_seconds = at.Number("interval_seconds", 0.1, 3600, canary.interval_seconds);
  canary.age_seconds_max = at.Number("age_seconds_max", 0.2, 86400, canary.age_seconds_max);
  return canary;
}

ServeConfig ReadConfig(const Section& root) {
  root.AllowOnly({"listen", "models", "tokens", "metrics", "cors", "limits", "defaults", "canary",
                  "drain_seconds", "access_log"});
  ServeConfig config;
  config.listen = ReadListen(root.Sub("listen"));
  if (root.Has("models")) {
    for (const Section& model : root.Items("models", kModelsMax, "model")) {
      config.models.push_back(ReadModel(model));
    }
  }
  if (root.Has("tokens")) {
    for (const Section& token : root.Items("tokens", admission::kTenantsMax, "token")) {
      config.tokens.push_back(ReadToken(token));
    }
  }
  const Section metrics = root.Sub("metrics");
  metrics.AllowOnly({"need_token"});
  config.metrics_need_token = metrics.Flag("need_token", config.metrics_need_token);
  const Section cors = root.Sub("cors");
  cors.AllowOnly({"origins"});
  config.cors_origins = WordsIf(cors, "origins", kWordsMax);
  config.limits = ReadLimits(root.Sub("limits"));
  config.defaults = ReadDefaults(root.Sub("defaults"));
  config.canary = ReadCanary(root.Sub("canary"));
  config.drain_seconds = root.Number("drain_seconds", 0, 3600, config.drain_seconds);
  config.access_log = root.Text("access_log", kPathBytesMax, config.access_log);
  return config;
}

// A file of comments alone is a configuration: that of the defaults.
Result<ServeConfig> FromTree(yaml::Node root) {
  if (root.kind == yaml::Node::Kind::kNull) root.kind = yaml::Node::Kind::kMap;
  std::string error;
  ServeConfig config = ReadConfig({root, "serve", &error});
  if (!error.empty()) return Status(Code::kInvalidArgument, std::move(error));
  return config;
}

}  // namespace

Result<ServeConfig> ParseServeConfig(std::string_view yaml) {
  GN_ASSIGN_OR_RETURN(yaml::Node root, yaml::Parse(yaml));
  return FromTree(std::move(root));
}

Result<ServeConfig> LoadServeConfig(const std::string& path) {
  GN_ASSIGN_OR_RETURN(yaml::Node root, yaml::ParseFile(path, kConfigBytesMax));
  Result<ServeConfig> config = FromTree(std::move(root));
  if (!config.ok()) return std::move(config.error()).WithContext(path);
  return config;
}

Status CheckServeConfig(const ServeConfig& config) {
  const auto wrong = [](std::string why) { return Status(Code::kInvalidArgument, std::move(why)); };
  if (config.models.empty()) {
    return wrong("no model: give --model FILE, or models in the file of --config");
  }
  std::set<std::string> names;
  for (const ModelConfig& model : config.models) {
    std::vector<std::string> own = model.aliases;
    own.push_back(model.name.empty() ? NameOfFile(model.file) : model.name);
    for (const std::string& name : own) {
      if (!names.insert(name).second) {
        return wrong(Concat("two models are called '", name, "'; give one of them another name"));
      }
    }
  }
  if (config.listen.tls_certificate.empty() != config.listen.tls_key.empty()) {
    return wrong("TLS needs both a certificate and a key");
  }
  if (config.metrics_need_token && config.tokens.empty()) {
    return wrong("metrics.need_token is true, and there are no tokens");
  }
  if (config.canary.age_seconds_max < 2 * config.canary.interval_seconds) {
    return wrong("canary.age_seconds_max must be at least twice canary.interval_seconds");
  }
  return {};
}

std::string NameOfFile(std::string_view path) {
  constexpr std::string_view kSuffix = ".gguf";
  std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(kSuffix)) name.remove_suffix(kSuffix.size());
  return std::string(name);
}

}  // namespace ganglion::serve
