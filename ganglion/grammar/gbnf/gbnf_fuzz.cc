#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ganglion/grammar/gbnf/gbnf.h"

// A grammar from outside.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)ganglion::grammar::CompileGbnf(text);
  return 0;
}
