#include <optional>
#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/serve/http/connection.h"
#include "ganglion/serve/http/target.h"

// What a connection does with the requests that it reads.

namespace ganglion::serve::http {

void Connection::Process() {
  while (input_begin_ < input_end_ && Step()) {
  }
}

bool Connection::Step() {
  if (state_ == State::kIdle) BeginHead();
  if (state_ != State::kHead && state_ != State::kBody) return false;
  const std::string_view bytes(input_.get() + input_begin_, input_end_ - input_begin_);
  const std::size_t taken = reader_.Feed(bytes);
  input_begin_ += taken;
  bytes_in_ += taken;
  if (reader_.state() == RequestReader::State::kError) {
    const RequestReader::Failure failure = reader_.failure();
    FailReading(failure.status, failure.message);
    return false;
  }
  const bool has_head = reader_.state() != RequestReader::State::kHead;
  if (state_ == State::kHead && has_head) {
    state_ = State::kBody;
    deadline_ns_ = host_.Now() + limits_.body_ns_max;
    if (!CheckRequest()) return false;
  }
  if (has_head && !ChargeBody()) return false;
  if (reader_.state() == RequestReader::State::kDone) {
    Dispatch();
    return false;
  }
  return taken != 0;
}

void Connection::BeginHead() {
  state_ = State::kHead;
  began_ns_ = host_.Now();
  deadline_ns_ = began_ns_ + limits_.header_ns_max;
  bytes_in_ = 0;
  bytes_out_ = 0;
  request_ = Request();
  request_.peer = peer_;
  route_.clear();
  extra_.clear();
  handler_ = nullptr;
}

bool Connection::ChargeBody() {
  const std::size_t size = reader_.body_size();
  context_.counters->body_bytes_held += size - body_charged_;
  body_charged_ = size;
  if (context_.counters->body_bytes_held <= limits_.body_bytes_total_max) return true;
  RespondError(503, "the bodies of all requests together are too long; try again later",
               {{"Retry-After", std::to_string(kRetryAfterSeconds)}});
  return false;
}

bool Connection::CheckRequest() {
  counted_ = true;
  context_.counters->BeginRequest();
  request_.id = context_.id_prefix + std::to_string(++context_.counters->requests);
  request_.method = reader_.method();
  request_.headers = reader_.TakeHeaders();
  ++requests_;
  if (context_.counters->draining) {
    RespondError(503, "this server is shutting down",
                 {{"Retry-After", std::to_string(kRetryAfterSeconds)}});
    return false;
  }
  auto target = ParseTarget(reader_.target());
  if (!target.ok()) {
    RespondError(400, target.error().message());
    return false;
  }
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  if (const auto refusal = context_.policy.Refusal(request_, target->authority)) {
    RespondError(403, *refusal);
    return false;
  }
  extra_ = context_.policy.CorsFields(request_);
  return CheckRoute();
}

bool Connection::CheckRoute() {
  const Router::Match match = context_.router.Find(request_.method, request_.path);
  const bool is_options = request_.method == "OPTIONS";
  route_ = match.pattern;
  if (is_options && match.handler == nullptr && (!match.allow.empty() || request_.path == "*")) {
    AnswerOptions(match.allow);
    return false;
  }
  if (match.allow.empty()) {
    RespondError(404, "there is nothing at '" + request_.path + "' on this server");
    return false;
  }
  if (match.handler == nullptr) {
    RespondError(405,
                 request_.method + " is not for '" + request_.path + "'; it takes " + match.allow,
                 {{"Allow", match.allow}});
    return false;
  }
  handler_ = match.handler;
  if (context_.options.authorizer) {
    if (std::optional<Response> refusal = context_.options.authorizer(request_)) {
      Respond(*std::move(refusal));
      return false;
    }
  }
  const bool body_comes = reader_.state() == RequestReader::State::kBody;
  if (body_comes && reader_.expects_continue() && input_begin_ == input_end_) {
    output_ = "HTTP/1.1 100 Continue\r\n\r\n";
    StartWrite();
  }
  return true;
}

void Connection::AnswerOptions(std::string_view allow) {
  Response response = {.status = 204};
  response.headers.emplace_back("Allow", allow.empty() ? "GET, HEAD, POST, OPTIONS" : allow);
  if (OriginPolicy::IsPreflight(request_)) {
    for (auto& field : context_.policy.PreflightFields(request_, allow)) {
      response.headers.push_back(std::move(field));
    }
  }
  Respond(std::move(response));
}

void Connection::BeginAnswer(bool keep_alive) {
  GN_CHECK(answer_ == nullptr);
  keep_alive = keep_alive && requests_ < limits_.requests_per_connection_max;
  Answer::Form form = {.is_http_1_1 = reader_.is_http_1_1(),
                       .keep_alive = keep_alive,
                       .is_head = request_.method == "HEAD",
                       .extra = std::move(extra_),
                       .stream_bytes_max = limits_.stream_bytes_max};
  // What was charged and is not in the request's body will not be kept.
  context_.counters->body_bytes_held -= body_charged_ - request_.body.size();
  body_charged_ = 0;
  answer_ = std::make_shared<Answer>(std::move(request_), std::move(form), id_, signal_,
                                     context_.counters);
  request_ = Request();
  state_ = State::kAnswer;
  deadline_ns_ = 0;
  last_taken_ = false;
}

void Connection::Dispatch() {
  request_.body = reader_.TakeBody();
  request_.arrival_ns = host_.Now();
  BeginAnswer(reader_.keep_alive());
  (*handler_)(Answer::Lend(answer_));
  Pump();
}

void Connection::Respond(Response response) {
  // With half a body unread, nobody knows where the next request begins.
  const bool whole = reader_.state() == RequestReader::State::kDone;
  BeginAnswer(whole && reader_.keep_alive());
  answer_->Reply(std::move(response));
  Pump();
}

void Connection::RespondError(int status, std::string_view message, Headers extra) {
  Response response =
      context_.options.error_answer({.status = status, .message = message, .path = request_.path});
  for (auto& field : extra) response.headers.push_back(std::move(field));
  Respond(std::move(response));
}

void Connection::FailReading(int status, std::string_view message) {
  if (!counted_) {
    if (state_ != State::kHead) BeginHead();
    counted_ = true;
    context_.counters->BeginRequest();
    request_.id = context_.id_prefix + std::to_string(++context_.counters->requests);
  }
  Headers extra;
  if (status == 503) extra.emplace_back("Retry-After", std::to_string(kRetryAfterSeconds));
  RespondError(status, message, std::move(extra));
}

void Connection::Record(bool aborted) {
  counted_ = false;
  context_.counters->EndRequest();
  if (aborted) ++context_.counters->requests_aborted;
  if (!context_.options.observer) return;
  const Request& request = answer_ != nullptr ? answer_->request() : request_;
  const int status = answer_ != nullptr ? answer_->status() : 0;
  context_.options.observer({.method = request.method,
                             .route = route_,
                             .path = request.path,
                             .status = status != 0 ? status : 499,
                             .bytes_in = bytes_in_,
                             .bytes_out = bytes_out_,
                             .seconds = static_cast<double>(host_.Now() - began_ns_) * 1e-9,
                             .peer = peer_,
                             .id = request.id,
                             .tenant = request.tenant,
                             .aborted = aborted});
}

}  // namespace ganglion::serve::http
