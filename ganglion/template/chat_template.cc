#include "ganglion/template/chat_template.h"

#include <utility>

#include "ganglion/template/ast.h"
#include "ganglion/template/interpreter.h"
#include "ganglion/template/lexer.h"
#include "ganglion/template/limits.h"
#include "ganglion/template/parser.h"
#include "ganglion/template/unicode.h"

namespace ganglion::jinja {

ChatTemplate::ChatTemplate(std::vector<Statement> body) : body_(std::move(body)) {}
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

Result<ChatTemplate> ChatTemplate::Parse(std::string_view source) {
  if (source.size() > kTemplateBytesMax) {
    return Status(Code::kResourceExhausted, "the chat template has " +
                                                std::to_string(source.size()) + " bytes, over " +
                                                std::to_string(kTemplateBytesMax));
  }
  if (!IsValidUtf8(source)) {
    return Status(Code::kInvalidArgument, "the chat template is not UTF-8");
  }
  GN_ASSIGN_OR_RETURN(auto tokens, Tokenize(source));
  GN_ASSIGN_OR_RETURN(auto body, Parser(std::move(tokens)).ParseTemplate());
  return ChatTemplate(std::move(body));
}

Result<std::string> ChatTemplate::Render(const RenderInput& input) const {
  if (!IsValidUtf8(input.bos_token) || !IsValidUtf8(input.eos_token)) {
    return Status(Code::kInvalidArgument, "bos_token or eos_token is not UTF-8");
  }
  if (!input.extra.is_null() && !input.extra.is_object()) {
    return Status(Code::kInvalidArgument, "the extra variables are not a JSON object");
  }
  Interpreter interpreter(input.now);
  interpreter.Define("documents", Value(None{}));
  GN_ASSIGN_OR_RETURN(Value messages, FromJson(input.messages));
  interpreter.Define("messages", std::move(messages));
  GN_ASSIGN_OR_RETURN(Value tools, FromJson(input.tools));
  interpreter.Define("tools", std::move(tools));
  interpreter.Define("add_generation_prompt", Value(input.add_generation_prompt));
  interpreter.Define("bos_token", Value(input.bos_token));
  interpreter.Define("eos_token", Value(input.eos_token));
  GN_ASSIGN_OR_RETURN(const Value extra, FromJson(input.extra));
  if (const Dict* variables = extra.dict()) {
    for (const auto& [name, value] : variables->items) interpreter.Define(*name.string(), value);
  }
  return interpreter.Run(body_);
}

}  // namespace ganglion::jinja
