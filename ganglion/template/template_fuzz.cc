#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ganglion/template/chat_template.h"

// The input is a template; the conversation is always the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto parsed = ganglion::jinja::ChatTemplate::Parse(source);
  if (!parsed.ok()) return 0;
  ganglion::jinja::RenderInput input;
  input.messages = nlohmann::ordered_json::array(
      {{{"role", "system"}, {"content", "Be brief."}},
       {{"role", "user"}, {"content", "Grüße \U0001f916"}},
       {{"role", "assistant"},
        {"content", nullptr},
        {"tool_calls",
         {{{"function", {{"name", "f"}, {"arguments", {{"x", 1.5}, {"y", -3}}}}}}}}}});
  input.tools = nlohmann::ordered_json::array(
      {{{"type", "function"}, {"function", {{"name", "f"}, {"parameters", {{"a", {}}}}}}}});
  input.bos_token = "<s>";
  input.now = ganglion::jinja::DateTime{2026, 1, 2, 15, 4, 5};
  [[maybe_unused]] const auto text = parsed->Render(input);
  return 0;
}
