#include "ganglion/model/metadata_reader.h"

#include "ganglion/base/concat.h"

namespace ganglion {

Result<std::uint32_t> MetadataReader::Count(std::string_view name, std::int64_t largest) const {
  GN_ASSIGN_OR_RETURN(const std::int64_t value, file_.Int(Key(name)));
  return CountOr(name, value, largest);
}

Result<std::uint32_t> MetadataReader::CountOr(std::string_view name, std::int64_t fallback,
                                              std::int64_t largest) const {
  GN_ASSIGN_OR_RETURN(const std::int64_t value, file_.IntOr(Key(name), fallback));
  if (value >= 1 && value <= largest) return static_cast<std::uint32_t>(value);
  return Bad(name, Concat(value, " is not in 1 to ", largest));
}

Result<std::uint32_t> MetadataReader::CountOrNone(std::string_view name, std::uint32_t fallback,
                                                  std::int64_t largest) const {
  GN_ASSIGN_OR_RETURN(const std::int64_t value, file_.IntOr(Key(name), fallback));
  if (value >= 0 && value <= largest) return static_cast<std::uint32_t>(value);
  return Bad(name, Concat(value, " is not in 0 to ", largest));
}

Result<double> MetadataReader::NumberOr(std::string_view name, double fallback, double smallest,
                                        double largest) const {
  GN_ASSIGN_OR_RETURN(const double value, file_.FloatOr(Key(name), fallback));
  if (value >= smallest && value <= largest) return value;
  return Bad(name, Concat(value, " is not in ", smallest, " to ", largest));
}

Result<std::string_view> MetadataReader::TextOr(std::string_view name,
                                                std::string_view fallback) const {
  return file_.StringOr(Key(name), fallback);
}

Result<bool> MetadataReader::FlagOr(std::string_view name, bool fallback) const {
  return file_.BoolOr(Key(name), fallback);
}

Status MetadataReader::Bad(std::string_view name, const std::string& why) const {
  return Status(Code::kInvalidArgument, Key(name) + ": " + why);
}

}  // namespace ganglion
