#include "ganglion/engine/prepare_calls.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ganglion/base/concat.h"
#include "ganglion/tool_calls/constrained_call.h"

namespace ganglion::engine {
namespace {

using tool_calls::Arguments;
using tool_calls::Style;
using GrammarPointer = std::shared_ptr<const grammar::Grammar>;

Status Bad(std::string what) { return Status(Code::kInvalidArgument, std::move(what)); }

struct GrammarOfCall {
  tool_calls::ConstrainedCall form;
  GrammarPointer grammar;
};

// A tool whose parameters say what no grammar enforces may still be called: its arguments are then
// any object, unless it is strict.
Result<GrammarOfCall> CompileCall(Style style, const std::vector<api::Tool>& tools,
                                  GrammarCache& grammars) {
  GrammarOfCall call;
  Status failed;
  for (const Arguments arguments : {Arguments::kByTool, Arguments::kAny}) {
    GN_ASSIGN_OR_RETURN(call.form, tool_calls::ConstrainCall(style, tools, arguments));
    auto compiled = grammars.Get({.text = call.form.schema});
    if (compiled.ok()) {
      call.grammar = std::move(compiled->grammar);
      return call;
    }
    failed = std::move(compiled).error().WithContext("tools");
  }
  return failed;
}

CallReading MakeReading(const api::GenerateRequest& request, Style style, std::uint64_t seed) {
  tool_calls::CallParser::Options options{
      .style = style, .names = {}, .parallel = true, .strict = false};
  for (const api::Tool& tool : request.tools) {
    options.names.push_back(tool.name);
    options.strict = options.strict || tool.strict;
  }
  options.parallel = request.parallel_tool_calls && !MustCall(request);
  return {tool_calls::CallParser(std::move(options), Rng(seed)), style};
}

// For a call that the model begins of itself: of JSON that names the function, and, in styles that
// name it outside, of the arguments of each.
Result<std::vector<CallGrammar>> CompileFreeCalls(const std::vector<api::Tool>& tools, Style style,
                                                  GrammarCache& grammars) {
  std::vector<CallGrammar> all;
  const Style inside = style == Style::kLlama ? style : Style::kHermes;
  GN_ASSIGN_OR_RETURN(GrammarOfCall any, CompileCall(inside, tools, grammars));
  all.push_back({.function = {}, .grammar = std::move(any.grammar)});
  if (style != Style::kMistralArgs && style != Style::kFunctionary) return all;
  for (const api::Tool& tool : tools) {
    GN_ASSIGN_OR_RETURN(GrammarOfCall one, CompileCall(style, {tool}, grammars));
    all.push_back({.function = tool.name, .grammar = std::move(one.grammar)});
  }
  return all;
}

}  // namespace

bool MustCall(const api::GenerateRequest& request) {
  return request.tool_choice == api::ToolChoice::kRequired ||
         request.tool_choice == api::ToolChoice::kNamed;
}

Status CheckTools(const api::GenerateRequest& request, const LoadedModel& loaded) {
  if (request.tools.empty()) {
    if (!MustCall(request)) return {};
    return Bad("tool_choice demands a call, but there are no tools");
  }
  GN_RETURN_IF_ERROR(tool_calls::CheckTools(request.tools));
  if (request.tool_choice == api::ToolChoice::kNone) return {};
  if (request.messages.empty()) return Bad("tools need messages: a raw prompt cannot show them");
  if (loaded.call_style == Style::kNone) {
    return Status(
        Code::kUnimplemented,
        "tools: the model's chat template writes calls of tools in no known form (hermes, "
        "llama, mistral, functionary); ask without tools");
  }
  if (request.tool_choice != api::ToolChoice::kNamed) return {};
  for (const api::Tool& tool : request.tools) {
    if (tool.name == request.tool_name) return {};
  }
  return Bad(Concat("tool_choice names '", request.tool_name, "', which is none of the tools"));
}

Result<std::string> PrepareCalls(const api::GenerateRequest& request, std::uint64_t call_id_seed,
                                 const LoadedModel& loaded, GrammarCache& grammars, Job& job) {
  if (request.tools.empty() || request.tool_choice == api::ToolChoice::kNone) return std::string();
  if (!MustCall(request)) {
    job.calls = MakeReading(request, loaded.call_style, call_id_seed);
    if (!std::ranges::any_of(request.tools, &api::Tool::strict)) return std::string();
    GN_ASSIGN_OR_RETURN(job.call_grammars,
                        CompileFreeCalls(request.tools, loaded.call_style, grammars));
    return std::string();
  }
  std::vector<api::Tool> tools = request.tools;
  if (request.tool_choice == api::ToolChoice::kNamed) {
    std::erase_if(tools, [&](const api::Tool& tool) { return tool.name != request.tool_name; });
  }
  GN_ASSIGN_OR_RETURN(GrammarOfCall call, CompileCall(loaded.call_style, tools, grammars));
  job.calls = MakeReading(request, call.form.style, call_id_seed);
  job.calls->parser.Append(call.form.prefix);  // what it holds of it is no text yet
  job.matcher.emplace(std::move(call.grammar), loaded.vocabulary);
  return std::move(call.form.prefix);
}

}  // namespace ganglion::engine
