#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema/json_schema.h"

namespace ganglion::engine {

// What a whole answer is to be, or the JSON of a call. Equal forms have equal grammars.
struct AnswerForm {
  enum class Kind : std::uint8_t { kJsonSchema, kJsonObject, kRegex, kGrammar, kChoices };
  Kind kind = Kind::kJsonSchema;
  std::string text = {};                  // the schema, the expression or the grammar
  std::vector<std::string> choices = {};  // of kChoices
  // Of kJsonSchema and kJsonObject.
  grammar::SchemaOptions::MemberOrder order = grammar::SchemaOptions::MemberOrder::kDeclared;
  grammar::SchemaOptions::WhiteSpace white_space = grammar::SchemaOptions::WhiteSpace::kNone;
  // Of kJsonSchema: what cannot be enforced is left to the validator.
  bool validates = false;

  bool operator==(const AnswerForm&) const = default;
};

// Immutable, shared with the answers that run.
struct CompiledForm {
  std::shared_ptr<const grammar::Grammar> grammar;
  std::shared_ptr<const grammar::TextValidator> validator = {};  // null where all is enforced

  bool operator==(const CompiledForm&) const = default;
};

// Fails closed: a form that cannot be enforced is an error, which says why and where. Its code is
// kUnimplemented for what is not supported, and kInvalidArgument for all else: whatever a compiler
// refuses, the request is at fault.
Result<CompiledForm> CompileForm(const AnswerForm& form);

}  // namespace ganglion::engine
