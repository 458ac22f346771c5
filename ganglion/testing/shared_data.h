#pragma once

#include <optional>
#include <string>

namespace ganglion::testing {

// Path of a file or folder in the data folder beside the checkout (golden logits, vocabularies), or
// nothing where this machine has none. A test that gets nothing says so with GTEST_SKIP().
// GANGLION_SHARED names another folder.
std::optional<std::string> SharedData(const std::string& name);

}  // namespace ganglion::testing
