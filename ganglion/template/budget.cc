#include "ganglion/template/budget.h"

namespace ganglion::jinja {

Status Budget::Spend(std::uint64_t steps) {
  if (steps > steps_left_) {
    return Status(Code::kResourceExhausted,
                  "the template takes more than " + std::to_string(kStepsMax) + " steps");
  }
  steps_left_ -= steps;
  return {};
}

Status Budget::Iterate() {
  if (iterations_left_ == 0) {
    return Status(Code::kResourceExhausted, "the loops of the template take more than " +
                                                std::to_string(kLoopIterationsMax) + " turns");
  }
  --iterations_left_;
  return {};
}

Status Budget::Make(std::uint64_t bytes) {
  if (bytes > bytes_left_) {
    return Status(Code::kResourceExhausted, "the template makes more than " +
                                                std::to_string(kBytesMadeMax) + " bytes of values");
  }
  bytes_left_ -= bytes;
  return {};
}

Status Budget::Append(std::string_view piece, std::string& out) {
  GN_RETURN_IF_ERROR(Make(piece.size()));
  out += piece;
  return {};
}

Result<Value> Budget::Text(std::string text) {
  GN_RETURN_IF_ERROR(Make(text.size()));
  return Value(std::move(text));
}

Result<Value> Budget::List(std::vector<Value> items, bool is_tuple) {
  GN_RETURN_IF_ERROR(Spend(items.size()));
  GN_RETURN_IF_ERROR(Make(items.size() * sizeof(Value)));
  Value list = MakeList(std::move(items), is_tuple);
  if (list.depth() > kValueDepthMax) {
    return Status(Code::kResourceExhausted, "lists are nested too deeply");
  }
  return list;
}

}  // namespace ganglion::jinja
