#include "ganglion/engine/held_sink.h"

namespace ganglion::engine {

void HeldSink::OnToken(const api::TokenEvent& token) { tokens_.emplace_back(text_.size(), token); }

void HeldSink::Release(api::EventSink& sink) const {
  const std::string_view text = text_;
  std::size_t shown = 0;
  const auto show_to = [&](std::size_t end) {
    if (end > shown) sink.OnText(text.substr(shown, end - shown));
    shown = end;
  };
  for (const auto& [before, token] : tokens_) {
    show_to(before);
    sink.OnToken(token);
  }
  show_to(text.size());
}

}  // namespace ganglion::engine
