#include "ganglion/serve/rest/response_format.h"

#include <string>

#include "ganglion/base/concat.h"
#include "ganglion/serve/rest/json.h"

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

}  // namespace

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
