#pragma once

#include <functional>
#include <string_view>

#include "apps/ganglion/interrupt.h"

#include "ganglion/api/inference_client.h"
#include "ganglion/base/status.h"

namespace ganglion::app {

// Submits the request, hands each piece of the answer to `show` on this thread as it comes, and
// waits for the end. Ctrl-C cancels the answer, which then ends with kCancelled.
Result<api::Answer> StreamAnswer(api::InferenceClient& client, api::GenerateRequest request,
                                 InterruptCounter& interrupts,
                                 const std::function<void(std::string_view)>& show);

// Writes to standard output at once.
void ShowText(std::string_view text);

}  // namespace ganglion::app
