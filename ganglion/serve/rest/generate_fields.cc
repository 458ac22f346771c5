#include "ganglion/serve/rest/generate_fields.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/limits.h"

namespace ganglion::serve::rest {
namespace {

// OpenAI's penalties look at the answer, the engine's at the last tokens, prompt included. With a
// window of the answer's greatest length none of the answer is left out.
std::int32_t PenaltyTokens(const Fields& fields, std::int32_t tokens_max_asked) {
  const std::int32_t fallback =
      tokens_max_asked > 0 ? std::clamp(tokens_max_asked, kPenaltyTokensMin, kPenaltyTokensMax)
                           : kPenaltyTokensDefault;
  return static_cast<std::int32_t>(
      fields.Integer("repeat_last_n", {0, kPenaltyTokensMax}, fallback));
}

api::SamplingOptions ReadSampling(const Fields& fields, Services& services,
                                  std::int32_t tokens_max_asked) {
  const RestOptions& options = services.options();
  const auto number = [&](std::string_view name, Range<double> range, double fallback) {
    return static_cast<float>(fields.Number(name, range, fallback));
  };
  api::SamplingOptions sampling;
  sampling.temperature = number("temperature", {0, 100}, options.temperature_default);
  // 0 is allowed by OpenAI, and leaves the likeliest token alone.
  sampling.top_p = std::max(number("top_p", {0, 1}, options.top_p_default), 1e-6f);
  // vLLM turns it off by -1.
  sampling.top_k = static_cast<std::int32_t>(
      std::max<std::int64_t>(0, fields.Integer("top_k", {-1, 1 << 24}, 0)));
  sampling.min_p = std::min(number("min_p", {0, 1}, 0), 0.999999f);
  sampling.repetition_penalty = number("repetition_penalty", {0.01, 10}, 1);
  sampling.presence_penalty = number("presence_penalty", {-2, 2}, 0);
  sampling.frequency_penalty = number("frequency_penalty", {-2, 2}, 0);
  sampling.penalty_last_n = PenaltyTokens(fields, tokens_max_asked);
  sampling.seed = ReadSeed(fields, services);
  return sampling;
}

std::vector<api::LogitBias> ReadLogitBias(const Fields& fields, std::int32_t vocab_size) {
  std::vector<api::LogitBias> biases;
  const Json* const object = fields.Object("logit_bias");
  if (object == nullptr) return biases;
  if (object->size() > kLogitBiasMax) {
    fields.Wrong("logit_bias", Concat("at most ", kLogitBiasMax, " tokens are allowed"));
    return biases;
  }
  const std::int32_t tokens =
      vocab_size > 0 ? vocab_size : std::numeric_limits<std::int32_t>::max();
  for (const auto& [name, value] : object->items()) {
    api::LogitBias bias;
    const char* const end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data(), end, bias.token);
    if (error != std::errc() || rest != end || bias.token < 0 || bias.token >= tokens) {
      fields.Wrong("logit_bias", Concat("'", name, "' is no token id below ", tokens));
      return biases;
    }
    const double number = value.is_number() ? value.get<double>() : 1e9;
    if (!(number >= -100 && number <= 100)) {
      fields.Wrong("logit_bias", Concat("the bias of token ", name, " must be a number from -100 ",
                                        "to 100, not ", Dump(value)));
      return biases;
    }
    bias.bias = static_cast<float>(number);
    biases.push_back(bias);
  }
  return biases;
}

bool ReadIncludeUsage(const Fields& fields) {
  const Json* const options = fields.Object("stream_options");
  if (options == nullptr) return false;
  return Fields(*options, fields.Path("stream_options"), fields.problem())
      .Flag("include_usage", false);
}

std::optional<api::Priority> PriorityOf(std::string_view name) {
  if (name == "realtime") return api::Priority::kRealtime;
  if (name == "interactive") return api::Priority::kInteractive;
  if (name == "batch") return api::Priority::kBatch;
  return {};
}

bool MayAsk(const http::Request& http, const RestOptions& options, api::Priority priority) {
  return !options.may_ask || options.may_ask(http.tenant, priority);
}

// Who does not say gets the default, or the next less urgent one that he may have.
api::Priority DefaultPriority(const http::Request& http, const RestOptions& options) {
  for (auto i = static_cast<std::size_t>(options.priority_default); i < api::kPriorities; ++i) {
    if (MayAsk(http, options, static_cast<api::Priority>(i))) return static_cast<api::Priority>(i);
  }
  return options.priority_default;
}

api::Priority AskedPriority(const Fields& fields, const http::Request& http,
                            const RestOptions& options) {
  const Json* const value = fields.Find("priority");
  if (value == nullptr) {
    const auto asked = PriorityOf(http.header(options.priority_header));
    return asked ? *asked : DefaultPriority(http, options);
  }
  if (value->is_string()) {
    if (const auto priority = PriorityOf(value->get_ref<const std::string&>())) return *priority;
  } else if (const auto number = IntegerOf(*value)) {
    // As vLLM counts: 0 unless the client says otherwise, and the lower the sooner.
    if (*number == 0) return DefaultPriority(http, options);
    return *number < 0 ? api::Priority::kRealtime : api::Priority::kBatch;
  }
  fields.Wrong("priority", "expected \"realtime\", \"interactive\", \"batch\" or an integer");
  return options.priority_default;
}

}  // namespace

OrError<Json> ParseBody(const http::Request& request, const RestOptions& options) {
  if (request.body.size() > options.body_bytes_max) {
    ApiError error =
        InvalidField({}, Concat("the body has ", request.body.size(), " bytes; at most ",
                                options.body_bytes_max, " are allowed"));
    error.status = 413;
    return tl::unexpected(std::move(error));
  }
  if (request.body.empty()) {
    return tl::unexpected(InvalidField({}, "the body is empty; send a JSON object"));
  }
  Result<Json> json = ParseJson(request.body);
  if (!json.ok()) {
    return tl::unexpected(
        InvalidField({}, Concat("the body cannot be read as JSON: ", json.error().message())));
  }
  if (!json->is_object()) {
    return tl::unexpected(
        InvalidField({}, Concat("the body is ", Kind(*json), "; send a JSON object")));
  }
  return *std::move(json);
}

const Model* FindModel(const std::string& name, const Models& models, Purpose purpose,
                       Problem& problem) {
  const Model* const model = models.Find(name, purpose);
  if (model == nullptr) {
    problem.Set(UnknownModel(name));
  } else if (purpose == Purpose::kGenerate && !model->info.can_generate) {
    problem.Set("model", Concat("model '", model->name, "' does not write text"));
  } else if (purpose == Purpose::kEmbed && !model->info.can_embed) {
    problem.Set("model", Concat("model '", model->name, "' does not compute embeddings"));
  } else {
    return model;
  }
  return nullptr;
}

const Model* ReadModel(const Fields& fields, const Models& models, Purpose purpose) {
  const std::string name = fields.RequiredText("model");
  if (!fields.problem().ok()) return nullptr;
  if (name.empty()) {
    fields.Wrong("model", "is empty; GET /v1/models names the models");
    return nullptr;
  }
  return FindModel(name, models, purpose, fields.problem());
}

std::uint64_t ReadSeed(const Fields& fields, Services& services) {
  if (!fields.Has("seed")) return services.Random();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::uint64_t>(fields.Integer("seed", {kMin, kMax}, 0));
}

std::vector<std::string> ReadStop(const Fields& fields) {
  const Json* const stop = fields.Find("stop");
  if (stop == nullptr) return {};
  if (stop->is_string()) {
    // Some tools send an empty one for none.
    if (stop->get_ref<const std::string&>().empty()) return {};
    return {stop->get<std::string>()};
  }
  const Json* const list = fields.Array("stop", kStopsMax);
  std::vector<std::string> stops;
  if (list == nullptr) return stops;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& value = (*list)[i];
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      fields.problem().Set(fields.Path("stop", i),
                           Concat(fields.Path("stop", i), ": expected a string that is not empty"));
      return stops;
    }
    stops.push_back(value.get<std::string>());
  }
  return stops;
}

api::Priority ReadPriority(const Fields& fields, const http::Request& http,
                           const RestOptions& options) {
  const api::Priority priority = AskedPriority(fields, http, options);
  if (MayAsk(http, options, priority)) return priority;
  ApiError error = InvalidField("priority", "your token does not allow requests of this priority");
  error.status = 403;
  error.type = "permission_error";
  error.code = "priority_not_allowed";
  error.refusal = metrics::Refusal::kForbidden;
  fields.problem().Set(std::move(error));
  return priority;
}

std::int64_t ReadDeadline(const Fields& fields, const RestOptions& options) {
  return fields.Integer("deadline_ms", {0, kDeadlineMsMax}, options.deadline_ms_default);
}

std::optional<std::int64_t> ReadTokensMax(const Fields& fields,
                                          std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (!fields.Has(name)) continue;
    return fields.Integer(name, {1, std::numeric_limits<std::int32_t>::max()}, 1);
  }
  return {};
}

void SetTokensMax(std::optional<std::int64_t> asked, const RestOptions& options,
                  GenerateCall& call) {
  const std::int32_t context = call.model == nullptr ? 0 : call.model->info.context_tokens;
  const std::int64_t largest = context > 0 ? context : kTokensMax;
  const std::int64_t fallback =
      options.tokens_max_default > 0 ? options.tokens_max_default : largest;
  call.tokens_max_asked = static_cast<std::int32_t>(asked.value_or(0));
  call.request.tokens_max =
      static_cast<std::int32_t>(std::min({asked.value_or(fallback), largest, kTokensMax}));
}

void ReadGenerateFields(const Fields& fields, const http::Request& http, Services& services,
                        GenerateCall& call) {
  const RestOptions& options = services.options();
  api::GenerateRequest& request = call.request;
  request.sampling = ReadSampling(fields, services, call.tokens_max_asked);
  request.logit_bias =
      ReadLogitBias(fields, call.model == nullptr ? 0 : call.model->info.vocab_size);
  request.stop = ReadStop(fields);
  request.ignore_end = fields.Flag("ignore_eos", false);
  request.priority = ReadPriority(fields, http, options);
  request.deadline_ms = ReadDeadline(fields, options);
  request.pin_system = fields.Flag("pin_prefix", false);
  request.tenant = http.tenant;
  call.n = static_cast<std::size_t>(fields.Integer("n", {1, kChoicesMax}, 1));
  call.stream = fields.Flag("stream", false);
  call.include_usage = ReadIncludeUsage(fields);
}

std::vector<api::GenerateRequest> Repeat(const api::GenerateRequest& request, std::size_t times) {
  std::vector<api::GenerateRequest> requests(times, request);
  for (std::size_t i = 0; i < times; ++i) requests[i].sampling.seed += i;
  return requests;
}

}  // namespace ganglion::serve::rest
