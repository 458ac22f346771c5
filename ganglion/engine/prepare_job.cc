#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ganglion/base/concat.h"
#include "ganglion/engine/job.h"
#include "ganglion/engine/limits.h"
#include "ganglion/engine/prepare_calls.h"
#include "ganglion/engine/prompt.h"
#include "ganglion/sampling/sampler.h"

namespace ganglion::engine {
namespace {

Status Bad(std::string what) { return Status(Code::kInvalidArgument, std::move(what)); }

Status CheckRole(const std::string& role, std::size_t index) {
  for (const char* known : {"system", "developer", "user", "assistant", "tool"}) {
    if (role == known) return {};
  }
  return Bad(Concat("message ", index + 1, ": role '", role,
                    "' is none of system, developer, user, assistant, tool"));
}

std::size_t BytesOf(const api::Message& message) {
  std::size_t bytes = message.content.size() + message.name.size() + message.tool_call_id.size();
  for (const api::ToolCall& call : message.tool_calls) {
    bytes += call.id.size() + call.name.size() + call.arguments.size();
  }
  return bytes;
}

Status CheckPrompt(const api::GenerateRequest& request) {
  const int forms = (request.messages.empty() ? 0 : 1) + (request.prompt ? 1 : 0) +
                    (request.prompt_tokens.empty() ? 0 : 1);
  if (forms != 1) {
    return Bad("a request needs exactly one of messages, a raw prompt and prompt_tokens");
  }
  GN_RETURN_IF_ERROR(CheckMessages(request.messages));
  std::size_t bytes = request.prompt.value_or("").size() + request.template_arguments.size();
  for (const api::Tool& tool : request.tools) bytes += tool.definition.size();
  if (bytes > kPromptBytesMax) {
    return Bad(Concat("the prompt has ", bytes, " bytes, over ", kPromptBytesMax));
  }
  return {};
}

Status CheckStops(const api::GenerateRequest& request) {
  if (request.stop.size() > kStopsMax) {
    return Bad(Concat(request.stop.size(), " stop strings are more than ", kStopsMax));
  }
  for (const std::string& stop : request.stop) {
    if (stop.empty() || stop.size() > kStopBytesMax) {
      return Bad(
          Concat("a stop string has ", stop.size(), " bytes; it must have 1 to ", kStopBytesMax));
    }
  }
  return {};
}

// What the whole answer is to be: the field that says so, none or more than one.
std::vector<std::string_view> FormsOf(const api::GenerateRequest& request) {
  std::vector<std::string_view> forms;
  if (request.json_schema) forms.emplace_back("json_schema");
  if (request.json_object) forms.emplace_back("json_object");
  if (request.regex) forms.emplace_back("regex");
  if (request.grammar) forms.emplace_back("grammar");
  if (!request.choices.empty()) forms.emplace_back("choices");
  return forms;
}

Status CheckFormSize(const api::GenerateRequest& request, std::string_view form) {
  if (request.choices.size() > kChoicesMax) {
    return Bad(Concat("choices: ", request.choices.size(), " are more than ", kChoicesMax));
  }
  std::size_t bytes = request.json_schema.value_or("").size() + request.regex.value_or("").size() +
                      request.grammar.value_or("").size();
  for (const std::string& choice : request.choices) {
    if (choice.empty()) return Bad("choices: none may be empty");
    bytes += choice.size();
  }
  if (bytes <= kSchemaBytesMax) return {};
  return Bad(Concat(form, " has ", bytes, " bytes, over ", kSchemaBytesMax));
}

// What the answer is to be like: of one form, or a call of a tool, or free.
Status CheckForm(const api::GenerateRequest& request) {
  const std::vector<std::string_view> forms = FormsOf(request);
  if (forms.size() > 1) {
    return Bad(Concat(forms[0], " and ", forms[1], " exclude each other: an answer has one form"));
  }
  if (request.unenforced == api::Unenforced::kValidate && !request.json_schema) {
    return Bad("unenforced: to validate an answer takes a json_schema");
  }
  const bool must_call = MustCall(request);
  if (forms.empty() && !must_call) return {};
  const std::string_view form = forms.empty() ? "a required call of a tool" : forms[0];
  const bool has_tools = !request.tools.empty() && request.tool_choice != api::ToolChoice::kNone;
  if (!forms.empty() && has_tools) {
    return Bad(Concat("tools and ", form, " exclude each other: set tool_choice to none for this ",
                      "answer, or leave the form of the answer open"));
  }
  if (request.ignore_end) {
    return Bad(Concat("ignore_end needs a free text: ", form, " ends where it is whole"));
  }
  if (!request.stop.empty()) {
    return Bad(Concat("stop strings and ", form, " exclude each other: the text must be whole"));
  }
  return CheckFormSize(request, form);
}

AnswerForm FormOf(const api::GenerateRequest& request) {
  using Kind = AnswerForm::Kind;
  AnswerForm form;
  if (request.json_schema) {
    form = {.kind = Kind::kJsonSchema,
            .text = *request.json_schema,
            .validates = request.unenforced == api::Unenforced::kValidate};
  }
  if (request.json_object) form = {.kind = Kind::kJsonObject};
  if (request.regex) form = {.kind = Kind::kRegex, .text = *request.regex};
  if (request.grammar) form = {.kind = Kind::kGrammar, .text = *request.grammar};
  if (!request.choices.empty()) form = {.kind = Kind::kChoices, .choices = request.choices};
  return form;
}

// Fails closed: a form that cannot be enforced is an error, never a free answer.
Status SetForm(const api::GenerateRequest& request, const LoadedModel& loaded,
               GrammarCache& grammars, Job& job) {
  const std::vector<std::string_view> forms = FormsOf(request);
  if (forms.empty()) return {};
  auto form = grammars.Get(FormOf(request));
  if (!form.ok()) return std::move(form).error().WithContext(forms[0]);
  job.matcher.emplace(std::move(form->grammar), loaded.vocabulary);
  if (form->validator) job.judgement = {std::move(form->validator), request.retries_max};
  return {};
}

Status CheckNumbers(const api::GenerateRequest& request, const LoadedModel& loaded) {
  if (request.tokens_max < 1 || request.tokens_max > kTokensMax) {
    return Bad(
        Concat("tokens_max is ", request.tokens_max, "; it must lie in [1, ", kTokensMax, "]"));
  }
  if (request.top_logprobs < -1 || request.top_logprobs > kTopLogprobsMax) {
    return Bad(Concat("top_logprobs is ", request.top_logprobs, "; it must lie in [0, ",
                      kTopLogprobsMax, "], or -1 for none"));
  }
  if (request.retries_max < 0 || request.retries_max > kRetriesMax) {
    return Bad(
        Concat("retries_max is ", request.retries_max, "; it must lie in [0, ", kRetriesMax, "]"));
  }
  GN_RETURN_IF_ERROR(CheckTicket(request.priority, request.deadline_ms));
  GN_RETURN_IF_ERROR(sampling::Validate(request.logit_bias, loaded.vocab_size));
  for (const std::int32_t token : request.prompt_tokens) {
    if (!loaded.tokenizer->Contains(TokenId{token})) {
      return Bad(Concat("prompt_tokens: ", token, " is not in the vocabulary of ",
                        loaded.tokenizer->size()));
    }
  }
  return sampling::Validate(request.sampling);
}

Status SetPrompt(const api::GenerateRequest& request, std::string_view answer_prefix,
                 const LoadedModel& loaded, Job& job) {
  if (!request.prompt_tokens.empty()) {
    for (const std::int32_t token : request.prompt_tokens) job.prompt.push_back(TokenId{token});
  } else if (request.prompt) {
    GN_ASSIGN_OR_RETURN(job.prompt, TokenizeRaw(*request.prompt, loaded));
  } else {
    const std::vector<api::Tool> none;
    const bool shows_tools = request.tool_choice != api::ToolChoice::kNone;
    const Conversation conversation = {request.messages, shows_tools ? request.tools : none,
                                       request.template_arguments, answer_prefix};
    GN_ASSIGN_OR_RETURN(job.prompt, TokenizeConversation(conversation, loaded));
    if (request.pin_system) job.pinned = CountSystemTokens(conversation, job.prompt, loaded);
  }
  if (job.prompt.empty()) return Bad("the prompt is empty");
  if (job.prompt.size() < loaded.context_tokens) return {};
  return Status(Code::kResourceExhausted,
                Concat("the prompt has ", job.prompt.size(), " tokens, but the context holds ",
                       loaded.context_tokens, " with the answer: shorten the prompt"));
}

}  // namespace

Status CheckTicket(api::Priority priority, std::int64_t deadline_ms) {
  if (static_cast<std::size_t>(priority) >= api::kPriorities) {
    return Bad(Concat("priority is ", static_cast<int>(priority),
                      "; it must be realtime, interactive or batch"));
  }
  if (deadline_ms >= 0 && deadline_ms <= kDeadlineMsMax) return {};
  return Bad(Concat("deadline_ms is ", deadline_ms, "; it must lie in [0, ", kDeadlineMsMax, "]"));
}

Status CheckMessages(const std::vector<api::Message>& messages) {
  if (messages.size() > kMessagesMax) {
    return Bad(Concat(messages.size(), " messages are more than ", kMessagesMax));
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    GN_RETURN_IF_ERROR(CheckRole(messages[i].role, i));
    if (messages[i].tool_calls.size() > kToolCallsMax) {
      return Bad(Concat("message ", i + 1, ": ", messages[i].tool_calls.size(),
                        " tool calls are more than ", kToolCallsMax));
    }
    bytes += BytesOf(messages[i]);
  }
  if (bytes <= kPromptBytesMax) return {};
  return Bad(Concat("the messages have ", bytes, " bytes, over ", kPromptBytesMax));
}

Result<std::unique_ptr<Job>> PrepareJob(api::GenerateRequest request, std::uint64_t call_id_seed,
                                        const LoadedModel& loaded, GrammarCache& grammars) {
  GN_RETURN_IF_ERROR(CheckPrompt(request));
  GN_RETURN_IF_ERROR(CheckNumbers(request, loaded));
  GN_RETURN_IF_ERROR(CheckStops(request));
  GN_RETURN_IF_ERROR(CheckForm(request));
  GN_RETURN_IF_ERROR(CheckTools(request, loaded));
  auto job = std::make_unique<Job>();
  GN_ASSIGN_OR_RETURN(const std::string answer_prefix,
                      PrepareCalls(request, call_id_seed, loaded, grammars, *job));
  GN_RETURN_IF_ERROR(SetForm(request, loaded, grammars, *job));
  GN_RETURN_IF_ERROR(SetPrompt(request, answer_prefix, loaded, *job));
  job->sampling = request.sampling;
  job->logit_bias = std::move(request.logit_bias);
  job->tokens_max = request.tokens_max;
  job->stops = std::move(request.stop);
  job->ignore_end = request.ignore_end;
  job->top_logprobs = request.top_logprobs;
  job->priority = request.priority;
  job->deadline_ms = request.deadline_ms;
  job->tenant = request.tenant;
  return job;
}

}  // namespace ganglion::engine
