#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/api/inference_client.h"

namespace ganglion::engine {

// Keeps the text and the tokens of an answer from its client until it is known to be valid.
//
// Thread: its owner's. Memory: grows with the answer.
class HeldSink final : public api::EventSink {
 public:
  void OnText(std::string_view text) override { text_ += text; }
  void OnToken(const api::TokenEvent& token) override;
  // The answer that this is a part of says so itself.
  void OnDone(api::FinishReason /*reason*/, const api::Usage& /*usage*/,
              const Status& /*status*/) override {}

  const std::string& text() const { return text_; }
  // All that came, in the order in which it came.
  void Release(api::EventSink& sink) const;

 private:
  std::string text_;
  std::vector<std::pair<std::size_t, api::TokenEvent>> tokens_;  // by the size of the text before
};

}  // namespace ganglion::engine
