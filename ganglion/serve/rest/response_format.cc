#include "ganglion/serve/rest/response_format.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/json.h"
#include "ganglion/serve/rest/limits.h"

namespace ganglion::serve::rest {
namespace {

// "strict" is not asked for: what a schema says is enforced in any case, or refused.
void ReadSchema(const Fields& holder, api::GenerateRequest& request) {
  if (const Json* const schema = holder.Object("schema"); schema != nullptr) {
    request.json_schema = Dump(*schema);
  } else if (holder.problem().ok()) {
    holder.Wrong("schema", "is missing: expected an object");
  }
}

void WrongType(const Fields& format, const std::string& type) {
  if (!format.problem().ok()) return;
  format.Wrong("type", Concat("'", type, "' is none of text, json_object, json_schema"));
}

bool HasForm(const api::GenerateRequest& request) {
  return request.json_schema || request.json_object || request.regex || request.grammar ||
         !request.choices.empty();
}

// Whether the field is there and the first that gives the answer a form.
bool MayRead(const Fields& fields, std::string_view name, const api::GenerateRequest& request) {
  if (!fields.Has(name)) return false;
  if (!HasForm(request)) return true;
  fields.Wrong(name, "another field gives the answer its form already; send one of them");
  return false;
}

// vLLM also takes a schema as text.
void ReadJsonField(const Fields& fields, std::string_view name, api::GenerateRequest& request) {
  if (!MayRead(fields, name, request)) return;
  const Json& schema = *fields.Find(name);
  if (schema.is_string()) {
    request.json_schema = schema.get<std::string>();
  } else if (schema.is_object() || schema.is_boolean()) {
    request.json_schema = Dump(schema);
  } else {
    fields.Wrong(name, "expected a JSON Schema");
  }
}

void ReadTextField(const Fields& fields, std::string_view name,
                   std::optional<std::string> api::GenerateRequest::*field,
                   api::GenerateRequest& request) {
  if (!MayRead(fields, name, request)) return;
  std::string text = fields.Text(name);
  // Some tools send an empty one for none.
  if (!text.empty()) request.*field = std::move(text);
}

void ReadChoices(const Fields& fields, std::string_view name, api::GenerateRequest& request) {
  if (!MayRead(fields, name, request)) return;
  const Json* const list = fields.Array(name, kAnswerChoicesMax);
  if (list == nullptr) return;
  if (list->empty()) return fields.Wrong(name, "expected at least one string");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& choice = (*list)[i];
    if (!choice.is_string() || choice.get_ref<const std::string&>().empty()) {
      return fields.Wrong(fields.Path(name, i), "expected a string that is not empty");
    }
    request.choices.push_back(choice.get<std::string>());
  }
}

void ReadStructuredOutputs(const Fields& fields, api::GenerateRequest& request) {
  constexpr std::string_view kName = "structured_outputs";
  const Json* const object = fields.Object(kName);
  if (object == nullptr) return;
  const Fields form(*object, fields.Path(kName), fields.problem());
  for (const auto& [name, value] : object->items()) {
    if (name == "json" || name == "regex" || name == "choice" || name == "grammar" ||
        name == "json_object") {
      continue;
    }
    // That is how answers are here.
    if (name == "disable_any_whitespace" || name == "disable_fallback") continue;
    form.Refuse(name, "known are json, regex, choice, grammar and json_object");
  }
  ReadJsonField(form, "json", request);
  ReadTextField(form, "regex", &api::GenerateRequest::regex, request);
  ReadChoices(form, "choice", request);
  ReadTextField(form, "grammar", &api::GenerateRequest::grammar, request);
  if (form.Flag("json_object", false) && MayRead(form, "json_object", request)) {
    request.json_object = true;
  }
}

}  // namespace

void ReadConstraints(const Fields& fields, api::GenerateRequest& request) {
  ReadJsonField(fields, "guided_json", request);
  ReadTextField(fields, "guided_regex", &api::GenerateRequest::regex, request);
  ReadChoices(fields, "guided_choice", request);
  ReadTextField(fields, "guided_grammar", &api::GenerateRequest::grammar, request);
  fields.Refuse("guided_whitespace_pattern", "JSON is written compactly");
  ReadStructuredOutputs(fields, request);
  ReadTextField(fields, "grammar", &api::GenerateRequest::grammar, request);
  ReadJsonField(fields, "json_schema", request);
}

void ReadUnenforced(const Fields& fields, api::GenerateRequest& request) {
  const std::string what = fields.Text("unenforced", "refuse");
  if (what != "refuse" && what != "validate") {
    return fields.Wrong("unenforced", "expected \"refuse\" or \"validate\"");
  }
  request.retries_max = static_cast<std::int32_t>(
      fields.Integer("unenforced_retries", {0, kUnenforcedRetriesMax}, request.retries_max));
  if (what == "refuse") {
    if (!fields.Has("unenforced_retries")) return;
    return fields.Wrong("unenforced_retries", "needs \"unenforced\": \"validate\"");
  }
  if (!request.json_schema) return fields.Wrong("unenforced", "needs a JSON Schema");
  request.unenforced = api::Unenforced::kValidate;
}

void ReadResponseFormat(const Fields& fields, api::GenerateRequest& request) {
  const Json* const object = fields.Object("response_format");
  if (object == nullptr) return;
  const Fields format(*object, fields.Path("response_format"), fields.problem());
  const std::string type = format.RequiredText("type");
  if (type == "json_object") {
    request.json_object = true;
  } else if (type == "json_schema") {
    const Json* const holder = format.Object("json_schema");
    if (holder == nullptr) return format.Wrong("json_schema", "is missing: expected an object");
    ReadSchema(Fields(*holder, format.Path("json_schema"), format.problem()), request);
  } else if (type != "text") {
    WrongType(format, type);
  }
}

void ReadTextFormat(const Fields& fields, api::GenerateRequest& request) {
  const Json* const text = fields.Object("text");
  if (text == nullptr) return;
  const Fields outer(*text, fields.Path("text"), fields.problem());
  const Json* const object = outer.Object("format");
  if (object == nullptr) return;
  const Fields format(*object, outer.Path("format"), fields.problem());
  const std::string type = format.RequiredText("type");
  if (type == "json_object") {
    request.json_object = true;
  } else if (type == "json_schema") {
    ReadSchema(format, request);
  } else if (type != "text") {
    WrongType(format, type);
  }
}

}  // namespace ganglion::serve::rest
