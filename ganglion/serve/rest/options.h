#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "ganglion/api/generate.h"

namespace ganglion::serve::rest {

struct RestOptions {
  // Tools that were made for one provider send its names ("gpt-4o"): true gives them the default
  // model. Otherwise a model answers to its name and its aliases only.
  bool any_model_name = false;

  // Where a request does not say; these two are OpenAI's.
  float temperature_default = 1.0f;
  float top_p_default = 1.0f;
  std::int32_t tokens_max_default = 0;  // 0: to the end of the context
  std::int64_t deadline_ms_default = 0;
  api::Priority priority_default = api::Priority::kInteractive;

  // Whether a tenant may ask with that urgency; empty: everybody may. Thread: any of the server's.
  std::function<bool(std::uint64_t tenant, api::Priority priority)> may_ask = {};

  // In lower case. The field "priority" of a body wins.
  std::string priority_header = "x-ganglion-priority";

  std::size_t body_bytes_max = std::size_t{16} << 20;

  // Clients of Ollama look at its version before they use tools or structured output. This is the
  // one whose API is spoken here.
  std::string ollama_version = "0.12.0";
};

}  // namespace ganglion::serve::rest
