#include "ganglion/template/call.h"

#include <algorithm>

namespace ganglion::jinja {

Result<std::vector<Value>> Arguments::Bind(std::initializer_list<std::string_view> names) const {
  if (positional.size() > names.size()) {
    return BadArgument("takes at most " + std::to_string(names.size()) + " arguments, got " +
                       std::to_string(positional.size()));
  }
  std::vector<Value> bound = positional;
  bound.resize(names.size());
  for (const auto& [name, value] : named) {
    const auto* found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return BadArgument("has no argument '" + std::string(name) + "'");
    bound[static_cast<std::size_t>(found - names.begin())] = value;
  }
  return bound;
}

Status UndefinedError(const Value& value) {
  return Status(Code::kInvalidArgument, std::string(value.hint()));
}

Status BadArgument(std::string_view what) {
  return Status(Code::kInvalidArgument, std::string(what));
}

Result<Value> ApplyFilter(std::string_view name, const Value& value, const Arguments& arguments,
                          Budget& budget) {
  Filter filter = FindTextFilter(name);
  if (filter == nullptr) filter = FindListFilter(name);
  if (filter == nullptr) return BadArgument("no filter is named '" + std::string(name) + "'");
  GN_RETURN_IF_ERROR(budget.Walk(value));
  auto result = filter(value, arguments, budget);
  if (result.ok()) return result;
  return std::move(result).error().WithContext("filter '" + std::string(name) + "'");
}

}  // namespace ganglion::jinja
