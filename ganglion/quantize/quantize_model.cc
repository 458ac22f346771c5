#include "ganglion/quantize/quantize_model.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "ganglion/base/concat.h"
#include "ganglion/gguf/quantize.h"
#include "ganglion/gguf/stream_writer.h"
#include "ganglion/quantize/limits.h"

namespace ganglion::quantize {
namespace {

using gguf::TensorType;

constexpr std::uint32_t kQuantizationVersion = 2;  // of the block formats

std::uint64_t Bytes(TensorType type, std::uint64_t values) {
  return values / gguf::Info(type).elements * gguf::Info(type).bytes;
}

std::vector<gguf::KeyValue> Metadata(const gguf::TensorSource& source, const Options& options) {
  constexpr std::string_view kReplaced[] = {"general.file_type", "general.quantization_version",
                                            "general.alignment", "quantize.imatrix.file",
                                            "quantize.imatrix.entries_count"};
  std::vector<gguf::KeyValue> metadata;
  for (const gguf::KeyValue& entry : source.metadata()) {
    if (std::ranges::find(kReplaced, entry.key) == std::end(kReplaced)) metadata.push_back(entry);
  }
  metadata.push_back({"general.quantization_version", kQuantizationVersion});
  metadata.push_back({"general.file_type", options.mix->file_type});
  if (options.importance != nullptr) {
    metadata.push_back({"quantize.imatrix.file", options.importance_name});
    metadata.push_back(
        {"quantize.imatrix.entries_count", static_cast<std::uint32_t>(options.importance->size())});
  }
  return metadata;
}

// Consecutive rows of a tensor, and what came of them. One thread at a time.
struct Task {
  std::uint64_t first_row = 0;
  std::uint64_t rows = 0;
  std::span<std::byte> bytes;
  double squares = 0.0;
  double squared_errors = 0.0;
  Status status = {};
};

// One tensor from source to file.
class TensorJob {
 public:
  TensorJob(const gguf::TensorSource& source, std::size_t index, TensorType type,
            std::span<const float> importance)
      : source_(source),
        index_(index),
        tensor_(source.tensors()[index]),
        type_(type),
        importance_(importance) {}

  Status Run(sys::ThreadPool& pool, gguf::StreamWriter& writer) {
    const std::uint64_t rows_each = std::max<std::uint64_t>(kTaskValues / tensor_.row_size(), 1);
    const std::uint64_t rows_at_once =
        std::max<std::uint64_t>(kBatchValues / (rows_each * tensor_.row_size()), 1) * rows_each;
    const std::uint64_t row_bytes = Bytes(type_, tensor_.row_size());
    for (std::uint64_t first = 0; first < tensor_.rows(); first += rows_at_once) {
      const std::uint64_t end = std::min(first + rows_at_once, tensor_.rows());
      std::vector<std::byte> bytes((end - first) * row_bytes);
      std::vector<Task> tasks;
      for (std::uint64_t row = first; row < end; row += rows_each) {
        const std::uint64_t rows = std::min(rows_each, end - row);
        tasks.push_back(
            {.first_row = row,
             .rows = rows,
             .bytes = std::span(bytes).subspan((row - first) * row_bytes, rows * row_bytes)});
      }
      pool.ParallelFor(static_cast<std::uint32_t>(tasks.size()),
                       [&](std::uint32_t i) { RunTask(tasks[i]); });
      for (Task& task : tasks) {
        GN_RETURN_IF_ERROR(std::move(task.status));
        squares_ += task.squares;
        squared_errors_ += task.squared_errors;
      }
      GN_RETURN_IF_ERROR(writer.Append(bytes));
    }
    return {};
  }

  double relative_error() const {
    return squares_ > 0.0 ? std::sqrt(squared_errors_ / squares_) : 0.0;
  }

 private:
  void RunTask(Task& task) const {
    std::vector<float> values(task.rows * tensor_.row_size());
    task.status = source_.ReadRows(index_, task.first_row, values);
    if (!task.status.ok()) return;
    task.status = QuantizeRows(task, values);
    if (!task.status.ok()) return;
    std::vector<float> back(values.size());
    gguf::Dequantize(type_, task.bytes, back);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto value = static_cast<double>(values[i]);
      const double error = static_cast<double>(back[i]) - value;
      task.squares += value * value;
      task.squared_errors += error * error;
    }
  }

  // Experts have importances of their own, so rows are taken up to the end of a matrix.
  Status QuantizeRows(const Task& task, std::span<const float> values) const {
    const std::uint64_t row_size = tensor_.row_size();
    const std::uint64_t row_bytes = Bytes(type_, row_size);
    const std::uint64_t matrix_rows = tensor_.dims.size() > 1 ? tensor_.dims[1] : 1;
    std::uint64_t rows = 0;
    for (std::uint64_t done = 0; done < task.rows; done += rows) {
      const std::uint64_t row = task.first_row + done;
      rows = std::min(task.rows - done, matrix_rows - row % matrix_rows);
      Status status = gguf::Quantize(type_, values.subspan(done * row_size, rows * row_size),
                                     ImportanceOf(row / matrix_rows),
                                     task.bytes.subspan(done * row_bytes, rows * row_bytes));
      if (!status.ok()) {
        return std::move(status).WithContext(
            Concat("tensor \"", tensor_.name, "\" from row ", row));
      }
    }
    return {};
  }

  std::span<const float> ImportanceOf(std::uint64_t matrix) const {
    if (importance_.size() <= tensor_.row_size()) return importance_;
    return importance_.subspan(matrix * tensor_.row_size(), tensor_.row_size());
  }

  const gguf::TensorSource& source_;
  const std::size_t index_;
  const gguf::SourceTensor& tensor_;
  const TensorType type_;
  const std::span<const float> importance_;
  double squares_ = 0.0;
  double squared_errors_ = 0.0;
};

bool IsFloat(TensorType type) {
  return type == TensorType::kF32 || type == TensorType::kF16 || type == TensorType::kBF16;
}

Status CheckTensor(const gguf::SourceTensor& tensor, const Options& options,
                   std::span<const float> importance) {
  const auto fail = [&tensor](std::string_view what) {
    return Status(Code::kInvalidArgument, Concat("tensor \"", tensor.name, "\"", what));
  };
  if (!IsFloat(tensor.type) && !options.requantize) {
    return fail(Concat(" is of type ", gguf::Info(tensor.type).name,
                       ": errors would add up; start from F32, F16 or BF16, or ask for it with "
                       "--requantize"));
  }
  if (tensor.row_size() > kRowValuesMax) return fail(": rows are too long");
  const std::uint64_t matrices = tensor.dims.size() > 2 ? tensor.dims[2] : 1;
  if (importance.empty() || importance.size() == tensor.row_size() ||
      (tensor.dims.size() < 4 && importance.size() == tensor.row_size() * matrices)) {
    return {};
  }
  return fail(Concat(" has rows of ", tensor.row_size(), " values, and the importance matrix ",
                     importance.size(), ": it is of another model"));
}

}  // namespace

Status QuantizeModel(const gguf::TensorSource& source, const std::string& path,
                     const Options& options, sys::ThreadPool& pool,
                     const std::function<void(const TensorReport&)>& on_tensor) {
  const std::vector<TensorType> types = ChooseTypes(*options.mix, source,
                                                    {.importance = options.importance != nullptr,
                                                     .output_type = options.output_type,
                                                     .embedding_type = options.embedding_type});
  std::vector<gguf::Tensor> tensors;
  std::vector<std::span<const float>> importances;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const gguf::SourceTensor& tensor = source.tensors()[i];
    const bool weighed = options.importance != nullptr && IsWeightMatrix(tensor);
    importances.push_back(weighed ? options.importance->Find(tensor.name)
                                  : std::span<const float>());
    GN_RETURN_IF_ERROR(CheckTensor(tensor, options, importances.back()));
    tensors.push_back({tensor.name, types[i], tensor.dims, 0, {}});
  }
  GN_ASSIGN_OR_RETURN(gguf::StreamWriter writer,
                      gguf::StreamWriter::Create(path, Metadata(source, options), tensors));
  for (std::size_t i = 0; i < types.size(); ++i) {
    const gguf::SourceTensor& tensor = source.tensors()[i];
    TensorJob job(source, i, types[i], importances[i]);
    GN_RETURN_IF_ERROR(job.Run(pool, writer));
    const std::uint64_t values = tensor.row_size() * tensor.rows();
    on_tensor({.name = tensor.name,
               .dims = tensor.dims,
               .from = tensor.type,
               .to = types[i],
               .values = values,
               .bytes_before = Bytes(tensor.type, values),
               .bytes_after = Bytes(types[i], values),
               .relative_error = job.relative_error(),
               .weighed = !importances[i].empty()});
  }
  return writer.Finish();
}

}  // namespace ganglion::quantize
