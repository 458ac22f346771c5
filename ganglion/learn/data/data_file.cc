#include "ganglion/learn/data/data_file.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <string_view>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "ganglion/base/concat.h"
#include "ganglion/base/fold_text.h"
#include "ganglion/learn/data/generator.h"

namespace ganglion::learn {
namespace {

constexpr std::size_t kTriesPerExample = 20;  // then the generator has run dry

Status ReadExcluded(const std::string& path, std::unordered_set<std::string>& seen) {
  if (path.empty()) return {};
  std::ifstream in(path);
  if (!in) return Status(Code::kNotFound, Concat("cannot read ", path));
  std::string line;
  while (std::getline(in, line)) {
    if (line.size() != 16) {
      return Status(Code::kInvalidArgument, Concat(path, ": a line that is no fingerprint"));
    }
    seen.insert(line);
  }
  return {};
}

}  // namespace

// FNV-1a over the folded text without ASCII punctuation and spaces: "Turn left." is "turn left".
std::string Fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : FoldText(text).text) {
    const bool counts = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
    if (!counts) continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  char text_of_hash[17];
  std::snprintf(text_of_hash, sizeof text_of_hash, "%016llx",
                static_cast<unsigned long long>(hash));
  return text_of_hash;
}

Status WriteData(const DataOptions& options) {
  std::unordered_set<std::string> seen;
  GN_RETURN_IF_ERROR(ReadExcluded(options.exclude, seen));
  std::ofstream out(options.out, std::ios::binary);
  if (!out) return Status(Code::kUnavailable, Concat("cannot write ", options.out));

  Rng rng(options.seed);
  std::map<std::string, std::size_t> kinds;
  std::size_t written = 0;
  for (std::size_t tries = 0; written < options.examples; ++tries) {
    if (tries > options.examples * kTriesPerExample) {
      return Status(Code::kResourceExhausted,
                    Concat("only ", written, " different examples could be made"));
    }
    const bool chinese = rng.Chance(options.chinese_share);
    const Example example = chinese ? GenerateChinese(rng) : GenerateEnglish(rng);
    if (!seen.insert(Fingerprint(example.text)).second) continue;
    out << "{\"text\":" << nlohmann::json(example.text).dump() << ",\"plan\":" << example.PlanJson()
        << ",\"kind\":\"" << (chinese ? "zh/" : "en/") << example.kind << "\"}\n";
    ++kinds[Concat(chinese ? "zh/" : "en/", example.kind)];
    ++written;
  }
  out.close();
  if (!out) return Status(Code::kUnavailable, Concat("cannot write ", options.out));
  for (const auto& [kind, count] : kinds) {
    std::printf("%8zu  %5.2f %%  %s\n", count,
                100.0 * static_cast<double>(count) / static_cast<double>(written), kind.c_str());
  }
  return {};
}

}  // namespace ganglion::learn
