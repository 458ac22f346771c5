#pragma once

#include <string>

#include "ganglion/api/inference_client.h"
#include "ganglion/serve/metrics/metrics.h"

// For the tests of this room.

namespace ganglion::serve::metrics {

// A model that says what it is told to say.
class StatsClient final : public api::InferenceClient {
 public:
  Result<api::RequestId> Submit(api::GenerateRequest /*request*/,
                                std::shared_ptr<api::EventSink> /*sink*/) override {
    return Status(Code::kUnimplemented, "only counts");
  }
  void Cancel(api::RequestId /*request*/) override {}
  api::EngineStats Stats() const override { return stats; }
  api::ModelInfo Describe() const override { return info; }

  api::EngineStats stats;
  api::ModelInfo info;
};

// The value of the series that is written so, labels included; empty where there is none.
inline std::string ValueOf(const std::string& text, const std::string& series) {
  const std::size_t at = ("\n" + text).find("\n" + series + " ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + series.size() + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace ganglion::serve::metrics
