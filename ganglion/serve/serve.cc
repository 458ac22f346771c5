#include "ganglion/serve/serve.h"

#include <atomic>
#include <optional>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/base/rng.h"
#include "ganglion/serve/access_log.h"
#include "ganglion/serve/admission/admission.h"
#include "ganglion/serve/admission/answers.h"
#include "ganglion/serve/canary.h"
#include "ganglion/serve/health.h"
#include "ganglion/serve/http/server.h"
#include "ganglion/serve/metrics/metrics.h"
#include "ganglion/serve/quota_gate.h"
#include "ganglion/serve/request_ledger.h"
#include "ganglion/serve/rest/rest.h"
#include "ganglion/sys/clock.h"

namespace ganglion::serve {
namespace {

TimeNs FromSeconds(double seconds) { return static_cast<TimeNs>(seconds * 1e9); }

bool IsLoopback(std::string_view peer) {
  return peer == "::1" || peer.starts_with("127.") || peer.starts_with("::ffff:127.");
}

http::ServerOptions ServerOptionsOf(const ServeConfig& config) {
  http::ServerOptions options;
  options.address = config.listen.host;
  options.port = config.listen.port;
  options.threads = static_cast<int>(config.listen.threads);
  options.limits.connections_max = config.limits.connections;
  options.limits.connections_per_peer_max = config.limits.connections_per_peer;
  options.limits.body_bytes_max = config.limits.body_bytes;
  options.limits.body_bytes_total_max = config.limits.body_bytes_total;
  options.limits.stream_bytes_max = config.limits.stream_bytes;
  options.limits.idle_ns_max = FromSeconds(config.limits.idle_seconds);
  options.limits.write_stall_ns_max = FromSeconds(config.limits.write_stall_seconds);
  options.tls_certificate_file = config.listen.tls_certificate;
  options.tls_key_file = config.listen.tls_key;
  options.hosts_allowed = config.listen.hosts_allowed;
  options.cors_origins = config.cors_origins;
  options.has_tokens = !config.tokens.empty();
  return options;
}

rest::RestOptions RestOptionsOf(const ServeConfig& config, const admission::Admission& admission) {
  rest::RestOptions options;
  options.may_ask = [&admission](std::uint64_t tenant, api::Priority priority) {
    return admission.MayAsk(tenant, priority);
  };
  options.any_model_name = config.defaults.any_model_name;
  options.temperature_default = static_cast<float>(config.defaults.temperature);
  options.top_p_default = static_cast<float>(config.defaults.top_p);
  options.tokens_max_default = static_cast<std::int32_t>(config.defaults.tokens_max);
  options.deadline_ms_default = config.defaults.deadline_ms;
  options.priority_default = config.defaults.priority;
  options.body_bytes_max = config.limits.body_bytes;
  return options;
}

}  // namespace

// In the order in which they are made. End() takes them apart in the order that their threads need.
struct Serve::Parts {
  ServeConfig config;
  std::string version;
  std::vector<ServedModel> models;
  std::unique_ptr<admission::Admission> admission;
  std::unique_ptr<metrics::Metrics> metrics;
  std::unique_ptr<RequestLedger> ledger;
  std::unique_ptr<rest::Models> registry;
  std::unique_ptr<rest::Rest> rest;
  std::unique_ptr<AccessLog> log;  // null: none
  std::unique_ptr<http::Server> server;
  std::unique_ptr<Canary> canary;  // null before Start()
  std::atomic<bool> started = false;
  std::atomic<bool> draining = false;

  std::optional<http::Response> Authorize(http::Request& request) const;
  void OnRequestOver(const http::RequestRecord& record);
  Readiness ReadinessNow() const;
  std::string MetricsText() const;
  void AddRoute(std::string_view method, std::string_view pattern, http::Handler handler);
  void AddOwnRoutes();
  void AddApiRoutes();
  Status AddModels();
  void End();
};

std::optional<http::Response> Serve::Parts::Authorize(http::Request& request) const {
  if (request.path == "/health" || request.path == "/ready") return std::nullopt;
  if (!admission->has_tokens()) return std::nullopt;
  const bool is_own_scraper =
      request.path == "/metrics" && !config.metrics_need_token && IsLoopback(request.peer);
  if (is_own_scraper) return std::nullopt;
  const auto tenant = admission->Identify(request.header("authorization"));
  if (!tenant) {
    metrics->OnRefused(metrics::Refusal::kUnauthorized, {});
    return admission::Unauthorized(request.path);
  }
  request.tenant = *tenant;
  return std::nullopt;
}

void Serve::Parts::OnRequestOver(const http::RequestRecord& record) {
  metrics->OnHttp({.method = record.method,
                   .route = record.route,
                   .status = record.status,
                   .bytes_in = record.bytes_in,
                   .bytes_out = record.bytes_out,
                   .seconds = record.seconds});
  const std::optional<RequestLedger::Entry> cost = ledger->Take(record.id);
  if (log == nullptr) return;
  AccessRecord line = {.time_ns = sys::WallNow(),
                       .id = record.id,
                       .peer = record.peer,
                       .method = record.method,
                       .path = record.path,
                       .status = record.status,
                       .bytes_in = record.bytes_in,
                       .bytes_out = record.bytes_out,
                       .seconds = record.seconds,
                       .aborted = record.aborted,
                       .tenant = std::string(admission->NameOf(record.tenant))};
  if (cost) {
    line.model = cost->model;
    line.prompt_tokens = cost->prompt_tokens;
    line.generated_tokens = cost->generated_tokens;
  }
  log->Write(line);
}

Readiness Serve::Parts::ReadinessNow() const {
  Readiness readiness = {.draining = draining,
                         .canary_age_max = FromSeconds(config.canary.age_seconds_max)};
  if (!started) return readiness;
  readiness.canary_fresh = canary->Fresh();
  readiness.canary_age = canary->Age();
  return readiness;
}

std::string Serve::Parts::MetricsText() const {
  const http::ServerStats stats = server->Stats();
  const Readiness readiness = ReadinessNow();
  metrics::ServerState state = {
      .http = metrics::HttpState{.connections_open = stats.connections_open,
                                 .connections_accepted = stats.connections_accepted,
                                 .connections_refused = stats.connections_refused,
                                 .requests_open = stats.requests_open,
                                 .requests_aborted = stats.requests_aborted,
                                 .bytes_in = stats.bytes_in,
                                 .bytes_out = stats.bytes_out},
      .ready = readiness.ready(),
      .canary_failures = started ? canary->failures() : 0,
      .log_lines_dropped = log == nullptr ? 0 : log->lines_dropped()};
  if (readiness.canary_age) {
    state.canary_age_s = static_cast<double>(*readiness.canary_age) * 1e-9;
  }
  return metrics->Text(state);
}

void Serve::Parts::AddRoute(std::string_view method, std::string_view pattern,
                            http::Handler handler) {
  metrics->AddRoute(method, pattern);
  server->Route(method, pattern, std::move(handler));
}

void Serve::Parts::AddOwnRoutes() {
  AddRoute("GET", "/health", [](const std::shared_ptr<http::Exchange>& exchange) {
    exchange->Reply({.body = R"({"status":"ok"})"});
  });
  AddRoute("GET", "/ready", [this](const std::shared_ptr<http::Exchange>& exchange) {
    exchange->Reply(ReadyAnswer(ReadinessNow()));
  });
  AddRoute("GET", "/metrics", [this](const std::shared_ptr<http::Exchange>& exchange) {
    exchange->Reply({.content_type = std::string(metrics::kTextType), .body = MetricsText()});
  });
}

// Whatever computes is within the quota of who asks; lists of models are free.
void Serve::Parts::AddApiRoutes() {
  const QuotaGate gate = {*admission, *ledger, sys::MonotonicNow};
  for (rest::Route& route : rest->Routes()) {
    http::Handler handler = std::move(route.handler);
    if (route.method == "POST") handler = WithinQuota(gate, std::move(handler));
    AddRoute(route.method, route.pattern, std::move(handler));
  }
}

Status Serve::Parts::AddModels() {
  std::vector<metrics::MetricsModel> measured;
  registry = std::make_unique<rest::Models>(config.defaults.any_model_name);
  for (const ServedModel& model : models) {
    measured.push_back({.name = model.name, .client = model.client.get()});
    GN_RETURN_IF_ERROR(registry->Add(model.name, model.aliases, *model.client));
  }
  metrics = std::make_unique<metrics::Metrics>(version, std::move(measured));
  ledger = std::make_unique<RequestLedger>(*metrics, *admission);
  // For the ids of answers: different in each process, and nothing depends on them.
  const auto seed = static_cast<std::uint64_t>(sys::WallNow());
  rest = std::make_unique<rest::Rest>(RestOptionsOf(config, *admission), *registry, *ledger,
                                      rest::Clocks{sys::MonotonicNow, sys::WallNow}, Rng(seed));
  return {};
}

// Answers in progress still tell the ledger and the metrics of their end, on the engines' threads:
// so first the server, then whatever asks engines, then these, and the rest after them.
void Serve::Parts::End() {
  draining = true;
  if (rest != nullptr) rest->SetDraining();
  if (server != nullptr) server->Drain(0);  // a handler may be at work, and needs all of this
  server.reset();
  started = false;
  canary.reset();
  if (rest != nullptr) rest->Stop();
  models.clear();
}

Result<std::unique_ptr<Serve>> Serve::Create(const ServeConfig& config,
                                             std::vector<ServedModel> models, std::string version) {
  auto parts = std::make_unique<Parts>();
  parts->config = config;
  parts->version = std::move(version);
  parts->models = std::move(models);
  GN_ASSIGN_OR_RETURN(parts->admission, admission::Admission::Create(config.tokens));
  GN_RETURN_IF_ERROR(parts->AddModels());
  if (!config.access_log.empty()) {
    GN_ASSIGN_OR_RETURN(parts->log, AccessLog::Open(config.access_log));
  }
  http::ServerOptions options = ServerOptionsOf(config);
  Parts* const lent = parts.get();  // ends the server before itself
  options.authorizer = [lent](http::Request& request) { return lent->Authorize(request); };
  options.observer = [lent](const http::RequestRecord& record) { lent->OnRequestOver(record); };
  GN_ASSIGN_OR_RETURN(parts->server, http::Server::Create(std::move(options)));
  parts->AddOwnRoutes();
  parts->AddApiRoutes();
  return std::unique_ptr<Serve>(new Serve(std::move(parts)));
}

Serve::Serve(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Serve::~Serve() { parts_->End(); }

Status Serve::Start() {
  std::vector<api::InferenceClient*> clients;
  for (const ServedModel& model : parts_->models) clients.push_back(model.client.get());
  parts_->canary = std::make_unique<Canary>(
      std::move(clients),
      CanaryOptions{.interval = FromSeconds(parts_->config.canary.interval_seconds),
                    .age_max = FromSeconds(parts_->config.canary.age_seconds_max)},
      sys::MonotonicNow);
  parts_->started = true;
  return parts_->server->Start();
}

std::string Serve::url() const {
  std::string host = parts_->config.listen.host;
  if (host.find(':') != std::string::npos) host = Concat("[", host, "]");
  return Concat(parts_->server->tls() ? "https://" : "http://", host, ":", parts_->server->port());
}

bool Serve::ready() const { return parts_->ReadinessNow().ready(); }

bool Serve::Drain() {
  parts_->draining = true;
  parts_->rest->SetDraining();
  return parts_->server->Drain(FromSeconds(parts_->config.drain_seconds));
}

void Serve::ReopenLog() {
  if (parts_->log != nullptr) parts_->log->Reopen();
}

}  // namespace ganglion::serve
