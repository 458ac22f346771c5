#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ganglion/base/status.h"
#include "ganglion/grammar/grammar.h"
#include "ganglion/grammar/schema/schema.h"
#include "ganglion/grammar/schema/text_validator.h"

namespace ganglion::grammar {

struct SchemaOptions {
  enum class MemberOrder : std::uint8_t {
    kDeclared,  // declared properties in their order, others behind them
    kAny,
  };
  enum class WhiteSpace : std::uint8_t {
    kNone,      // compact JSON
    kOneSpace,  // one space may stand behind a comma or a colon
  };
  // Of members that no keyword speaks of, where "additionalProperties" is absent.
  enum class Undeclared : std::uint8_t {
    kAllowed,  // as the standard has it
    kLeftOut,  // from objects that declare some: a model is asked for these. Fewer valid texts.
  };
  enum class Unenforced : std::uint8_t {
    kRefuse,         // what cannot be enforced is an error
    kValidateAfter,  // the grammar leaves it out and says so; the caller validates the whole answer
  };

  ReadOptions read;
  MemberOrder order = MemberOrder::kDeclared;
  WhiteSpace white_space = WhiteSpace::kNone;
  Undeclared undeclared = Undeclared::kAllowed;
  Unenforced unenforced = Unenforced::kRefuse;
  std::size_t work = 20'000'000;  // of the whole compilation, see Work
  CompileLimits limits;
};

struct CompiledSchema {
  // Shared because answers hold it as long as they run; immutable.
  std::shared_ptr<const Grammar> grammar;
  // With kValidateAfter: what the grammar does not enforce, as "#/a/b: the keyword ... because".
  std::vector<std::string> unenforced;
  // Of these, what the validator cannot judge either (a backreference, another document).
  std::vector<std::string> unjudged;
  // For whole answers, where something is unenforced. Shared as the grammar is.
  std::shared_ptr<const TextValidator> validator;
  std::vector<SchemaModel::Note> notes;  // what the standard calls annotations
};

// Compiles a JSON Schema: draft 2020-12, older ones by "$schema". Every answer that ends where the
// grammar allows it is valid. Fails closed:
//   kInvalidArgument     it is no schema, or references nothing
//   kUnimplemented       a keyword that is not enforced here, with its place and why; also with
//                        kValidateAfter, where leaving it out would not help
//   kFailedPrecondition  no value is valid
//   kResourceExhausted   it passes a limit, which is named
Result<CompiledSchema> CompileSchema(std::string_view schema, const SchemaOptions& options = {});

}  // namespace ganglion::grammar
