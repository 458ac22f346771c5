#include "ganglion/gguf/stream_writer.h"

#include <utility>

#include "ganglion/base/check.h"
#include "ganglion/gguf/serialize.h"

namespace ganglion::gguf {

Result<StreamWriter> StreamWriter::Create(const std::string& path,
                                          std::span<const KeyValue> metadata,
                                          std::span<const Tensor> tensors) {
  std::vector<const Tensor*> listed;
  std::vector<std::uint64_t> sizes;
  for (const Tensor& tensor : tensors) {
    GN_RETURN_IF_ERROR(CheckForWriting(tensor));
    listed.push_back(&tensor);
    sizes.push_back(DataBytes(tensor));
  }
  GN_ASSIGN_OR_RETURN(NewFile file, NewFile::Create(path));
  GN_RETURN_IF_ERROR(file.Append(SerializeHeader(metadata, listed)));
  return StreamWriter(std::move(file), std::move(sizes));
}

StreamWriter::StreamWriter(NewFile file, std::vector<std::uint64_t> sizes)
    : file_(std::move(file)), sizes_(std::move(sizes)) {}

Status StreamWriter::Append(std::span<const std::byte> bytes) {
  GN_CHECK(tensor_ < sizes_.size() && bytes.size() <= sizes_[tensor_] - written_);
  GN_RETURN_IF_ERROR(file_.Append(bytes));
  written_ += bytes.size();
  if (written_ < sizes_[tensor_]) return {};
  const std::vector<std::byte> padding(Padded(written_) - written_);
  ++tensor_;
  written_ = 0;
  return file_.Append(padding);
}

Status StreamWriter::Finish() {
  GN_CHECK(tensor_ == sizes_.size());
  return file_.Publish();
}

}  // namespace ganglion::gguf
