#include <algorithm>
#include <chrono>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/limits.h"
#include "ganglion/serve/rest/ollama.h"
#include "ganglion/serve/rest/response_format.h"
#include "ganglion/serve/rest/tool_fields.h"

namespace ganglion::serve::rest {
namespace {

void ReadFormat(const Fields& fields, api::GenerateRequest& request) {
  const Json* const format = fields.Find("format");
  if (format == nullptr) return;
  if (format->is_object()) {
    request.json_schema = Dump(*format);
  } else if (*format == "json") {
    request.json_object = true;
  } else if (*format != "") {
    fields.Wrong("format", "expected \"json\" or a JSON Schema");
  }
}

// The defaults are Ollama's own.
api::SamplingOptions ReadSampling(const Fields& options, Services& services) {
  const auto number = [&](std::string_view name, Range<double> range, double fallback) {
    return static_cast<float>(options.Number(name, range, fallback));
  };
  api::SamplingOptions sampling;
  sampling.temperature = number("temperature", {0, 100}, 0.8);
  sampling.top_k = static_cast<std::int32_t>(
      std::max<std::int64_t>(0, options.Integer("top_k", {-1, 1 << 24}, 40)));
  sampling.top_p = std::max(number("top_p", {0, 1}, 0.9), 1e-6f);
  sampling.min_p = std::min(number("min_p", {0, 1}, 0), 0.999999f);
  sampling.repetition_penalty = number("repeat_penalty", {0.01, 10}, 1.1);
  sampling.presence_penalty = number("presence_penalty", {-2, 2}, 0);
  sampling.frequency_penalty = number("frequency_penalty", {-2, 2}, 0);
  // -1 means the context, which is more than is looked back at here.
  const std::int64_t last = options.Integer("repeat_last_n", {-1, 1 << 24}, 64);
  sampling.penalty_last_n =
      last < 0 ? kPenaltyTokensMax
               : static_cast<std::int32_t>(std::min<std::int64_t>(last, kPenaltyTokensMax));
  sampling.seed = ReadSeed(options, services);
  return sampling;
}

void CheckContext(const Fields& options, const Model& model) {
  const std::int64_t context = model.info.context_tokens;
  const std::int64_t asked = options.Integer("num_ctx", {0, std::int64_t{1} << 31}, 0);
  if (context > 0 && asked > context) {
    options.Wrong("num_ctx", Concat("the context of this model holds ", context, " tokens"));
  }
}

}  // namespace

std::string TimeText(TimeNs wall) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(wall));
  const std::chrono::sys_days day(std::chrono::floor<std::chrono::days>(seconds));
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(seconds - day.time_since_epoch());
  const auto two = [](std::int64_t number) { return Concat(number < 10 ? "0" : "", number); };
  std::string text =
      Concat(static_cast<int>(date.year()), "-", two(static_cast<unsigned>(date.month())), "-",
             two(static_cast<unsigned>(date.day())), "T", two(time.hours().count()), ":",
             two(time.minutes().count()), ":", two(time.seconds().count()), ".");
  const std::string millis = std::to_string(1000 + wall / 1'000'000 % 1000);
  return text + millis.substr(1) + "Z";
}

const Model* ReadOllamaModel(const Fields& fields, const Models& models, Purpose purpose) {
  std::string name = fields.Text("model");
  if (name.empty()) name = fields.Text("name");
  if (name.empty()) {
    fields.Wrong("model", "is missing: expected a string");
    return nullptr;
  }
  constexpr std::string_view kLatest = ":latest";
  if (models.FindExact(name) == nullptr && name.ends_with(kLatest)) {
    name.resize(name.size() - kLatest.size());
  }
  return FindModel(name, models, purpose, fields.problem());
}

void ReadOllamaFields(const Fields& fields, const http::Request& http, Services& services,
                      GenerateCall& call) {
  const Json none = Json::object();
  const Json* const given = fields.Object("options");
  const Fields options(given == nullptr ? none : *given, fields.Path("options"), fields.problem());
  options.Refuse("mirostat", "use temperature, top_p and min_p");
  CheckContext(options, *call.model);
  // -1 and -2 mean: as long as it takes.
  const std::int64_t predict = options.Integer("num_predict", {-2, kTokensMax}, -1);
  SetTokensMax(predict > 0 ? std::optional(predict) : std::nullopt, services.options(), call);
  api::GenerateRequest& request = call.request;
  request.sampling = ReadSampling(options, services);
  request.stop = ReadStop(options);
  request.priority = ReadPriority(fields, http, services.options());
  request.deadline_ms = ReadDeadline(fields, services.options());
  request.tenant = http.tenant;
  ReadFormat(fields, request);
  ReadUnenforced(fields, request);
  call.stream = fields.Flag("stream", true);
}

}  // namespace ganglion::serve::rest
