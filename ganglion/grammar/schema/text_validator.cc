#include "ganglion/grammar/schema/text_validator.h"

#include <utility>

#include "ganglion/grammar/schema/limits.h"
#include "ganglion/grammar/schema/schema_reader_document.h"
#include "ganglion/grammar/schema/validator.h"

namespace ganglion::grammar {

TextValidator::TextValidator(SchemaModel model, std::size_t work)
    : model_(std::move(model)), languages_work_(work), languages_(languages_work_) {
  // What fails here fails again, by name, where a text needs it; most never do.
  for (std::size_t i = 0; i < model_.size(); ++i) {
    const Schema& schema = model_.at(SchemaId{static_cast<std::uint32_t>(i)});
    if (schema.pattern) (void)languages_.Pattern(*schema.pattern);
    if (schema.format) (void)languages_.Format(*schema.format);
    for (const auto& [pattern, part] : schema.pattern_properties) (void)languages_.Pattern(pattern);
  }
}

Result<std::optional<std::string>> TextValidator::WhyInvalid(std::string_view text,
                                                             std::size_t work) const {
  ReadOptions limits;
  limits.nesting_max = kValidatorDepthMax;
  GN_ASSIGN_OR_RETURN(const Json value, ParseSchemaText(text, limits));
  Work budget(work);
  const std::lock_guard lock(mutex_);
  return Validator(model_, languages_, budget).WhyInvalid(model_.root(), value);
}

}  // namespace ganglion::grammar
