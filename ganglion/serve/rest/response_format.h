#pragma once

#include "ganglion/api/generate.h"
#include "ganglion/serve/rest/fields.h"

namespace ganglion::serve::rest {

// response_format of chat and text completions: text, json_object, or json_schema, whose schema
// lies in an object of its own.
void ReadResponseFormat(const Fields& fields, api::GenerateRequest& request);
// Other ways to ask for a form of the whole answer: vLLM's guided_json, guided_regex,
// guided_choice, guided_grammar and structured_outputs, llama.cpp's grammar and json_schema. A
// second form in one body is a Problem.
void ReadConstraints(const Fields& fields, api::GenerateRequest& request);
// What becomes of keywords of the schema that no grammar enforces. Behind whatever reads the
// schema.
void ReadUnenforced(const Fields& fields, api::GenerateRequest& request);
// text.format of /v1/responses, where it does not.
void ReadTextFormat(const Fields& fields, api::GenerateRequest& request);

}  // namespace ganglion::serve::rest
