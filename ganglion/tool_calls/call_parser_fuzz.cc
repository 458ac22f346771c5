#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "ganglion/base/check.h"
#include "ganglion/tool_calls/call_parser.h"

namespace {

using ganglion::tool_calls::CallParser;
using ganglion::tool_calls::Part;

void Add(std::vector<Part> parts, std::string& out) {
  for (const Part& part : parts) {
    if (const auto* call = std::get_if<ganglion::api::ToolCall>(&part)) {
      GN_CHECK(nlohmann::json::parse(call->arguments, nullptr, false).is_object());
      out += call->id + call->name + call->arguments;
    } else {
      out += std::get<std::string>(part);
    }
  }
}

}  // namespace

// The first byte chooses style and options; the rest is an answer, whole and cut into pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const CallParser::Options options = {
      .style = static_cast<ganglion::tool_calls::Style>(data[0] % 6),
      .names = {"f", "get_time"},
      .parallel = (data[0] & 64) == 0,
      .strict = (data[0] & 128) != 0};
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  CallParser whole(options, ganglion::Rng(1));
  CallParser cut(options, ganglion::Rng(1));
  std::string of_whole, of_cut;
  Add(whole.Append(text), of_whole);
  Add(whole.Finish(), of_whole);
  for (std::size_t at = 0; at < text.size(); at += 3) Add(cut.Append(text.substr(at, 3)), of_cut);
  Add(cut.Finish(), of_cut);
  GN_CHECK(of_whole == of_cut);
  GN_CHECK(whole.error() == cut.error());
  GN_CHECK(whole.calls() > 0 || whole.error() || of_whole == text);
  return 0;
}
