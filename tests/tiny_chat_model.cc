// Writes a chat model with random weights: a megabyte, quick, and with a template that knows tools.
// It says nothing, but its answers are words of small letters, and those that a schema or a tool
// demands fit it.
//
//   tiny_chat_model FILE.gguf

#include <cstdio>

#include "apps/ganglion/model_shape.h"
#include "apps/ganglion/random_model.h"

namespace {

constexpr const char* kTemplate = R"({%- if tools %}<|begin|>system
# Tools
<tools>
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
</tools>
For each call return an object within tags:
<tool_call>
{"name": <function-name>, "arguments": <arguments>}
</tool_call><|end|>
{%- endif %}
{%- for message in messages %}<|begin|>{{ message.role }}
{{ message.content }}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor %}<|end|>
{%- endfor %}
{%- if add_generation_prompt %}<|begin|>assistant
{% endif %})";

constexpr ganglion::app::ModelShape kShape = {.name = "tiny-chat",
                                              .architecture = "llama",
                                              .layers = 2,
                                              .width = 64,
                                              .ffn_width = 128,
                                              .heads = 4,
                                              .kv_heads = 2,
                                              .head_dim = 16,
                                              .vocab_size = 4000,
                                              .context_length = 8192,
                                              .chat_template = kTemplate};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "tiny_chat_model: name the file to write\n");
    return 2;
  }
  const ganglion::Status written = ganglion::app::WriteRandomModel(kShape, "Q8_0", 1, argv[1]);
  if (written.ok()) return 0;
  std::fprintf(stderr, "tiny_chat_model: %s\n", written.message().data());
  return 1;
}
