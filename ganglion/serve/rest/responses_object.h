#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ganglion/api/generate.h"
#include "ganglion/serve/rest/api_error.h"
#include "ganglion/serve/rest/fields.h"
#include "ganglion/serve/rest/json.h"

// The object "response" and the items of its output.
namespace ganglion::serve::rest {

// What of the request is repeated in its response.
Json ResponseEcho(const Fields& fields, const api::GenerateRequest& request);

struct ResponseHead {
  std::string id;
  std::int64_t created_s = 0;
  std::string model;
  Json echo;
  std::string id_tail;  // makes the ids of items unique
};

std::string MessageItemId(const ResponseHead& head, std::size_t index);
std::string CallItemId(const ResponseHead& head, std::size_t index);

Json TextPart(const std::string& text, const Json& logprobs);
// `status` is "in_progress", "completed" or "incomplete".
Json MessageItem(const std::string& id, std::string_view status, const Json& content);
Json CallItem(const std::string& id, std::string_view status, const api::ToolCall& call,
              const std::string& arguments);

Json ResponseInProgress(const ResponseHead& head);
Json ResponseFailed(const ResponseHead& head, const ApiError& error);
Json ResponseDone(const ResponseHead& head, const Json& output, api::FinishReason reason,
                  const api::Usage& usage);

}  // namespace ganglion::serve::rest
