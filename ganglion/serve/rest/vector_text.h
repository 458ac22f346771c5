#pragma once

#include <string>
#include <vector>

namespace ganglion::serve::rest {

// "[0.1,-2]": each number with the fewest digits that read back the same float. What is no number
// becomes null.
void AppendNumbers(const std::vector<float>& vector, std::string& out);
// The floats, little end first, as base64.
std::string Base64(const std::vector<float>& vector);

}  // namespace ganglion::serve::rest
