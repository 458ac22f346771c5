#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ganglion/base/status.h"
#include "ganglion/grammar/regular/work.h"
#include "ganglion/grammar/schema/languages.h"
#include "ganglion/grammar/schema/schema.h"

namespace ganglion::grammar {

// Judges finished answers against the schema that their grammar could not enforce whole.
//
// Its patterns and formats are compiled in the constructor, within `work`, so that a text costs no
// more than its own validation. Thread: any; texts are judged one after the other.
class TextValidator {
 public:
  TextValidator(SchemaModel model, std::size_t work);
  TextValidator(const TextValidator&) = delete;
  TextValidator& operator=(const TextValidator&) = delete;

  // Nothing if the text is valid; else the first reason, as Validator gives it. An error where it
  // is no JSON, or judging it takes more than `work`.
  Result<std::optional<std::string>> WhyInvalid(std::string_view text, std::size_t work) const;

 private:
  const SchemaModel model_;
  mutable std::mutex mutex_;  // guards the two below
  mutable Work languages_work_;
  mutable Languages languages_;
};

}  // namespace ganglion::grammar
