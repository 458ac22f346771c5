#include <cmath>
#include <string_view>

#include "ganglion/base/concat.h"
#include "ganglion/sampling/limits.h"
#include "ganglion/sampling/sampler.h"

namespace ganglion::sampling {
namespace {

template <class Number>
Status OutOfRange(std::string_view name, Number value, std::string_view range) {
  return Status(Code::kInvalidArgument, Concat(name, " is ", value, "; it must lie in ", range));
}

// False for what is not a number, too.
bool Between(float value, float low, float high) { return value >= low && value <= high; }

}  // namespace

Status Validate(const api::SamplingOptions& options) {
  if (!Between(options.temperature, 0, kTemperatureMax)) {
    return OutOfRange("temperature", options.temperature, "[0, 100]");
  }
  if (options.top_k < 0) return OutOfRange("top_k", options.top_k, "[0, 2147483647]");
  if (!Between(options.top_p, 0, 1) || options.top_p == 0) {
    return OutOfRange("top_p", options.top_p, "(0, 1]");
  }
  if (!Between(options.min_p, 0, 1) || options.min_p == 1) {
    return OutOfRange("min_p", options.min_p, "[0, 1)");
  }
  if (!Between(options.repetition_penalty, 0, kRepetitionPenaltyMax) ||
      options.repetition_penalty == 0) {
    return OutOfRange("repetition_penalty", options.repetition_penalty, "(0, 10]");
  }
  if (!Between(options.presence_penalty, -kAdditivePenaltyMax, kAdditivePenaltyMax)) {
    return OutOfRange("presence_penalty", options.presence_penalty, "[-2, 2]");
  }
  if (!Between(options.frequency_penalty, -kAdditivePenaltyMax, kAdditivePenaltyMax)) {
    return OutOfRange("frequency_penalty", options.frequency_penalty, "[-2, 2]");
  }
  if (options.penalty_last_n < 0 || options.penalty_last_n > kPenaltyWindowMax) {
    return OutOfRange("penalty_last_n", options.penalty_last_n, "[0, 4096]");
  }
  return {};
}

Status Validate(std::span<const api::LogitBias> bias, std::size_t vocabulary_size) {
  if (bias.size() > kLogitBiasesMax) {
    return Status(Code::kInvalidArgument,
                  Concat("logit_bias has ", bias.size(), " entries, over ", kLogitBiasesMax));
  }
  for (const api::LogitBias& entry : bias) {
    if (entry.token < 0 || static_cast<std::size_t>(entry.token) >= vocabulary_size) {
      return Status(Code::kInvalidArgument,
                    Concat("logit_bias names token ", entry.token, "; the vocabulary has ",
                           vocabulary_size, " tokens"));
    }
    if (!Between(entry.bias, -kLogitBiasMax, kLogitBiasMax)) {
      return OutOfRange("logit_bias", entry.bias, "[-100, 100]");
    }
  }
  return {};
}

}  // namespace ganglion::sampling
