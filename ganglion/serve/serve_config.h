#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/base/status.h"
#include "ganglion/serve/admission/admission.h"

// What can be set of a server. docs/formats/serve_yaml.md says what each option means; the file of
// the same form, deploy/serve.yaml, shows every default.

namespace ganglion::serve {

enum class ModelRole : std::uint8_t { kAuto, kGenerate, kEmbed };
inline constexpr std::array<std::string_view, 3> kModelRoleNames = {"auto", "generate", "embed"};

struct ModelConfig {
  std::string file;
  std::string name = {};  // that clients use; empty: that of the file, without .gguf
  std::vector<std::string> aliases = {};
  ModelRole role = ModelRole::kAuto;  // auto: what the file is made for
  std::uint32_t context_tokens = 0;   // 0: the model's, but at most 8192
  std::uint32_t threads = 0;          // 0: one for each processor
  std::string kv_type = "f16";
  std::uint64_t kv_memory_bytes = 0;  // 0: as much as it needs
  std::uint32_t draft_max = 8;
  std::uint32_t running_max = 32;
  std::uint32_t queue_max = 64;
};

struct ListenConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::uint32_t threads = 1;
  std::vector<std::string> hosts_allowed = {};
  std::string tls_certificate = {};
  std::string tls_key = {};
};

struct LimitConfig {
  std::uint64_t body_bytes = 16u << 20;
  std::uint64_t body_bytes_total = 256u << 20;
  std::uint64_t stream_bytes = 1u << 20;  // of one answer that its client has not read yet
  std::uint32_t connections = 1024;
  std::uint32_t connections_per_peer = 256;
  double idle_seconds = 75;
  double write_stall_seconds = 20;
};

// What a request has that does not say.
struct DefaultsConfig {
  double temperature = 1;
  double top_p = 1;
  std::uint32_t tokens_max = 0;  // 0: to the end of the context
  std::uint32_t deadline_ms = 0;
  api::Priority priority = api::Priority::kInteractive;
  bool any_model_name = false;
};

struct CanaryConfig {
  double interval_seconds = 15;
  double age_seconds_max = 60;
};

struct ServeConfig {
  ListenConfig listen;
  std::vector<ModelConfig> models;
  std::vector<admission::TokenOptions> tokens;
  bool metrics_need_token = false;  // from other machines they always do
  std::vector<std::string> cors_origins;
  LimitConfig limits;
  DefaultsConfig defaults;
  CanaryConfig canary;
  double drain_seconds = 30;
  std::string access_log;  // a path; "-": standard output; empty: none
};

Result<ServeConfig> ParseServeConfig(std::string_view yaml);
Result<ServeConfig> LoadServeConfig(const std::string& path);

// What the parts of a configuration, from a file or from flags, must be to each other.
Status CheckServeConfig(const ServeConfig& config);

// The name that clients use for a model that says none: "rover" of "models/rover.gguf".
std::string NameOfFile(std::string_view path);

}  // namespace ganglion::serve
