#include "ganglion/serve/serve.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/ganglion/commands.h"
#include "apps/ganglion/rope_flags.h"
#include "apps/ganglion/shutdown_signals.h"
#include "apps/ganglion/weight_cache_flags.h"
#include <CLI/CLI.hpp>

#include "ganglion/engine/open.h"

namespace ganglion::app {
namespace {

// How long the first canaries may take until the server says that it is ready anyway.
constexpr TimeNs kReadyTimeMax = 60_s;
constexpr TimeNs kReadyPollTime = 5_ms;

// What was given on the command line wins over the file.
struct Options {
  std::string config_file;
  std::vector<std::string> models;
  std::string name;
  std::vector<std::string> aliases;
  std::optional<std::string> host;
  std::optional<std::uint16_t> port;
  std::optional<std::uint32_t> threads;
  std::optional<std::uint32_t> context;
  std::optional<std::string> kv;
  std::optional<std::uint64_t> kv_memory;
  std::optional<std::uint32_t> draft;
  std::optional<std::uint32_t> running;
  std::optional<std::uint32_t> queue;
  std::optional<std::string> tls_certificate;
  std::optional<std::string> tls_key;
  std::optional<double> drain_seconds;
  std::optional<std::string> access_log;
  RopeFlags rope;
  WeightCacheFlags weight_cache;
  bool check = false;
};

template <class Target, class Value>
void Override(Target& target, const std::optional<Value>& value) {
  if (value) target = *value;
}

Result<serve::ServeConfig> MakeConfig(const Options& options) {
  serve::ServeConfig config;
  if (!options.config_file.empty()) {
    GN_ASSIGN_OR_RETURN(config, serve::LoadServeConfig(options.config_file));
  }
  if (!options.models.empty()) config.models.clear();
  for (const std::string& file : options.models) config.models.push_back({.file = file});
  if (!options.name.empty() || !options.aliases.empty()) {
    if (config.models.size() != 1) {
      return Status(Code::kInvalidArgument,
                    "--name and --alias are for one model; name several in the file of --config");
    }
    if (!options.name.empty()) config.models[0].name = options.name;
    if (!options.aliases.empty()) config.models[0].aliases = options.aliases;
  }
  for (serve::ModelConfig& model : config.models) {
    Override(model.threads, options.threads);
    Override(model.context_tokens, options.context);
    Override(model.kv_type, options.kv);
    Override(model.kv_memory_bytes, options.kv_memory);
    Override(model.draft_max, options.draft);
    Override(model.running_max, options.running);
    Override(model.queue_max, options.queue);
    if (model.name.empty()) model.name = serve::NameOfFile(model.file);
  }
  Override(config.listen.host, options.host);
  Override(config.listen.port, options.port);
  Override(config.listen.tls_certificate, options.tls_certificate);
  Override(config.listen.tls_key, options.tls_key);
  Override(config.drain_seconds, options.drain_seconds);
  Override(config.access_log, options.access_log);
  GN_RETURN_IF_ERROR(serve::CheckServeConfig(config));
  return config;
}

Result<std::unique_ptr<api::InferenceClient>> LoadModel(const serve::ModelConfig& model,
                                                        const Options& options) {
  engine::EngineOptions engine_options;
  engine_options.threads = model.threads;
  engine_options.context_tokens = model.context_tokens;
  engine_options.kv_type = *ParseKvType(model.kv_type);  // whoever read it has checked it
  engine_options.kv_memory_bytes = model.kv_memory_bytes;
  engine_options.draft_max = model.draft_max;
  engine_options.running_max = model.running_max;
  engine_options.queue_max = model.queue_max;
  engine_options.rope = options.rope.Options();
  engine_options.weight_cache = options.weight_cache.Options();
  GN_ASSIGN_OR_RETURN(auto client, engine::Open(model.file, engine_options));
  const api::ModelInfo info = client->Describe();
  if (model.role == serve::ModelRole::kGenerate && !info.can_generate) {
    return Status(Code::kInvalidArgument, model.file + " only embeds; its role is embed or auto");
  }
  if (model.role == serve::ModelRole::kEmbed && !info.can_embed) {
    return Status(Code::kInvalidArgument, model.file + " does not embed; its role is generate");
  }
  return client;
}

// Waits until each model has given a token. False where an end was asked for first.
bool WaitUntilReady(const serve::Serve& server, ShutdownSignals& signals) {
  for (TimeNs waited = 0; waited < kReadyTimeMax; waited += kReadyPollTime) {
    if (server.ready()) return true;
    if (signals.WaitFor(kReadyPollTime)) return false;
  }
  std::fprintf(stderr,
               "ganglion: serve: a model has not answered yet; /ready says 503 until then\n");
  return true;
}

void SayReady(const serve::ServeConfig& config, const std::string& url) {
  std::string names;
  for (const serve::ModelConfig& model : config.models) {
    names += (names.empty() ? "" : ", ") + model.name;
  }
  std::printf("ganglion: serving %s at %s\n", names.c_str(), url.c_str());
  std::fflush(stdout);
}

Status RunServe(const Options& options) {
  GN_ASSIGN_OR_RETURN(const serve::ServeConfig config, MakeConfig(options));
  if (options.check) {
    std::printf("ganglion: the configuration is good\n");
    return {};
  }
  ShutdownSignals signals;
  std::vector<serve::ServedModel> models;
  for (const serve::ModelConfig& model : config.models) {
    auto client = LoadModel(model, options);
    if (!client.ok()) return std::move(client.error()).WithContext("model " + model.name);
    models.push_back({.name = model.name, .aliases = model.aliases, .client = *std::move(client)});
  }
  GN_ASSIGN_OR_RETURN(const auto server,
                      serve::Serve::Create(config, std::move(models), GANGLION_VERSION));
  GN_RETURN_IF_ERROR(server->Start());
  signals.Begin([&server] { server->ReopenLog(); });
  if (WaitUntilReady(*server, signals)) {
    SayReady(config, server->url());
    signals.Wait();
  }
  const bool all_done = server->Drain();
  signals.End();
  if (!all_done) {
    std::fprintf(stderr, "ganglion: serve: answers in progress were cut after %g s\n",
                 config.drain_seconds);
  }
  return {};
}

}  // namespace

void AddServeCommand(CLI::App& program, Status& result) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "serve", "Answer OpenAI's and Ollama's API over HTTP until SIGTERM or Ctrl-C");
  command->add_option("--config", options->config_file,
                      "YAML with every option (docs/formats/serve_yaml.md); flags win over it");
  command->add_option("--model", options->models,
                      "GGUF file; may be repeated. In place of the models of --config");
  command->add_option("--name", options->name, "Of the one model; else the file's, without .gguf");
  command->add_option("--alias", options->aliases, "Another name for it; may be repeated");
  command->add_option("--host", options->host,
                      "Address; 127.0.0.1 unless given. Others need tokens (--config)");
  command->add_option("--port", options->port, "8080 unless given; 0: any free one");
  command->add_option("--threads", options->threads, "That compute; 0: one for each processor");
  command->add_option("--context", options->context,
                      "Tokens of prompt and answer; 0: what the model was made for, up to 8192");
  options->rope.AddTo(*command);
  command->add_option("--kv", options->kv, "Type of the KV cache: f32, f16, bf16 or q8_0")
      ->check(CLI::IsMember(kKvTypeNames));
  command
      ->add_option("--kv-memory", options->kv_memory,
                   "Memory for the KV cache, as 4GB; 0: as much as it needs")
      ->transform(CLI::AsSizeValue(false));
  command->add_option("--draft", options->draft,
                      "Tokens guessed ahead and verified in one pass; 0: off");
  command->add_option("--running", options->running, "Answers that are computed together");
  command->add_option("--queue", options->queue, "Requests that wait beyond those");
  options->weight_cache.AddTo(*command);
  command->add_option("--tls-cert", options->tls_certificate, "PEM file; with --tls-key");
  command->add_option("--tls-key", options->tls_key, "PEM file; with --tls-cert");
  command->add_option("--access-log", options->access_log,
                      "File for a line of JSON for each request; -: standard output");
  command->add_option("--drain-seconds", options->drain_seconds,
                      "For answers in progress when it ends; 30 unless given");
  command->add_flag("--check", options->check, "Only check the configuration");
  command->callback([options, &result] {
    result = RunServe(*options);
    if (!result.ok()) result = std::move(result).WithContext("serve");
  });
}

}  // namespace ganglion::app
