#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "ganglion/base/status.h"
#include "ganglion/template/date_time.h"

namespace ganglion::jinja {

struct Statement;

// What a template sees. The keys of `extra` become variables beside these names.
struct RenderInput {
  nlohmann::ordered_json messages = nlohmann::ordered_json::array();
  nlohmann::ordered_json tools;  // null: none
  bool add_generation_prompt = true;
  std::string bos_token;
  std::string eos_token;
  nlohmann::ordered_json extra;  // an object or null
  std::optional<DateTime> now;   // strftime_now() fails without
};

// The Jinja template that a model file carries in tokenizer.chat_template: a conversation becomes
// the text that the model was trained on.
//
// The language is Jinja2's, set up as the transformers library sets it up (trim_blocks,
// lstrip_blocks, break and continue, tojson, raise_exception, strftime_now), less what reads other
// files. Nothing that a template does can change its input, last without bound or grow without
// bound; see limits.h. Errors carry the line.
//
// Thread: immutable, any. Rendering allocates and takes up to about 1 MiB of stack.
class ChatTemplate {
 public:
  static Result<ChatTemplate> Parse(std::string_view source);

  // kInvalidArgument where the template refuses its input; what it said stands in the message.
  Result<std::string> Render(const RenderInput& input) const;

  ChatTemplate(ChatTemplate&&) noexcept;
  ChatTemplate& operator=(ChatTemplate&&) noexcept;
  ~ChatTemplate();

 private:
  explicit ChatTemplate(std::vector<Statement> body);

  std::vector<Statement> body_;
};

}  // namespace ganglion::jinja
