#pragma once

#include "ganglion/base/status.h"
#include "ganglion/convert/architecture.h"
#include "ganglion/convert/json_file.h"

// What the families say beyond what all say; see Architecture::describe. Each refuses a setting
// that GGUF cannot carry for its architecture, for the file would compute something else.
namespace ganglion::convert {

Status DescribeNothingMore(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribeQwen(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribeMixtral(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribeQwen2Moe(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribeQwen3Moe(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribeOlmoe(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribeGemma2(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribeGemma3(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribePhi3(const ObjectReader& config, Description& out, MetadataWriter& metadata);
Status DescribeBert(const ObjectReader& config, Description& out, MetadataWriter& metadata);

}  // namespace ganglion::convert
